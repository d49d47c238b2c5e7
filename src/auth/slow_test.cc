// How AWS decides, said as its documents say it and as slowly as that is. Sources, all of the IAM
// User Guide unless named: "Policy evaluation logic" (order, one account, two accounts), "IAM JSON
// policy elements: Principal, NotPrincipal, Condition operators, Variables", "Conditions with
// multiple context keys or values", AWS Organizations User Guide "SCP evaluation" and "RCPs".
#include "auth/slow_test.h"

#include <cstdio>
#include <cstdlib>
#include <optional>

namespace slow {
namespace {

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

bool ends_with(std::string& text, const std::string& end) {
  if (text.size() < end.size() || text.substr(text.size() - end.size()) != end) return false;
  text.resize(text.size() - end.size());
  return true;
}
bool starts_with(std::string& text, const std::string& start) {
  if (text.substr(0, start.size()) != start) return false;
  text = text.substr(start.size());
  return true;
}

// --- Patterns: a character stands for itself, or is a wildcard.

struct Symbol {
  char c;
  bool wild;
};
using Symbols = std::vector<Symbol>;

Symbols plain(const std::string& text) {
  Symbols out;
  for (char c : text) out.push_back({c, c == '*' || c == '?'});
  return out;
}

bool glob(const Symbols& p, size_t i, const std::string& t, size_t j) {
  if (i == p.size()) return j == t.size();
  if (p[i].wild && p[i].c == '*')
    return glob(p, i + 1, t, j) || (j < t.size() && glob(p, i, t, j + 1));
  if (j == t.size()) return false;
  if (!p[i].wild && p[i].c != t[j]) return false;
  return glob(p, i + 1, t, j + 1);
}
bool glob(const Symbols& p, const std::string& t) { return glob(p, 0, t, 0); }

std::string text_of(const Symbols& symbols) {
  std::string out;
  for (auto s : symbols) out += s.c;
  return out;
}

// "Policy variables": ${key}, ${key, 'default'}, ${*} ${?} ${$}. What a value brings is literal.
// Nothing when a variable has no value and no default.
std::optional<Symbols> expand(const std::string& text, bool variables, const Request& r) {
  if (!variables) return plain(text);
  Symbols out;
  for (size_t i = 0; i < text.size();) {
    const size_t end = text.substr(i, 2) == "${" ? text.find('}', i) : std::string::npos;
    if (end == std::string::npos) {
      out.push_back({text[i], text[i] == '*' || text[i] == '?'});
      ++i;
      continue;
    }
    std::string inside = text.substr(i + 2, end - i - 2), value;
    i = end + 1;
    const size_t comma = inside.find(", '");
    auto found = r.context.find(lower(inside.substr(0, comma)));
    if (inside == "*" || inside == "?" || inside == "$")
      value = inside;
    else if (found != r.context.end() && found->second.size() == 1)
      value = found->second[0];
    else if (comma != std::string::npos)
      value = inside.substr(comma + 3, inside.size() - comma - 4);
    else
      return std::nullopt;
    for (char c : value) out.push_back({c, false});
  }
  return out;
}

// The six segments of an ARN; fewer when it is none. Colons of variables are no separators, so a
// pattern is cut before they are replaced.
std::vector<std::string> segments(const std::string& text) {
  std::vector<std::string> out{""};
  bool inside = false;
  for (char c : text) {
    if (c == '{' && !out.back().empty() && out.back().back() == '$') inside = true;
    if (c == '}') inside = false;
    if (c == ':' && !inside && out.size() < 6)
      out.emplace_back();
    else
      out.back() += c;
  }
  return out;
}

bool resource_matches(const std::string& pattern, bool variables, const Request& r) {
  if (pattern == "*") return true;
  auto wanted = segments(pattern), actual = segments(r.resource);
  if (actual.size() != 6) return false;
  wanted.resize(6, "*");
  for (size_t i = 0; i < 6; ++i) {
    auto symbols = expand(wanted[i], variables, r);
    if (!symbols || !glob(*symbols, actual[i])) return false;
  }
  return true;
}

// --- Values of condition operators.

std::optional<double> number(const std::string& text) {
  if (text.empty()) return std::nullopt;
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (*end) return std::nullopt;
  return value;
}

// W3C date and time formats, or seconds since 1970. In seconds.
std::optional<double> date(const std::string& text) {
  int y = 0, mo = 1, d = 1, h = 0, mi = 0, s = 0, used = 0;
  const bool day_only = text.size() == 10 && text[4] == '-';
  if (text.size() == 20 &&
      std::sscanf(text.c_str(), "%4d-%2d-%2dT%2d:%2d:%2dZ%n", &y, &mo, &d, &h, &mi, &s, &used) == 6)
    ;
  else if (day_only && std::sscanf(text.c_str(), "%4d-%2d-%2d%n", &y, &mo, &d, &used) == 3)
    ;
  else if (text.size() == 4 && std::sscanf(text.c_str(), "%4d%n", &y, &used) == 1)
    ;
  else
    return text.find_first_not_of("0123456789", text.starts_with("-") ? 1 : 0) == std::string::npos
               ? number(text)
               : std::nullopt;
  if (static_cast<size_t>(used) != text.size()) return std::nullopt;
  auto leap = [](int year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; };
  const int months[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  double days = d - 1;
  for (int i = 1970; i < y; ++i) days += leap(i) ? 366 : 365;
  for (int i = 1; i < mo; ++i) days += months[i - 1] + (i == 2 && leap(y) ? 1 : 0);
  return ((days * 24 + h) * 60 + mi) * 60 + s;
}

// An address as a row of bits, with its length 32 or 128.
std::optional<std::string> address_bits(const std::string& text) {
  std::string bits;
  auto add = [&](unsigned value, int count) {
    for (int i = count - 1; i >= 0; --i) bits += (value >> i) & 1 ? '1' : '0';
  };
  unsigned a = 0, b = 0, c = 0, d = 0;
  int used = 0;
  if (text.find(':') == std::string::npos) {
    if (std::sscanf(text.c_str(), "%3u.%3u.%3u.%3u%n", &a, &b, &c, &d, &used) != 4 ||
        static_cast<size_t>(used) != text.size() || a > 255 || b > 255 || c > 255 || d > 255)
      return std::nullopt;
    for (unsigned part : {a, b, c, d}) add(part, 8);
    return bits;
  }
  std::vector<unsigned> groups;
  int gap = -1;
  for (size_t i = 0; i < text.size();) {
    if (text.substr(i, 2) == "::") {
      gap = static_cast<int>(groups.size());
      i += 2;
      continue;
    }
    if (text[i] == ':') ++i;
    char* end = nullptr;
    groups.push_back(static_cast<unsigned>(std::strtoul(text.c_str() + i, &end, 16)));
    if (end == text.c_str() + i) return std::nullopt;
    i = static_cast<size_t>(end - text.c_str());
  }
  if (gap >= 0)
    while (groups.size() < 8) groups.insert(groups.begin() + gap, 0);
  if (groups.size() != 8) return std::nullopt;
  for (unsigned group : groups) add(group, 16);
  return bits;
}

bool in_network(const std::string& actual, const std::string& network) {
  const size_t slash = network.find('/');
  auto a = address_bits(actual), n = address_bits(network.substr(0, slash));
  if (!a || !n || a->size() != n->size()) return false;
  size_t count = n->size();
  if (slash != std::string::npos) {
    auto given = number(network.substr(slash + 1));
    if (!given || *given < 0 || *given > static_cast<double>(count)) return false;
    count = static_cast<size_t>(*given);
  }
  return a->substr(0, count) == n->substr(0, count);
}

std::string base64(const std::string& bytes) {
  const char* digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    unsigned v = 0;
    for (size_t k = 0; k < 3; ++k)
      v = v << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0u);
    for (size_t k = 0; k < 4; ++k)
      out += i + k > bytes.size() ? '=' : digits[(v >> (18 - 6 * k)) & 63];
  }
  return out;
}

bool arn_like(const Symbols& pattern, const std::string& actual) {
  std::vector<Symbols> wanted{{}};
  for (auto s : pattern) {
    if (s.c == ':' && wanted.size() < 6)
      wanted.emplace_back();
    else
      wanted.back().push_back(s);
  }
  auto parts = segments(actual);
  if (wanted.size() != 6 || parts.size() != 6) return false;
  for (size_t i = 0; i < 6; ++i)
    if (!glob(wanted[i], parts[i])) return false;
  return true;
}

bool compare(const std::string& how, std::optional<double> a, std::optional<double> b) {
  if (!a || !b) return false;
  if (how == "Equals") return *a == *b;
  if (how == "LessThan") return *a < *b;
  if (how == "LessThanEquals") return *a <= *b;
  if (how == "GreaterThan") return *a > *b;
  return *a >= *b;
}

// `op` without prefix, suffix and negation.
bool value_matches(std::string op, const std::string& actual, const std::string& written,
                   bool variables, const Request& r) {
  if (starts_with(op, "Numeric")) return compare(op, number(actual), number(written));
  if (starts_with(op, "Date")) return compare(op, date(actual), date(written));
  if (op == "IpAddress") return in_network(actual, written);
  if (op == "BinaryEquals") return actual == written || base64(actual) == written;
  auto pattern = expand(written, variables, r);
  if (!pattern) return false;
  if (op == "StringEquals") return text_of(*pattern) == actual;
  if (op == "StringEqualsIgnoreCase" || op == "Bool")
    return lower(text_of(*pattern)) == lower(actual);
  if (op == "StringLike") return glob(*pattern, actual);
  return arn_like(*pattern, actual);  // ArnEquals and ArnLike behave identically
}

bool holds(const Condition& c, bool variables, const Request& r) {
  std::string op = c.op;
  const bool all = starts_with(op, "ForAllValues:"), any = starts_with(op, "ForAnyValue:");
  const bool if_exists = ends_with(op, "IfExists");
  bool negated = false;
  for (auto [word, base] : {std::pair{"StringNotEqualsIgnoreCase", "StringEqualsIgnoreCase"},
                            {"StringNotEquals", "StringEquals"},
                            {"StringNotLike", "StringLike"},
                            {"NumericNotEquals", "NumericEquals"},
                            {"DateNotEquals", "DateEquals"},
                            {"NotIpAddress", "IpAddress"},
                            {"ArnNotEquals", "ArnEquals"},
                            {"ArnNotLike", "ArnLike"}}) {
    if (op != word) continue;
    op = base;
    negated = true;
    break;
  }
  auto found = r.context.find(lower(c.key));
  const bool absent = found == r.context.end() || found->second.empty();
  if (op == "Null") {
    for (const auto& value : c.values)
      if ((lower(value) == "true") == absent) return true;
    return false;
  }
  if (absent) return if_exists || all || (negated && !any);
  auto one = [&](const std::string& actual) {
    bool match = false;
    for (const auto& value : c.values) match |= value_matches(op, actual, value, variables, r);
    return match != negated;  // a negated operator: none of the values may match
  };
  if (!all && !any) return found->second.size() == 1 && one(found->second[0]);
  for (const auto& actual : found->second)
    if (one(actual) != all) return any;
  return all;
}

// --- Principals. How strongly an element names the caller.

bool has(const std::vector<std::string>& list, const std::string& item) {
  for (const auto& each : list)
    if (!item.empty() && each == item) return true;
  return false;
}
bool names_account(const Statement& s, const Request& r) {
  return !r.account.empty() &&
         (has(s.aws, r.account) || has(s.aws, "arn:aws:iam::" + r.account + ":root"));
}
bool names_role(const Statement& s, const Request& r) {
  return has(s.aws, r.role_arn) || has(s.aws, r.role_id);
}

// 'd' the caller itself, 'r' its role, 'a' its account, '-' not at all.
char named(const Statement& s, const Request& r) {
  if (s.everybody) return 'd';
  if (r.principal == "anonymous") return '-';
  if (r.principal == "service") return has(s.services, r.name) ? 'd' : '-';
  if (r.principal == "federated") return has(s.federated, r.name) ? 'd' : '-';
  if (r.principal != "root" && has(s.aws, r.arn)) return 'd';
  if (r.principal == "user" && has(s.aws, r.id)) return 'd';
  if ((r.principal == "session" || r.principal == "federated-user") && names_role(s, r)) return 'r';
  return names_account(s, r) ? 'a' : '-';
}

bool excepted(const Statement& s, const Request& r) {
  if (s.everybody) return true;
  if (r.principal == "anonymous") return false;
  if (r.principal == "service") return has(s.services, r.name);
  if (r.principal == "federated") return has(s.federated, r.name);
  if (!r.boundary.empty() || !names_account(s, r)) return false;
  if (r.principal == "root") return true;
  if (r.principal == "session") return names_role(s, r) && has(s.aws, r.arn);
  return has(s.aws, r.arn) || (r.principal == "user" && has(s.aws, r.id));
}

char applies(const Policy& policy, const Statement& s, const Request& r) {
  bool action = false, resource = false;
  for (const auto& pattern : s.actions) action |= glob(plain(lower(pattern)), lower(r.action));
  for (const auto& pattern : s.resources)
    resource |= resource_matches(pattern, policy.variables, r);
  if (action == s.not_action || resource == s.not_resource) return '-';
  char how = 'd';
  if (policy.has_principal) {
    how = named(s, r);
    if (s.not_principal) how = excepted(s, r) ? '-' : 'd';
    if (how == '-') return '-';
  }
  for (const auto& condition : s.conditions)
    if (!holds(condition, policy.variables, r)) return '-';
  return how;
}

// --- The decision.

bool denies(const Policies& policies, const Request& r) {
  for (const auto* policy : policies)
    for (const auto& s : policy->statements)
      if (s.deny && applies(*policy, s, r) != '-') return true;
  return false;
}
bool allows(const Policies& policies, const Request& r, const std::string& how = "dra") {
  for (const auto* policy : policies)
    for (const auto& s : policy->statements)
      if (!s.deny && how.find(applies(*policy, s, r)) != std::string::npos) return true;
  return false;
}

// Of the services of these tests.
bool has_resource_control(const std::string& action) {
  const std::string service = lower(action.substr(0, action.find(':')));
  return service == "s3" || service == "kms" || service == "sts" || service == "dynamodb";
}

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}
std::string list(const std::vector<std::string>& items) {
  std::string out;
  for (const auto& item : items) out += (out.empty() ? "" : ",") + quoted(item);
  return "[" + out + "]";
}

}  // namespace

