// AssumeRole: who may become a role, for how long, with which session policies and tags.
#include <algorithm>

#include "auth/policy.h"
#include "base/text.h"
#include "gen/iam.h"
#include "gen/sts_handlers.h"
#include "services/sts/session_policies.h"
#include "services/sts/sessions.h"

namespace drydock::sts {

namespace {

constexpr int64_t kDefaultSeconds = 3600;
constexpr int64_t kChainedSeconds = 3600;  // longest session of a role assumed by a role

using Tags = std::vector<Tag>;

// The caller's transitive tags pass on and cannot be set again (IAM User Guide, chaining roles with session tags).
Result<Tags> session_tags(const Principal& caller, const AssumeRoleInput& in, std::vector<std::string>& transitive) {
  Tags tags = in.Tags.value_or(Tags{});
  for (size_t i = 0; i < tags.size(); ++i)
    for (size_t k = 0; k < i; ++k)
      if (equals_ignore_case(tags[i].Key, tags[k].Key))
        return errors::InvalidParameterValueException("Duplicate tag keys found. Please note that Tag keys are case insensitive.");
  for (const std::string& key : caller.transitive_tag_keys)
    for (const Tag& tag : tags)
      if (equals_ignore_case(tag.Key, key))
        return errors::InvalidParameterValueException("One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.");
  if (in.TransitiveTagKeys)
    for (const std::string& key : *in.TransitiveTagKeys) {
      bool among = std::any_of(tags.begin(), tags.end(), [&](const Tag& tag) { return equals_ignore_case(tag.Key, key); });
      if (!among) return errors::InvalidParameterValueException("The specified transitive tag key must be included in the requested tags.");
      transitive.push_back(key);
    }
  for (const std::string& key : caller.transitive_tag_keys) {
    transitive.push_back(key);
    for (const auto& [name, value] : caller.tags)
      if (equals_ignore_case(name, key)) tags.push_back({.Key = name, .Value = value});
  }
  return tags;
}

Context context_of(const AssumeRoleInput& in) {
  Context context;
  context.add("sts:RoleSessionName", in.RoleSessionName);
  if (in.ExternalId) context.add("sts:ExternalId", *in.ExternalId);
  if (in.SourceIdentity) context.add("sts:SourceIdentity", *in.SourceIdentity);
  if (in.DurationSeconds) context.add("sts:DurationSeconds", std::to_string(*in.DurationSeconds));
  std::vector<std::string> keys;
  if (in.Tags)
    for (const Tag& tag : *in.Tags) {
      context.add("aws:RequestTag/" + tag.Key, tag.Value);
      keys.push_back(tag.Key);
    }
  if (!keys.empty()) context.add("aws:TagKeys", std::move(keys));
  if (in.TransitiveTagKeys) context.add("sts:TransitiveTagKeys", *in.TransitiveTagKeys);
  return context;
}

}  // namespace

Result<AssumeRoleOutput> assume_role(Call& call, const AssumeRoleInput& in) {
  auto arn = Arn::parse(in.RoleArn);
  if (!arn || arn->service != "iam" || !AccountId::parse(arn->account) || !arn->resource.starts_with("role/"))
    return errors::ValidationErrorException(in.RoleArn + " is invalid");
  const Principal& caller = call.caller().principal;
  if (caller.kind == Principal::Kind::kRoot)
    return fault("AccessDenied", "Roles may not be assumed by root accounts.", 403);

  const Context context = context_of(in);
  TRY(call.authorize("sts:AssumeRole", in.RoleArn, context));
  if (in.Tags && !in.Tags->empty()) TRY(call.authorize("sts:TagSession", in.RoleArn, context));
  if (in.SourceIdentity) TRY(call.authorize("sts:SetSourceIdentity", in.RoleArn, context));

  auto role = call.client("sts.amazonaws.com").call<iam::DescribeRoleForSession>({.RoleArn = in.RoleArn});
  if (!role) return fault(role.error());
  const int64_t duration = in.DurationSeconds.value_or(kDefaultSeconds);
  // A session that assumes a role is a chain; a service that assumes one is not.
  const bool chained = caller.kind == Principal::Kind::kAssumedRole;
  if (chained && duration > kChainedSeconds)
    return errors::ValidationErrorException("The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining");
  if (duration > role->MaxSessionSeconds)
    return errors::ValidationErrorException("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");

  SessionRow row;
  std::vector<std::string> transitive;
  Tags tags = TRY(session_tags(caller, in, transitive));
  row.Kind = "role";
  row.Account = role->AccountId;
  row.Name = in.RoleSessionName;
  row.Arn = "arn:aws:sts::" + role->AccountId + ":assumed-role/" + role->RoleName + "/" + in.RoleSessionName;
  row.PrincipalId = role->RoleId + ":" + in.RoleSessionName;
  row.RoleArn = in.RoleArn;
  row.RoleName = role->RoleName;
  row.RoleId = role->RoleId;
  row.Chained = chained;
  row.SourceIdentity = in.SourceIdentity ? in.SourceIdentity : caller.source_identity.empty() ? std::nullopt : std::optional(caller.source_identity);
  const int64_t packed = TRY(take_session_policies(call, in.Policy, in.PolicyArns, role->AccountId, row));
  // Role tags are principal tags too; session tags win over them.
  if (role->Tags)
    for (const iam::Tag& own : *role->Tags)
      if (std::none_of(tags.begin(), tags.end(), [&](const Tag& tag) { return equals_ignore_case(tag.Key, own.Key); }))
        tags.push_back({.Key = own.Key, .Value = own.Value});
  row.Tags = std::move(tags);
  row.TransitiveTagKeys = std::move(transitive);

  AssumeRoleOutput out;
  out.Credentials = issue(call, row, duration);
  out.AssumedRoleUser = AssumedRoleUser{.AssumedRoleId = row.PrincipalId, .Arn = row.Arn};
  if (in.Policy || in.PolicyArns || in.Tags) out.PackedPolicySize = packed;
  out.SourceIdentity = row.SourceIdentity;
  return out;
}

}  // namespace drydock::sts
