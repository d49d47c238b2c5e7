// Writing and removing versions of an object: the rules of versioned, suspended and unversioned
// buckets.
#pragma once

#include <optional>
#include <string>

#include "api/call.h"
#include "services/s3/lists.h"

namespace drydock::s3 {

// Makes `row` the current version of its key: sets VersionId, Sequence and LastModified.
void store_object(Call& call, const BucketRow& bucket, ObjectRow& row);

// What a delete did.
struct Deletion {
  std::optional<std::string> version_id;  // removed, or of the new delete marker
  bool delete_marker = false;             // removed or made one
};
enum class DeletedBy { kRequest, kLifecycle };
// Without a version id: removes the object, or puts a delete marker in a versioned bucket.
Deletion delete_version(Call& call, const BucketRow& bucket, const std::string& key,
                        const std::optional<std::string>& version_id, DeletedBy by);

// x-amz-tagging: "a=b&c=d".
Result<std::optional<TagSet>> parse_tagging_header(const std::optional<std::string>& header);
Result<void> check_tags(const TagSet& tags);

// If-Match and If-None-Match of a write: PreconditionFailed.
Result<void> check_write_conditions(Call& call, const BucketRow& bucket, const std::string& key,
                                    const std::optional<std::string>& if_match,
                                    const std::optional<std::string>& if_none_match);

}  // namespace drydock::s3
