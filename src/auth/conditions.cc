#include "auth/conditions.h"

#include <arpa/inet.h>

#include <cstring>

#include "auth/variables.h"
#include "base/encoding.h"
#include "base/text.h"
#include "base/time.h"

namespace drydock {
namespace {

using Values = std::vector<std::string>;

bool is_true(std::string_view text) { return equals_ignore_case(text, "true"); }

template <class T>
bool ordered(Operator op, T actual, T expected) {
  switch (op) {
    case Operator::kNumericEquals:
    case Operator::kDateEquals: return actual == expected;
    case Operator::kNumericLessThan:
    case Operator::kDateLessThan: return actual < expected;
    case Operator::kNumericLessThanEquals:
    case Operator::kDateLessThanEquals: return actual <= expected;
    case Operator::kNumericGreaterThan:
    case Operator::kDateGreaterThan: return actual > expected;
    case Operator::kNumericGreaterThanEquals:
    case Operator::kDateGreaterThanEquals: return actual >= expected;
    default: return false;
  }
}

bool number_matches(Operator op, std::string_view actual, std::string_view expected) {
  // Whole numbers are compared exactly; a double has 53 bits.
  auto a = parse_int(actual), e = parse_int(expected);
  if (a && e) return ordered(op, *a, *e);
  auto ad = parse_double(actual), ed = parse_double(expected);
  return ad && ed && ordered(op, *ad, *ed);
}

// The W3C forms (a year, a month, a day, a time) and epoch seconds.
std::optional<int64_t> read_date(std::string_view text) {
  if (text.size() != 4) {  // four digits are a year
    constexpr int64_t kMostSeconds = 1LL << 52;
    if (auto seconds = parse_int(text)) {
      if (*seconds > kMostSeconds || *seconds < -kMostSeconds) return std::nullopt;
      return *seconds * 1000;
    }
  }
  std::string full(text);
  if (full.size() == 4)
    full += "-01-01";
  else if (full.size() == 7)
    full += "-01";
  if (full.size() == 10)
    full += "T00:00:00Z";
  else if (auto t = full.find('T');
           t != std::string::npos && full.size() >= t + 6 && full.find(':', t + 5) == t + 6) {
    // hh:mm:… already has seconds
  } else if (t != std::string::npos && full.size() > t + 6 && full[t + 6] != ':') {
    full.insert(t + 6, ":00");
  }
  auto time = parse_iso8601(full);
  if (!time) return std::nullopt;
  return time->ms;
}

bool date_matches(Operator op, std::string_view actual, std::string_view expected) {
  auto a = read_date(actual), e = read_date(expected);
  return a && e && ordered(op, *a, *e);
}

struct Address {
  int family = 0;
  unsigned char bytes[16] = {};
  int bits = 0;
};
std::optional<Address> read_address(std::string_view text) {
  Address a;
  char plain[64];
  if (text.empty() || text.size() >= sizeof plain) return std::nullopt;
  std::memcpy(plain, text.data(), text.size());
  plain[text.size()] = 0;
  a.family = text.find(':') == std::string_view::npos ? AF_INET : AF_INET6;
  a.bits = a.family == AF_INET ? 32 : 128;
  if (inet_pton(a.family, plain, a.bytes) != 1) return std::nullopt;
  return a;
}

bool address_matches(std::string_view actual, std::string_view expected) {
  auto slash = expected.find('/');
  auto a = read_address(actual), e = read_address(expected.substr(0, slash));
  if (!a || !e || a->family != e->family) return false;
  int64_t bits = e->bits;
  if (slash != std::string_view::npos) {
    auto given = parse_int(expected.substr(slash + 1));
    if (!given || *given < 0 || *given > e->bits) return false;
    bits = *given;
  }
  auto whole = static_cast<size_t>(bits / 8);
  if (std::memcmp(a->bytes, e->bytes, whole) != 0) return false;
  if (bits % 8 == 0) return true;
  auto mask = static_cast<unsigned char>(0xff << (8 - bits % 8));
  return (a->bytes[whole] & mask) == (e->bytes[whole] & mask);
}

bool arn_matches(std::string_view actual, std::string_view pattern) {
  auto a = split_arn(actual), p = split_arn(pattern);
  if (a.count != 6 || p.count != 6) return false;
  for (size_t i = 0; i < 6; ++i) {
    if (!pattern_matches(p.part[i], a.part[i])) return false;
  }
  return true;
}

bool binary_matches(std::string_view actual, std::string_view expected) {
  if (actual == expected) return true;
  auto bytes = from_base64(expected);
  return bytes && *bytes == actual;
}

bool takes_variables(Operator op) {
  return op == Operator::kStringEquals || op == Operator::kStringEqualsIgnoreCase ||
         op == Operator::kStringLike || op == Operator::kArnLike || op == Operator::kBool;
}

// One value of the request against one of the policy, ignoring negation. `expected` may hold
// literal wildcards.
bool value_matches(Operator op, std::string_view actual, std::string_view expected) {
  switch (op) {
    case Operator::kStringLike: return pattern_matches(expected, actual);
    case Operator::kArnLike: return arn_matches(actual, expected);
    case Operator::kStringEquals: return actual == expected;
    case Operator::kStringEqualsIgnoreCase: return equals_ignore_case(actual, expected);
    case Operator::kBool: return equals_ignore_case(actual, expected);
    case Operator::kBinaryEquals: return binary_matches(actual, expected);
    case Operator::kIpAddress: return address_matches(actual, expected);
    case Operator::kNull: return false;
    case Operator::kNumericEquals:
    case Operator::kNumericLessThan:
    case Operator::kNumericLessThanEquals:
    case Operator::kNumericGreaterThan:
    case Operator::kNumericGreaterThanEquals: return number_matches(op, actual, expected);
    default: return date_matches(op, actual, expected);
  }
}

// Whether any of the policy's values matches; a value whose variable is absent matches nothing.
bool any_value_matches(const Condition& c, std::string_view actual, const Keys& keys,
                       bool variables) {
  for (const auto& value : c.values) {
    if (!variables || !takes_variables(c.op) || value.find("${") == std::string::npos) {
      if (value_matches(c.op, actual, value)) return true;
      continue;
    }
    auto expanded = expand_variables(value, keys);
    if (!expanded) continue;
    bool globs = c.op == Operator::kStringLike || c.op == Operator::kArnLike;
    if (value_matches(c.op, actual, globs ? *expanded : pattern_text(std::move(*expanded))))
      return true;
  }
  return false;
}

// Null asks for absence; values are alternatives.
bool null_holds(const Condition& c, bool absent) {
  for (const auto& value : c.values) {
    if (is_true(value) == absent) return true;
  }
  return false;
}

}  // namespace

bool condition_holds(const Condition& c, const Keys& keys, bool variables) {
  const Values* actual = keys.find(c.key);
  bool absent = !actual || actual->empty();
  if (c.op == Operator::kNull) return null_holds(c, absent);
  if (absent) {
    if (c.if_exists) return true;
    if (c.set == SetOperator::kForAllValues) return true;
    if (c.set == SetOperator::kForAnyValue) return false;
    return c.negated;
  }
  auto holds = [&](const std::string& value) {
    return any_value_matches(c, value, keys, variables) != c.negated;
  };
  switch (c.set) {
    case SetOperator::kForAllValues:
      for (const auto& value : *actual) {
        if (!holds(value)) return false;
      }
      return true;
    case SetOperator::kForAnyValue:
      for (const auto& value : *actual) {
        if (holds(value)) return true;
      }
      return false;
    case SetOperator::kNone:
      // AWS does not match a plain operator against a key of several values.
      return actual->size() == 1 && holds(actual->front());
  }
  return false;
}

std::string describe_failed_condition(const Condition& c, const Keys& keys) {
  std::string out = c.written + " " + c.key + ": expected " + (c.negated ? "none of " : "");
  out += c.values.empty() ? "nothing" : join(c.values, " or ");
  const Values* actual = keys.find(c.key);
  if (!actual || actual->empty()) return out + ", the request does not have this key";
  return out + ", the request has " + join(*actual, ", ");
}

}  // namespace drydock
