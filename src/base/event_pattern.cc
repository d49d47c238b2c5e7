// Patterns are matched as they are written, without compiling: a rule sees few events. Depth is
// bounded by the parser.
#include "base/event_pattern.h"

#include <arpa/inet.h>

#include <cstring>

#include "base/text.h"

namespace drydock {
namespace {

constexpr int kMostDepth = 40;
constexpr size_t kMostOrCombinations = 1000;

Unexpected invalid(const std::string& reason) {
  return fault("InvalidEventPatternException", "Event pattern is not valid. Reason: " + reason);
}

// ---- checking

bool is_scalar(const Value& v) {
  return v.is_string() || v.is_number() || v.is_bool() || v.is_null();
}

struct Network {
  int family = AF_INET;
  unsigned char bytes[16] = {};
  int bits = 0;
};

std::optional<Network> parse_network(std::string_view text) {
  size_t slash = text.find('/');
  std::string address(text.substr(0, slash));
  Network n;
  n.family = address.find(':') == std::string::npos ? AF_INET : AF_INET6;
  int most = n.family == AF_INET ? 32 : 128;
  if (inet_pton(n.family, address.c_str(), n.bytes) != 1) return std::nullopt;
  n.bits = most;
  if (slash != std::string_view::npos) {
    auto bits = parse_int(text.substr(slash + 1));
    if (!bits || *bits < 0 || *bits > most) return std::nullopt;
    n.bits = static_cast<int>(*bits);
  }
  return n;
}

Result<void> check_strings(const Value& v, std::string_view name) {
  if (v.is_string()) return {};
  if (v.is_list() && v.size() > 0) {
    for (auto& item : v.as_list())
      if (!item.is_string())
        return invalid("Inside " + std::string(name) + " list, only strings are allowed");
    return {};
  }
  return invalid(std::string(name) + " match pattern must be a string");
}

Result<void> check_numeric(const Value& v) {
  if (!v.is_list() || v.size() < 2 || v.size() % 2 || v.size() > 4)
    return invalid("Value of numeric must be an array.");
  auto& list = v.as_list();
  for (size_t i = 0; i < list.size(); i += 2) {
    std::string op = list[i].string_or("");
    if (op != "=" && op != "<" && op != "<=" && op != ">" && op != ">=")
      return invalid("Unrecognized numeric range operator: " + op);
    if (!list[i + 1].is_number()) return invalid("Value of " + op + " must be numeric");
    if (list.size() == 4 && (op == "=" || (i == 0) != (op[0] == '>')))
      return invalid("Bad numeric range operator: " + op);
  }
  return {};
}

Result<void> check_anything_but(const Value& v) {
  if (v.is_object()) {
    if (v.size() != 1) return invalid("Only one key allowed in match expression");
    auto& [name, inner] = v.as_object()[0];
    if (name == "prefix" || name == "suffix" || name == "equals-ignore-case" || name == "wildcard")
      return check_strings(inner, name);
    return invalid("Unsupported anything-but pattern: " + name);
  }
  if (v.is_list()) {
    if (v.size() == 0) return invalid("Empty arrays are not allowed");
    for (auto& item : v.as_list())
      if (!item.is_string() && !item.is_number())
        return invalid("Inside anything but list, start|null|boolean is not supported.");
    return {};
  }
  if (v.is_string() || v.is_number()) return {};
  return invalid("Value of anything-but must be an array or single string/number value.");
}

Result<void> check_matcher(const Value& m) {
  if (is_scalar(m)) return {};
  if (!m.is_object()) return invalid("Match value must be String, number, true, false, or null");
  if (m.size() != 1) return invalid("Only one key allowed in match expression");
  auto& [name, v] = m.as_object()[0];
  if (name == "prefix" || name == "suffix") {
    if (v.is_string()) return {};
    if (v.is_object() && v.size() == 1 && v["equals-ignore-case"].is_string()) return {};
    return invalid(name + " match pattern must be a string");
  }
  if (name == "equals-ignore-case" || name == "wildcard") {
    if (!v.is_string()) return invalid(name + " match pattern must be a string");
    if (name == "wildcard" && v.as_string().find("**") != std::string::npos)
      return invalid("Consecutive wildcard characters at pos " +
                     std::to_string(v.as_string().find("**")));
    return {};
  }
  if (name == "exists")
    return v.is_bool() ? Result<void>{}
                       : invalid("exists match pattern must be either true or false.");
  if (name == "numeric") return check_numeric(v);
  if (name == "anything-but") return check_anything_but(v);
  if (name == "cidr")
    return v.is_string() && parse_network(v.as_string())
               ? Result<void>{}
               : invalid("Malformed CIDR, one '/' required");
  return invalid("Unrecognized match type " + name);
}

Result<void> check_object(const Value& pattern, int depth) {
  if (depth > kMostDepth) return invalid("Pattern is nested too deeply");
  for (auto& [name, v] : pattern.as_object()) {
    if (name == "$or" && v.is_list()) {
      if (v.size() < 2) return invalid("There must have at least 2 Objects in $or relationship.");
      if (v.size() > kMostOrCombinations) return invalid("Rule is too complex");
      for (auto& branch : v.as_list()) {
        if (!branch.is_object() || branch.size() == 0)
          return invalid("Only JSON object is allowed in array of $or relationship.");
        TRY(check_object(branch, depth + 1));
      }
    } else if (v.is_object()) {
      if (v.size() == 0) return invalid("Empty objects are not allowed");
      TRY(check_object(v, depth + 1));
    } else if (v.is_list()) {
      if (v.size() == 0) return invalid("Empty arrays are not allowed");
      for (auto& matcher : v.as_list()) TRY(check_matcher(matcher));
    } else {
      return invalid("\"" + name + "\" must be an object or an array");
    }
  }
  return {};
}

// ---- matching

// One of the strings: a string or a list of strings.
template <class F>
bool any_of(const Value& v, F&& test) {
  if (!v.is_list()) return test(v);
  for (auto& item : v.as_list())
    if (test(item)) return true;
  return false;
}

bool same(const Value& a, const Value& b) {
  if (a.is_number() && b.is_number()) return a.as_double() == b.as_double();
  return a == b;
}

// * is the only wildcard; a backslash takes the next character as it is.
bool wildcard(std::string_view pattern, std::string_view text) {
  size_t p = 0, t = 0, star = std::string_view::npos, mark = 0;
  while (t < text.size()) {
    bool literal = p < pattern.size() && pattern[p] == '\\' && p + 1 < pattern.size();
    if (!literal && p < pattern.size() && pattern[p] == '*') {
      star = p++;
      mark = t;
    } else if (p < pattern.size() && pattern[p + literal] == text[t]) {
      p += 1 + literal;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++mark;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

bool in_network(std::string_view cidr, std::string_view text) {
  auto network = parse_network(cidr), address = parse_network(text);
  if (!network || !address || network->family != address->family ||
      text.find('/') != std::string_view::npos)
    return false;
  int whole = network->bits / 8, rest = network->bits % 8;
  if (std::memcmp(network->bytes, address->bytes, static_cast<size_t>(whole)) != 0) return false;
  if (!rest) return true;
  int mask = 0xff << (8 - rest);
  return (network->bytes[whole] & mask) == (address->bytes[whole] & mask);
}

bool in_range(const Value& spec, const Value& v) {
  if (!v.is_number()) return false;
  double x = v.as_double();
  auto& list = spec.as_list();
  for (size_t i = 0; i < list.size(); i += 2) {
    const std::string& op = list[i].as_string();
    double y = list[i + 1].as_double();
    bool ok = op == "="    ? x == y
              : op == "<"  ? x < y
              : op == "<=" ? x <= y
              : op == ">"  ? x > y
                           : x >= y;
    if (!ok) return false;
  }
  return true;
}

bool text_test(std::string_view name, const Value& v, const Value& wanted) {
  if (!v.is_string()) return false;
  const std::string& text = v.as_string();
  bool fold = wanted.is_object();
  const std::string& want = fold ? wanted["equals-ignore-case"].as_string() : wanted.as_string();
  if (name == "equals-ignore-case") return equals_ignore_case(text, want);
  if (name == "wildcard") return wildcard(want, text);
  if (text.size() < want.size()) return false;
  std::string_view part = name == "prefix"
                              ? std::string_view(text).substr(0, want.size())
                              : std::string_view(text).substr(text.size() - want.size());
  return fold ? equals_ignore_case(part, want) : part == want;
}

bool anything_but(const Value& spec, const Value& v) {
  if (spec.is_object()) {
    auto& [name, inner] = spec.as_object()[0];
    return v.is_string() &&
           !any_of(inner, [&](const Value& want) { return text_test(name, v, want); });
  }
  return !any_of(spec, [&](const Value& not_this) { return same(not_this, v); });
}

// `v` is one leaf of the event.
bool matches_leaf(const Value& matcher, const Value& v) {
  if (!matcher.is_object()) return same(matcher, v);
  auto& [name, spec] = matcher.as_object()[0];
  if (name == "exists") return spec.as_bool();
  if (name == "numeric") return in_range(spec, v);
  if (name == "anything-but") return anything_but(spec, v);
  if (name == "cidr") return v.is_string() && in_network(spec.as_string(), v.as_string());
  return text_test(name, v, spec);
}

bool wants_absence(const Value& matcher) {
  return matcher.is_object() && matcher["exists"].is_bool() && !matcher["exists"].as_bool();
}

bool matches_value(const Value& matchers, const Value* v) {
  // Only leaves exist in this sense: AWS does take an object, or an empty list, as absent.
  const bool leaf = v && !v->is_object() && !(v->is_list() && v->size() == 0);
  for (auto& matcher : matchers.as_list()) {
    if (wants_absence(matcher)) {
      if (!leaf) return true;
      continue;
    }
    if (!leaf) continue;
    if (any_of(*v, [&](const Value& item) {
          return !item.is_object() && !item.is_list() && matches_leaf(matcher, item);
        }))
      return true;
  }
  return false;
}

bool matches_object(const Value& pattern, const Value* event);

bool matches_member(const Value& wanted, const Value* v) {
  if (wanted.is_list()) return matches_value(wanted, v);
  if (v && v->is_list()) {
    for (auto& item : v->as_list())
      if (item.is_object() && matches_object(wanted, &item)) return true;
    return false;
  }
  return matches_object(wanted, v);
}

// An absent object is matched as an empty one: its members may be wanted absent.
bool matches_object(const Value& pattern, const Value* event) {
  for (auto& [name, wanted] : pattern.as_object()) {
    if (name == "$or" && wanted.is_list()) {
      bool one = false;
      for (auto& branch : wanted.as_list()) one = one || matches_object(branch, event);
      if (!one) return false;
    } else if (!matches_member(wanted, event ? event->find(name) : nullptr)) {
      return false;
    }
  }
  return true;
}

}  // namespace

Result<Value> parse_event_pattern(std::string_view text) {
  auto parsed = parse_json(text, {.max_bytes = 64 << 10, .max_depth = kMostDepth + 4});
  if (!parsed)
    return invalid(parsed.error().what + " at [line: " + std::to_string(parsed.error().line) +
                   ", column: " + std::to_string(parsed.error().column) + "]");
  if (!parsed->is_object()) return invalid("Filter is not an object");
  if (parsed->size() == 0) return invalid("Empty Filter");
  TRY(check_object(*parsed, 0));
  return std::move(*parsed);
}

bool matches_event(const Value& pattern, const Value& event) {
  return matches_object(pattern, &event);
}

}  // namespace drydock
