#include "services/s3/body.h"

#include "base/encoding.h"
#include "base/text.h"
#include "services/s3/access.h"

namespace drydock::s3 {

namespace {

std::string big_endian(uint32_t n) {
  return {static_cast<char>(n >> 24), static_cast<char>(n >> 16), static_cast<char>(n >> 8), static_cast<char>(n)};
}

// "x-amz-checksum-crc32" -> "CRC32", as AWS names it in messages.
std::string to_upper_checksum_name(std::string_view header) {
  std::string name(header.substr(header.rfind('-') + 1));
  for (char& c : name)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  return name;
}

Result<void> compare(const std::optional<std::string>& claimed, const std::string& actual, std::string_view header) {
  if (!claimed || *claimed == to_base64(actual)) return {};
  auto decoded = from_base64(*claimed);
  if (!decoded || decoded->size() != actual.size())
    return errors::InvalidRequest("Value for " + std::string(header) + " header is invalid.");
  return errors::BadDigest("The " + to_upper_checksum_name(header) + " you specified did not match the calculated checksum.");
}

}  // namespace

Result<void> check_digests(const Payload& body, const ClaimedDigests& claimed) {
  if (!claimed.md5 && !claimed.crc32 && !claimed.crc32c && !claimed.sha1 && !claimed.sha256) return {};
  Digest md5_digest(Digest::Kind::kMd5), sha1_digest(Digest::Kind::kSha1), sha256_digest(Digest::Kind::kSha256);
  uint32_t crc = 0, castagnoli = 0;
  body.each_piece([&](std::string_view piece) {
    if (claimed.md5) md5_digest.update(piece);
    if (claimed.sha1) sha1_digest.update(piece);
    if (claimed.sha256) sha256_digest.update(piece);
    if (claimed.crc32) crc = crc32(piece, crc);
    if (claimed.crc32c) castagnoli = crc32c(piece, castagnoli);
    return true;
  });
  if (claimed.md5) {
    auto decoded = from_base64(*claimed.md5);
    if (!decoded || decoded->size() != 16) return errors::InvalidDigest("The Content-MD5 you specified was invalid.");
    if (*decoded != md5_digest.finish()) return errors::BadDigest("The Content-MD5 you specified did not match what we received.");
  }
  TRY(compare(claimed.crc32, big_endian(crc), "x-amz-checksum-crc32"));
  TRY(compare(claimed.crc32c, big_endian(castagnoli), "x-amz-checksum-crc32c"));
  TRY(compare(claimed.sha1, claimed.sha1 ? sha1_digest.finish() : "", "x-amz-checksum-sha1"));
  TRY(compare(claimed.sha256, claimed.sha256 ? sha256_digest.finish() : "", "x-amz-checksum-sha256"));
  return {};
}

Metadata kept_checksums(const ClaimedDigests& claimed) {
  Metadata kept;
  if (claimed.crc32) kept.emplace_back("x-amz-checksum-crc32", *claimed.crc32);
  if (claimed.crc32c) kept.emplace_back("x-amz-checksum-crc32c", *claimed.crc32c);
  if (claimed.sha1) kept.emplace_back("x-amz-checksum-sha1", *claimed.sha1);
  if (claimed.sha256) kept.emplace_back("x-amz-checksum-sha256", *claimed.sha256);
  return kept;
}

std::optional<std::string> checksum_of(const std::optional<Metadata>& kept, std::string_view header) {
  if (kept)
    for (const auto& [name, value] : *kept)
      if (name == header) return value;
  return std::nullopt;
}

Result<std::optional<ByteRange>> parse_range(const std::optional<std::string>& header, uint64_t size) {
  if (!header || !header->starts_with("bytes=")) return std::nullopt;
  std::string_view spec = std::string_view(*header).substr(6);
  size_t dash = spec.find('-');
  // Several ranges, or no range at all: S3 answers with the whole object.
  if (dash == std::string_view::npos || spec.find(',') != std::string_view::npos) return std::nullopt;
  auto first = parse_int(spec.substr(0, dash)), last = parse_int(spec.substr(dash + 1));
  if ((dash > 0 && !first) || (dash + 1 < spec.size() && !last) || (!first && !last)) return std::nullopt;
  ByteRange range;
  if (first) {
    range.first = static_cast<uint64_t>(*first);
    range.last = last ? std::min<uint64_t>(static_cast<uint64_t>(*last), size ? size - 1 : 0) : (size ? size - 1 : 0);
    if (last && *last < *first) return std::nullopt;
  } else {
    if (*last == 0) range.first = size;  // not satisfiable
    else range.first = static_cast<uint64_t>(*last) >= size ? 0 : size - static_cast<uint64_t>(*last);
    range.last = size ? size - 1 : 0;
  }
  if (range.first >= size) {
    Fault bad{"InvalidRange", "The requested range is not satisfiable", 416};
    bad.members = Value::object({{"ActualObjectSize", std::to_string(size)}, {"RangeRequested", *header}});
    return fault(std::move(bad));
  }
  return range;
}

Payload object_payload(Call& call, const ObjectRow& row) {
  if (!row.Parts) {
    auto bytes = row.BlobId ? call.blobs().get(*row.BlobId) : std::nullopt;
    return bytes ? *bytes : Payload();
  }
  PayloadWriter whole(call.blobs().scratch_folder());
  for (const StoredPart& part : *row.Parts)
    if (auto bytes = call.blobs().get(part.BlobId))
      bytes->each_piece([&](std::string_view piece) { whole.write(piece); return true; });
  return whole.finish();
}

Result<void> encrypt_new(Call& call, const BucketRow& bucket, const std::optional<std::string>& algorithm,
                         const std::optional<std::string>& key_id, ObjectRow& row) {
  if (algorithm && *algorithm != "AES256" && *algorithm != "aws:kms")
    return errors::InvalidArgument("The encryption method specified is not supported");
  row.SseAlgorithm = algorithm ? *algorithm : bucket.SseAlgorithm.value_or("AES256");
  if (*row.SseAlgorithm != "aws:kms") return {};
  std::string key = key_id ? *key_id : bucket.SseAlgorithm == "aws:kms" ? bucket.KmsKeyId.value_or("") : "";
  if (key.empty()) key = "alias/aws/s3";
  auto data_key = call.client("s3.amazonaws.com").in_region(Region{bucket.Region})
      .call("kms", "GenerateDataKey",
            Value::object({{"KeyId", key}, {"KeySpec", "AES_256"},
                           {"EncryptionContext", Value::object({{"aws:s3:arn", object_arn(bucket.Name, row.Key)}})}}));
  if (!data_key) {
    const std::string& code = data_key.error().code;
    if (code == "AccessDenied" || code == "AccessDeniedException")
      return fault(Fault{"AccessDenied", data_key.error().message, 403, {}, data_key.error().authorization_id});
    if (code == "NotFoundException") return fault("KMS.NotFoundException", data_key.error().message, 400);
    if (code == "DisabledException") return fault("KMS.DisabledException", data_key.error().message, 400);
    return fault("KMS." + code, data_key.error().message, 400);
  }
  row.KmsKeyId = (*data_key)["KeyId"].string_or(key);
  row.DataKey = (*data_key)["CiphertextBlob"].string_or("");
  return {};
}

Result<void> decrypt_for_read(Call& call, const BucketRow& bucket, const ObjectRow& row) {
  if (!row.DataKey) return {};
  auto plain = call.client("s3.amazonaws.com").in_region(Region{bucket.Region})
      .call("kms", "Decrypt",
            Value::object({{"CiphertextBlob", *row.DataKey}, {"KeyId", row.KmsKeyId.value_or("")},
                           {"EncryptionContext", Value::object({{"aws:s3:arn", object_arn(bucket.Name, row.Key)}})}}));
  if (plain) return {};
  const Fault& denied = plain.error();
  if (denied.code == "AccessDenied" || denied.code == "AccessDeniedException")
    return fault(Fault{"AccessDenied",
                       "The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.",
                       403, {}, denied.authorization_id});
  return fault("KMS." + denied.code, denied.message, 400);
}

}  // namespace drydock::s3
