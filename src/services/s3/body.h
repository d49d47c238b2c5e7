// The bytes of objects: ranges, and the data key of SSE-KMS.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "api/call.h"
#include "services/s3/lists.h"

namespace drydock::s3 {

// A satisfied Range header: first and last byte. nullopt: no range asked, or one that is ignored.
// InvalidRange.
struct ByteRange {
  uint64_t first = 0, last = 0;
};
Result<std::optional<ByteRange>> parse_range(const std::optional<std::string>& header,
                                             uint64_t size);

// The whole content of an object.
Payload object_payload(Call& call, const ObjectRow& row);
// Parts one after the other, in a new file.
Payload join_parts(Call& call, const StoredParts& parts);

// How an object is to be encrypted: the request's headers, else the bucket's default, else AES256.
// With aws:kms asks KMS for a data key as the caller (kms:GenerateDataKey); a deny is S3's
// AccessDenied.
Result<void> encrypt_new(Call& call, const BucketRow& bucket,
                         const std::optional<std::string>& algorithm,
                         const std::optional<std::string>& key_id, ObjectRow& row);
// With aws:kms asks KMS to decrypt the data key as the caller (kms:Decrypt).
Result<void> decrypt_for_read(Call& call, const BucketRow& bucket, const ObjectRow& row);

}  // namespace drydock::s3
