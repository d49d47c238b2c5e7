#include "services/s3/body.h"

#include "base/text.h"
#include "services/s3/access.h"
#include "services/s3/sweep.h"

namespace drydock::s3 {

Result<std::optional<ByteRange>> parse_range(const std::optional<std::string>& header,
                                             uint64_t size) {
  if (!header || !header->starts_with("bytes=")) return std::nullopt;
  std::string_view spec = std::string_view(*header).substr(6);
  size_t dash = spec.find('-');
  // Several ranges, or no range at all: S3 answers with the whole object.
  if (dash == std::string_view::npos || spec.find(',') != std::string_view::npos)
    return std::nullopt;
  auto first = parse_int(spec.substr(0, dash)), last = parse_int(spec.substr(dash + 1));
  if ((dash > 0 && !first) || (dash + 1 < spec.size() && !last) || (!first && !last))
    return std::nullopt;
  ByteRange range;
  if (first) {
    range.first = static_cast<uint64_t>(*first);
    range.last = last ? std::min<uint64_t>(static_cast<uint64_t>(*last), size ? size - 1 : 0)
                      : (size ? size - 1 : 0);
    if (last && *last < *first) return std::nullopt;
  } else {
    if (*last == 0)
      range.first = size;  // not satisfiable
    else
      range.first = static_cast<uint64_t>(*last) >= size ? 0 : size - static_cast<uint64_t>(*last);
    range.last = size ? size - 1 : 0;
  }
  if (range.first >= size) {
    Fault bad{"InvalidRange", "The requested range is not satisfiable", 416};
    bad.members =
        Value::object({{"ActualObjectSize", std::to_string(size)}, {"RangeRequested", *header}});
    return fault(std::move(bad));
  }
  return range;
}

Payload object_payload(Call& call, const ObjectRow& row) {
  auto bytes = row.BlobId ? object_blobs(call.server()).get(*row.BlobId) : std::nullopt;
  return bytes ? *bytes : Payload();
}

Payload join_parts(Call& call, const StoredParts& parts) {
  PayloadWriter whole(object_blobs(call.server()).scratch_folder());
  for (const StoredPart& part : parts)
    if (auto bytes = object_blobs(call.server()).get(part.BlobId))
      bytes->each_piece([&](std::string_view piece) {
        whole.write(piece);
        return true;
      });
  return whole.finish();
}

Result<void> encrypt_new(Call& call, const BucketRow& bucket,
                         const std::optional<std::string>& algorithm,
                         const std::optional<std::string>& key_id, ObjectRow& row) {
  if (algorithm && *algorithm != "AES256" && *algorithm != "aws:kms")
    return errors::InvalidArgument("The encryption method specified is not supported");
  row.SseAlgorithm = algorithm ? *algorithm : bucket.SseAlgorithm.value_or("AES256");
  if (*row.SseAlgorithm != "aws:kms") return {};
  std::string key = key_id                             ? *key_id
                    : bucket.SseAlgorithm == "aws:kms" ? bucket.KmsKeyId.value_or("")
                                                       : "";
  if (key.empty()) key = "alias/aws/s3";
  auto data_key =
      call.client("s3.amazonaws.com")
          .in_region(Region{bucket.Region})
          .call(
              "kms", "GenerateDataKey",
              Value::object({{"KeyId", key},
                             {"KeySpec", "AES_256"},
                             {"EncryptionContext",
                              Value::object({{"aws:s3:arn", object_arn(bucket.Name, row.Key)}})}}));
  if (!data_key) {
    const std::string& code = data_key.error().code;
    if (code == "AccessDenied" || code == "AccessDeniedException")
      return fault(Fault{
          "AccessDenied", data_key.error().message, 403, {}, data_key.error().authorization_id});
    if (code == "NotFoundException")
      return fault("KMS.NotFoundException", data_key.error().message, 400);
    if (code == "DisabledException")
      return fault("KMS.DisabledException", data_key.error().message, 400);
    return fault("KMS." + code, data_key.error().message, 400);
  }
  row.KmsKeyId = (*data_key)["KeyId"].string_or(key);
  row.DataKey = (*data_key)["CiphertextBlob"].string_or("");
  return {};
}

Result<void> decrypt_for_read(Call& call, const BucketRow& bucket, const ObjectRow& row) {
  if (!row.DataKey) return {};
  auto plain =
      call.client("s3.amazonaws.com")
          .in_region(Region{bucket.Region})
          .call(
              "kms", "Decrypt",
              Value::object({{"CiphertextBlob", *row.DataKey},
                             {"KeyId", row.KmsKeyId.value_or("")},
                             {"EncryptionContext",
                              Value::object({{"aws:s3:arn", object_arn(bucket.Name, row.Key)}})}}));
  if (plain) return {};
  const Fault& denied = plain.error();
  if (denied.code == "AccessDenied" || denied.code == "AccessDeniedException")
    return fault(Fault{"AccessDenied", denied.message, 403, {}, denied.authorization_id});
  return fault("KMS." + denied.code, denied.message, 400);
}

}  // namespace drydock::s3
