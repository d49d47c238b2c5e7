#include "auth/checksum.h"

#include <array>

#include "base/text.h"

namespace drydock {
namespace {

constexpr uint64_t kNvmePolynomial = 0x9a6c9329ac4bc9b5;  // reflected

// Eight tables, so that eight bytes go in one step.
using Tables = std::array<std::array<uint64_t, 256>, 8>;

Tables make_tables() {
  Tables t{};
  for (uint64_t i = 0; i < 256; ++i) {
    uint64_t crc = i;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) ? kNvmePolynomial : 0);
    t[0][i] = crc;
  }
  for (size_t i = 0; i < 256; ++i) {
    for (size_t k = 1; k < 8; ++k) t[k][i] = (t[k - 1][i] >> 8) ^ t[0][t[k - 1][i] & 0xff];
  }
  return t;
}

std::string big_endian(uint64_t value, int bytes) {
  std::string out;
  for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>(value >> (8 * i));
  return out;
}

}  // namespace

uint64_t crc64nvme(std::string_view bytes, uint64_t previous) {
  static const Tables t = make_tables();
  uint64_t crc = ~previous;
  size_t i = 0;
  for (; i + 8 <= bytes.size(); i += 8) {
    for (int k = 0; k < 8; ++k)
      crc ^= static_cast<uint64_t>(static_cast<unsigned char>(bytes[i + k])) << (8 * k);
    uint64_t next = 0;
    for (int k = 0; k < 8; ++k) next ^= t[7 - k][(crc >> (8 * k)) & 0xff];
    crc = next;
  }
  for (; i < bytes.size(); ++i)
    crc = (crc >> 8) ^ t[0][(crc ^ static_cast<unsigned char>(bytes[i])) & 0xff];
  return ~crc;
}

std::optional<ChecksumKind> checksum_kind(std::string_view algorithm) {
  for (auto kind : {ChecksumKind::kCrc32, ChecksumKind::kCrc32c, ChecksumKind::kCrc64nvme,
                    ChecksumKind::kSha1, ChecksumKind::kSha256}) {
    if (equals_ignore_case(algorithm, checksum_name(kind))) return kind;
  }
  return std::nullopt;
}

std::optional<ChecksumKind> checksum_kind_of_header(std::string_view header) {
  constexpr std::string_view kPrefix = "x-amz-checksum-";
  if (header.size() <= kPrefix.size() ||
      !equals_ignore_case(header.substr(0, kPrefix.size()), kPrefix))
    return std::nullopt;
  return checksum_kind(header.substr(kPrefix.size()));
}

std::string_view checksum_name(ChecksumKind kind) {
  switch (kind) {
    case ChecksumKind::kCrc32: return "CRC32";
    case ChecksumKind::kCrc32c: return "CRC32C";
    case ChecksumKind::kCrc64nvme: return "CRC64NVME";
    case ChecksumKind::kSha1: return "SHA1";
    case ChecksumKind::kSha256: return "SHA256";
  }
  return "";
}

Checksum::Checksum(ChecksumKind kind) : kind_(kind) {
  if (kind == ChecksumKind::kSha1) digest_ = std::make_unique<Digest>(Digest::Kind::kSha1);
  if (kind == ChecksumKind::kSha256) digest_ = std::make_unique<Digest>(Digest::Kind::kSha256);
}

void Checksum::update(std::string_view bytes) {
  switch (kind_) {
    case ChecksumKind::kCrc32: crc_ = crc32(bytes, static_cast<uint32_t>(crc_)); break;
    case ChecksumKind::kCrc32c: crc_ = crc32c(bytes, static_cast<uint32_t>(crc_)); break;
    case ChecksumKind::kCrc64nvme: crc_ = crc64nvme(bytes, crc_); break;
    default: digest_->update(bytes);
  }
}

std::string Checksum::finish_base64() {
  if (digest_) return to_base64(digest_->finish());
  return to_base64(big_endian(crc_, kind_ == ChecksumKind::kCrc64nvme ? 8 : 4));
}

}  // namespace drydock
