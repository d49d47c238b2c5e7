// Finding buckets and objects for a caller: existence, ownership and permission, in AWS's order.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/call.h"
#include "services/s3/lists.h"

namespace drydock::s3 {

std::string bucket_arn(std::string_view bucket);
std::string object_arn(std::string_view bucket, std::string_view key);

// NoSuchBucket when there is none (AWS does say so to everybody), else the row.
Result<BucketRow> find_bucket(Call& call, const std::string& name);
// find_bucket, then asks IAM for `action` on the bucket.
Result<BucketRow> open_bucket(Call& call, const std::string& name, std::string_view action,
                              Context context = {});
// find_bucket, then asks IAM for `action` on the object.
Result<BucketRow> open_bucket_for(Call& call, const std::string& name, std::string_view key,
                                  std::string_view action, Context context = {});

// One version of an object: the current one when `version_id` is empty. NoSuchKey, NoSuchVersion;
// 403 in place of NoSuchKey for callers who may not list the bucket.
struct FoundObject {
  ObjectRow row;
  enum class Place { kCurrent, kBehind } place = Place::kCurrent;
};
Result<FoundObject> find_object(Call& call, const BucketRow& bucket, const std::string& key,
                                const std::optional<std::string>& version_id);

// Keeps what was changed of a version.
void save_object(Call& call, const BucketRow& bucket, const FoundObject& found);

// What a request over HTTP is about, by its host and path alone.
struct Addressed {
  std::string bucket;
  std::string raw_key;  // as it came, still encoded
};
Addressed addressed(const HttpRequest& request);

// KeyTooLongError.
Result<void> check_key(const std::string& key);
// Asks IAM for `action` on an object, or on the bucket where `key` is empty, with the condition
// keys that every request of S3 has (s3:authType, s3:signatureAge, s3:ResourceAccount, …).
Result<void> ask(Call& call, const BucketRow& bucket, std::string_view key, std::string_view action,
                 Context context = {});
// The same of what is no bucket's.
Result<void> ask_account(Call& call, std::string_view action);

// An error of S3 that carries members (BucketName, Key).
Unexpected no_such_key(const std::string& key);

}  // namespace drydock::s3
