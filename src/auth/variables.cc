#include "auth/variables.h"

#include "auth/pattern.h"
#include "base/text.h"

namespace drydock {
namespace {

void append_literally(std::string_view value, std::string& out) {
  for (char c : value) out += c == '*' ? kLiteralStar : c == '?' ? kLiteralQuestion : c;
}

// "aws:PrincipalTag/team, 'company-wide'": the name, and the default when there is one.
bool append_variable(std::string_view inside, const Keys& keys, std::string& out) {
  if (inside == "*" || inside == "?" || inside == "$") {
    append_literally(inside, out);
    return true;
  }
  auto comma = inside.find(',');
  auto name = trim(inside.substr(0, comma));
  const auto* values = keys.find(name);
  if (values && values->size() == 1) {
    append_literally(values->front(), out);
    return true;
  }
  if (comma == std::string_view::npos) return false;
  auto otherwise = trim(inside.substr(comma + 1));
  if (otherwise.size() < 2 || otherwise.front() != '\'' || otherwise.back() != '\'') return false;
  append_literally(otherwise.substr(1, otherwise.size() - 2), out);
  return true;
}

}  // namespace

std::optional<std::string> expand_variables(std::string_view text, const Keys& keys) {
  std::string out;
  out.reserve(text.size() + 32);
  while (true) {
    auto start = text.find("${");
    out += text.substr(0, start);
    if (start == std::string_view::npos) return out;
    auto end = text.find('}', start);
    if (end == std::string_view::npos) {
      out += text.substr(start);
      return out;
    }
    if (!append_variable(text.substr(start + 2, end - start - 2), keys, out)) return std::nullopt;
    text.remove_prefix(end + 1);
  }
}

}  // namespace drydock
