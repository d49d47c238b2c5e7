// Sessions of users: GetSessionToken gives the user itself for a while, GetFederationToken someone
// with less.
#include "gen/sts_handlers.h"
#include "services/sts/mfa.h"
#include "services/sts/session_input.h"
#include "services/sts/sessions.h"

namespace drydock::sts {
namespace {

constexpr int64_t kDefaultTokenSeconds = 43200;
constexpr int64_t kMostRootSeconds = 3600;

// AWS does give such sessions to long-term credentials only.
Result<void> require_long_term(const Principal& caller, std::string_view operation) {
  bool user = caller.kind == Principal::Kind::kUser || caller.kind == Principal::Kind::kRoot;
  if (user && !caller.issued) return {};
  return errors::AccessDenied("Cannot call " + std::string(operation) +
                              " with session credentials");
}

int64_t duration_of(const Principal& caller, const std::optional<int64_t>& asked) {
  int64_t seconds = asked.value_or(kDefaultTokenSeconds);
  return caller.kind == Principal::Kind::kRoot ? std::min(seconds, kMostRootSeconds) : seconds;
}

TagList tags_of(const Map<std::string>& from) {
  TagList out;
  for (const auto& [key, value] : from) out.push_back({key, value});
  return out;
}

}  // namespace

Result<GetSessionTokenOutput> get_session_token(Call& call, const GetSessionTokenInput& in) {
  const Principal& caller = call.caller().principal;
  TRY(require_long_term(caller, "GetSessionToken"));
  const bool with_mfa = TRY(check_mfa(call, in.SerialNumber, in.TokenCode));
  SessionRow row = new_session(call, duration_of(caller, in.DurationSeconds));
  row.Kind = caller.kind == Principal::Kind::kRoot ? "root" : "user";
  row.Account = caller.account.text;
  row.Arn = caller.arn;
  row.UserId = caller.id;
  row.Name = caller.name;
  row.Tags = tags_of(caller.tags);
  if (with_mfa) row.MfaAt = call.now();
  save_session(call, row);
  return GetSessionTokenOutput{.Credentials = credentials_of(row)};
}

Result<GetFederationTokenOutput> get_federation_token(Call& call,
                                                      const GetFederationTokenInput& in) {
  const Principal& caller = call.caller().principal;
  const std::string arn = "arn:aws:sts::" + call.account().text + ":federated-user/" + in.Name;
  const TagList tags = in.Tags.value_or(TagList{});
  Context context;
  add_tag_context(context, tags, {});
  TRY(call.authorize("sts:GetFederationToken", arn, context));
  if (!tags.empty()) TRY(call.authorize("sts:TagSession", arn, context));
  TRY(require_long_term(caller, "GetFederationToken"));
  TRY(check_session_tags(caller, tags, {}));
  SessionRow row = new_session(call, duration_of(caller, in.DurationSeconds));
  row.Kind = "federated";
  row.Account = caller.account.text;
  row.Arn = arn;
  row.UserId = row.Account + ":" + in.Name;
  row.Name = in.Name;
  // Whose permissions it shares: IAM looks this user up where a session names its role.
  row.RoleArn = caller.arn;
  row.RoleName = caller.name;
  row.RoleId = caller.id;
  if (caller.kind == Principal::Kind::kUser) row.RoleArn = caller.arn;
  TRY(set_session_policies(call, row.Account, in.Policy, in.PolicyArns, row));
  set_session_tags(caller, tags_of(caller.tags), tags, {}, row);
  save_session(call, row);
  GetFederationTokenOutput out;
  out.Credentials = credentials_of(row);
  out.FederatedUser = FederatedUser{row.UserId, row.Arn};
  out.PackedPolicySize = TRY(packed_size(row, tags));
  return out;
}

}  // namespace drydock::sts
