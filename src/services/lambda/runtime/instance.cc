#include "services/lambda/runtime/instance.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <filesystem>

#include "base/text.h"
#include "base/value.h"
#include "services/lambda/tables.h"

namespace drydock::lambda {

namespace {
constexpr size_t kMaxAnswerBytes = 6291556;  // AWS's number
constexpr size_t kMaxConnections = 16;
constexpr int64_t kInitMs = 10000;
constexpr uint16_t kRuntimePort = 9001;
constexpr std::string_view kApi = "/2018-06-01/runtime/";

// The instance's folder as the function sees it.
constexpr const char* kInside = "/var/instance";

std::string error_payload(std::string_view type, const std::string& message) {
  Value error = Value::object({{"errorMessage", message}});
  if (!type.empty()) error.set("errorType", type);
  return to_json(error);
}

// Deadlines are told in the machine's own time: it is the only one that a function can read.
int64_t machine_ms() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return static_cast<int64_t>(now.tv_sec) * 1000 + now.tv_nsec / 1000000;
}

std::string milliseconds(int64_t us) {
  char text[32];
  snprintf(text, sizeof text, "%.2f", static_cast<double>(us) / 1000.0);
  return text;
}

// Largest resident size a process had, in KB, with all its descendants.
int64_t peak_kb(int pid, int depth) {
  if (depth > 8) return 0;
  int64_t kb = 0;
  char path[64], line[256];
  snprintf(path, sizeof path, "/proc/%d/status", pid);
  if (FILE* file = fopen(path, "r")) {
    while (fgets(line, sizeof line, file))
      if (sscanf(line, "VmHWM: %ld", &kb) == 1) break;
    fclose(file);
  }
  snprintf(path, sizeof path, "/proc/%d/task/%d/children", pid, pid);
  if (FILE* file = fopen(path, "r")) {
    int child;
    while (fscanf(file, "%d", &child) == 1) kb = std::max(kb, peak_kb(child, depth + 1));
    fclose(file);
  }
  return kb;
}

bool send_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t sent = send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(sent);
  }
  return true;
}

std::string exit_reason(const SandboxExit& exit) {
  if (exit.out_of_memory || exit.signal == 9) return "Runtime exited with error: signal: killed";
  if (exit.signal)
    return std::string("Runtime exited with error: signal: ") + to_lower(strsignal(exit.signal));
  if (exit.code > 128)
    return std::string("Runtime exited with error: signal: ") +
           to_lower(strsignal(exit.code - 128));
  if (exit.code) return "Runtime exited with error: exit status " + std::to_string(exit.code);
  return "Runtime exited without providing a reason";
}
// AWS's Node runtimes bring the SDK; here it is there when somebody installed it.
void warn_of_missing_sdk(std::string_view error) {
  constexpr std::string_view kStart = "Cannot find module '@aws-sdk/";
  const size_t at = error.find(kStart);
  if (at == std::string_view::npos) return;
  const size_t name = error.find('@', at), end = error.find('\'', name);
  if (end == std::string_view::npos) return;
  std::string prefix = node_modules_folder();
  prefix.erase(std::min(prefix.size(), prefix.rfind('/')));
  log::warning("lambda: a function needs " + std::string(error.substr(name, end - name)) +
               ", which AWS's Node runtimes bring; for functions here: npm install --prefix " +
               prefix + " " + std::string(error.substr(name, end - name)));
}

}  // namespace

int64_t steady_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

std::expected<std::unique_ptr<Instance>, std::string> Instance::start(InstanceOptions options) {
  std::unique_ptr<Instance> instance(new Instance(std::move(options)));
  if (auto opened = instance->open(); !opened) return std::unexpected(opened.error());
  return instance;
}

