// What clients say of the bytes that they send: Content-MD5 and x-amz-checksum-…; checked, kept and
// shown again.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/payload.h"
#include "base/result.h"
#include "services/s3/lists.h"

namespace drydock::s3 {

struct ClaimedDigests {
  std::optional<std::string> md5;        // Content-MD5
  std::optional<std::string> algorithm;  // x-amz-sdk-checksum-algorithm
  Metadata checksums;                    // x-amz-checksum-… to base64
};

inline constexpr std::string_view kCrc32 = "x-amz-checksum-crc32",
                                  kCrc32c = "x-amz-checksum-crc32c",
                                  kCrc64 = "x-amz-checksum-crc64nvme",
                                  kSha1 = "x-amz-checksum-sha1", kSha256 = "x-amz-checksum-sha256";

// The checksum members of an input.
template <class In>
Metadata checksums_in(const In& in) {
  Metadata found;
  auto add = [&](std::string_view header, const std::optional<std::string>& value) {
    if (value) found.emplace_back(std::string(header), *value);
  };
  add(kCrc32, in.ChecksumCRC32);
  add(kCrc32c, in.ChecksumCRC32C);
  add(kCrc64, in.ChecksumCRC64NVME);
  add(kSha1, in.ChecksumSHA1);
  add(kSha256, in.ChecksumSHA256);
  return found;
}

// One kept checksum by its header name.
std::optional<std::string> checksum_of(const std::optional<Metadata>& kept,
                                       std::string_view header);

// The checksum members of an output.
template <class Out>
void show_checksums(const std::optional<Metadata>& kept, Out& out) {
  out.ChecksumCRC32 = checksum_of(kept, kCrc32);
  out.ChecksumCRC32C = checksum_of(kept, kCrc32c);
  out.ChecksumCRC64NVME = checksum_of(kept, kCrc64);
  out.ChecksumSHA1 = checksum_of(kept, kSha1);
  out.ChecksumSHA256 = checksum_of(kept, kSha256);
}

// Checks every claim against the bytes: InvalidDigest, BadDigest, or InvalidRequest naming the
// header.
Result<void> check_digests(const Payload& body, const ClaimedDigests& claimed);

// The checksum of an object made of parts, by the upload's algorithm: of the parts' checksums
// ("…-3"), or of all the bytes when the type is FULL_OBJECT. Empty when a part came without one.
struct ObjectChecksum {
  std::string header, value;
};
std::optional<ObjectChecksum> checksum_of_parts(const StoredParts& parts,
                                                const std::string& algorithm, std::string_view type,
                                                const Payload& whole);
// COMPOSITE or FULL_OBJECT, when the client names none.
std::string_view default_checksum_type(std::string_view algorithm);
// The header that holds checksums of this algorithm ("CRC32"); empty for an algorithm that S3 does
// not know.
std::string checksum_header(std::string_view algorithm);

}  // namespace drydock::s3
