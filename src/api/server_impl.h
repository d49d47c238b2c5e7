// ServerImpl: the wiring behind Server. Internal to api/; main makes one through make_server.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <shared_mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "api/decisions.h"
#include "api/journal.h"
#include "api/last_used.h"
#include "api/make_server.h"
#include "api/policy_changes.h"
#include "api/server.h"
#include "api/trail.h"
#include "auth/sigv4.h"
#include "base/ids.h"
#include "base/read_mostly.h"
#include "wire/wire.h"

namespace drydock {

class CallImpl;

class RegistryImpl final : public Registry {
 public:
  explicit RegistryImpl(Server& server) : server_(server) {}
  Server& server() override { return server_; }
  void resource_facts(std::string arn_service, ResourceHook hook) override {
    resources[std::move(arn_service)] = [hook = std::move(hook)](
                                            Txn& txn, std::string_view action, const Arn& resource,
                                            const Context&) { return hook(txn, action, resource); };
  }
  void request_facts(std::string arn_service, RequestHook hook) override {
    resources[std::move(arn_service)] = std::move(hook);
  }
  void facts_version(std::string arn_service, FactsVersionHook hook) override {
    versions[std::move(arn_service)] = std::move(hook);
  }
  void access_keys(KeyHook hook) override { keys.push_back(std::move(hook)); }
  void identity_policies(PolicyHook hook) override { policies = std::move(hook); }
  void organizations(OrganizationHook hook) override { organization = std::move(hook); }
  void principal_ids(PrincipalIdHook hook) override { principal_id = std::move(hook); }
  void finished(std::string service, FinishedHook hook) override {
    finishes.emplace_back(std::move(service), std::move(hook));
  }
  void job_kind(std::string kind, Step step) override;
  void door(Door door) override { doors.push_back(std::move(door)); }
  void at_start(std::function<void()> action) override { starts.push_back(std::move(action)); }
  void at_stop(std::function<void()> action) override { stops.push_back(std::move(action)); }

  std::unordered_map<std::string, RequestHook> resources;
  TextMap<FactsVersionHook> versions;
  uint64_t facts_version_of(std::string_view resource) const;
  KeyFactsPtr find_key(std::string_view access_key_id) const;
  std::vector<KeyHook> keys;
  PolicyHook policies;
  OrganizationHook organization;
  PrincipalIdHook principal_id;
  void tell_finished(const Service* service, const Finished& call) const {
    for (const auto& [name, hook] : finishes)
      if (service && service->name == name) hook(call);
  }
  std::vector<std::pair<std::string, FinishedHook>> finishes;
  std::vector<Door> doors;
  std::vector<std::function<void()>> starts, stops;

 private:
  Server& server_;
};

class ServerImpl final : public Server {
 public:
  ServerImpl(Settings settings, std::unique_ptr<Engine> engine, std::unique_ptr<Clock> clock,
             Random random);
  ~ServerImpl() override;

  // ---- life
  void start();  // repairs, doors' own start, jobs
  void stop();
  void reset();  // empties everything; ready again when it returns

  // ---- Server
  const Settings& settings() const override { return settings_; }
  Engine& engine() override { return *engine_; }
  Blobs& blobs() override { return *blobs_; }
  Clock& clock() override { return *clock_; }
  Random& random() override { return random_; }
  Jobs& jobs() override { return *jobs_; }
  Waiters& waiters() override { return waiters_; }
  const RegistryImpl& registry() const override { return registry_; }
  Client client_as(Caller caller, Region region) override;
  Client client_as_service(std::string_view service_principal, std::string_view source_arn,
                           std::string_view source_account, Region region) override;
  Result<Caller> caller_of(std::string_view access_key_id, std::string_view session_token) override;
  Result<std::string> secret_of(std::string_view access_key_id) override;
  std::optional<AccountId> account_of_key(std::string_view access_key_id) override;
  Result<void> authorize(const Caller& caller, const Region& region, std::string_view action,
                         std::string_view resource, Context context) override;
  Result<std::string> hold_principals(Txn& txn, std::string_view document) override;
  std::string show_principals(Txn& txn, std::string_view held) override;
  Result<void> work_in(const AccountId& account, const Region& region, std::string_view service,
                       const std::function<Result<void>(Call&)>& body) override;
  void record_in_trail(TrailCall call) override { trail_.record(std::move(call)); }
  void flush_trail() override;
  HttpResponse serve(HttpRequest& request) override;
  bool may_block(const HttpRequest& head) override;

  // ---- the steps (pipeline.cc)
  // Authorise, handle, commit, record. `http` and `headers` may be null.
  Result<void> run(const Operation& operation, const Caller& caller, const Region& region,
                   const void* input, void* output, const HttpRequest* http, Headers* headers,
                   const std::string& request_id);
  Result<KeyFactsPtr> key_facts(std::string_view access_key_id, std::string_view session_token);