std::expected<void, std::string> Instance::open() {
  started_us_ = steady_us();
  std::string socket_path = options_.folder + "/rt", output_path = options_.folder + "/log";
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (socket_path.size() >= sizeof address.sun_path)
    return std::unexpected("the instance's folder has too long a name: " + options_.folder);
  memcpy(address.sun_path, socket_path.c_str(), socket_path.size() + 1);
  listener_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) ||
      listen(listener_, 8))
    return std::unexpected(socket_path + ": " + strerror(errno));
  if (mkfifo(output_path.c_str(), 0600))
    return std::unexpected(output_path + ": " + strerror(errno));
  output_ = ::open(output_path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  output_writer_ =
      ::open(output_path.c_str(), O_WRONLY | O_CLOEXEC);  // so that the pipe never ends
  wake_ = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (output_ < 0 || output_writer_ < 0 || wake_ < 0)
    return std::unexpected(std::string("pipe: ") + strerror(errno));

  SandboxOptions sandbox = options_.sandbox;
  std::vector<std::string> command = {"/bin/sh", "-c",
                                      std::string("exec \"$@\" >") + kInside + "/log 2>&1", "sh"};
  command.insert(command.end(), sandbox.command.begin(), sandbox.command.end());
  sandbox.command = std::move(command);
  sandbox.mounts.push_back({options_.folder, kInside, Mount::Access::kWrite});
  sandbox.network.port_sockets.push_back({kRuntimePort, socket_path});
  sandbox.environment.push_back(
      {"AWS_LAMBDA_RUNTIME_API", "127.0.0.1:" + std::to_string(kRuntimePort)});
  sandbox.environment.push_back({"DRYDOCK_RUNTIME_SOCKET", std::string(kInside) + "/rt"});
  auto started = start_sandbox(sandbox);
  if (!started) return std::unexpected(started.error());
  sandbox_ = std::move(*started);
  pump_ = std::thread([this] { pump(); });
  waiter_ = std::thread([this] {
    // What comes here is the sandbox's own complaint; the function prints into the pipe.
    SandboxExit exit = sandbox_->wait([this](std::string_view piece) {
      std::lock_guard lock(mutex_);
      print(std::string(piece));
    });
    {
      std::lock_guard lock(mutex_);
      exit_ = exit;
    }
    uint64_t one = 1;
    (void)!write(wake_, &one, sizeof one);
  });
  return {};
}

Instance::~Instance() {
  if (sandbox_) sandbox_->kill();
  if (waiter_.joinable()) waiter_.join();
  if (pump_.joinable()) pump_.join();
  for (auto& connection : connections_) close(connection->fd);
  for (int fd : {listener_, output_, output_writer_, wake_})
    if (fd >= 0) close(fd);
  std::error_code ignored;
  std::filesystem::remove_all(options_.folder,
                              ignored);  // the function may have left things there, too
  if (options_.log) options_.log->close();
}

bool Instance::alive() {
  std::lock_guard lock(mutex_);
  return !dead_ && !killed_ && !exit_;
}

void Instance::kill() {
  {
    std::lock_guard lock(mutex_);
    killed_ = true;
  }
  if (sandbox_) sandbox_->kill();
}

Answer Instance::invoke(Work work) {
  std::unique_lock lock(mutex_);
  work_ = std::move(work);
  handed_out_ = answered_ = false;
  answer_ = {};
  for (auto& connection : connections_)
    if (connection->wants_work) {
      hand_out(*connection);
      break;
    }
  auto limit = [](int64_t us) {
    return std::chrono::steady_clock::time_point(std::chrono::microseconds(us));
  };
  int64_t init_until = steady_us() + std::max(kInitMs, options_.timeout_ms) * 1000;
  auto settled = [&] { return answered_ || dead_ || handed_out_; };
  if (!changed_.wait_until(lock, limit(init_until), settled)) timed_out_ = true;
  if (!timed_out_ && !answered_ && !dead_) {
    auto over = [&] { return answered_ || dead_; };
    if (!changed_.wait_until(lock, limit(handed_out_us_ + options_.timeout_ms * 1000), over))
      timed_out_ = true;
  }
  if (timed_out_ && !answered_) {
    killed_ = true;
    lock.unlock();
    sandbox_->kill();
    lock.lock();
    changed_.wait(lock, [&] { return answered_ || dead_; });
  }
  if (!answered_) finish_dead();
  work_.reset();
  return std::move(answer_);
}

