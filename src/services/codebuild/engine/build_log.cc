#include "services/codebuild/engine/build_log.h"

#include <algorithm>
#include <condition_variable>
#include <cstdio>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "base/log.h"
#include "base/text.h"
#include "gen/logs.h"

namespace drydock::codebuild {

namespace {
constexpr auto kPause = std::chrono::milliseconds(150);  // lines of this time go in one call
constexpr size_t kMaxBatchLines = 5000, kMaxBatchBytes = 900 << 10;
constexpr size_t kMaxLineBytes = 250 << 10;
constexpr size_t kMaxWaiting =
    200000;  // lines; a build that prints faster than the log takes them waits
constexpr uint64_t kMaxCopyBytes = 1ull << 30;  // of a log's copy
constexpr size_t kMinSecret = 3;                // shorter values are in everything

// AWS does mask access key ids in build logs.
void mask_access_keys(std::string& text) {
  for (const char* prefix : {"AKIA", "ASIA"}) {
    for (size_t at = 0; (at = text.find(prefix, at)) != std::string::npos;) {
      size_t end = at + 4;
      while (end < text.size() &&
             ((text[end] >= 'A' && text[end] <= 'Z') || (text[end] >= '0' && text[end] <= '9')))
        ++end;
      if (end - at == 20) {
        text.replace(at, 20, "***");
        at += 3;
      } else {
        at = end;
      }
    }
  }
}
}  // namespace

struct BuildLog::State {
  Clock& clock;
  std::function<Result<Client>()> client;
  std::string group, stream;
  std::mutex mutex;
  std::condition_variable came, went;
  std::deque<std::pair<int64_t, std::string>> waiting;
  std::vector<std::string> secrets;
  bool closing = false, broken = false;
  FILE* copy = nullptr;
  uint64_t copied = 0;
  std::thread writer;

  void add(std::string text) {
    std::unique_lock lock(mutex);
    if (!copy && (group.empty() || broken)) return;
    for (const auto& secret : secrets) {
      if (text.find(secret) != std::string::npos)
        text = replace_all(std::move(text), secret, "***");
    }
    mask_access_keys(text);
    if (text.size() > kMaxLineBytes) text.resize(kMaxLineBytes);
    if (copy && copied < kMaxCopyBytes) {
      copied += text.size() + 1;
      std::fwrite(text.data(), 1, text.size(), copy);
      std::fputc('\n', copy);
    }
    if (group.empty() || broken) return;
    went.wait(lock, [&] { return waiting.size() < kMaxWaiting || broken; });
    waiting.emplace_back(clock.now().ms, std::move(text));
    came.notify_one();
  }

  void write() {
    std::unique_lock lock(mutex);
    for (;;) {
      came.wait(lock, [&] { return closing || !waiting.empty(); });
      if (waiting.empty()) return;
      if (!closing) {
        lock.unlock();
        std::this_thread::sleep_for(kPause);
        lock.lock();
      }
      logs::PutLogEventsInput input{.logGroupName = group, .logStreamName = stream};
      size_t bytes = 0;
      while (!waiting.empty() && input.logEvents.size() < kMaxBatchLines &&
             bytes < kMaxBatchBytes) {
        auto& [time, text] = waiting.front();
        bytes += text.size() + 26;
        // AWS does keep the line's end in the events of builds; an event must not be empty.
        input.logEvents.push_back({.timestamp = time, .message = std::move(text) + "\n"});
        waiting.pop_front();
      }
      went.notify_all();
      lock.unlock();
      auto role = client();
      auto put = role ? role->call<logs::PutLogEvents>(input)
                      : Result<logs::PutLogEventsOutput>(Unexpected(role.error()));
      lock.lock();
      if (!put) {
        log::warning("codebuild: log " + group + " " + stream + ": " + put.error().code + ": " +
                     put.error().message);
        broken = true;
        waiting.clear();
        went.notify_all();
      }
    }
  }
};

BuildLog::BuildLog(Clock& clock, std::function<Result<Client>()> client, std::string group,
                   std::string stream)
    : state_(new State{.clock = clock,
                       .client = std::move(client),
                       .group = std::move(group),
                       .stream = std::move(stream)}) {
  state_->writer = std::thread([state = state_.get()] { state->write(); });
}

BuildLog::~BuildLog() {
  {
    std::lock_guard lock(state_->mutex);
    state_->closing = true;
    state_->came.notify_all();
  }
  state_->writer.join();
  if (state_->copy) std::fclose(state_->copy);
}

void BuildLog::copy_to(const std::string& path) {
  std::lock_guard lock(state_->mutex);
  if (!state_->copy) state_->copy = std::fopen(path.c_str(), "we");
}

Result<void> BuildLog::open() {
  if (state_->group.empty()) return {};
  Client role = TRY(state_->client());
  logs::CreateLogStreamInput stream{.logGroupName = state_->group, .logStreamName = state_->stream};
  auto made = role.call<logs::CreateLogStream>(stream);
  if (!made && made.error().code == "ResourceNotFoundException") {
    auto group = role.call<logs::CreateLogGroup>({.logGroupName = state_->group});
    if (!group && group.error().code != "ResourceAlreadyExistsException")
      return Unexpected(group.error());
    made = role.call<logs::CreateLogStream>(stream);
  }
  if (!made && made.error().code != "ResourceAlreadyExistsException")
    return Unexpected(made.error());
  return {};
}

void BuildLog::line(std::string_view text) {
  while (!text.empty() && text.back() == '\r') text.remove_suffix(1);
  state_->add(std::string(text));
}

void BuildLog::container(std::string_view text) {
  std::string time = to_iso8601_ms(state_->clock.now());  // 2026-01-02T03:04:05.678Z
  std::replace(time.begin(), time.begin() + 10, '-', '/');
  time[10] = ' ';
  time.pop_back();
  state_->add("[Container] " + time + " " + std::string(text));
}

void BuildLog::mask(std::string_view secret) {
  if (secret.size() < kMinSecret) return;
  std::lock_guard lock(state_->mutex);
  state_->secrets.emplace_back(secret);
}

}  // namespace drydock::codebuild
