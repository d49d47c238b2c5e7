#include "services/sts/role_session.h"

#include <algorithm>

#include "api/server.h"
#include "gen/iam.h"
#include "services/sts/sessions.h"

namespace drydock::sts {
namespace {

constexpr int64_t kDefaultRoleSeconds = 3600;
constexpr int64_t kMostChainedSeconds = 3600;

}  // namespace

bool is_role_arn(const std::string& text) {
  auto arn = Arn::parse(text);
  return arn && arn->service == "iam" && arn->region.empty() && AccountId::parse(arn->account) &&
         arn->resource.starts_with("role/") && !arn->resource.ends_with('/');
}

Result<int64_t> role_seconds(const std::optional<int64_t>& asked, int64_t most_seconds,
                             bool chained) {
  int64_t seconds = asked.value_or(std::min(kDefaultRoleSeconds, most_seconds));
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

Result<std::optional<RoleFound>> find_role(Call& call, const std::string& role_arn) {
  // As the service: an unsigned caller has no account to ask from.
  auto client = call.server().client_as_service("sts.amazonaws.com", {},
                                                Arn::parse(role_arn)->account, call.region());
  auto role = TRY(client.call<iam::ResolveRole>({.RoleArn = role_arn}));
  if (!role.Exists) return std::optional<RoleFound>();
  RoleFound found{role.Name, role.Id, role.MaxSessionDuration, {}};
  for (const auto& tag : role.Tags) found.tags.push_back({tag.Key, tag.Value});
  return std::optional(std::move(found));
}

Result<void> authorize_federated(Call& call, const std::string& provider_arn, const std::string& id,
                                 const std::string& role_arn, const std::string& action,
                                 const std::string& session_name, const FederatedClaims& claims,
                                 Context context) {
  Caller caller = call.caller();
  caller.principal = Principal{};
  caller.principal.kind = Principal::Kind::kFederated;
  caller.principal.name = caller.principal.arn = provider_arn;
  caller.principal.id = id;
  context.add("sts:RoleSessionName", session_name);
  if (!claims.source_identity.empty()) context.add("sts:SourceIdentity", claims.source_identity);
  add_tag_context(context, claims.tags, claims.transitive);
  std::vector<std::string> actions{action};
  if (!claims.tags.empty()) actions.push_back("sts:TagSession");
  if (!claims.source_identity.empty()) actions.push_back("sts:SetSourceIdentity");
  for (const auto& asked : actions) {
    auto allowed = call.server().authorize(caller, call.region(), asked, role_arn, context);
    if (allowed) continue;
    Fault denied = std::move(allowed).error();
    denied.message = "Not authorized to perform " + asked;
    return fault(std::move(denied));
  }
  return {};
}

SessionRow role_session(Call& call, const std::string& role_arn, const RoleFound& role,
                        const std::string& session_name, int64_t seconds) {
  SessionRow row = new_session(call, seconds);
  row.Kind = "role";
  row.Account = Arn::parse(role_arn)->account;
  row.Arn = "arn:aws:sts::" + row.Account + ":assumed-role/" + role.name + "/" + session_name;
  row.UserId = role.id + ":" + session_name;
  row.Name = session_name;
  row.RoleArn = role_arn;
  row.RoleName = role.name;
  row.RoleId = role.id;
  return row;
}

}  // namespace drydock::sts
