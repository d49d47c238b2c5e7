#include "auth/public_access.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "auth/document.h"
#include "base/text.h"

namespace drydock {
namespace {

// Conditions on these keys, with fixed values, keep a statement from being public.
constexpr std::string_view kNarrowing[] = {"aws:principalorgid",
                                           "aws:principalorgpaths",
                                           "aws:principalarn",
                                           "aws:principalaccount",
                                           "aws:sourcearn",
                                           "aws:sourceaccount",
                                           "aws:sourceowner",
                                           "aws:sourceorgid",
                                           "aws:sourcevpc",
                                           "aws:sourcevpce",
                                           "aws:sourceip",
                                           "aws:userid",
                                           "s3:dataaccesspointaccount",
                                           "s3:dataaccesspointarn",
                                           "s3:x-amz-server-side-encryption-aws-kms-key-id"};
bool has_wildcard(std::string_view text) {
  return text.find_first_of("*?") != std::string_view::npos;
}

// Operators that hold for nothing but the values named. A negated one holds for all others, one
// with IfExists and ForAllValues for requests without the key.
bool holds_for_named_only(std::string_view op) {
  if (size_t colon = op.find(':'); colon != std::string_view::npos) {
    if (op.substr(0, colon) != "ForAnyValue") return false;
    op.remove_prefix(colon + 1);
  }
  constexpr std::string_view kOperators[] = {
      "StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnEquals", "ArnLike", "IpAddress"};
  return std::find(std::begin(kOperators), std::end(kOperators), op) != std::end(kOperators);
}

// Broader than /8 (IPv4) or /32 (IPv6), as AWS draws the line.
bool is_broad_range(std::string_view cidr) {
  const size_t slash = cidr.find('/');
  if (slash == std::string_view::npos) return false;
  const int64_t bits = parse_int(cidr.substr(slash + 1)).value_or(0);
  return bits < (cidr.find(':') == std::string_view::npos ? 8 : 32);
}

// A value is fixed when it has neither wildcards nor variables.
bool is_fixed(const std::string& key, const std::string& value) {
  if (key == "aws:sourceip") return !is_broad_range(value);
  if (value.find("${") != std::string::npos) return false;
  // The name of an access point may be anything, while its account is named.
  if (key == "s3:dataaccesspointarn") {
    const auto parts = split(value, ':');
    return parts.size() > 4 && !has_wildcard(parts[4]) && !parts[4].empty();
  }
  if (key == "aws:userid" && value.ends_with(":*")) return false;
  return !has_wildcard(value);
}

bool narrows(const Value& conditions) {
  if (!conditions.is_object()) return false;
  for (const auto& [op, keys] : conditions.as_object()) {
    if (!keys.is_object() || !holds_for_named_only(op)) continue;
    for (const auto& [written, values] : keys.as_object()) {
      const std::string key = to_lower(written);
      if (std::find(std::begin(kNarrowing), std::end(kNarrowing), key) == std::end(kNarrowing))
        continue;
      const auto named = texts_of(values);
      if (!named.empty() && std::all_of(named.begin(), named.end(), [&](const std::string& value) {
            return is_fixed(key, value);
          }))
        return true;
    }
  }
  return false;
}

}  // namespace

bool is_public_statement(const Value& statement) {
  if (statement["Effect"].string_or("") != "Allow" || narrows(statement["Condition"])) return false;
  const Value& principal = statement["Principal"];
  const auto named = principal.is_object() ? texts_of(principal["AWS"]) : texts_of(principal);
  return std::find(named.begin(), named.end(), "*") != named.end();
}

bool is_public_policy(const Value& document) {
  const auto statements = one_or_more(document["Statement"]);
  return std::any_of(statements.begin(), statements.end(), is_public_statement);
}

}  // namespace drydock
