// The wiring: store, jobs, registry, start, stop and reset.
#include "api/call_impl.h"
#include "api/server_impl.h"
#include "base/log.h"

namespace drydock {

void register_all_services(Registry& registry);  // gen/services.cc

namespace {

// Work of a service on its own rows, outside any client's request.
const Shape& no_shape() {
  static const Shape shape{.kind = ShapeKind::kStructure, .name = "Nothing"};
  return shape;
}

const Operation& work_operation(std::string_view service) {
  static std::mutex mutex;
  static std::unordered_map<std::string, std::unique_ptr<Operation>> made;
  std::lock_guard lock(mutex);
  auto& operation = made[std::string(service)];
  if (!operation) {
    operation = std::make_unique<Operation>();
    operation->name = "Work";
    operation->internal = true;
    operation->waits = true;
    operation->input = operation->output = no_shape;
    for (const Service* candidate : all_services())
      if (candidate->name == service && !candidate->operations.empty())
        operation->service = candidate->operations.front().service;
  }
  return *operation;
}

class RunningServerImpl final : public RunningServer {
 public:
  RunningServerImpl(Settings settings, std::unique_ptr<Engine> engine, std::unique_ptr<Clock> clock,
                    Random random)
      : server_(std::move(settings), std::move(engine), std::move(clock), std::move(random)) {}
  ~RunningServerImpl() override { stop(); }
  Server& server() override { return server_; }
  void set_public_url(std::string url) override { server_.set_public_url(std::move(url)); }
  void start() override { server_.start(); }
  void stop() override { server_.stop(); }

