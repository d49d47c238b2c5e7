// The checksums that S3 clients send along with a body: x-amz-checksum-crc32 and its kin.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/encoding.h"

namespace drydock {

uint64_t crc64nvme(std::string_view bytes, uint64_t previous = 0);

enum class ChecksumKind { kCrc32, kCrc32c, kCrc64nvme, kSha1, kSha256 };

// "CRC32", "sha256", … in any case.
std::optional<ChecksumKind> checksum_kind(std::string_view algorithm);
// The algorithm of a header "x-amz-checksum-crc32"; empty for other headers.
std::optional<ChecksumKind> checksum_kind_of_header(std::string_view header);
std::string_view checksum_name(ChecksumKind kind);  // "CRC32", as in messages

// Fed piece by piece.
class Checksum {
 public:
  explicit Checksum(ChecksumKind kind);
  void update(std::string_view bytes);
  std::string finish_base64();  // as the header holds it; once

 private:
  ChecksumKind kind_;
  uint64_t crc_ = 0;
  std::unique_ptr<Digest> digest_;
};

}  // namespace drydock
