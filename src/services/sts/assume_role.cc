// AssumeRole: a session of a role, for whoever the role trusts and whose own account permits it.
#include <algorithm>

#include "base/text.h"
#include "gen/iam.h"
#include "gen/sts_handlers.h"
#include "services/sts/session_input.h"
#include "services/sts/sessions.h"

namespace drydock::sts {
namespace {

constexpr int64_t kDefaultSeconds = 3600;
constexpr int64_t kMostChainedSeconds = 3600;

bool is_role_arn(const std::string& text) {
  auto arn = Arn::parse(text);
  return arn && arn->service == "iam" && arn->region.empty() && AccountId::parse(arn->account) &&
         arn->resource.starts_with("role/") && !arn->resource.ends_with('/');
}

// Trust policy and the caller's own policies, once for each thing that is asked for.
Result<void> authorize(Call& call, const AssumeRoleInput& in, const TagList& tags,
                       const std::vector<std::string>& transitive,
                       const std::string& source_identity) {
  Context context;
  context.add("sts:RoleSessionName", in.RoleSessionName);
  if (in.ExternalId) context.add("sts:ExternalId", *in.ExternalId);
  if (!source_identity.empty()) context.add("sts:SourceIdentity", source_identity);
  add_tag_context(context, tags, transitive);
  TRY(call.authorize("sts:AssumeRole", in.RoleArn, context));
  if (!tags.empty()) TRY(call.authorize("sts:TagSession", in.RoleArn, context));
  if (!source_identity.empty()) TRY(call.authorize("sts:SetSourceIdentity", in.RoleArn, context));
  return {};
}

Result<int64_t> duration_of(const AssumeRoleInput& in, int64_t most_seconds, bool chained) {
  int64_t seconds = in.DurationSeconds.value_or(std::min(kDefaultSeconds, most_seconds));
  if (chained && seconds > kMostChainedSeconds) {
    return errors::ValidationError(
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining");
  }
  if (seconds > most_seconds) {
    return errors::ValidationError(
        "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
  }
  return seconds;
}

TagList tags_of(const std::vector<iam::Tag>& from) {
  TagList out;
  for (const auto& tag : from) out.push_back({tag.Key, tag.Value});
  return out;
}

}  // namespace

Result<AssumeRoleOutput> assume_role(Call& call, const AssumeRoleInput& in) {
  if (!is_role_arn(in.RoleArn)) return errors::ValidationError(in.RoleArn + " is invalid");
  const Principal& caller = call.caller().principal;
  const bool chained = caller.kind == Principal::Kind::kAssumedRole;
  const TagList tags = in.Tags.value_or(TagList{});
  const auto transitive = in.TransitiveTagKeys.value_or(std::vector<std::string>{});
  TRY(check_session_tags(caller, tags, transitive));
  // A source identity stays the same down the chain.
  if (!caller.source_identity.empty() && in.SourceIdentity &&
      *in.SourceIdentity != caller.source_identity) {
    return errors::AccessDenied(
        "User: " + caller.arn +
        " is not authorized to perform: sts:SetSourceIdentity on resource: " + in.RoleArn);
  }
  const std::string source_identity = in.SourceIdentity.value_or(caller.source_identity);
  TRY(authorize(call, in, tags, transitive, source_identity));

  auto role = TRY(call.client("sts.amazonaws.com").call<iam::ResolveRole>({.RoleArn = in.RoleArn}));
  // A role that is not there trusts nobody, so this is only reached when it went away meanwhile or
  // IAM is off.
  if (!role.Exists) {
    return errors::AccessDenied(
        "User: " + caller.arn +
        " is not authorized to perform: sts:AssumeRole on resource: " + in.RoleArn);
  }
  SessionRow row = new_session(call, TRY(duration_of(in, role.MaxSessionDuration, chained)));
  row.Kind = "role";
  row.Account = Arn::parse(in.RoleArn)->account;
  row.Arn = "arn:aws:sts::" + row.Account + ":assumed-role/" + role.Name + "/" + in.RoleSessionName;
  row.UserId = role.Id + ":" + in.RoleSessionName;
  row.Name = in.RoleSessionName;
  row.RoleArn = in.RoleArn;
  row.RoleName = role.Name;
  row.RoleId = role.Id;
  row.Chained = chained;
  if (!source_identity.empty()) row.SourceIdentity = source_identity;
  TRY(set_session_policies(call, row.Account, in.Policy, in.PolicyArns, row));
  set_session_tags(caller, tags_of(role.Tags), tags, transitive, row);
  save_session(call, row);

  AssumeRoleOutput out;
  out.Credentials = credentials_of(row);
  out.AssumedRoleUser = AssumedRoleUser{row.UserId, row.Arn};
  out.PackedPolicySize = TRY(packed_size(row, tags));
  out.SourceIdentity = row.SourceIdentity;
  return out;
}

}  // namespace drydock::sts
