#include "services/sts/sessions.h"

#include "api/server.h"
#include "base/encoding.h"
#include "services/sts/tables.h"

namespace drydock::sts {

namespace {
constexpr int64_t kHourMs = 3600 * 1000;

Principal::Kind kind_of(const std::string& kind) {
  if (kind == "role") return Principal::Kind::kAssumedRole;
  if (kind == "user") return Principal::Kind::kUser;
  if (kind == "federated") return Principal::Kind::kFederatedUser;
  return Principal::Kind::kRoot;
}
}  // namespace

Credentials issue(Call& call, SessionRow& row, int64_t duration_seconds) {
  row.AccessKeyId = "ASIA" + call.random().upper_base32(16);
  row.Secret = call.random().text(40, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
  row.Token = to_base64("drydock:" + row.AccessKeyId + ":" + call.random().bytes(96));
  row.Issued = Timestamp{call.now().ms / 1000 * 1000};
  row.Expires = row.Issued + duration_seconds * 1000;
  kSessions.put(call.txn(), kInstallation, {row.AccessKeyId}, row);
  call.start_job("sts.sweep", "all", call.now() + kHourMs, Value(Value::Object{}));
  return Credentials{.AccessKeyId = row.AccessKeyId, .SecretAccessKey = row.Secret, .SessionToken = row.Token, .Expiration = row.Expires};
}

std::optional<KeyFacts> session_key_facts(Txn& txn, std::string_view access_key_id) {
  auto row = kSessions.get(txn, kInstallation, {access_key_id});
  if (!row) return std::nullopt;
  KeyFacts facts;
  facts.secret = row->Secret;
  facts.session_token = row->Token;
  facts.expires = row->Expires;
  Principal& principal = facts.caller.principal;
  principal.kind = kind_of(row->Kind);
  principal.account = AccountId{row->Account};
  principal.arn = row->Arn;
  principal.id = row->PrincipalId;
  principal.name = row->Name;
  principal.role_arn = row->RoleArn.value_or("");
  // A federated user is evaluated by the policies of the user who made it.
  principal.role_name = row->RoleName.value_or(row->UserName.value_or(""));
  principal.role_id = row->RoleId.value_or("");
  principal.session_policies = row->SessionPolicies.value_or(std::vector<std::string>{});
  principal.session_policy_arns = row->SessionPolicyArns.value_or(std::vector<std::string>{});
  if (row->Tags)
    for (const Tag& tag : *row->Tags) principal.tags.emplace_back(tag.Key, tag.Value);
  principal.transitive_tag_keys = row->TransitiveTagKeys.value_or(std::vector<std::string>{});
  principal.source_identity = row->SourceIdentity.value_or("");
  principal.issued = row->Issued;
  principal.chained = row->Chained.value_or(false);
  return facts;
}

Next sweep(Server& server, const Job&) {
  const Timestamp now = server.clock().now();
  std::vector<std::string> expired;
  size_t left = 0;
  {
    auto txn = server.engine().begin_read();
    kSessions.each(*txn, kInstallation, {}, [&](const auto&, const SessionRow& row) {
      if (row.Expires + kHourMs < now) expired.push_back(row.AccessKeyId);
      else ++left;
      return true;
    });
  }
  auto removed = server.work_in(server.settings().default_account, server.settings().default_region, "sts", [&](Call& call) -> Result<void> {
    for (const std::string& id : expired) kSessions.erase(call.txn(), kInstallation, {id});
    return {};
  });
  (void)removed;  // only a reset ends it early, and then everything is gone
  return left ? Next::again(now + kHourMs) : Next::done();
}

}  // namespace drydock::sts
