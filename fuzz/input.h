// Cutting a fuzzer's bytes into the parts a target needs.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace drydock::fuzz {

class Input {
 public:
  Input(const uint8_t* data, size_t size) : rest_(reinterpret_cast<const char*>(data), size) {}
  uint8_t byte() {
    if (rest_.empty()) return 0;
    auto b = static_cast<uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return b;
  }
  // Up to the next newline.
  std::string line() {
    auto end = rest_.find('\n');
    std::string out(rest_.substr(0, end));
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
    return out;
  }
  bool empty() const { return rest_.empty(); }
  std::string rest() const { return std::string(rest_); }

 private:
  std::string_view rest_;
};

// A property that must hold; the fuzzer reports the input that breaks it.
inline void require(bool holds) {
  if (!holds) __builtin_trap();
}

}  // namespace drydock::fuzz
