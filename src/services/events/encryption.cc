#include "services/events/encryption.h"

#include "api/kms.h"
#include "gen/kms.h"

namespace drydock::events {
namespace {

constexpr std::string_view kPrincipal = "events.amazonaws.com";

Map<std::string> encryption_context(const BusRef& bus) {
  return {{"aws:events:event-bus:arn", bus.arn()}};
}

Client as_caller(Call& call, const BusRef& bus) {
  return call.client(kPrincipal).in_region(Region{bus.region});
}
Client as_eventbridge(Call& call, const BusRef& bus) {
  return call.server().client_as_service(kPrincipal, bus.arn(), bus.account, Region{bus.region});
}

bool is_denied(const Fault& kms) {
  return kms.code == "AccessDenied" || kms.code == "AccessDeniedException";
}

Unexpected denied(std::string_view action, const std::string& reason, const Fault& kms) {
  Fault out{"AccessDenied",
            "Access to call " + std::string(action) + " is denied. Reason: " + reason, 403};
  out.authorization_id = kms.authorization_id;
  return fault(std::move(out));
}

Unexpected not_valid(std::string_view parameter, const Fault& kms) {
  Fault out{"ValidationException",
            "Parameter " + std::string(parameter) + " is not valid. Reason: " + kms.message};
  out.authorization_id = kms.authorization_id;
  return fault(std::move(out));
}

// The key's own ARN.
Result<std::string> describe(Call& call, const BusRef& bus, const std::string& arn) {
  auto key = as_caller(call, bus).call<kms::DescribeKey>({.KeyId = arn});
  if (key) return key->KeyMetadata.Arn.value_or(arn);
  const Fault& kms = key.error();
  if (is_denied(kms)) return denied("kms:DescribeKey", kms.message, kms);
  return errors::ValidationException("Parameter " + kms.message +
                                     " (Service: Kms, Status Code: 400, Request ID: " +
                                     call.request_id() + ") (SDK Attempt Count: 1) is not valid.");
}

// What EventBridge itself must be allowed; AWS does word this deny by itself.
Result<void> try_as_eventbridge(Call& call, const BusRef& bus, const BusRow& row,
                                const std::string& key) {
  auto told = [&](std::string_view action, const Fault& kms) -> Unexpected {
    if (!is_denied(kms)) return not_valid(key, kms);
    std::string reason(kPrincipal);
    reason += " is not authorized to perform: " + std::string(action) + " on " + key;
    reason +=
        " because the resource does not exist in this Region, no resource-based policies "
        "allow access, or a resource-based policy explicitly denies access";
    return denied(action, reason, kms);
  };
  const Client service = as_eventbridge(call, bus);
  auto made = service.call<kms::GenerateDataKey>(
      {.KeyId = key, .EncryptionContext = encryption_context(bus), .KeySpec = "AES_256"});
  if (!made) return told("kms:GenerateDataKey", made.error());
  auto open = service.call<kms::Decrypt>(
      {.CiphertextBlob = *row.DataKey, .EncryptionContext = encryption_context(bus)});
  if (!open) return told("kms:Decrypt", open.error());
  return {};
}

std::optional<BusRow> keyed_bus(Call& call, const BusRef& bus) {
  auto row = kBuses.get(call.txn(), bus.space(), {bus.name});
  return row && row->DataKey ? row : std::nullopt;
}

}  // namespace

Result<void> set_key(Call& call, const BusRef& bus, BusRow& row, const std::string& identifier) {
  const Client caller = as_caller(call, bus);
  // What the old key protects has to be read once more.
  if (row.DataKey)
    if (auto open = caller.call<kms::Decrypt>(
            {.CiphertextBlob = *row.DataKey, .EncryptionContext = encryption_context(bus)});
        !open)
      return not_valid("kmsKeyIdentifier", open.error());
  if (identifier.empty()) {
    row.KmsKeyIdentifier.reset();
    row.DataKey.reset();
    return {};
  }
  const std::string shown = identifier.starts_with("arn:") || identifier.starts_with("alias/")
                                ? full_key_arn(bus.space(), identifier)
                                : identifier;
  if (shown.find(":alias/aws/") != std::string::npos)
    return errors::ValidationException(
        "Parameter " + shown + " is not valid. Reason: Provided Arn is not in correct format.");
  const std::string key = TRY(describe(call, bus, shown));
  auto made = caller.call<kms::GenerateDataKeyWithoutPlaintext>(
      {.KeyId = key, .EncryptionContext = encryption_context(bus), .KeySpec = "AES_256"});
  if (!made) return not_valid(key, made.error());
  row.DataKey = made->CiphertextBlob;
  row.KmsKeyIdentifier = shown.starts_with("arn:") ? shown : key;
  return try_as_eventbridge(call, bus, row, key);
}

Result<void> open_configuration(Call& call, const BusRef& bus) {
  auto row = keyed_bus(call, bus);
  if (!row) return {};
  auto open = as_caller(call, bus).call<kms::Decrypt>(
      {.CiphertextBlob = *row->DataKey, .EncryptionContext = encryption_context(bus)});
  if (open) return {};
  auto out = errors::NotAuthorizedException(
      "Cannot perform Kms:Decrypt on KMS key configured on event bus.");
  out.error().authorization_id = open.error().authorization_id;
  return out;
}

Result<void> encrypt_event(Call& call, const BusRef& bus) {
  auto row = keyed_bus(call, bus);
  if (!row) return {};
  TRY(as_eventbridge(call, bus).call<kms::GenerateDataKey>(
      {.KeyId = *row->KmsKeyIdentifier,
       .EncryptionContext = encryption_context(bus),
       .KeySpec = "AES_256"}));
  return {};
}

Result<void> decrypt_rules(Call& call, const BusRef& bus) {
  auto row = keyed_bus(call, bus);
  if (!row) return {};
  TRY(as_eventbridge(call, bus).call<kms::Decrypt>(
      {.CiphertextBlob = *row->DataKey, .EncryptionContext = encryption_context(bus)}));
  return {};
}

}  // namespace drydock::events
