// Describing, listing, deleting and tagging secrets, and their resource policies.
#include <algorithm>

#include "api/server.h"
#include "auth/evaluate.h"
#include "auth/public_access.h"
#include "base/encoding.h"
#include "base/text.h"
#include "gen/secretsmanager_handlers.h"
#include "services/secretsmanager/secrets.h"

namespace drydock::secretsmanager {
namespace {

constexpr int64_t kDayMs = 24LL * 3600 * 1000;
constexpr size_t kMostTags = 50;

Map<std::vector<std::string>> stages_of(Txn& txn, const FoundSecret& secret) {
  Map<std::vector<std::string>> out;
  for (const auto& version : versions_of(txn, secret)) {
    if (!version.Stages.empty()) out.emplace_back(version.Id, version.Stages);
  }
  return out;
}

SecretListEntry entry_of(Call& call, const SecretRow& row) {
  SecretListEntry e;
  e.ARN = row.Arn;
  e.Name = row.Name;
  e.Description = row.Description;
  e.KmsKeyId = row.KmsKeyId;
  e.LastChangedDate = row.Changed;
  e.LastAccessedDate = row.Accessed;
  e.DeletedDate = row.Deleted;
  e.Tags = row.Tags;
  e.SecretVersionsToStages = stages_of(call.txn(), {row, call.space()});
  e.CreatedDate = row.Created;
  return e;
}

// AWS does match words by their beginning, without case; a leading ! negates.
bool begins(std::string_view text, std::string_view with) {
  return text.size() >= with.size() && equals_ignore_case(text.substr(0, with.size()), with);
}

bool passes(const SecretRow& row, const Filter& filter) {
  auto one = [&](const std::string& wanted) {
    auto key = filter.Key.value_or("all");
    bool any = key == "all";
    bool hit = false;
    if (any || key == "name")
      hit |= any ? begins(row.Name, wanted) : std::string_view(row.Name).starts_with(wanted);
    if (any || key == "description") {
      if (row.Description)
        for (auto word : split(*row.Description, ' ')) hit |= begins(word, wanted);
    }
    for (const auto& tag : row.Tags) {
      if (any || key == "tag-key") hit |= begins(tag.Key.value_or(""), wanted);
      if (any || key == "tag-value") hit |= begins(tag.Value.value_or(""), wanted);
    }
    return hit;
  };
  if (!filter.Values) return true;
  for (const auto& value : *filter.Values) {
    if (value.starts_with('!') ? !one(value.substr(1)) : one(value)) return true;
  }
  return false;
}

Result<void> dry(const DeleteSecretInput& in) {
  if (in.RecoveryWindowInDays && in.ForceDeleteWithoutRecovery.value_or(false)) {
    return errors::InvalidParameterException(
        "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.");
  }
  if (in.RecoveryWindowInDays && (*in.RecoveryWindowInDays < 7 || *in.RecoveryWindowInDays > 30)) {
    return errors::InvalidParameterException(
        "The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).");
  }
  return {};
}

}  // namespace

Result<DescribeSecretOutput> describe_secret(Call& call, const DescribeSecretInput& in) {
  auto secret =
      TRY(find_secret(call, in.SecretId, "secretsmanager:DescribeSecret", Marked::kTaken));
  const auto& row = secret.row;
  DescribeSecretOutput out;
  out.ARN = row.Arn;
  out.Name = row.Name;
  out.Description = row.Description;
  out.KmsKeyId = row.KmsKeyId;
  out.LastChangedDate = row.Changed;
  out.LastAccessedDate = row.Accessed;
  out.DeletedDate = row.Deleted;
  if (!row.Tags.empty()) out.Tags = row.Tags;
  auto stages = stages_of(call.txn(), secret);
  if (!stages.empty()) out.VersionIdsToStages = std::move(stages);
  out.CreatedDate = row.Created;
  return out;
}

Result<ListSecretsOutput> list_secrets(Call& call, const ListSecretsInput& in) {
  ListSecretsOutput out{.SecretList = std::vector<SecretListEntry>{}};
  std::string after;
  if (in.NextToken) {
    auto text = from_base64(*in.NextToken);
    if (!text) return errors::InvalidNextTokenException("Invalid NextToken");
    after = std::move(*text);
  }
  const auto limit = static_cast<size_t>(in.MaxResults.value_or(100));
  // Newest first by default on AWS; names decide here, so that pages stay whole while secrets come
  // and go.
  ScanOptions options{.order =
                          in.SortOrder == "desc" ? Txn::Order::kReverse : Txn::Order::kForward};
  if (!after.empty()) options.after = {after};
  kSecrets.each(call.txn(), call.space(), options, [&](const auto&, const SecretRow& row) {
    if (row.Deleted && !in.IncludePlannedDeletion.value_or(false)) return true;
    for (const auto& filter : in.Filters.value_or(std::vector<Filter>{})) {
      if (!passes(row, filter)) return true;
    }
    if (out.SecretList->size() == limit) {
      out.NextToken = to_base64(*out.SecretList->back().Name);
      return false;
    }
    out.SecretList->push_back(entry_of(call, row));
    return true;
  });
  return out;
}

Result<ListSecretVersionIdsOutput> list_secret_version_ids(Call& call,
                                                           const ListSecretVersionIdsInput& in) {
  auto secret =
      TRY(find_secret(call, in.SecretId, "secretsmanager:ListSecretVersionIds", Marked::kTaken));
  ListSecretVersionIdsOutput out{
      .Versions = std::vector<VersionEntry>{}, .ARN = secret.row.Arn, .Name = secret.row.Name};
  for (const auto& version : versions_of(call.txn(), secret)) {
    if (version.Stages.empty() && !in.IncludeDeprecated.value_or(false)) continue;
    VersionEntry e;
    e.VersionId = version.Id;
    if (!version.Stages.empty()) e.VersionStages = version.Stages;
    e.CreatedDate = version.Created;
    e.KmsKeyIds = {secret.row.KmsKeyId.value_or("DefaultEncryptionKey")};
    out.Versions->push_back(std::move(e));
  }
  return out;
}

Result<DeleteSecretOutput> delete_secret(Call& call, const DeleteSecretInput& in) {
  Context context;
  const bool force = in.ForceDeleteWithoutRecovery.value_or(false);
  context.add("secretsmanager:ForceDeleteWithoutRecovery", force ? "true" : "false");
  const int64_t days = in.RecoveryWindowInDays.value_or(30);
  if (!force) context.add("secretsmanager:RecoveryWindowInDays", std::to_string(days));
  auto secret = TRY(find_secret(call, in.SecretId, "secretsmanager:DeleteSecret",
                                force ? Marked::kTaken : Marked::kRefused, std::move(context)));
  TRY(dry(in));
  DeleteSecretOutput out{.ARN = secret.row.Arn, .Name = secret.row.Name};
  if (force) {
    erase_secret(call.txn(), secret.space, secret.row.Name);
    call.cancel_job(kDeleteJob, secret.row.Arn);
    out.DeletionDate = call.now();
    return out;
  }
  secret.row.Deleted = call.now();
  secret.row.Goes = call.now() + days * kDayMs;
  put_secret(call, secret);
  call.start_job(std::string(kDeleteJob), secret.row.Arn, *secret.row.Goes,
                 Value::object({{"Arn", secret.row.Arn}}));
  out.DeletionDate = secret.row.Goes;
  return out;
}

Result<RestoreSecretOutput> restore_secret(Call& call, const RestoreSecretInput& in) {
  auto secret = TRY(find_secret(call, in.SecretId, "secretsmanager:RestoreSecret", Marked::kTaken));
  secret.row.Deleted.reset();
  secret.row.Goes.reset();
  put_secret(call, secret);
  call.cancel_job(kDeleteJob, secret.row.Arn);
  return RestoreSecretOutput{.ARN = secret.row.Arn, .Name = secret.row.Name};
}

// ---- policies

namespace {

constexpr std::string_view kPublicPolicy =
    "The BlockPublicPolicy parameter is set to true, and the resource policy did not prevent broad "
    "access to the secret.";

std::string syntax_error(const Fault& fault) {
  return "This resource policy contains a syntax error: " + fault.message;
}

bool is_public_text(std::string_view text) {
  auto document = parse_json(text);
  return document && is_public_policy(*document);
}

// Whether a policy would keep the caller from ever replacing it.
bool locks_out(Call& call, const PolicyPtr& policy) {
  const std::string any =
      "arn:aws:secretsmanager:" + call.space().region + ":" + call.space().account + ":secret:*";
  AuthorizationRequest replace;
  replace.caller = &call.caller();
  replace.action = "secretsmanager:PutResourcePolicy";
  replace.resource = any;
  replace.resource_account = call.space().account;
  replace.resource_policies = {{policy, {}, any, any}};
  replace.region = call.space().region;
  replace.now = call.now();
  return evaluate(replace).effect == Effect::kExplicitDeny;
}

}  // namespace

Result<ValidateResourcePolicyOutput> validate_resource_policy(
    Call& call, const ValidateResourcePolicyInput& in) {
  std::string resource = "*";
  if (in.SecretId)
    resource = TRY(find_secret(call, *in.SecretId, "secretsmanager:ValidateResourcePolicy",
                               Marked::kTaken))
                   .row.Arn;
  else
    TRY(call.authorize("secretsmanager:ValidateResourcePolicy", resource));
  TRY(call.authorize("secretsmanager:PutResourcePolicy", resource));
  ValidateResourcePolicyOutput out{.ValidationErrors = std::vector<ValidationErrorsEntry>{}};
  auto fails = [&](const char* check, std::string text) {
    out.ValidationErrors->push_back({.CheckName = check, .ErrorMessage = std::move(text)});
  };
  auto policy = parse_policy(in.ResourcePolicy, PolicyUse::kResource);
  if (!policy) {
    fails("POLICY_SYNTAX", syntax_error(policy.error()));
  } else {
    if (is_public_text(in.ResourcePolicy))
      fails("PUBLIC_ACCESS", "The resource policy grants broad access to the secret.");
    if (locks_out(call, *policy))
      fails("CALLER_LOCKOUT", "The resource policy would not let the caller replace it.");
  }
  out.PolicyValidationPassed = out.ValidationErrors->empty();
  return out;
}

Result<PutResourcePolicyOutput> put_resource_policy(Call& call, const PutResourcePolicyInput& in) {
  Context context;
  context.add("secretsmanager:BlockPublicPolicy",
              in.BlockPublicPolicy.value_or(false) ? "true" : "false");
  auto secret = TRY(find_secret(call, in.SecretId, "secretsmanager:PutResourcePolicy",
                                Marked::kRefused, std::move(context)));
  auto policy = parse_policy(in.ResourcePolicy, PolicyUse::kResource);
  if (!policy) return errors::MalformedPolicyDocumentException(syntax_error(policy.error()));
  if (in.BlockPublicPolicy.value_or(false) && is_public_text(in.ResourcePolicy))
    return errors::PublicPolicyException(std::string(kPublicPolicy));
  auto held = call.server().hold_principals(call.txn(), in.ResourcePolicy);
  if (!held)
    return errors::MalformedPolicyDocumentException(
        "This resource policy contains an unsupported principal.");
  secret.row.Policy = std::move(*held);
  put_secret(call, secret);
  return PutResourcePolicyOutput{.ARN = secret.row.Arn, .Name = secret.row.Name};
}

Result<GetResourcePolicyOutput> get_resource_policy(Call& call, const GetResourcePolicyInput& in) {
  auto secret =
      TRY(find_secret(call, in.SecretId, "secretsmanager:GetResourcePolicy", Marked::kTaken));
  GetResourcePolicyOutput out{.ARN = secret.row.Arn, .Name = secret.row.Name};
  if (secret.row.Policy)
    out.ResourcePolicy = call.server().show_principals(call.txn(), *secret.row.Policy);
  return out;
}

Result<DeleteResourcePolicyOutput> delete_resource_policy(Call& call,
                                                          const DeleteResourcePolicyInput& in) {
  auto secret =
      TRY(find_secret(call, in.SecretId, "secretsmanager:DeleteResourcePolicy", Marked::kRefused));
  secret.row.Policy.reset();
  put_secret(call, secret);
  return DeleteResourcePolicyOutput{.ARN = secret.row.Arn, .Name = secret.row.Name};
}

// ---- tags

Result<TagResourceOutput> tag_resource(Call& call, const TagResourceInput& in) {
  auto secret = TRY(find_secret(call, in.SecretId, "secretsmanager:TagResource", Marked::kRefused,
                                tags_context(in.Tags)));
  for (const auto& tag : in.Tags) {
    std::erase_if(secret.row.Tags, [&](const Tag& old) { return old.Key == tag.Key; });
    secret.row.Tags.push_back(tag);
  }
  if (secret.row.Tags.size() > kMostTags)
    return errors::InvalidParameterException("A secret can have at most 50 tags.");
  put_secret(call, secret);
  return TagResourceOutput{};
}

Result<UntagResourceOutput> untag_resource(Call& call, const UntagResourceInput& in) {
  Context context;
  context.add("aws:TagKeys", in.TagKeys);
  auto secret = TRY(find_secret(call, in.SecretId, "secretsmanager:UntagResource", Marked::kRefused,
                                std::move(context)));
  for (const auto& key : in.TagKeys)
    std::erase_if(secret.row.Tags, [&](const Tag& tag) { return tag.Key == key; });
  put_secret(call, secret);
  return UntagResourceOutput{};
}

}  // namespace drydock::secretsmanager
