// Creating secrets, and their values and versions.
#include "base/text.h"
#include "gen/secretsmanager_handlers.h"
#include "services/secretsmanager/secrets.h"

namespace drydock::secretsmanager {
namespace {

constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

std::string version_id(Call& call, const std::optional<std::string>& token) {
  return token ? *token : call.random().uuid();
}

Unexpected no_version(const std::string& kind, const std::string& what) {
  return errors::ResourceNotFoundException(
      "Secrets Manager can't find the specified secret value for " + kind + ": " + what);
}

Result<void> check_name(const std::string& name) {
  constexpr std::string_view kAllowed =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/_+=.@-";
  if (name.find_first_not_of(kAllowed) == std::string::npos) return {};
  return errors::InvalidParameterException(
      "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!");
}

// The version that GetSecretValue means: by id, by stage, or both, which must then agree.
Result<SecretVersionRow> wanted_version(Call& call, const FoundSecret& secret,
                                        const GetSecretValueInput& in) {
  auto has_stage = [](const SecretVersionRow& v, const std::string& stage) {
    for (const auto& s : v.Stages) {
      if (s == stage) return true;
    }
    return false;
  };
  if (in.VersionId) {
    auto row = kVersions.get(call.txn(), secret.space, {secret.row.Name, *in.VersionId});
    if (!row) return no_version("VersionId", *in.VersionId);
    if (in.VersionStage && !has_stage(*row, *in.VersionStage)) {
      return errors::InvalidRequestException(
          "You provided a VersionStage that is not associated to the provided VersionId.");
    }
    return std::move(*row);
  }
  auto stage = in.VersionStage.value_or(std::string(kCurrent));
  for (auto& version : versions_of(call.txn(), secret)) {
    if (has_stage(version, stage)) return std::move(version);
  }
  return no_version("staging label", stage);
}

}  // namespace

Result<CreateSecretOutput> create_secret(Call& call, const CreateSecretInput& in) {
  auto context = tags_context(in.Tags.value_or(std::vector<Tag>{}));
  context.add("secretsmanager:Name", in.Name);
  if (in.Description) context.add("secretsmanager:Description", *in.Description);
  if (in.KmsKeyId) context.add("secretsmanager:KmsKeyId", *in.KmsKeyId);
  TRY(call.authorize("secretsmanager:CreateSecret",
                     call.arn("secretsmanager", "secret:" + in.Name + "-??????"),
                     std::move(context)));
  TRY(check_name(in.Name));
  if (in.AddReplicaRegions && !in.AddReplicaRegions->empty())
    return not_implemented("AddReplicaRegions");
  auto value = TRY(read_value(in.SecretString, in.SecretBinary));
  if (auto known = kSecrets.get(call.txn(), call.space(), {in.Name})) {
    if (known->Deleted) {
      return errors::InvalidRequestException(
          "You can't create this secret because a secret with this name is already scheduled for deletion.");
    }
    // The same request again, by its token, is the same secret.
    FoundSecret same{*known, call.space()};
    bool repeated = value && in.ClientRequestToken &&
                    kVersions.contains(call.txn(), same.space, {in.Name, *in.ClientRequestToken});
    if (!repeated) {
      return errors::ResourceExistsException("The operation failed because the secret " + in.Name +
                                             " already exists.");
    }
    TRY(add_version(call, same, *in.ClientRequestToken, *value, {}));
    return CreateSecretOutput{
        .ARN = known->Arn, .Name = in.Name, .VersionId = in.ClientRequestToken};
  }
  FoundSecret secret{{}, call.space()};
  secret.row.Name = in.Name;
  secret.row.Arn =
      call.arn("secretsmanager", "secret:" + in.Name + "-" + call.random().text(6, kLetters));
  secret.row.Description = in.Description;
  if (in.KmsKeyId && !in.KmsKeyId->empty()) {
    secret.row.KmsKeyId = in.KmsKeyId;
    TRY(prove_key(call, secret));
  }
  secret.row.Created = secret.row.Changed = call.now();
  secret.row.Tags = in.Tags.value_or(std::vector<Tag>{});
  put_secret(call, secret);
  CreateSecretOutput out{.ARN = secret.row.Arn, .Name = in.Name};
  if (value) {
    out.VersionId = version_id(call, in.ClientRequestToken);
    TRY(add_version(call, secret, *out.VersionId, *value, {std::string(kCurrent)}));
  }
  return out;
}

Result<GetSecretValueOutput> get_secret_value(Call& call, const GetSecretValueInput& in) {
  Context context;
  context.add("secretsmanager:VersionStage", in.VersionStage.value_or(std::string(kCurrent)));
  if (in.VersionId) context.add("secretsmanager:VersionId", *in.VersionId);
  auto secret = TRY(find_secret(call, in.SecretId, "secretsmanager:GetSecretValue",
                                Marked::kRefused, std::move(context)));
  auto version = TRY(wanted_version(call, secret, in));
  auto value = TRY(open_version(call, secret, version));
  // AWS tells the day of the last access only.
  constexpr int64_t kDayMs = 24LL * 3600 * 1000;
  Timestamp today{call.now().ms / kDayMs * kDayMs};
  if (secret.row.Accessed != today) {
    secret.row.Accessed = today;
    put_secret(call, secret);
  }
  GetSecretValueOutput out{.ARN = secret.row.Arn,
                           .Name = secret.row.Name,
                           .VersionId = version.Id,
                           .VersionStages = version.Stages,
                           .CreatedDate = version.Created};
  (value.is_binary ? out.SecretBinary : out.SecretString) = std::move(value.bytes);
  return out;
}

Result<BatchGetSecretValueOutput> batch_get_secret_value(Call& call,
                                                         const BatchGetSecretValueInput& in) {
  if (in.SecretIdList.has_value() == in.Filters.has_value())
    return errors::InvalidParameterException(
        "Either 'SecretIdList' or 'Filters' must be provided, but not both.");
  if (in.MaxResults && !in.Filters)
    return errors::InvalidParameterException(
        "'Filters' not specified. 'Filters' must also be specified when 'MaxResults' is provided.");
  constexpr int64_t kMostAtOnce = 20;
  BatchGetSecretValueOutput out{.SecretValues = std::vector<SecretValueEntry>{},
                                .Errors = std::vector<SecretErrorEntry>{}};
  std::vector<std::string> ids = in.SecretIdList.value_or(std::vector<std::string>{});
  if (in.Filters) {
    TRY(call.authorize("secretsmanager:ListSecrets", "*"));
    auto page = TRY(list_secrets(call, {.MaxResults = in.MaxResults.value_or(kMostAtOnce),
                                        .NextToken = in.NextToken,
                                        .Filters = in.Filters}));
    for (const auto& entry : *page.SecretList) ids.push_back(entry.ARN.value_or(""));
    out.NextToken = std::move(page.NextToken);
  }
  for (const std::string& id : ids) {
    auto got = get_secret_value(call, {.SecretId = id});
    if (got) {
      out.SecretValues->push_back({.ARN = got->ARN,
                                   .Name = got->Name,
                                   .VersionId = got->VersionId,
                                   .SecretBinary = std::move(got->SecretBinary),
                                   .SecretString = std::move(got->SecretString),
                                   .VersionStages = std::move(got->VersionStages),
                                   .CreatedDate = got->CreatedDate});
      continue;
    }
    const Fault& fault = got.error();
    out.Errors->push_back(
        {.SecretId = id,
         .ErrorCode = fault.code == "AccessDenied" ? "AccessDeniedException" : fault.code,
         .Message = fault.message});
  }
  return out;
}

Result<PutSecretValueOutput> put_secret_value(Call& call, const PutSecretValueInput& in) {
  auto secret =
      TRY(find_secret(call, in.SecretId, "secretsmanager:PutSecretValue", Marked::kRefused));
  auto value = TRY(read_value(in.SecretString, in.SecretBinary));
  if (!value)
    return errors::InvalidRequestException("You must provide either SecretString or SecretBinary.");
  auto id = version_id(call, in.ClientRequestToken);
  TRY(add_version(call, secret, id, *value,
                  in.VersionStages.value_or(std::vector<std::string>{std::string(kCurrent)})));
  auto row = kVersions.get(call.txn(), secret.space, {secret.row.Name, id});
  return PutSecretValueOutput{.ARN = secret.row.Arn,
                              .Name = secret.row.Name,
                              .VersionId = id,
                              .VersionStages = row ? row->Stages : std::vector<std::string>{}};
}

Result<UpdateSecretOutput> update_secret(Call& call, const UpdateSecretInput& in) {
  Context context;
  if (in.Description) context.add("secretsmanager:Description", *in.Description);
  if (in.KmsKeyId) context.add("secretsmanager:KmsKeyId", *in.KmsKeyId);
  auto secret = TRY(find_secret(call, in.SecretId, "secretsmanager:UpdateSecret", Marked::kRefused,
                                std::move(context)));
  if (in.Description) secret.row.Description = in.Description;
  const auto old_key = secret.row.KmsKeyId;
  if (in.KmsKeyId) secret.row.KmsKeyId = in.KmsKeyId->empty() ? std::nullopt : in.KmsKeyId;
  if (secret.row.KmsKeyId && secret.row.KmsKeyId != old_key) TRY(prove_key(call, secret));
  secret.row.Changed = call.now();
  put_secret(call, secret);
  UpdateSecretOutput out{.ARN = secret.row.Arn, .Name = secret.row.Name};
  if (auto value = TRY(read_value(in.SecretString, in.SecretBinary))) {
    out.VersionId = version_id(call, in.ClientRequestToken);
    TRY(add_version(call, secret, *out.VersionId, *value, {std::string(kCurrent)}));
  }
  return out;
}

Result<UpdateSecretVersionStageOutput> update_secret_version_stage(
    Call& call, const UpdateSecretVersionStageInput& in) {
  Context context;
  context.add("secretsmanager:VersionStage", in.VersionStage);
  auto secret = TRY(find_secret(call, in.SecretId, "secretsmanager:UpdateSecretVersionStage",
                                Marked::kRefused, std::move(context)));
  std::string holder;
  for (const auto& version : versions_of(call.txn(), secret)) {
    for (const auto& stage : version.Stages) {
      if (stage == in.VersionStage) holder = version.Id;
    }
  }
  if (in.MoveToVersionId &&
      !kVersions.contains(call.txn(), secret.space, {secret.row.Name, *in.MoveToVersionId})) {
    return no_version("VersionId", *in.MoveToVersionId);
  }
  if (in.RemoveFromVersionId && holder != *in.RemoveFromVersionId) {
    return errors::InvalidParameterException(
        "The parameter RemoveFromVersionId can't be empty. Staging label " + in.VersionStage +
        " is currently attached to version " + holder +
        ", so you must explicitly reference that version in RemoveFromVersionId.");
  }
  if (!holder.empty() && !in.RemoveFromVersionId && in.MoveToVersionId != holder) {
    return errors::InvalidParameterException(
        "The parameter RemoveFromVersionId can't be empty. Staging label " + in.VersionStage +
        " is currently attached to version " + holder +
        ", so you must explicitly reference that version in RemoveFromVersionId.");
  }
  if (in.VersionStage == kCurrent && !in.MoveToVersionId) {
    return errors::InvalidRequestException(
        "You can only move staging label AWSCURRENT to a different secret version. It can't be completely removed.");
  }
  move_stage(call, secret, in.VersionStage, in.MoveToVersionId.value_or(""));
  secret.row.Changed = call.now();
  put_secret(call, secret);
  return UpdateSecretVersionStageOutput{.ARN = secret.row.Arn, .Name = secret.row.Name};
}

Result<GetRandomPasswordOutput> get_random_password(Call& call, const GetRandomPasswordInput& in) {
  struct Kind {
    std::string_view all;
    bool excluded;
  };
  const Kind kinds[] = {
      {"abcdefghijklmnopqrstuvwxyz", in.ExcludeLowercase.value_or(false)},
      {"ABCDEFGHIJKLMNOPQRSTUVWXYZ", in.ExcludeUppercase.value_or(false)},
      {"0123456789", in.ExcludeNumbers.value_or(false)},
      {"!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", in.ExcludePunctuation.value_or(false)},
      {" ", !in.IncludeSpace.value_or(false)}};
  const auto excluded = in.ExcludeCharacters.value_or("");
  std::vector<std::string> alphabets;
  std::string all;
  for (const auto& kind : kinds) {
    std::string left;
    for (char c : kind.all) {
      if (!kind.excluded && excluded.find(c) == std::string::npos) left += c;
    }
    all += left;
    if (!left.empty()) alphabets.push_back(std::move(left));
  }
  if (all.empty())
    return errors::InvalidParameterException(
        "All characters of the desired type have been excluded.");
  const auto length = static_cast<size_t>(in.PasswordLength.value_or(32));
  const bool each = in.RequireEachIncludedType.value_or(true);
  if (each && length < alphabets.size()) {
    return errors::InvalidParameterException(
        "Password length is too short based on the required types.");
  }
  std::string password = call.random().text(length, all);
  if (each) {
    // One of each kind, at places drawn without repetition.
    std::vector<size_t> places(length);
    for (size_t i = 0; i < length; ++i) places[i] = i;
    for (size_t i = 0; i < alphabets.size(); ++i) {
      std::swap(places[i], places[i + call.random().next() % (length - i)]);
      password[places[i]] = call.random().text(1, alphabets[i])[0];
    }
  }
  return GetRandomPasswordOutput{.RandomPassword = std::move(password)};
}

}  // namespace drydock::secretsmanager