  // ---- authorization (authorize.cc)
  // One decision. `policies` caches the caller's policies within one call (may be null).
  Result<void> decide(Txn& txn, const Caller& caller, const Region& region,
                      const std::string& request_id, std::string_view action,
                      std::string_view resource, Context context,
                      std::optional<IdentityPolicies>& policies);
  // All that the evaluator needs of one request, as the store has it now.
  AuthorizationRequest gather(Txn& txn, const Caller& caller, const Region& region,
                              std::string_view action, std::string_view resource, Context context,
                              Timestamp now, std::optional<IdentityPolicies>& policies);
  // auth/explain.h's object for a question of before, against the policies of now.
  Value explain_again(Txn& txn, const Question& question);
  // Whether this program looks something up for itself: no part of what is observed.
  static bool is_own_call(const Caller& caller) {
    return caller.access_key_id.empty() && caller.user_agent == kOwnAgent;
  }
  static constexpr std::string_view kOwnAgent = "drydock.internal";

  // ---- admin (admin.cc; what is about IAM: admin_iam.cc)
  HttpResponse serve_admin(HttpRequest& request);
  std::optional<HttpResponse> serve_iam_admin(const HttpRequest& request, std::string_view path,
                                              const Value& body);
  std::optional<HttpResponse> serve_policies_admin(const HttpRequest& request,
                                                   std::string_view path, const Value& body);
  Result<Value> unused(const std::string& role);  // admin_unused.cc
  void match_again(std::vector<Use>& uses);
  Value replay(std::vector<Use> uses, const PolicyChanges& changes);
  // Roles and users that were deleted and made anew are who they are now, for questions of before.
  // The ARNs of those that are gone.
  std::set<std::string> renew_callers(std::vector<Use>& uses);
  // Policies that stand in for those of the store (admin_policies.cc), for as long as whoever wants
  // them says so every few seconds; null: none. The id names this trial.
  std::string set_trial(std::shared_ptr<const PolicyChanges> changes, int64_t hold_ms);
  bool renew_trial(std::string_view id);  // false: it is over, or another one is on
  void apply_trial(AuthorizationRequest& request) {
    if (!on_trial_.load(std::memory_order_acquire)) return;
    if (auto changes = trial()) changes->apply(request);
  }

  // Commits unless the server was reset since `epoch`.
  bool commit(Txn& txn, uint64_t epoch);
  uint64_t epoch() const { return epoch_.load(std::memory_order_acquire); }
  void set_public_url(std::string url) { settings_.public_url = std::move(url); }
  Decisions& decisions() { return decisions_; }
  Journal& journal() { return journal_; }
  LastUses& last_uses() { return last_uses_; }
  Trail& trail() { return trail_; }
  RegistryImpl& registry_impl() { return registry_; }

 private:
  HttpResponse serve_aws(HttpRequest& request, const std::string& request_id);
  void record_refused(const Operation& operation, const Caller& caller, const Region& region,
                      const std::string& request_id, const Fault& error);
  // run without the record of it; `asked` (may be null) gets the resources IAM was asked about.
  Result<void> attempt(const Operation& operation, const Caller& caller, const Region& region,
                       const void* input, void* output, const HttpRequest* http, Headers* headers,
                       const std::string& request_id, std::vector<std::string>* asked);
  // Fills the caller in. The facts of its key; null for who came without one.
  Result<KeyFactsPtr> authenticate(const std::optional<sigv4::Claim>& claim,
                                   const HttpRequest& request, const Service* service,
                                   const Operation& operation, Caller& caller);
  Caller account_root(const AccountId& account) const;
  void record_until_stopped();
  // What an id of any kind leads to: {decisions [auth/explain.h's], work [{of, calls}]}
  // (admin_why.cc).
  Value why(const std::string& id);
  struct Told;
  Told told_by_services(const std::string& id);
  std::vector<Client> account_roots();  // the program itself, as the root of each account
  void add_work(Told& told, const std::string& work, std::string_view since);

  Settings settings_;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<Blobs> blobs_;
  std::unique_ptr<Clock> clock_;
  Random random_;
  std::unique_ptr<Jobs> jobs_;
  Waiters waiters_;
  RegistryImpl registry_;
  Decisions decisions_;
  Journal journal_;
  LastUses last_uses_;
  Trail trail_;
  std::shared_mutex reset_mutex_;
  std::atomic<uint64_t> epoch_{1};
  bool running_ = false;
  std::shared_ptr<const PolicyChanges> trial();
  std::atomic<bool> on_trial_{false};
  std::mutex trial_mutex_;
  struct Trial {
    std::shared_ptr<const PolicyChanges> changes;
    std::string id;
    int64_t hold_ms = 0, until_ms = 0;  // of a steady clock
  } trial_;
  // Writes behind the requests' backs what they leave to be recorded.
  std::thread recorder_;
  std::mutex recorder_mutex_;
  std::condition_variable recorder_wakes_;
  bool recorder_stops_ = false;
};

}  // namespace drydock