std::string Policy::json() const {
  std::string out;
  for (const auto& s : statements) {
    out +=
        std::string(out.empty() ? "" : ",") + "{\"Effect\":" + (s.deny ? "\"Deny\"" : "\"Allow\"");
    out += std::string(",\"") + (s.not_action ? "NotAction" : "Action") + "\":" + list(s.actions);
    out += std::string(",\"") + (s.not_resource ? "NotResource" : "Resource") +
           "\":" + list(s.resources);
    if (has_principal) {
      std::string kinds;
      auto add = [&](const char* kind, const std::vector<std::string>& items) {
        if (!items.empty())
          kinds += std::string(kinds.empty() ? "" : ",") + "\"" + kind + "\":" + list(items);
      };
      add("AWS", s.aws);
      add("Service", s.services);
      add("Federated", s.federated);
      out += std::string(",\"") + (s.not_principal ? "NotPrincipal" : "Principal") + "\":";
      out += s.everybody ? "\"*\"" : "{" + kinds + "}";
    }
    std::string conditions;
    for (const auto& c : s.conditions)
      conditions += std::string(conditions.empty() ? "" : ",") + quoted(c.op) + ":{" +
                    quoted(c.key) + ":" + list(c.values) + "}";
    if (!conditions.empty()) out += ",\"Condition\":{" + conditions + "}";
    out += "}";
  }
  return std::string("{\"Version\":\"") + (variables ? "2012-10-17" : "2008-10-17") +
         "\",\"Statement\":[" + out + "]}";
}

