#include "services/secretsmanager/secrets.h"

#include <algorithm>

#include "base/aes_gcm.h"
#include "gen/kms.h"

namespace drydock::secretsmanager {
namespace {

constexpr std::string_view kVia = "secretsmanager.amazonaws.com";
constexpr std::string_view kDefaultKey = "alias/aws/secretsmanager";
constexpr size_t kMostVersions = 100;
constexpr size_t kSuffix = 7;  // "-" and six random characters

Unexpected not_found() {
  return errors::ResourceNotFoundException("Secrets Manager can't find the specified secret.");
}

Map<std::string> encryption_context(const SecretRow& secret, const std::string& version_id) {
  return {{"SecretARN", secret.Arn}, {"SecretVersionId", version_id}};
}

// A deny of KMS, in Secrets Manager's words.
Unexpected key_fault(Fault f) {
  if (f.code == "AccessDenied" || f.code == "AccessDeniedException")
    f.message = "Access to KMS is not allowed";
  else if (f.code != "NotImplemented")
    f.code = "DecryptionFailure", f.message = "Secrets Manager can't use the KMS key: " + f.message;
  return fault(std::move(f));
}

bool has(const std::vector<std::string>& stages, std::string_view stage) {
  return std::find(stages.begin(), stages.end(), stage) != stages.end();
}

// Versions without a stage are deprecated; the oldest of them make room.
void make_room(Call& call, const FoundSecret& secret) {
  auto versions = versions_of(call.txn(), secret);
  if (versions.size() < kMostVersions) return;
  std::sort(versions.begin(), versions.end(),
            [](const auto& a, const auto& b) { return a.Created < b.Created; });
  for (const auto& version : versions) {
    if (!version.Stages.empty()) continue;
    kVersions.erase(call.txn(), secret.space, {secret.row.Name, version.Id});
    return;
  }
}

}  // namespace

std::optional<FoundSecret> secret_by_arn(Txn& txn, const Arn& arn) {
  if (!arn.resource.starts_with("secret:")) return std::nullopt;
  Space space{arn.account, arn.region};
  auto name = arn.resource.substr(7);
  // With its random ending, or as a name without it.
  if (name.size() > kSuffix && name[name.size() - kSuffix] == '-') {
    auto row = kSecrets.get(txn, space, {name.substr(0, name.size() - kSuffix)});
    if (row && row->Arn == arn.text()) return FoundSecret{std::move(*row), space};
  }
  auto row = kSecrets.get(txn, space, {name});
  if (!row) return std::nullopt;
  return FoundSecret{std::move(*row), space};
}

Result<FoundSecret> find_secret(Call& call, const std::string& id, std::string_view action,
                                Marked marked, Context context) {
  std::optional<FoundSecret> found;
  std::string resource;
  if (id.starts_with("arn:")) {
    auto arn = Arn::parse(id);
    if (!arn || arn->service != "secretsmanager")
      return errors::InvalidParameterException("Invalid ARN: " + id);
    found = secret_by_arn(call.txn(), *arn);
    resource = id;
  } else {
    if (auto row = kSecrets.get(call.txn(), call.space(), {id}))
      found = FoundSecret{std::move(*row), call.space()};
    resource = call.arn("secretsmanager", "secret:" + id);
  }
  context.add("secretsmanager:SecretId", found ? found->row.Arn : resource);
  TRY(call.authorize(action, found ? found->row.Arn : resource, std::move(context)));
  if (!found) return not_found();
  if (found->row.Deleted && marked == Marked::kRefused) {
    return errors::InvalidRequestException(
        "You can't perform this operation on the secret because it was marked for deletion.");
  }
  return std::move(*found);
}

void put_secret(Call& call, const FoundSecret& secret) {
  kSecrets.put(call.txn(), secret.space, {secret.row.Name}, secret.row);
}

Context tags_context(const std::vector<Tag>& tags) {
  Context context;
  std::vector<std::string> keys;
  for (const auto& tag : tags) {
    context.add("aws:RequestTag/" + tag.Key.value_or(""), tag.Value.value_or(""));
    keys.push_back(tag.Key.value_or(""));
  }
  if (!keys.empty()) context.add("aws:TagKeys", std::move(keys));
  return context;
}

Result<std::optional<NewValue>> read_value(const std::optional<std::string>& text,
                                           const std::optional<std::string>& bytes) {
  if (text && bytes) {
    return errors::InvalidParameterException(
        "You must provide either SecretString or SecretBinary, but not both.");
  }
  if (text) return NewValue{*text, false};
  if (bytes) return NewValue{*bytes, true};
  return std::nullopt;
}

std::vector<SecretVersionRow> versions_of(Txn& txn, const FoundSecret& secret) {
  return kVersions.scan(txn, secret.space, {.prefix = {secret.row.Name}});
}

void move_stage(Call& call, const FoundSecret& secret, std::string_view stage,
                const std::string& to) {
  std::string from;
  for (auto& version : versions_of(call.txn(), secret)) {
    bool had = has(version.Stages, stage), gets = version.Id == to;
    if (had && !gets) {
      from = version.Id;
      std::erase(version.Stages, stage);
    } else if (!had && gets) {
      version.Stages.emplace_back(stage);
    } else {
      continue;
    }
    kVersions.put(call.txn(), secret.space, {secret.row.Name, version.Id}, version);
  }
  if (stage == kCurrent && !from.empty()) move_stage(call, secret, kPrevious, from);
}

Result<void> prove_key(Call& call, const FoundSecret& secret) {
  // AWS does: Secrets Manager User Guide, Secret encryption and decryption, "Validating access to
  // the KMS key".
  const auto context = encryption_context(secret.row, "RequestToValidateKeyAccess");
  auto key = call.client(kVia).call<kms::GenerateDataKey>(
      {.KeyId = *secret.row.KmsKeyId, .EncryptionContext = context, .KeySpec = "AES_256"});
  if (!key) return key_fault(std::move(key).error());
  auto opened = call.client(kVia).call<kms::Decrypt>(
      {.CiphertextBlob = key->CiphertextBlob.value_or(""), .EncryptionContext = context});
  if (!opened) return key_fault(std::move(opened).error());
  return {};
}

Result<void> add_version(Call& call, FoundSecret& secret, const std::string& id,
                         const NewValue& value, const std::vector<std::string>& stages) {
  if (auto known = kVersions.get(call.txn(), secret.space, {secret.row.Name, id})) {
    auto old = TRY(open_version(call, secret, *known));
    if (old.bytes == value.bytes && old.is_binary == value.is_binary) return {};
    return errors::ResourceExistsException(
        "You can't use ClientRequestToken " + id +
        " because that value is already in use for a version of secret " + secret.row.Arn + ".");
  }
  make_room(call, secret);
  auto key = call.client(kVia).call<kms::GenerateDataKey>(
      {.KeyId = secret.row.KmsKeyId.value_or(std::string(kDefaultKey)),
       .EncryptionContext = encryption_context(secret.row, id),
       .KeySpec = "AES_256"});
  if (!key) return key_fault(std::move(key).error());
  SecretVersionRow version;
  version.Id = id;
  version.Created = call.now();
  version.IsBinary = value.is_binary;
  version.DataKey = key->CiphertextBlob.value_or("");
  auto nonce = call.random().bytes(kAesNonceBytes);
  version.Sealed = nonce + aes_256_gcm_seal(key->Plaintext.value_or(""), nonce,
                                            secret.row.Arn + "/" + id, value.bytes);
  kVersions.put(call.txn(), secret.space, {secret.row.Name, id}, version);
  bool first = versions_of(call.txn(), secret).size() == 1;
  for (const auto& stage : stages) move_stage(call, secret, stage, id);
  // AWS does make the first version the current one, whatever stages it is given.
  if (first && !has(stages, kCurrent)) move_stage(call, secret, kCurrent, id);
  secret.row.Changed = call.now();
  put_secret(call, secret);
  return {};
}

Result<NewValue> open_version(Call& call, const FoundSecret& secret,
                              const SecretVersionRow& version) {
  auto key = call.client(kVia).call<kms::Decrypt>(
      {.CiphertextBlob = version.DataKey,
       .EncryptionContext = encryption_context(secret.row, version.Id)});
  if (!key) return key_fault(std::move(key).error());
  std::string_view sealed = version.Sealed;
  if (sealed.size() < kAesNonceBytes)
    return errors::DecryptionFailure("The secret's bytes are damaged.");
  auto bytes = aes_256_gcm_open(key->Plaintext.value_or(""), sealed.substr(0, kAesNonceBytes),
                                secret.row.Arn + "/" + version.Id, sealed.substr(kAesNonceBytes));
  if (!bytes) return errors::DecryptionFailure("The secret's bytes are damaged.");
  return NewValue{std::move(*bytes), version.IsBinary};
}

void erase_secret(Txn& txn, const Space& space, const std::string& name) {
  for (const auto& version : kVersions.scan(txn, space, {.prefix = {name}}))
    kVersions.erase(txn, space, {name, version.Id});
  kSecrets.erase(txn, space, {name});
}

}  // namespace drydock::secretsmanager
