#include "services/kms/keys.h"

#include "api/server.h"
#include "auth/held.h"
#include "base/encoding.h"
#include "base/text.h"

namespace drydock::kms {
namespace {

constexpr std::string_view kAwsAlias = "alias/aws/";
constexpr size_t kMaterialBytes = 32;

Unexpected no_key(const std::string& arn) {
  return errors::NotFoundException("Key '" + arn + "' does not exist");
}

// The key policy that AWS gives to the keys it manages: usable through the service alone.
std::string managed_policy(const std::string& account, const std::string& region,
                           const std::string& service) {
  auto via = service + "." + region + ".amazonaws.com";
  auto use = Value::object(
      {{"Sid", "Allow access through " + service +
                   " for all principals in the account that are authorized to use " + service},
       {"Effect", "Allow"},
       {"Principal", Value::object({{"AWS", "*"}})},
       {"Action", Value::list({"kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*",
                               "kms:GenerateDataKey*", "kms:CreateGrant", "kms:DescribeKey"})},
       {"Resource", "*"},
       {"Condition",
        Value::object({{"StringEquals", Value::object({{"kms:ViaService", via},
                                                       {"kms:CallerAccount", account}})}})}});
  auto look = Value::object(
      {{"Sid", "Allow direct access to key metadata to the account"},
       {"Effect", "Allow"},
       {"Principal", Value::object({{"AWS", "arn:aws:iam::" + account + ":root"}})},
       {"Action", Value::list({"kms:Describe*", "kms:Get*", "kms:List*", "kms:RevokeGrant"})},
       {"Resource", "*"}});
  return to_json(Value::object({{"Version", "2012-10-17"},
                                {"Id", "auto-" + service + "-1"},
                                {"Statement", Value::list({use, look})}}));
}

// The services that keep a key of their own in every account.
bool has_managed_key(std::string_view service) {
  for (std::string_view known : {"s3", "ssm", "secretsmanager", "dynamodb", "lambda", "codecommit",
                                 "codepipeline", "codebuild", "codeartifact", "ebs", "sns", "sqs",
                                 "kinesis", "rds", "acm", "backup", "elasticfilesystem"}) {
    if (service == known) return true;
  }
  return false;
}

KeyRow make_managed_key(Call& call, const std::string& alias) {
  auto service = alias.substr(kAwsAlias.size());
  auto row = new_key(call, "AWS", managed_policy(call.account().text, call.region().text, service));
  row.Description =
      "Default key that protects my " + service + " data when no other key is defined";
  row.RotationDays = 365;
  row.NextRotation = call.now() + 365LL * 24 * 3600 * 1000;
  kKeys.put(call.txn(), call.space(), {row.Id}, row);
  kAliases.put(call.txn(), call.space(), {alias},
               {.Name = alias, .KeyId = row.Id, .Created = call.now(), .Updated = call.now()});
  call.start_job(std::string(kRotateJob), row.Arn, *row.NextRotation,
                 Value::object({{"Arn", row.Arn}}));
  return row;
}

Result<FoundKey> find_alias(Call& call, const Space& space, const std::string& alias) {
  auto arn = "arn:aws:kms:" + space.region + ":" + space.account + ":" + alias;
  auto row = kAliases.get(call.txn(), space, {alias});
  if (!row) {
    bool ours = space.account == call.account().text && alias.starts_with(kAwsAlias);
    if (ours && has_managed_key(std::string_view(alias).substr(kAwsAlias.size()))) {
      return FoundKey{make_managed_key(call, alias), space, alias};
    }
    return errors::NotFoundException("Alias " + arn + " is not found.");
  }
  auto key = kKeys.get(call.txn(), space, {row->KeyId});
  if (!key) return errors::NotFoundException("Alias " + arn + " is not found.");
  return FoundKey{std::move(*key), space, alias};
}

}  // namespace

Result<FoundKey> find_key(Call& call, const std::string& id, Names names) {
  Space space = call.space();
  std::string name = id;
  if (id.starts_with("arn:")) {
    auto arn = Arn::parse(id);
    if (!arn || arn->service != "kms") return errors::InvalidArnException("Invalid arn " + id);
    if (arn->region != call.region().text)
      return errors::NotFoundException("Invalid arn " + arn->region);
    space.account = arn->account;
    name = arn->resource;
    if (name.starts_with("key/"))
      name.erase(0, 4);
    else if (!name.starts_with("alias/"))
      return errors::InvalidArnException("Invalid arn " + id);
  }
  if (name.starts_with("alias/")) {
    if (names == Names::kNoAlias) {
      if (id.starts_with("arn:"))
        return errors::InvalidArnException("Key Aliases are not supported for this operation.");
      return errors::NotFoundException("Invalid keyId '" + id + "'");
    }
    return find_alias(call, space, name);
  }
  bool id_like =
      name.size() == 36 && name.find_first_not_of("0123456789abcdef-") == std::string::npos;
  if (!id_like && !name.starts_with("mrk-"))
    return errors::NotFoundException("Invalid keyId '" + id + "'");
  auto row = kKeys.get(call.txn(), space, {name});
  if (!row) return no_key("arn:aws:kms:" + space.region + ":" + space.account + ":key/" + name);
  return FoundKey{std::move(*row), space, {}};
}

void put_key(Call& call, const FoundKey& key) {
  kKeys.put(call.txn(), key.space, {key.row.Id}, key.row);
}

void add_caller_context(Call& call, Context& context) {
  context.add("kms:CallerAccount", call.account().text);
  const auto& via = call.caller().called_via;
  if (via.empty()) return;
  auto service = via.back().substr(0, via.back().find(".amazonaws.com"));
  context.add("kms:ViaService", service + "." + call.region().text + ".amazonaws.com");
}

void add_encryption_context(Context& context,
                            const std::optional<Map<std::string>>& encryption_context) {
  if (!encryption_context || encryption_context->empty()) return;
  std::vector<std::string> keys;
  for (const auto& [key, value] : *encryption_context) {
    context.add("kms:EncryptionContext:" + key, value);
    keys.push_back(key);
  }
  context.add("kms:EncryptionContextKeys", std::move(keys));
}

Result<void> authorize(Call& call, const FoundKey& key, std::string_view action, Context context) {
  add_caller_context(call, context);
  context.add("kms:KeySpec", "SYMMETRIC_DEFAULT");
  context.add("kms:KeyUsage", "ENCRYPT_DECRYPT");
  context.add("kms:KeyOrigin", "AWS_KMS");
  context.add("kms:MultiRegion", "false");
  if (!key.alias.empty()) context.add("kms:RequestAlias", key.alias);
  return call.authorize(action, key.row.Arn, std::move(context));
}

Result<void> require_not_deleting(const KeyRow& row) {
  if (row.State == "PendingDeletion")
    return errors::KMSInvalidStateException(row.Arn + " is pending deletion.");
  return {};
}

Result<void> require_enabled(const KeyRow& row) {
  TRY(require_not_deleting(row));
  if (row.State != "Enabled") return errors::DisabledException(row.Arn + " is disabled.");
  return {};
}

std::string new_material(Random& random) { return random.bytes(kMaterialBytes); }

KeyRow new_key(Call& call, std::string_view manager, std::string policy) {
  KeyRow row;
  row.Id = call.random().uuid();
  row.Arn = call.arn("kms", "key/" + row.Id);
  row.Created = call.now();
  row.State = "Enabled";
  row.Manager = std::string(manager);
  row.Policy = std::move(policy);
  row.Materials.push_back(new_material(call.random()));
  return row;
}

KeyMetadata metadata(const KeyRow& row) {
  KeyMetadata m;
  m.AWSAccountId = Arn::parse(row.Arn)->account;
  m.KeyId = row.Id;
  m.Arn = row.Arn;
  m.CreationDate = row.Created;
  m.Enabled = row.State == "Enabled";
  m.Description = row.Description;
  m.KeyUsage = "ENCRYPT_DECRYPT";
  m.KeyState = row.State;
  m.DeletionDate = row.DeletionDate;
  m.Origin = "AWS_KMS";
  m.KeyManager = row.Manager;
  m.CustomerMasterKeySpec = "SYMMETRIC_DEFAULT";
  m.KeySpec = "SYMMETRIC_DEFAULT";
  m.EncryptionAlgorithms = {"SYMMETRIC_DEFAULT"};
  m.MultiRegion = false;
  return m;
}

std::string default_policy(std::string_view account) {
  auto statement = Value::object(
      {{"Sid", "Enable IAM User Permissions"},
       {"Effect", "Allow"},
       {"Principal", Value::object({{"AWS", "arn:aws:iam::" + std::string(account) + ":root"}})},
       {"Action", "kms:*"},
       {"Resource", "*"}});
  return to_pretty_json(Value::object({{"Version", "2012-10-17"},
                                       {"Id", "key-default-1"},
                                       {"Statement", Value::list({statement})}}));
}

Result<std::string> check_policy(Call& call, const std::string& key_arn,
                                 const std::string& document, bool bypass_lockout_check) {
  // KMS Developer Guide, resource quotas: "Key policy document size".
  constexpr size_t kMostPolicyBytes = 32'768;
  if (document.size() > kMostPolicyBytes)
    return errors::LimitExceededException("The key policy is " + std::to_string(document.size()) +
                                          " bytes long; the limit is " +
                                          std::to_string(kMostPolicyBytes) + ".");
  auto policy = parse_policy(document, PolicyUse::kResource);
  if (!policy) return errors::MalformedPolicyDocumentException(policy.error().message);
  auto held = call.server().hold_principals(call.txn(), document);
  if (!held || lost_principal(call.server().show_principals(call.txn(), *held)))
    return errors::MalformedPolicyDocumentException(
        "Policy contains a statement with one or more invalid principals.");
  if (bypass_lockout_check) return held;
  // AWS does ask whether the caller could put the next policy, as far as the key's own policy
  // decides that.
  AuthorizationRequest request;
  request.caller = &call.caller();
  request.action = "kms:PutKeyPolicy";
  request.resource = key_arn;
  request.resource_account = Arn::parse(key_arn)->account;
  request.resource_policies.push_back({*policy, {}, key_arn, key_arn});
  request.resource_policy_mandatory = true;
  static const auto all = parse_policy(
      R"({"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}})", PolicyUse::kIdentity);
  request.identity.push_back({*all, {}, {}, {}});
  request.region = call.region().text;
  request.now = call.now();
  add_caller_context(call, request.context);
  if (evaluate(request).allowed()) return held;
  return errors::MalformedPolicyDocumentException(
      "The new key policy will not allow you to update the key policy in the future.");
}

Result<Page> read_page(const std::optional<int64_t>& limit,
                       const std::optional<std::string>& marker) {
  Page page;
  if (limit) page.limit = static_cast<size_t>(*limit);
  if (marker) {
    auto text = from_base64(*marker);
    if (!text)
      return errors::InvalidMarkerException("Could not deserialize marker '" + *marker + "'");
    page.marker = std::move(*text);
  }
  return page;
}

std::string write_marker(std::string_view last) { return to_base64(last); }

}  // namespace drydock::kms
