#include "api/kms.h"

namespace drydock {
namespace {

Value context_of(const KeyUse& use) {
  Value out = Value::object();
  for (const auto& [name, value] : use.context) out.set(name, value);
  return out;
}

}  // namespace

std::string full_key_arn(const Space& owner, std::string_view name) {
  if (name.starts_with("arn:")) return std::string(name);
  return "arn:aws:kms:" + owner.region + ":" + owner.account + ":" +
         (name.starts_with("alias/") ? "" : "key/") + std::string(name);
}

Result<std::string> make_data_key(const Client& client, const KeyUse& use) {
  Value made = TRY(client.call(
      "kms", "GenerateDataKey",
      Value::object(
          {{"KeyId", use.key}, {"KeySpec", "AES_256"}, {"EncryptionContext", context_of(use)}})));
  std::string sealed = made["CiphertextBlob"].string_or("");
  TRY(open_data_key(client, use, sealed));
  return sealed;
}

Result<void> open_data_key(const Client& client, const KeyUse& use, const std::string& sealed) {
  TRY(client.call(
      "kms", "Decrypt",
      Value::object({{"CiphertextBlob", sealed}, {"EncryptionContext", context_of(use)}})));
  return {};
}

Fault kms_fault(Fault from_kms, std::string code) {
  const bool denied = from_kms.code == "AccessDenied";
  from_kms.message += " (Service: AWSKMS; Status Code: 400; Error Code: " +
                      (denied ? "AccessDeniedException" : from_kms.code);
  if (!from_kms.authorization_id.empty())
    from_kms.message += "; Request ID: " + from_kms.authorization_id;
  from_kms.message += "; Proxy: null)";
  from_kms.code = std::move(code);
  from_kms.status = 400;
  return from_kms;
}

}  // namespace drydock