 private:
  ServerImpl server_;
};

}  // namespace

void RegistryImpl::job_kind(std::string kind, Step step) {
  server_.jobs().add_kind(std::move(kind), std::move(step));
}

KeyFactsPtr RegistryImpl::find_key(std::string_view access_key_id) const {
  for (const KeyHook& hook : keys)
    if (auto facts = hook(access_key_id)) return facts;
  return nullptr;
}

ServerImpl::ServerImpl(Settings settings, std::unique_ptr<Engine> engine,
                       std::unique_ptr<Clock> clock, Random random)
    : settings_(std::move(settings)),
      engine_(std::move(engine)),
      blobs_(std::make_unique<Blobs>(settings_.data_folder + "/blobs")),
      clock_(std::move(clock)),
      random_(std::move(random)),
      jobs_(std::make_unique<Jobs>(*engine_, *clock_)),
      registry_(*this),
      decisions_(*engine_),
      journal_(*engine_),
      last_uses_(*engine_),
      trail_(random_) {
  // Events leave through a job, so that an event is published exactly when its transaction
  // committed.
  registry_.job_kind("api.publish-event", [this](const Job& job) {
    const Value& p = job.payload;
    Client client = client_as_service(p["service"].string_or("drydock") + ".amazonaws.com", {},
                                      p["account"].as_string(), Region{p["region"].as_string()});
    auto put = client.call("events", "PutServiceEvents",
                           Value::object({{"Entries", Value::list({p["entry"]})}}));
    if (!put) log::warning("event " + job.id + " was not published: " + put.error().message);
    return Next::done();
  });
  register_all_services(registry_);
}

ServerImpl::~ServerImpl() { stop(); }

void ServerImpl::record_until_stopped() {
  constexpr auto kPause = std::chrono::milliseconds(500);
  std::unique_lock lock(recorder_mutex_);
  while (!recorder_stops_) {
    recorder_wakes_.wait_for(lock, kPause);
    std::shared_lock no_reset(reset_mutex_);
    decisions_.flush();
    journal_.flush();
    last_uses_.flush();
    trail_.flush(*engine_);
  }
}

void ServerImpl::flush_trail() {
  std::shared_lock no_reset(reset_mutex_);
  trail_.flush(*engine_);
}

void ServerImpl::start() {
  decisions_.load();
  journal_.load();
  last_uses_.load();
  recorder_ = std::thread([this] { record_until_stopped(); });
  for (auto& action : registry_.starts) action();
  jobs_->start();
  running_ = true;
}

void ServerImpl::stop() {
  if (!running_) return;
  running_ = false;
  waiters_.stop();
  for (auto& action : registry_.stops) action();
  jobs_->stop();
  {
    std::lock_guard lock(recorder_mutex_);
    recorder_stops_ = true;
  }
  recorder_wakes_.notify_all();
  recorder_.join();
}

void ServerImpl::reset() {
  {
    std::unique_lock lock(reset_mutex_);
    epoch_.fetch_add(1, std::memory_order_acq_rel);
  }
  for (auto& action : registry_.stops) action();
  jobs_->clear();
  std::unique_lock lock(reset_mutex_);
  epoch_.fetch_add(1, std::memory_order_acq_rel);
  engine_->clear();
  blobs_->clear();
  decisions_.clear();
  journal_.clear();
  last_uses_.clear();
  trail_.clear();
  set_trial(nullptr, 0);
  lock.unlock();
  for (auto& action : registry_.starts) action();
  jobs_->poke();
}

bool ServerImpl::commit(Txn& txn, uint64_t epoch) {
  if (!txn.has_writes()) return epoch == epoch_.load(std::memory_order_acquire);
  std::shared_lock lock(reset_mutex_);
  return epoch == epoch_.load(std::memory_order_acquire) && txn.commit();
}

Client ServerImpl::client_as(Caller caller, Region region) {
  return Client(*this, std::move(caller), std::move(region));
}

Client ServerImpl::client_as_service(std::string_view service_principal,
                                     std::string_view source_arn, std::string_view source_account,
                                     Region region) {
  Caller caller;
  caller.principal.kind = Principal::Kind::kService;
  caller.principal.name = caller.principal.arn = caller.principal.id = service_principal;
  caller.source_arn = source_arn;
  caller.source_account = source_account;
  caller.source_ip = caller.user_agent = service_principal;
  return Client(*this, std::move(caller), std::move(region));
}

Result<Caller> ServerImpl::caller_of(std::string_view access_key_id,
                                     std::string_view session_token) {
  auto facts = TRY(key_facts(access_key_id, session_token));
  Caller caller = facts->caller;
  caller.access_key_id = access_key_id;
  return caller;
}

Result<std::string> ServerImpl::secret_of(std::string_view access_key_id) {
  if (AccountId::parse(access_key_id) && settings_.root_by_account_key) return std::string("test");
  auto facts = registry_.find_key(access_key_id);
  if (!facts)
    return fault("UnknownKey", "The security token included in the request is invalid.", 403);
  return facts->secret;
}

std::optional<AccountId> ServerImpl::account_of_key(std::string_view access_key_id) {
  auto facts = registry_.find_key(access_key_id);
  if (!facts) return std::nullopt;
  return facts->caller.principal.account;
}

Result<void> ServerImpl::work_in(const AccountId& account, const Region& region,
                                 std::string_view service,
                                 const std::function<Result<void>(Call&)>& body) {
  Caller caller;
  caller.principal.kind = Principal::Kind::kService;
  caller.principal.name = caller.principal.arn = caller.principal.id =
      std::string(service) + ".amazonaws.com";
  caller.source_account = account.text;
  const std::string request_id = random_.uuid();
  const uint64_t begun = epoch();
  while (begun == epoch()) {
    CallImpl call(*this, work_operation(service), caller, region, request_id, nullptr, nullptr,
                  nullptr);
    TRY(body(call));
    if (call.commit()) return {};
  }
  return fault("InternalFailure", "The installation was reset.", 500);
}

std::unique_ptr<RunningServer> make_server(Settings settings, std::unique_ptr<Engine> engine,
                                           std::unique_ptr<Clock> clock, Random random) {
  return std::make_unique<RunningServerImpl>(std::move(settings), std::move(engine),
                                             std::move(clock), std::move(random));
}

}  // namespace drydock