// The pump: everything that comes from the process, until it has ended and all its bytes are read.
void Instance::pump() {
  std::vector<pollfd> polls;
  bool last_round = false;
  for (;;) {
    polls = {{listener_, POLLIN, 0}, {output_, POLLIN, 0}, {wake_, POLLIN, 0}};
    {
      std::lock_guard lock(mutex_);
      for (auto& connection : connections_) polls.push_back({connection->fd, POLLIN, 0});
    }
    poll(polls.data(), polls.size(), last_round ? 0 : -1);
    std::lock_guard lock(mutex_);
    drain_output();
    for (size_t i = 3; i < polls.size(); ++i)
      if (polls[i].revents) read_connection(*connections_[i - 3]);
    std::erase_if(connections_, [](auto& connection) { return connection->fd < 0; });
    if (polls[0].revents & POLLIN) {
      int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (fd >= 0 && connections_.size() >= kMaxConnections) {
        close(fd);
      } else if (fd >= 0) {
        timeval patience{10, 0};
        setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
        connections_.push_back(std::make_unique<Connection>(Connection{fd}));
        read_connection(*connections_.back());
      }
    }
    if (last_round) {
      if (!partial_line_.empty()) print(std::exchange(partial_line_, {}) + "\n");
      dead_ = true;
      changed_.notify_all();
      return;
    }
    last_round = exit_.has_value();
  }
}

void Instance::read_connection(Connection& connection) {
  char bytes[65536];
  for (;;) {
    ssize_t count = recv(connection.fd, bytes, sizeof bytes, MSG_DONTWAIT);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) break;
    if (count <= 0) {
      close(connection.fd);
      connection.fd = -1;
      connection.wants_work = false;
      return;
    }
    connection.buffer.append(bytes, count);
    bool broken = false;
    while (auto request = take_request(connection.buffer, broken)) {
      serve(connection, std::move(*request));
      if (connection.fd < 0) return;
    }
    if (broken) {
      send_all(connection.fd,
               runtime_response(
                   400, {}, "{\"errorMessage\":\"Bad request\",\"errorType\":\"InvalidRequest\"}"));
      close(connection.fd);
      connection.fd = -1;
      return;
    }
    if (static_cast<size_t>(count) < sizeof bytes) break;
  }
}

void Instance::serve(Connection& connection, RuntimeRequest request) {
  std::string_view path = request.path;
  auto accepted = [&] {
    send_all(connection.fd, runtime_response(202, {}, "{\"status\":\"OK\"}"));
  };
  if (!path.starts_with(kApi)) {
    send_all(connection.fd,
             runtime_response(404, {},
                              "{\"errorMessage\":\"Not found\",\"errorType\":\"InvalidRequest\"}"));
    return;
  }
  path.remove_prefix(kApi.size());
  if (request.method == "GET" && path == "invocation/next") {
    if (init_us_ < 0) init_us_ = steady_us() - started_us_;
    connection.wants_work = true;
    if (work_ && !handed_out_) hand_out(connection);
    return;
  }
  if (request.method == "POST" && path == "init/error") {
    drain_output();
    init_error_ = request.body.empty()
                      ? error_payload("Runtime.Unknown", "the runtime failed to start")
                      : std::move(request.body);
    warn_of_missing_sdk(init_error_);
    accepted();
    return;
  }
  auto parts = split(path, '/');
  bool is_response = parts.size() == 3 && parts[2] == "response",
       is_error = parts.size() == 3 && parts[2] == "error";
  if (request.method != "POST" || parts[0] != "invocation" || (!is_response && !is_error)) {
    send_all(connection.fd,
             runtime_response(404, {},
                              "{\"errorMessage\":\"Not found\",\"errorType\":\"InvalidRequest\"}"));
    return;
  }
  if (!work_ || answered_ || !handed_out_ || parts[1] != work_->request_id) {
    send_all(connection.fd,
             runtime_response(
                 400, {},
                 "{\"errorMessage\":\"Invalid request ID\",\"errorType\":\"InvalidRequestID\"}"));
    return;
  }
  if (request.body.size() > kMaxAnswerBytes) {
    send_all(
        connection.fd,
        runtime_response(
            413, {},
            "{\"errorMessage\":\"Exceeded maximum allowed payload size (6291556 bytes).\",\"errorType\":\"RequestEntityTooLarge\"}"));
    finish(error_payload(
               "Function.ResponseSizeTooLarge",
               "Response payload size exceeded maximum allowed payload size (6291556 bytes)."),
           true);
    return;
  }
  finish(std::move(request.body), is_error);
  accepted();
}

