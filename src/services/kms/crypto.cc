// Encrypt, Decrypt and data keys.
#include "gen/kms_handlers.h"
#include "services/kms/cipher.h"
#include "services/kms/keys.h"

namespace drydock::kms {
namespace {

using EncryptionContext = std::optional<Map<std::string>>;
constexpr std::string_view kAlgorithm = "SYMMETRIC_DEFAULT";

Result<void> check_algorithm(const std::optional<std::string>& algorithm) {
  if (!algorithm || *algorithm == kAlgorithm) return {};
  return errors::ValidationException("Algorithm " + *algorithm +
                                     " and key spec SYMMETRIC_DEFAULT are incompatible.");
}

Result<void> use_key(Call& call, const FoundKey& key, std::string_view action,
                     const EncryptionContext& encryption_context,
                     const std::optional<bool>& dry_run, Context context = {}) {
  context.add("kms:EncryptionAlgorithm", std::string(kAlgorithm));
  add_encryption_context(context, encryption_context);
  TRY(authorize(call, key, action, std::move(context)));
  TRY(require_enabled(key.row));
  if (dry_run.value_or(false)) {
    return errors::DryRunOperationException(
        "The request would have succeeded, but the DryRun option is set.");
  }
  return {};
}

std::string seal_now(Call& call, const KeyRow& row, const EncryptionContext& context,
                     std::string_view plaintext) {
  return seal(row.Materials.back(), row.Materials.size() - 1, row.Arn,
              call.random().bytes(kNonceBytes), context.value_or(Map<std::string>{}), plaintext);
}

// The key that a ciphertext names; it must be the one the request names, if it names one.
Result<FoundKey> key_of(Call& call, const Sealed& sealed, const std::optional<std::string>& named) {
  if (named) {
    auto key = TRY(find_key(call, *named, Names::kAll));
    if (key.row.Arn != sealed.key_arn) {
      return errors::IncorrectKeyException(
          "The key ID in the request does not identify a CMK that can perform this operation.");
    }
    return key;
  }
  auto key = find_key(call, sealed.key_arn, Names::kNoAlias);
  if (key) return key;
  return fault(
      "AccessDenied",
      "The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are "
      "not allowed to access.");
}

Result<std::string> open_now(const KeyRow& row, const Sealed& sealed,
                             const EncryptionContext& context) {
  if (sealed.material >= row.Materials.size()) return errors::InvalidCiphertextException("");
  auto plaintext =
      open(row.Materials[sealed.material], sealed, context.value_or(Map<std::string>{}));
  if (!plaintext) return errors::InvalidCiphertextException("");
  return std::move(*plaintext);
}

Result<size_t> data_key_bytes(const std::optional<std::string>& spec,
                              const std::optional<int64_t>& bytes) {
  if (spec.has_value() == bytes.has_value()) {
    return errors::ValidationException("Please specify either number of bytes or key spec.");
  }
  if (bytes) return static_cast<size_t>(*bytes);
  return *spec == "AES_128" ? 16 : 32;
}

}  // namespace

Result<EncryptOutput> encrypt(Call& call, const EncryptInput& in) {
  auto key = TRY(find_key(call, in.KeyId, Names::kAll));
  TRY(use_key(call, key, "kms:Encrypt", in.EncryptionContext, in.DryRun));
  TRY(check_algorithm(in.EncryptionAlgorithm));
  return EncryptOutput{
      .CiphertextBlob = seal_now(call, key.row, in.EncryptionContext, in.Plaintext),
      .KeyId = key.row.Arn,
      .EncryptionAlgorithm = std::string(kAlgorithm)};
}

Result<DecryptOutput> decrypt(Call& call, const DecryptInput& in) {
  auto sealed = read_sealed(in.CiphertextBlob);
  if (!sealed) return errors::InvalidCiphertextException("");
  auto key = TRY(key_of(call, *sealed, in.KeyId));
  TRY(use_key(call, key, "kms:Decrypt", in.EncryptionContext, in.DryRun));
  TRY(check_algorithm(in.EncryptionAlgorithm));
  auto plaintext = TRY(open_now(key.row, *sealed, in.EncryptionContext));
  return DecryptOutput{.KeyId = key.row.Arn,
                       .Plaintext = std::move(plaintext),
                       .EncryptionAlgorithm = std::string(kAlgorithm)};
}

Result<ReEncryptOutput> re_encrypt(Call& call, const ReEncryptInput& in) {
  auto sealed = read_sealed(in.CiphertextBlob);
  if (!sealed) return errors::InvalidCiphertextException("");
  auto from = TRY(key_of(call, *sealed, in.SourceKeyId));
  auto to = TRY(find_key(call, in.DestinationKeyId, Names::kAll));
  auto same_key = [&] {
    Context context;
    context.add("kms:ReEncryptOnSameKey", from.row.Arn == to.row.Arn ? "true" : "false");
    return context;
  };
  TRY(use_key(call, from, "kms:ReEncryptFrom", in.SourceEncryptionContext, std::nullopt,
              same_key()));
  TRY(use_key(call, to, "kms:ReEncryptTo", in.DestinationEncryptionContext, in.DryRun, same_key()));
  TRY(check_algorithm(in.SourceEncryptionAlgorithm));
  TRY(check_algorithm(in.DestinationEncryptionAlgorithm));
  auto plaintext = TRY(open_now(from.row, *sealed, in.SourceEncryptionContext));
  return ReEncryptOutput{
      .CiphertextBlob = seal_now(call, to.row, in.DestinationEncryptionContext, plaintext),
      .SourceKeyId = from.row.Arn,
      .KeyId = to.row.Arn,
      .SourceEncryptionAlgorithm = std::string(kAlgorithm),
      .DestinationEncryptionAlgorithm = std::string(kAlgorithm)};
}

Result<GenerateDataKeyOutput> generate_data_key(Call& call, const GenerateDataKeyInput& in) {
  auto key = TRY(find_key(call, in.KeyId, Names::kAll));
  TRY(use_key(call, key, "kms:GenerateDataKey", in.EncryptionContext, in.DryRun));
  auto plaintext = call.random().bytes(TRY(data_key_bytes(in.KeySpec, in.NumberOfBytes)));
  return GenerateDataKeyOutput{
      .CiphertextBlob = seal_now(call, key.row, in.EncryptionContext, plaintext),
      .Plaintext = plaintext,
      .KeyId = key.row.Arn};
}

Result<GenerateDataKeyWithoutPlaintextOutput> generate_data_key_without_plaintext(
    Call& call, const GenerateDataKeyWithoutPlaintextInput& in) {
  auto key = TRY(find_key(call, in.KeyId, Names::kAll));
  TRY(use_key(call, key, "kms:GenerateDataKeyWithoutPlaintext", in.EncryptionContext, in.DryRun));
  auto plaintext = call.random().bytes(TRY(data_key_bytes(in.KeySpec, in.NumberOfBytes)));
  return GenerateDataKeyWithoutPlaintextOutput{
      .CiphertextBlob = seal_now(call, key.row, in.EncryptionContext, plaintext),
      .KeyId = key.row.Arn};
}

Result<GenerateRandomOutput> generate_random(Call& call, const GenerateRandomInput& in) {
  if (in.CustomKeyStoreId) return not_implemented("CustomKeyStoreId");
  if (!in.NumberOfBytes) return errors::ValidationException("NumberOfBytes is required.");
  return GenerateRandomOutput{.Plaintext =
                                  call.random().bytes(static_cast<size_t>(*in.NumberOfBytes))};
}

}  // namespace drydock::kms
