// AssumeRole: a session of a role, for whoever the role trusts and whose own account permits it.
#include "api/server.h"
#include "gen/sts_handlers.h"
#include "services/sts/mfa.h"
#include "services/sts/role_session.h"
#include "services/sts/session_input.h"
#include "services/sts/sessions.h"

namespace drydock::sts {
namespace {

// Trust policy and the caller's own policies, once for each thing that is asked for.
Result<void> authorize(Call& call, const AssumeRoleInput& in, const TagList& tags,
                       const std::vector<std::string>& transitive,
                       const std::string& source_identity, bool with_mfa) {
  Context context;
  if (with_mfa) {
    context.add("aws:MultiFactorAuthPresent", "true");
    context.add("aws:MultiFactorAuthAge", "0");
  }
  context.add("sts:RoleSessionName", in.RoleSessionName);
  if (in.ExternalId) context.add("sts:ExternalId", *in.ExternalId);
  if (!source_identity.empty()) context.add("sts:SourceIdentity", source_identity);
  add_tag_context(context, tags, transitive);
  TRY(call.authorize("sts:AssumeRole", in.RoleArn, context));
  if (!tags.empty()) TRY(call.authorize("sts:TagSession", in.RoleArn, context));
  if (!source_identity.empty()) TRY(call.authorize("sts:SetSourceIdentity", in.RoleArn, context));
  return {};
}

// What only long-term users and roles may do. With IAM off every caller is a root user, so it is
// not asked then.
Result<void> check_caller(Call& call, const Principal& caller) {
  if (call.server().settings().enforcement != Enforcement::kEnforce) return {};
  if (caller.kind == Principal::Kind::kRoot)
    return errors::AccessDenied("Roles may not be assumed by root accounts.");
  return {};
}

}  // namespace

Result<AssumeRoleOutput> assume_role(Call& call, const AssumeRoleInput& in) {
  if (!is_role_arn(in.RoleArn)) return errors::ValidationError(in.RoleArn + " is invalid");
  const Principal& caller = call.caller().principal;
  TRY(check_caller(call, caller));
  const bool with_mfa = TRY(check_mfa(call, in.SerialNumber, in.TokenCode));
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
  TRY(authorize(call, in, tags, transitive, source_identity, with_mfa));

  auto role = TRY(find_role(call, in.RoleArn));
  // A role that is not there trusts nobody, so this is only reached when it went away meanwhile or
  // IAM is off.
  if (!role) {
    return errors::AccessDenied(
        "User: " + caller.arn +
        " is not authorized to perform: sts:AssumeRole on resource: " + in.RoleArn);
  }
  SessionRow row = role_session(call, in.RoleArn, *role, in.RoleSessionName,
                                TRY(role_seconds(in.DurationSeconds, role->most_seconds, chained)));
  row.Chained = chained;
  if (caller.kind == Principal::Kind::kService && !caller.session_keys.empty()) {
    row.Keys.emplace();
    for (const auto& [key, value] : caller.session_keys) row.Keys->push_back({key, value});
  }
  if (!source_identity.empty()) row.SourceIdentity = source_identity;
  TRY(set_session_policies(call, row.Account, in.Policy, in.PolicyArns, row));
  set_session_tags(caller, role->tags, tags, transitive, row);
  save_session(call, row);

  AssumeRoleOutput out;
  out.Credentials = credentials_of(row);
  out.AssumedRoleUser = AssumedRoleUser{row.UserId, row.Arn};
  out.PackedPolicySize = TRY(packed_size(row, tags));
  out.SourceIdentity = row.SourceIdentity;
  return out;
}

}  // namespace drydock::sts
