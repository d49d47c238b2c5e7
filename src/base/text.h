// Small operations on text that std lacks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drydock {

std::vector<std::string_view> split(std::string_view text, char separator);  // "a,,b" gives 3
inline std::vector<std::string_view> split(const char* text, char separator) {
  return split(std::string_view(text), separator);
}
std::vector<std::string_view> split(std::string&& text,
                                    char separator) = delete;  // the parts would outlive the text
std::string join(const std::vector<std::string>& parts, std::string_view separator);
std::string_view trim(std::string_view text);  // ASCII blanks at both ends
inline char lower(char c) {                    // ASCII, as all of these
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}
std::string to_lower(std::string_view text);
bool equals_ignore_case(std::string_view a, std::string_view b);
std::string replace_all(std::string text, std::string_view from, std::string_view to);
// The whole text as a number, or nothing. parse_int takes a leading minus.
std::optional<int64_t> parse_int(std::string_view text);
std::optional<double> parse_double(std::string_view text);
bool is_utf8(std::string_view bytes);
// Glob with * and ?, linear time. `fold_case`: ASCII case does not matter.
enum class Case { kSensitive, kFold };
bool glob_match(std::string_view pattern, std::string_view text, Case mode = Case::kSensitive);

}  // namespace drydock
