#include "shape/pattern.h"

#include <re2/re2.h>

#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>

namespace drydock {
namespace {

// Smithy patterns are written for Java and JavaScript, where \uXXXX is a code point.
std::string to_re2(std::string_view pattern) {
  std::string out;
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '\\' || i + 1 == pattern.size()) {
      out += pattern[i];
    } else if (pattern[i + 1] == 'u' && i + 5 < pattern.size()) {
      out.append("\\x{").append(pattern.substr(i + 2, 4)).append("}");
      i += 5;
    } else {
      out += pattern[i];
      out += pattern[++i];
    }
  }
  return out;
}

const RE2& compiled(std::string_view pattern) {
  static std::shared_mutex mutex;
  static std::map<std::string_view, std::unique_ptr<RE2>> all;
  {
    std::shared_lock lock(mutex);
    auto found = all.find(pattern);
    if (found != all.end()) return *found->second;
  }
  RE2::Options options;
  options.set_log_errors(false);
  auto made = std::make_unique<RE2>(to_re2(pattern), options);
  std::unique_lock lock(mutex);
  return *all.try_emplace(pattern, std::move(made)).first->second;
}

}  // namespace

bool satisfies_pattern(std::string_view pattern, std::string_view text) {
  const RE2& expression = compiled(pattern);
  return !expression.ok() || RE2::FullMatch(re2::StringPiece(text.data(), text.size()), expression);
}

bool pattern_is_usable(std::string_view pattern) { return compiled(pattern).ok(); }

}  // namespace drydock