void Instance::hand_out(Connection& connection) {
  handed_out_ = true;
  connection.wants_work = false;
  handed_out_us_ = steady_us();
  print("START RequestId: " + work_->request_id + " Version: " + options_.version + "\n");
  std::vector<std::pair<std::string, std::string>> headers = {
      {"Lambda-Runtime-Aws-Request-Id", work_->request_id},
      {"Lambda-Runtime-Deadline-Ms", std::to_string(machine_ms() + options_.timeout_ms)},
      {"Lambda-Runtime-Invoked-Function-Arn", work_->function_arn},
      {"Lambda-Runtime-Trace-Id", work_->trace_id}};
  if (!work_->client_context.empty())
    headers.push_back({"Lambda-Runtime-Client-Context", work_->client_context});
  send_all(connection.fd, runtime_response(200, headers, work_->event));
  changed_.notify_all();
}

// The invocation's end, with mutex_ held: the rest of its lines, END and REPORT.
void Instance::finish(std::string payload, bool is_error) {
  drain_output();
  if (!partial_line_.empty()) print(std::exchange(partial_line_, {}) + "\n");
  answer_.payload = std::move(payload);
  answer_.is_error = is_error;
  report();
  answered_ = true;
  changed_.notify_all();
}

// The process is gone, and with it the invocation.
void Instance::finish_dead() {
  const std::string& id = work_->request_id;
  if (!handed_out_) {
    handed_out_us_ = steady_us();
    print("START RequestId: " + id + " Version: " + options_.version + "\n");
  }
  if (timed_out_) {
    char seconds[32];
    snprintf(seconds, sizeof seconds, "%.2f", static_cast<double>(options_.timeout_ms) / 1000.0);
    std::string text = to_iso8601_ms(options_.clock->now()) + " " + id + " Task timed out after " +
                       seconds + " seconds";
    print(text + "\n\n");
    finish(error_payload("", text), true);
    return;
  }
  if (!init_error_.empty()) {
    finish(std::move(init_error_), true);
    return;
  }
  std::string text =
      "RequestId: " + id + " Error: " + exit_reason(exit_.value_or(SandboxExit{.signal = 9}));
  print(text + "\nRuntime.ExitError\n");
  finish(error_payload("Runtime.ExitError", text), true);
}

void Instance::report() {
  int64_t duration_us = handed_out_us_ ? steady_us() - handed_out_us_ : 0;
  if (timed_out_) duration_us = std::max(duration_us, options_.timeout_ms * 1000);
  print("END RequestId: " + work_->request_id + "\n");
  std::string line = "REPORT RequestId: " + work_->request_id +
                     "\tDuration: " + milliseconds(duration_us) +
                     " ms\tBilled Duration: " + std::to_string((duration_us + 999) / 1000) +
                     " ms\tMemory Size: " + std::to_string(options_.memory_mb) +
                     " MB\tMax Memory Used: " + std::to_string(used_memory_mb()) + " MB\t";
  if (!init_reported_ && init_us_ >= 0)
    line += "Init Duration: " + milliseconds(init_us_) + " ms\t";
  init_reported_ = true;
  print(line + "\n");
}

// Reading /proc costs more than a short invocation, so not every time.
int64_t Instance::used_memory_mb() {
  int64_t now = steady_us();
  if (memory_mb_ == 0 || now - memory_read_us_ > 200000) {
    memory_read_us_ = now;
    memory_mb_ = std::max(memory_mb_, (peak_kb(sandbox_->pid(), 0) + 1023) / 1024);
  }
  return std::min(std::max<int64_t>(memory_mb_, 1), options_.memory_mb);
}

void Instance::drain_output() {
  char bytes[16384];
  for (;;) {
    ssize_t count = read(output_, bytes, sizeof bytes);
    if (count <= 0) return;
    std::string_view rest(bytes, count);
    for (size_t end; (end = rest.find('\n')) != std::string_view::npos;
         rest.remove_prefix(end + 1)) {
      partial_line_.append(rest.substr(0, end + 1));
      print(std::exchange(partial_line_, {}));
    }
    partial_line_.append(rest);
    if (partial_line_.size() > 256000) print(std::exchange(partial_line_, {}));
  }
}

// One log event. Runtimes write \r where a line shall not end the event.
void Instance::print(std::string message) {
  for (char& c : message)
    if (c == '\r') c = '\n';
  if (work_) {
    answer_.log_tail += message;
    if (answer_.log_tail.size() > 2 * kTailBytes)
      answer_.log_tail.erase(0, answer_.log_tail.size() - kTailBytes);
  }
  if (options_.log) options_.log->add(options_.clock->now(), std::move(message));
}

}  // namespace drydock::lambda
