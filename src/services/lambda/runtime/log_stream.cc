#include "services/lambda/runtime/log_stream.h"

#include "gen/logs.h"

namespace drydock::lambda {

namespace {
constexpr size_t kBatchBytes = 1000000, kBatchLines = 10000, kLineBytes = 256000,
                 kLineOverhead = 26;
constexpr size_t kMaxWaitingBytes =
    16 << 20;  // a function that prints faster than we write loses lines
}  // namespace

void LogStream::add(Timestamp when, std::string message) {
  if (message.size() > kLineBytes) message.resize(kLineBytes);
  std::lock_guard lock(mutex_);
  if (bytes_ + message.size() > kMaxWaitingBytes) return;
  bytes_ += message.size();
  if (!lines_.empty() && when < lines_.back().when) when = lines_.back().when;
  lines_.push_back({when, std::move(message)});
}

bool LogStream::empty() {
  std::lock_guard lock(mutex_);
  return lines_.empty();
}

bool LogStream::make_stream() {
  auto make = [&] {
    return role_.call<logs::CreateLogStream>({.logGroupName = group_, .logStreamName = stream_});
  };
  auto made = make();
  if (!made && made.error().code == "ResourceNotFoundException" &&
      role_.call<logs::CreateLogGroup>({.logGroupName = group_}))
    made = make();
  return made.has_value() || made.error().code == "ResourceAlreadyExistsException";
}

void LogStream::flush() {
  std::lock_guard one_writer(writing_);
  std::vector<Line> lines;
  {
    std::lock_guard lock(mutex_);
    lines.swap(lines_);
    bytes_ = 0;
  }
  if (lines.empty()) return;
  if (!made_ && !(made_ = make_stream())) return;
  for (size_t at = 0; at < lines.size();) {
    logs::PutLogEventsInput in;
    in.logGroupName = group_;
    in.logStreamName = stream_;
    size_t bytes = 0;
    for (; at < lines.size() && in.logEvents.size() < kBatchLines; ++at) {
      bytes += lines[at].message.size() + kLineOverhead;
      if (bytes > kBatchBytes) break;
      in.logEvents.push_back(
          {.timestamp = lines[at].when.ms, .message = std::move(lines[at].message)});
    }
    // The group or stream may have been deleted under us: AWS does make them again then.
    auto put = role_.call<logs::PutLogEvents>(in);
    if (!put && put.error().code == "ResourceNotFoundException" && (made_ = make_stream()))
      (void)role_.call<logs::PutLogEvents>(in);
  }
}

}  // namespace drydock::lambda
