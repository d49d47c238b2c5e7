#include "services/lambda/runtime/fleet.h"

#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <map>
#include <mutex>
#include <thread>

#include "api/journal.h"
#include "base/encoding.h"
#include "base/log.h"
#include "services/lambda/environment.h"
#include "services/lambda/runtime/instance.h"
#include "services/lambda/runtime/launch.h"

namespace drydock::lambda {

namespace {
constexpr int64_t kIdleUs = 300ll * 1000000;
constexpr int64_t kCredentialMs = 3000 * 1000;  // of sessions that last 3600 s
constexpr size_t kMaxInstances = 512;           // of the whole machine
constexpr auto kLogPause = std::chrono::milliseconds(50);

Unexpected throttled(std::string_view reason) {
  return errors::TooManyRequestsException("Rate Exceeded.",
                                          Value::object({{"Reason", reason}, {"Type", "User"}}));
}

// A running instance with what the fleet must know of it.
struct Held {
  std::unique_ptr<Instance> instance;
  std::shared_ptr<LogStream> log;
  std::string function_arn;   // unqualified
  std::string key;            // version and revision that it runs
  std::string access_key_id;  // of its session
  Timestamp born;             // by the server's clock, as its credentials expire by that
  int64_t idle_since_us = 0;
};

std::string stream_name(Timestamp now, const std::string& version, Random& random) {
  std::string day = to_iso8601(now).substr(0, 10);
  for (char& c : day)
    if (c == '-') c = '/';
  return day + "/[" + version + "]" + to_hex(random.bytes(16));
}
}  // namespace

namespace {
// One data folder belongs to one server, so what lies here is left from a killed one.
std::string instance_folder(const std::string& data_folder) {
  std::string folder = "/tmp/drydock-lambda-" + std::to_string(getuid()) + "-" +
                       to_hex(sha256(data_folder)).substr(0, 12);
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
  if (mkdir(folder.c_str(), 0700) == 0) return folder;
  char other[] = "/tmp/drydock-lambda-XXXXXX";  // the name is taken by somebody else
  if (!mkdtemp(other)) log::error("lambda: cannot make a folder in /tmp");
  return other;
}
}  // namespace

std::string role_session_name(const std::string& function_name) {
  return function_name.size() < 2 ? function_name + "_" : function_name;
}

struct Fleet::State {
  explicit State(Server& server) : server(server) {}
  Server& server;
  std::string folder;  // short: Unix sockets have short names

  std::mutex mutex;  // guards what follows
  std::condition_variable changed;
  std::vector<std::unique_ptr<Held>> idle;
  std::vector<Held*> busy;
  std::map<std::string, int64_t> running;          // by function ARN
  std::map<std::string, int64_t> running_account;  // by account and region
  std::vector<std::shared_ptr<LogStream>> logs;
  bool logs_waiting = false, stopping = false;
  std::thread keeper;

