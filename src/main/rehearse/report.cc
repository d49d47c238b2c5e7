#include "main/rehearse/report.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>

namespace drydock::rehearse {

namespace {
constexpr const char* kGreen = "32";
constexpr const char* kRed = "31";
constexpr const char* kDim = "2";
constexpr size_t kColumns = 58;  // where times stand

std::string padded(const std::string& text, size_t width) {
  return text.size() < width ? text + std::string(width - text.size(), ' ') : text + " ";
}

size_t terminal_columns() {
  winsize size{};
  return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20 ? size.ws_col : 100;
}
}  // namespace

int64_t steady_ms() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<int64_t>(now.tv_sec) * 1000 + now.tv_nsec / 1000000;
}

std::string seconds_text(int64_t ms) {
  char out[40];
  if (ms < 60000)
    std::snprintf(out, sizeof out, "%.2f s", static_cast<double>(ms) / 1000);
  else
    std::snprintf(out, sizeof out, "%lld m %02lld s", static_cast<long long>(ms / 60000),
                  static_cast<long long>(ms / 1000 % 60));
  return out;
}

Report::Report(Style style)
    : style_(style), terminal_(isatty(STDOUT_FILENO) && style == Style::kPeople) {
  const char* no_color = std::getenv("NO_COLOR");
  colours_ = terminal_ && !(no_color && *no_color);
}

std::string Report::paint(std::string_view text, std::string_view code) const {
  if (!colours_) return std::string(text);
  return "\033[" + std::string(code) + "m" + std::string(text) + "\033[0m";
}

void Report::clear_live() {
  if (live_shown_) std::printf("\r\033[K");
  live_shown_ = false;
}

void Report::live() {
  if (!terminal_) return;
  static constexpr const char* kFrames[] = {"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"};
  clear_live();
  std::string line = padded(current_, kColumns - 2 * static_cast<size_t>(indent_)) +
                     seconds_text(steady_ms() - begun_ms_);
  if (!detail_.empty()) line += "  " + detail_;
  size_t room = terminal_columns() - 8;
  if (line.size() > room) line.resize(room);
  std::printf("%s%s %s", std::string(2 + 2 * static_cast<size_t>(indent_), ' ').c_str(),
              kFrames[spin_++ % 10], line.c_str());
  std::fflush(stdout);
  live_shown_ = true;
}

void Report::title(const std::string& text) {
  if (style_ == Style::kPeople) std::printf("%s\n\n", paint(text, "1").c_str());
}

void Report::begin(const std::string& what, int indent) {
  current_ = what;
  detail_.clear();
  indent_ = indent;
  begun_ms_ = steady_ms();
  live();
}

void Report::running(const std::string& detail) {
  detail_ = detail;
  live();
}

void Report::record(const std::string& what, std::string_view status, int64_t ms,
                    const std::string& detail) {
  Value step = Value::object(
      {{"step", what}, {"status", status}, {"seconds", static_cast<double>(ms) / 1000}});
  if (!detail.empty()) step.set("detail", detail);
  if (style_ == Style::kJson) {
    std::printf("%s\n", to_json(step).c_str());
    std::fflush(stdout);
  }
  steps_.push_back(std::move(step));
  if (after_step_) after_step_(what);
}

void Report::finished(const std::string& what, bool good, int64_t ms, const std::string& detail,
                      int indent) {
  clear_live();
  if (style_ == Style::kPeople) {
    const size_t blanks = 2 + 2 * static_cast<size_t>(indent);
    std::printf("%s%s %s%s%s%s\n", std::string(blanks, ' ').c_str(),
                good ? paint("✓", kGreen).c_str() : paint("✗", kRed).c_str(),
                padded(what, kColumns - 2 * static_cast<size_t>(indent)).c_str(),
                paint(seconds_text(ms), kDim).c_str(), detail.empty() ? "" : "  ",
                paint(detail, kDim).c_str());
    std::fflush(stdout);
  }
  record(what, good ? "succeeded" : "failed", ms, detail);
}

void Report::done(const std::string& detail) {
  finished(current_, true, steady_ms() - begun_ms_, detail, indent_);
}

void Report::failed(const std::string& reason) {
  finished(current_, false, steady_ms() - begun_ms_, "", indent_);
  if (style_ == Style::kPeople) std::printf("\n%s\n", paint(reason, kRed).c_str());
  summary_.set("reason", reason);
}

void Report::note(const std::string& line) {
  clear_live();
  if (style_ == Style::kPeople) std::printf("%s\n", line.c_str());
}

void Report::log_line(const std::string& line) {
  clear_live();
  if (style_ == Style::kPeople)
    std::printf("      %s\n", paint(line, kDim).c_str());
  else if (style_ == Style::kJson)
    std::printf("%s\n", to_json(Value::object({{"log", line}})).c_str());
}

void Report::summary(const std::string& key, Value value) { summary_.set(key, std::move(value)); }

void Report::finish(bool good) {
  clear_live();
  if (style_ != Style::kJson) return;
  summary_.set("succeeded", good);
  summary_.set("steps", steps_);
  std::printf("%s\n", to_json(Value::object({{"summary", summary_}})).c_str());
}

}  // namespace drydock::rehearse
