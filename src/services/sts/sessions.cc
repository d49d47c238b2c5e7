#include "services/sts/sessions.h"

#include <atomic>
#include <memory>

#include "api/server.h"
#include "base/encoding.h"
#include "base/read_mostly.h"

namespace drydock::sts {
namespace {

constexpr std::string_view kSweepJob = "sts.sweep";
constexpr int64_t kSweepPauseMs = 10 * 60 * 1000;
constexpr size_t kSweptAtOnce = 1000;
constexpr size_t kMostCached = 20000;
constexpr std::string_view kSecretAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

KeyFacts facts_of(const SessionRow& row) {
  KeyFacts facts;
  facts.secret = row.Secret;
  facts.expires = row.Expires;
  facts.session_token = row.Token;
  auto& p = facts.caller.principal;
  p.kind = row.Kind == "role"        ? Principal::Kind::kAssumedRole
           : row.Kind == "federated" ? Principal::Kind::kFederatedUser
           : row.Kind == "root"      ? Principal::Kind::kRoot
                                     : Principal::Kind::kUser;
  p.account = AccountId{row.Account};
  p.arn = row.Arn;
  p.id = row.UserId;
  p.name = row.Name;
  p.role_arn = row.RoleArn.value_or("");
  p.role_name = row.RoleName.value_or("");
  p.role_id = row.RoleId.value_or("");
  p.session_policies = row.SessionPolicies;
  p.session_policy_arns = row.SessionPolicyArns;
  for (const auto& tag : row.Tags) p.tags.emplace_back(tag.Key, tag.Value);
  p.transitive_tag_keys = row.TransitiveTagKeys;
  p.source_identity = row.SourceIdentity.value_or("");
  p.federated_provider = row.Provider.value_or("");
  p.mfa_at = row.MfaAt;
  p.issued = row.Issued;
  p.mfa_at = row.MfaAt;
  p.chained = row.Chained;
  if (row.Keys)
    for (const auto& key : *row.Keys) p.session_keys.emplace_back(key.Key, key.Value);
  return facts;
}

// Sessions do not change, so what was read once stays true until a reset.
class KnownSessions {
 public:
  KeyFactsPtr get(Engine& engine, std::string_view id) {
    return known_.get(id, resets_.load(std::memory_order_acquire), [&]() -> KeyFactsPtr {
      auto row = kSessions.get(*engine.begin_read(), kInstallation, {id});
      return row ? std::make_shared<const KeyFacts>(facts_of(*row)) : nullptr;
    });
  }
  void clear() { resets_.fetch_add(1, std::memory_order_acq_rel); }

 private:
  std::atomic<uint64_t> resets_{1};
  ReadMostly<KeyFacts> known_{kMostCached};
};

// A client that comes back with an old token must hear that it expired, not that it is unknown:
// SDKs renew their credentials on the one alone. AWS reads it from the token itself.
constexpr int64_t kRememberedMs = 24LL * 3600 * 1000;

// Removes sessions that ended a day ago; comes back soon when there were more than one step takes.
Next sweep(Server& server) {
  const Timestamp now = server.clock().now();
  size_t swept = 0;
  auto done = transact(server.engine(), [&](Txn& txn) -> Result<void> {
    std::vector<std::vector<std::string>> ended;
    kSessionsByExpiry.each(txn, kInstallation, {.limit = kSweptAtOnce},
                           [&](const auto& key, const std::string&) {
                             if (std::stoll(key[0]) + kRememberedMs > now.ms) return false;
                             ended.push_back(key);
                             return true;
                           });
    for (const auto& key : ended) {
      kSessionsByExpiry.erase(txn, kInstallation,
                              {KeyPart(static_cast<int64_t>(std::stoll(key[0]))), key[1]});
      kSessions.erase(txn, kInstallation, {key[1]});
    }
    swept = ended.size();
    return {};
  });
  return Next::again(now + (done && swept < kSweptAtOnce ? kSweepPauseMs : 1000));
}

void start_sweeping(Server& server) {
  auto started = transact(server.engine(), [&](Txn& txn) -> Result<void> {
    server.jobs().put(txn, Job{.kind = std::string(kSweepJob),
                               .id = "all",
                               .due = server.clock().now() + kSweepPauseMs,
                               .payload = Value::object()});
    return {};
  });
  if (started) server.jobs().poke();
}

}  // namespace

SessionRow new_session(Call& call, int64_t duration_seconds) {
  SessionRow row;
  row.Id = "ASIA" + call.random().upper_base32(16);
  row.Secret = call.random().text(40, kSecretAlphabet);
  row.Token = to_base64("\x16\x02" + row.Id + call.random().bytes(120));
  row.Issued = call.now();
  // AWS does give whole seconds.
  row.Expires = Timestamp{(call.now().seconds() + duration_seconds) * 1000};
  return row;
}

void save_session(Call& call, const SessionRow& row) {
  kSessions.put(call.txn(), kInstallation, {row.Id}, row);
  kSessionsByExpiry.put(call.txn(), kInstallation, {KeyPart(row.Expires.ms), row.Id}, "");
}

Credentials credentials_of(const SessionRow& row) {
  return {row.Id, row.Secret, row.Token, row.Expires};
}

void register_sessions(Registry& registry) {
  Server& server = registry.server();
  auto known = std::make_shared<KnownSessions>();
  registry.access_keys([&server, known](std::string_view id) -> KeyFactsPtr {
    if (!id.starts_with("ASIA")) return nullptr;
    return known->get(server.engine(), id);
  });
  registry.job_kind(std::string(kSweepJob), [&server](const Job&) { return sweep(server); });
  registry.at_start([&server, known] {
    known->clear();
    start_sweeping(server);
  });
}

}  // namespace drydock::sts