  std::unique_ptr<Held> take_idle(const std::string& key);
  bool make_room();
  Result<std::unique_ptr<Held>> start(const Invocation& invocation, const std::string& key);
  void give_back(std::unique_ptr<Held> held);
  void keep();
  void write_logs();
};

Fleet::Fleet(Server& server) : state_(std::make_unique<State>(server)) {
  state_->folder = instance_folder(server.settings().data_folder);
  state_->keeper = std::thread([state = state_.get()] { state->keep(); });
}

Fleet::~Fleet() { stop(); }

void Fleet::stop() {
  std::vector<std::unique_ptr<Held>> ended;
  {
    std::lock_guard lock(state_->mutex);
    state_->stopping = true;
    ended.swap(state_->idle);
    for (Held* held : state_->busy) held->instance->kill();
    state_->changed.notify_all();
  }
  ended.clear();
  if (state_->keeper.joinable()) state_->keeper.join();
  rmdir(state_->folder.c_str());
}

void Fleet::retire(const std::string& function_arn) {
  std::vector<std::unique_ptr<Held>> ended;
  {
    std::lock_guard lock(state_->mutex);
    for (auto& held : state_->idle)
      if (held->function_arn == function_arn) ended.push_back(std::move(held));
    std::erase(state_->idle, nullptr);
    // Busy ones carry the key of an old revision: nobody asks for it again, and they go when idle
    // for long.
  }
  // What they printed is written before the function is gone for its deleter, who may delete the
  // log group next: later it would make the group again.
  for (auto& held : ended) {
    held->instance.reset();
    held->log->flush();
  }
}

Result<InvocationResult> Fleet::invoke(Invocation invocation) {
  const std::string arn =
      FunctionRef{invocation.function.space, invocation.function.name, ""}.arn();
  const std::string account =
      invocation.function.space.account + "/" + invocation.function.space.region;
  const std::string key =
      arn + ":" + invocation.version.Version + "/" + invocation.version.RevisionId;
  {
    std::lock_guard lock(state_->mutex);
    if (state_->stopping) return errors::ServiceException("The server is stopping.");
    if (invocation.reserved && state_->running[arn] >= *invocation.reserved)
      return throttled("ReservedFunctionConcurrentInvocationLimitExceeded");
    if (state_->running_account[account] >= kAccountConcurrency)
      return throttled("ConcurrentInvocationLimitExceeded");
    ++state_->running[arn];
    ++state_->running_account[account];
  }
  struct Leave {
    State& state;
    const std::string &arn, &account;
    ~Leave() {
      std::lock_guard lock(state.mutex);
      if (--state.running[arn] == 0) state.running.erase(arn);
      if (--state.running_account[account] == 0) state.running_account.erase(account);
    }
  } leave{*state_, arn, account};

  auto held = state_->take_idle(key);
  if (!held) {
    if (!state_->make_room()) return throttled("ConcurrentInvocationLimitExceeded");
    held = TRY(state_->start(invocation, key));
  }
  {
    std::lock_guard lock(state_->mutex);
    state_->busy.push_back(held.get());
  }
  Work work;
  work.request_id = invocation.request_id;
  work.event = std::move(invocation.event);
  work.function_arn = invocation.function.qualified_arn();
  work.client_context = invocation.client_context;
  std::string random = to_hex(state_->server.random().bytes(24));
  char seconds[16];
  snprintf(seconds, sizeof seconds, "%08llx",
           static_cast<unsigned long long>(state_->server.clock().now().seconds()));
  work.trace_id = std::string("Root=1-") + seconds + "-" + random.substr(0, 24) +
                  ";Parent=" + random.substr(24, 16) + ";Sampled=0";

  Answer answer;
  {
    const WorksThrough through(state_->server, invocation.by, held->access_key_id);
    answer = held->instance->invoke(std::move(work));
  }
  InvocationResult result;
  result.payload = std::move(answer.payload);
  if (answer.is_error) result.function_error = "Unhandled";
  result.log_tail = std::move(answer.log_tail);
  if (result.log_tail.size() > kTailBytes)
    result.log_tail.erase(0, result.log_tail.size() - kTailBytes);
  state_->give_back(std::move(held));
  return result;
}

std::unique_ptr<Held> Fleet::State::take_idle(const std::string& key) {
  std::vector<std::unique_ptr<Held>> ended;
  std::lock_guard lock(mutex);
  // The one used last is the warmest.
  for (size_t i = idle.size(); i-- > 0;) {
    if (idle[i]->key != key) continue;
    auto held = std::move(idle[i]);
    idle.erase(idle.begin() + i);
    if (held->instance->alive() && server.clock().now().ms - held->born.ms < kCredentialMs)
      return held;
    ended.push_back(std::move(held));
  }
  return nullptr;
}

// Ends the instance that was idle for longest when there are too many. False: all are busy.
bool Fleet::State::make_room() {
  std::unique_ptr<Held> ended;
  std::lock_guard lock(mutex);
  if (idle.size() + busy.size() < kMaxInstances) return true;
  if (idle.empty()) return false;
  ended = std::move(idle.front());
  idle.erase(idle.begin());
  return true;
}

Result<std::unique_ptr<Held>> Fleet::State::start(const Invocation& invocation,
                                                  const std::string& key) {
  const VersionRow& version = invocation.version;
  const Space& space = invocation.function.space;
  std::string arn = FunctionRef{space, version.Name, ""}.arn();
  Client lambda =
      server.client_as_service("lambda.amazonaws.com", arn, space.account, Region{space.region})
          .saying({{"lambda:SourceFunctionArn", arn}});
  auto assumed = lambda.call("sts", "AssumeRole",
                             Value::object({{"RoleArn", version.Role},
                                            {"RoleSessionName", role_session_name(version.Name)}}));
  if (!assumed)
    return fault("AccessDeniedException",
                 "The role defined for the function cannot be assumed by Lambda.", 403);
  const Value& keys = (*assumed)["Credentials"];
  RoleCredentials credentials{keys["AccessKeyId"].string_or(""),
                              keys["SecretAccessKey"].string_or(""),
                              keys["SessionToken"].string_or("")};
  Caller role = TRY(server.caller_of(credentials.access_key_id, credentials.session_token));
  TRY(open_environment(server, role, {space, version.Name, ""}, version));

  std::string group = version.LogGroup.value_or("/aws/lambda/" + version.Name);
  std::string stream = stream_name(server.clock().now(), version.Version, server.random());
  auto sandbox = launch_options(server, version, space.region, group, stream, credentials);
  if (!sandbox) {
    log::error("lambda: " + arn + ": " + sandbox.error());
    return errors::ServiceException(sandbox.error(), Value::object({{"Type", "Service"}}));
  }
  InstanceOptions options;
  options.sandbox = std::move(*sandbox);
  mkdir(folder.c_str(), 0700);
  options.folder = folder + "/" + server.random().base36(8);
  mkdir(options.folder.c_str(), 0700);
  options.version = version.Version;
  options.memory_mb = version.MemorySize;
  options.timeout_ms = version.Timeout * 1000;
  options.clock = &server.clock();
  options.log = std::make_shared<LogStream>(server.client_as(std::move(role), Region{space.region}),
                                            group, stream);
  auto log = options.log;
  auto instance = Instance::start(std::move(options));
  if (!instance) {
    log::error("lambda: " + arn + ": " + instance.error());
    return errors::ServiceException(instance.error(), Value::object({{"Type", "Service"}}));
  }
  auto held = std::make_unique<Held>();
  held->instance = std::move(*instance);
  held->function_arn = arn;
  held->key = key;
  held->access_key_id = credentials.access_key_id;
  held->born = server.clock().now();
  held->log = log;
  std::lock_guard lock(mutex);
  logs.push_back(std::move(log));
  return held;
}

void Fleet::State::give_back(std::unique_ptr<Held> held) {
  bool alive = held->instance->alive();
  std::unique_ptr<Held> ended;
  {
    std::lock_guard lock(mutex);
    std::erase(busy, held.get());
    held->idle_since_us = steady_us();
    if (alive && !stopping)
      idle.push_back(std::move(held));
    else
      ended = std::move(held);
    logs_waiting = true;
    changed.notify_all();
  }
}

// Writes logs soon after each invocation and ends what has been idle for long.
void Fleet::State::keep() {
  compile_bootstrap(server);
  std::unique_lock lock(mutex);
  while (!stopping) {
    changed.wait_for(lock, std::chrono::seconds(1), [&] { return logs_waiting || stopping; });
    // Functions that run for long shall show their lines, too.
    bool any_busy = !busy.empty();
    if (logs_waiting || any_busy) {
      logs_waiting = false;
      lock.unlock();
      write_logs();
      std::this_thread::sleep_for(kLogPause);  // so that many short invocations share a batch
      lock.lock();
    }
    std::vector<std::unique_ptr<Held>> ended;
    for (auto& held : idle)
      if (steady_us() - held->idle_since_us > kIdleUs || !held->instance->alive())
        ended.push_back(std::move(held));
    std::erase(idle, nullptr);
    if (!ended.empty()) {
      lock.unlock();
      ended.clear();
      lock.lock();
    }
  }
  lock.unlock();
  write_logs();
}

void Fleet::State::write_logs() {
  std::vector<std::shared_ptr<LogStream>> streams;
  {
    std::lock_guard lock(mutex);
    std::erase_if(logs, [](auto& log) { return log->closed() && log->empty(); });
    streams = logs;
  }
  for (auto& stream : streams) stream->flush();
}

}  // namespace drydock::lambda
