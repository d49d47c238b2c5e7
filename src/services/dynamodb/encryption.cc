#include "services/dynamodb/encryption.h"

#include "gen/kms.h"
#include "services/dynamodb/values/document.h"

namespace drydock::dynamodb {
namespace {

constexpr std::string_view kForwarded = "dynamodb.amazonaws.com";
constexpr std::string_view kManagedKey = "alias/aws/dynamodb";
constexpr std::string_view kModel = "com.amazonaws.services.kms.model.";

bool wants_key(const SSESpecification& specification) {
  // AWS does take SSEType alone for Enabled.
  return specification.Enabled.value_or(specification.SSEType.has_value());
}

Map<std::string> encryption_context(const TableRow& row) {
  return {{"aws:dynamodb:tableName", row.Name},
          {"aws:dynamodb:subscriberId", Arn::parse(row.Arn)->account}};
}

// KMS's fault as DynamoDB tells it, in the words of the Java SDK that it uses.
Unexpected told(Call& call, const Fault& kms) {
  std::string kind = "KMS validation error: ", exception = kms.code, code = kms.code;
  Fault out{"ValidationException", {}};
  if (code == "AccessDenied" || code == "AccessDeniedException") {
    out.code = "AccessDenied";
    out.status = 403;
    out.authorization_id = kms.authorization_id;
    kind = "KMS key access denied error: ";
    code = "AccessDeniedException";
    exception = "AWSKMSException";
  } else if (code == "DisabledException") {
    kind = "KMS key disabled error: ";
  } else if (code == "ValidationException") {
    exception = "AWSKMSException";
  }
  // Of a deny the id under which it is explained.
  const std::string& id = kms.authorization_id.empty() ? call.request_id() : kms.authorization_id;
  out.message = kind + std::string(kModel) + exception + ": " + kms.message +
                " (Service: AWSKMS; Status Code: 400; Error Code: " + code + "; Request ID: " + id +
                "; Proxy: null)";
  return fault(std::move(out));
}

template <class Operation>
Result<typename Operation::Output> ask(Call& call, const Client& kms,
                                       const typename Operation::Input& input) {
  auto done = kms.call<Operation>(input);
  if (!done) return told(call, done.error());
  return done;
}

std::string principal(const std::string& region) { return "dynamodb." + region + ".amazonaws.com"; }

Client as_dynamodb(Server& server, const std::string& table_arn) {
  const Arn arn = *Arn::parse(table_arn);
  return server.client_as_service(principal(arn.region), table_arn, arn.account,
                                  Region{arn.region});
}

}  // namespace

Result<void> check_encryption(const std::optional<SSESpecification>& specification) {
  if (!specification) return {};
  if (!specification->Enabled.value_or(true)) {
    if (specification->SSEType)
      return invalid_parameter("SSEType can not be specified if Enabled is false");
    if (specification->KMSMasterKeyId)
      return invalid_parameter("KMSMasterKeyId can not be specified if Enabled is false");
  }
  if (specification->SSEType == "AES256")
    return invalid_parameter("SSEType AES256 is not supported");
  if (specification->KMSMasterKeyId && !specification->SSEType)
    return invalid_parameter("SSEType KMS is required if KMSMasterKeyId is specified");
  return {};
}

Result<void> set_encryption(Call& call, TableRow& row,
                            const std::optional<SSESpecification>& specification) {
  if (!specification || !wants_key(*specification)) return {};
  const std::string region = Arn::parse(row.Arn)->region;
  const Client caller = call.client(kForwarded).in_region(Region{region});
  auto key = TRY(ask<kms::DescribeKey>(
      call, caller, {.KeyId = specification->KMSMasterKeyId.value_or(std::string(kManagedKey))}));
  const std::string arn = key.KeyMetadata.Arn.value_or("");
  // By its name the same grant is found again when this handler runs again.
  auto grant = TRY(ask<kms::CreateGrant>(
      call, caller,
      {.KeyId = arn,
       .GranteePrincipal = principal(region),
       .RetiringPrincipal = principal(region),
       .Operations = {"DescribeKey", "GenerateDataKey", "Decrypt", "Encrypt", "ReEncryptFrom",
                      "ReEncryptTo", "RetireGrant"},
       .Constraints = kms::GrantConstraints{.EncryptionContextSubset = encryption_context(row)},
       .Name = call.request_id()}));
  auto table_key = TRY(ask<kms::GenerateDataKey>(
      call, as_dynamodb(call.server(), row.Arn),
      {.KeyId = arn, .EncryptionContext = encryption_context(row), .KeySpec = "AES_256"}));
  row.SseType = "KMS";
  row.SseKey = arn;
  row.SseGrant = grant.GrantId;
  row.SseDataKey = table_key.CiphertextBlob;
  row.SseInaccessibleSince.reset();
  return {};
}

Result<void> change_encryption(Call& call, const Schema& schema, TableRow& row,
                               const std::optional<SSESpecification>& specification) {
  if (!specification) return {};
  const bool wanted = wants_key(*specification);
  if (!wanted && !row.SseType) return invalid_parameter("Table is already encrypted by default");
  if (wanted && row.SseKey && specification->KMSMasterKeyId == row.SseKey)
    return invalid_parameter(
        "Table is already encrypted with given KMSMasterKeyId. Use KMSMasterKeyId parameter if you "
        "want to change Master Key");
  // What the old key protects is to be protected by the new one.
  TRY(open_table_key(call, schema));
  if (row.SseDataKey) retire_grant_later(call, row);
  if (wanted) return set_encryption(call, row, specification);
  row.SseType.reset();
  row.SseKey.reset();
  row.SseGrant.reset();
  row.SseDataKey.reset();
  row.SseInaccessibleSince.reset();
  return {};
}

Result<void> decrypt_table_key(Call& call, const Schema& schema) {
  // One request opens each table once, however many items it names.
  thread_local std::string opened_for;
  thread_local uint64_t opened = 0;
  if (opened == schema.number && opened_for == call.request_id()) return {};
  TRY(ask<kms::Decrypt>(call, call.client(kForwarded).in_region(Region{schema.space.region}),
                        {.CiphertextBlob = *schema.row.SseDataKey,
                         .EncryptionContext = encryption_context(schema.row)}));
  opened_for = call.request_id();
  opened = schema.number;
  return {};
}

bool can_maintain(Server& server, const Schema& schema) {
  if (!schema.row.SseDataKey) return true;
  return as_dynamodb(server, schema.row.Arn)
      .call<kms::Decrypt>({.CiphertextBlob = *schema.row.SseDataKey,
                           .EncryptionContext = encryption_context(schema.row)})
      .has_value();
}

bool is_accessible(Server& server, const Schema& schema) {
  auto key = as_dynamodb(server, schema.row.Arn)
                 .call<kms::DescribeKey>({.KeyId = schema.row.SseKey.value_or("")});
  return key && key->KeyMetadata.Enabled.value_or(false);
}

void retire_grant_later(Call& call, const TableRow& row) {
  if (!row.SseGrant) return;
  call.start_job(
      std::string(kRetireJob), *row.SseGrant, call.now(),
      Value::object(
          {{"table", row.Arn}, {"key", row.SseKey.value_or("")}, {"grant", *row.SseGrant}}));
}

Next retire_step(Server& server, const Job& job) {
  const std::string table = job.payload["table"].string_or("");
  if (!Arn::parse(table)) return Next::done();
  // It may have been revoked, or the key may be gone: then there is nothing to retire.
  (void)as_dynamodb(server, table)
      .call<kms::RetireGrant>({.KeyId = job.payload["key"].string_or(""),
                               .GrantId = job.payload["grant"].string_or("")});
  return Next::done();
}

}  // namespace drydock::dynamodb
