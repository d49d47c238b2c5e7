// The bytes of objects: digests that clients send and ask for, ranges, and the data key of SSE-KMS.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "api/call.h"
#include "services/s3/lists.h"

namespace drydock::s3 {

// What a client said of the bytes it sent.
struct ClaimedDigests {
  std::optional<std::string> md5;  // Content-MD5
  std::optional<std::string> crc32, crc32c, sha1, sha256;  // base64, x-amz-checksum-…
};

// Checks every claim against the bytes: InvalidDigest, BadDigest, or InvalidRequest naming the header.
Result<void> check_digests(const Payload& body, const ClaimedDigests& claimed);
// The claimed checksums as the rows keep them: header name to value. Empty when none was claimed.
Metadata kept_checksums(const ClaimedDigests& claimed);
// One kept checksum by its header name.
std::optional<std::string> checksum_of(const std::optional<Metadata>& kept, std::string_view header);

// A satisfied Range header: first and last byte. nullopt: no range asked, or one that is ignored. InvalidRange.
struct ByteRange {
  uint64_t first = 0, last = 0;
};
Result<std::optional<ByteRange>> parse_range(const std::optional<std::string>& header, uint64_t size);

// The whole content of an object, its parts joined.
Payload object_payload(Call& call, const ObjectRow& row);

// How an object is to be encrypted: the request's headers, else the bucket's default, else AES256.
// With aws:kms asks KMS for a data key as the caller (kms:GenerateDataKey); a deny is S3's AccessDenied.
Result<void> encrypt_new(Call& call, const BucketRow& bucket, const std::optional<std::string>& algorithm,
                         const std::optional<std::string>& key_id, ObjectRow& row);
// With aws:kms asks KMS to decrypt the data key as the caller (kms:Decrypt).
Result<void> decrypt_for_read(Call& call, const BucketRow& bucket, const ObjectRow& row);

}  // namespace drydock::s3
