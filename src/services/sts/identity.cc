// GetCallerIdentity, GetSessionToken, GetFederationToken, GetAccessKeyInfo.
#include "api/server.h"
#include "gen/sts_handlers.h"
#include "services/sts/session_policies.h"
#include "services/sts/sessions.h"
#include "services/sts/tables.h"

namespace drydock::sts {

namespace {
constexpr int64_t kTwelveHours = 43200;
constexpr int64_t kHour = 3600;
}  // namespace

Result<GetCallerIdentityOutput> get_caller_identity(Call& call, const GetCallerIdentityInput&) {
  const Principal& caller = call.caller().principal;
  return GetCallerIdentityOutput{.UserId = caller.id, .Account = call.account().text, .Arn = caller.arn};
}

Result<GetSessionTokenOutput> get_session_token(Call& call, const GetSessionTokenInput& in) {
  const Principal& caller = call.caller().principal;
  if (caller.kind != Principal::Kind::kUser && caller.kind != Principal::Kind::kRoot)
    return fault("AccessDenied", "Cannot call GetSessionToken with session credentials", 403);
  if (caller.issued) return fault("AccessDenied", "Cannot call GetSessionToken with session credentials", 403);
  if (in.SerialNumber || in.TokenCode) return not_implemented("GetSessionToken with MFA");
  const bool root = caller.kind == Principal::Kind::kRoot;
  SessionRow row;
  row.Kind = root ? "root" : "user";
  row.Account = call.account().text;
  row.Name = caller.name;
  row.Arn = caller.arn;
  row.PrincipalId = caller.id;
  row.UserName = caller.name;
  std::vector<Tag> tags;
  for (const auto& [key, value] : caller.tags) tags.push_back({.Key = key, .Value = value});
  row.Tags = std::move(tags);
  // Root's sessions last an hour at the most (STS API Reference).
  int64_t duration = in.DurationSeconds.value_or(kTwelveHours);
  if (root) duration = std::min(duration, kHour);
  return GetSessionTokenOutput{.Credentials = issue(call, row, duration)};
}

Result<GetFederationTokenOutput> get_federation_token(Call& call, const GetFederationTokenInput& in) {
  const Principal& caller = call.caller().principal;
  const std::string arn = "arn:aws:sts::" + call.account().text + ":federated-user/" + in.Name;
  TRY(call.authorize("sts:GetFederationToken", arn));
  if (caller.kind != Principal::Kind::kUser || caller.issued)
    return fault("AccessDenied", "Cannot call GetFederationToken with session credentials", 403);
  SessionRow row;
  row.Kind = "federated";
  row.Account = call.account().text;
  row.Name = in.Name;
  row.Arn = arn;
  row.PrincipalId = call.account().text + ":" + in.Name;
  row.UserName = caller.name;
  row.Tags = in.Tags;
  const int64_t packed = TRY(take_session_policies(call, in.Policy, in.PolicyArns, call.account().text, row));
  // Without a session policy a federated user may do nothing through its identity.
  if (!row.SessionPolicies) {
    row.SessionPolicies = std::vector<std::string>{R"({"Version":"2012-10-17","Statement":[]})"};
    row.SessionPolicyArns = std::vector<std::string>{""};
  }
  GetFederationTokenOutput out;
  out.Credentials = issue(call, row, in.DurationSeconds.value_or(kTwelveHours));
  out.FederatedUser = FederatedUser{.FederatedUserId = row.PrincipalId, .Arn = arn};
  out.PackedPolicySize = packed;
  return out;
}

Result<GetAccessKeyInfoOutput> get_access_key_info(Call& call, const GetAccessKeyInfoInput& in) {
  if (auto row = kSessions.get(call.txn(), kInstallation, {in.AccessKeyId})) return GetAccessKeyInfoOutput{.Account = row->Account};
  auto owner = call.server().account_of_key(in.AccessKeyId);
  if (!owner) return errors::ValidationErrorException("Access key " + in.AccessKeyId + " does not exist");
  return GetAccessKeyInfoOutput{.Account = owner->text};
}

}  // namespace drydock::sts