Answer decide(const Request& r) {
  const bool scp = !r.service_linked && !r.management && !r.account.empty();
  const bool rcp = !r.service_linked && !r.resource_in_management && !r.aws_managed &&
                   has_resource_control(r.action) && lower(r.action) != "kms:retiregrant";
  // 1. An explicit deny anywhere ends it; the kind that is named first is our own order.
  if (scp)
    for (const auto& level : r.service_control)
      if (denies(level, r)) return {'e', "service control policy"};
  if (rcp)
    for (const auto& level : r.resource_control)
      if (denies(level, r)) return {'e', "resource control policy"};
  if (denies(r.resource_policies, r)) return {'e', "resource-based policy"};
  if (denies(r.boundary, r)) return {'e', "permissions boundary"};
  if (denies(r.session, r)) return {'e', "session policy"};
  if (denies(r.identity, r)) return {'e', "identity-based policy"};
  // 2. Every level of service control policies must allow.
  if (scp)
    for (const auto& level : r.service_control)
      if (!allows(level, r)) return {'i', "service control policy"};
  // 3. Callers without an account of their own: the resource's policy alone.
  const Answer allowed{'a', ""};
  const Answer by_resource{'i', "resource-based policy"};
  if (r.account.empty()) return allows(r.resource_policies, r) ? allowed : by_resource;
  // 4. One account: an Allow that names the caller itself is enough.
  const bool same = r.account == r.resource_account;
  if (same && allows(r.resource_policies, r, "d")) return allowed;
  // 5. Two accounts, or a resource whose policy is mandatory: it must allow in any case.
  if ((!same || r.mandatory) && !allows(r.resource_policies, r)) return by_resource;
  if (!same && r.owner_only) return by_resource;
  if (!r.boundary.empty() && !allows(r.boundary, r)) return {'i', "permissions boundary"};
  const bool without = r.session.empty() && r.principal != "federated-user";
  if (!without && !allows(r.session, r)) return {'i', "session policy"};
  if (same && allows(r.resource_policies, r, "r")) return allowed;
  // KMS Developer Guide, "Grants in AWS KMS": a grant stands for the policies of its principal,
  // who may be of another account; one that names an account leaves it to that.
  if (!same && (allows(r.grants, r, "d") || allows(r.grants, r, "r"))) return allowed;
  if (r.principal == "root" || allows(r.identity, r)) return allowed;
  return {'i', "identity-based policy"};
}

}  // namespace slow
