#include "services/s3/checksums.h"

#include <vector>

#include "auth/checksum.h"
#include "base/encoding.h"
#include "base/text.h"

namespace drydock::s3 {

namespace {

size_t bytes_of(ChecksumKind kind) {
  switch (kind) {
    case ChecksumKind::kCrc32:
    case ChecksumKind::kCrc32c: return 4;
    case ChecksumKind::kCrc64nvme: return 8;
    case ChecksumKind::kSha1: return 20;
    case ChecksumKind::kSha256: return 32;
  }
  return 0;
}

Result<void> check_md5(const Payload& body, const std::string& claimed) {
  auto decoded = from_base64(claimed);
  if (!decoded || decoded->size() != 16)
    return errors::InvalidDigest("The Content-MD5 you specified was invalid.");
  Digest digest(Digest::Kind::kMd5);
  body.each_piece([&](std::string_view piece) {
    digest.update(piece);
    return true;
  });
  if (digest.finish() != *decoded)
    return errors::BadDigest("The Content-MD5 you specified did not match what we received.");
  return {};
}

}  // namespace

std::optional<std::string> checksum_of(const std::optional<Metadata>& kept,
                                       std::string_view header) {
  if (kept)
    for (const auto& [name, value] : *kept)
      if (name == header) return value;
  return std::nullopt;
}

Result<void> check_digests(const Payload& body, const ClaimedDigests& claimed) {
  if (claimed.algorithm && claimed.checksums.empty())
    return errors::InvalidRequest(
        "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.");
  if (claimed.checksums.size() > 1)
    return errors::InvalidRequest(
        "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.");
  if (claimed.md5) TRY(check_md5(body, *claimed.md5));
  for (const auto& [header, value] : claimed.checksums) {
    const ChecksumKind kind = *checksum_kind_of_header(header);
    auto decoded = from_base64(value);
    if (!decoded || decoded->size() != bytes_of(kind))
      return errors::InvalidRequest("Value for " + header + " header is invalid.");
    Checksum checksum(kind);
    body.each_piece([&](std::string_view piece) {
      checksum.update(piece);
      return true;
    });
    if (checksum.finish_base64() != value)
      return errors::BadDigest("The " + std::string(checksum_name(kind)) +
                               " you specified did not match the calculated checksum.");
  }
  return {};
}

std::string checksum_header(std::string_view algorithm) {
  return checksum_kind(algorithm) ? "x-amz-checksum-" + to_lower(algorithm) : "";
}

std::string_view default_checksum_type(std::string_view algorithm) {
  return checksum_kind(algorithm) == ChecksumKind::kCrc64nvme ? "FULL_OBJECT" : "COMPOSITE";
}

std::optional<ObjectChecksum> checksum_of_parts(const StoredParts& parts,
                                                const std::string& algorithm, std::string_view type,
                                                const Payload& whole) {
  auto kind = checksum_kind(algorithm);
  if (!kind) return std::nullopt;
  ObjectChecksum made{.header = checksum_header(algorithm)};
  Checksum checksum(*kind);
  if (type == "FULL_OBJECT") {
    whole.each_piece([&](std::string_view piece) {
      checksum.update(piece);
      return true;
    });
    made.value = checksum.finish_base64();
    return made;
  }
  for (const StoredPart& part : parts) {
    auto kept = checksum_of(part.Checksums, made.header);
    if (!kept) return std::nullopt;
    checksum.update(from_base64(*kept).value_or(""));
  }
  made.value = checksum.finish_base64() + "-" + std::to_string(parts.size());
  return made;
}

}  // namespace drydock::s3
