#include "auth/elements.h"

#include <array>

#include "auth/held.h"
#include "base/ids.h"
#include "base/text.h"

namespace drydock {
namespace {

// A string or a list of strings; numbers and booleans may stand unquoted where `scalars` allows it.
enum class Scalars { kStrings, kAny };
Result<std::vector<std::string>> texts(const Value& element, Scalars scalars) {
  auto good = [&](const Value& v) {
    return v.is_string() || (scalars == Scalars::kAny && (v.is_number() || v.is_bool()));
  };
  std::vector<std::string> out;
  if (good(element)) {
    out.push_back(element.scalar_text());
  } else if (element.is_list()) {
    for (const auto& item : element.as_list()) {
      if (!good(item)) return malformed_policy(std::string(kSyntax));
      out.push_back(item.scalar_text());
    }
  } else {
    return malformed_policy(std::string(kSyntax));
  }
  return out;
}

bool is_vendor(std::string_view text) {
  for (char c : text) {
    bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                c == '-' || c == '*' || c == '?';
    if (!good) return false;
  }
  return !text.empty();
}

Result<void> check_action(const std::string& action) {
  if (action == "*") return {};
  auto colon = action.find(':');
  if (colon == std::string::npos) {
    return malformed_policy(
        "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.");
  }
  if (action.find(':', colon + 1) != std::string::npos) {
    return malformed_policy("Actions/Condition can contain only one colon.");
  }
  auto vendor = action.substr(0, colon);
  if (!is_vendor(vendor)) return malformed_policy("Vendor " + vendor + " is not valid");
  return {};
}

Result<void> check_resource(const std::string& resource) {
  if (resource == "*") return {};
  if (!resource.starts_with("arn:")) {
    return malformed_policy("Resource " + resource + " must be in ARN format or \"*\".");
  }
  auto arn = split_arn(resource);
  auto partition = arn.part[1];
  if (arn.count > 1 && partition != "*" && !partition.starts_with("aws") &&
      partition.find("${") == std::string_view::npos) {
    return malformed_policy("Partition \"" + std::string(partition) +
                            "\" is not valid for resource \"" + resource + "\".");
  }
  if (arn.count == 6 && arn.part[2].size() > 1 &&
      arn.part[2].find_first_of("*?") != std::string_view::npos) {
    return malformed_policy("Resource vendor must be fully qualified and cannot contain regexes.");
  }
  return {};
}

bool is_principal_arn(std::string_view text) {
  auto arn = Arn::parse(text);
  if (!arn || !arn->region.empty() || !AccountId::parse(arn->account)) return false;
  std::string_view resource = arn->resource;
  if (resource.find_first_of("*?") != std::string_view::npos) return false;
  if (arn->service == "iam") {
    return resource == "root" || (resource.starts_with("user/") && resource.size() > 5) ||
           (resource.starts_with("role/") && resource.size() > 5);
  }
  return arn->service == "sts" &&
         (resource.starts_with("assumed-role/") || resource.starts_with("federated-user/"));
}

// A domain name, or the ARN of an identity provider.
bool is_federated(std::string_view text) {
  if (auto arn = Arn::parse(text))
    return arn->service == "iam" && (arn->resource.starts_with("oidc-provider/") ||
                                     arn->resource.starts_with("saml-provider/"));
  constexpr std::string_view kOfNames =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-";
  return text == "*" || (!text.empty() && text.find_first_not_of(kOfNames) == std::string::npos);
}

Result<void> add_principals(std::string_view kind, const Value& element, PolicyUse use,
                            PrincipalElement& principal) {
  for (auto& text : TRY(texts(element, Scalars::kAny))) {
    if (kind == "AWS") {
      if (text == "*")
        principal.any = true;
      else if (AccountId::parse(text))
        principal.aws.push_back("arn:aws:iam::" + text + ":root");
      else if (is_principal_arn(text) || is_unique_id(text))
        principal.aws.push_back(std::move(text));
      else
        return malformed_policy("Invalid principal in policy: \"AWS\":\"" + text + "\"");
    } else if (kind == "Service") {
      if (text != "*" && text.find('.') == std::string::npos) {
        return malformed_policy("Invalid principal in policy: \"SERVICE\":\"" + text + "\"");
      }
      principal.services.push_back(std::move(text));
    } else if (kind == "Federated") {
      // Text: terraform-aws-iam issue 202.
      if (use == PolicyUse::kTrust && !is_federated(text))
        return malformed_policy(
            "Federated principals must be valid domain names or SAML metadata ARNs");
      principal.federated.push_back(std::move(text));
    } else if (kind == "CanonicalUser") {
      principal.canonical_users.push_back(std::move(text));
    } else {
      return malformed_policy("Invalid principal in policy: \"" + std::string(kind) + "\":\"" +
                              text + "\"");
    }
  }
  return {};
}

struct OperatorName {
  std::string_view name;
  Operator op;
  bool negated;
};
constexpr std::array<OperatorName, 27> kOperators = {{
    {"StringEquals", Operator::kStringEquals, false},
    {"StringNotEquals", Operator::kStringEquals, true},
    {"StringEqualsIgnoreCase", Operator::kStringEqualsIgnoreCase, false},
    {"StringNotEqualsIgnoreCase", Operator::kStringEqualsIgnoreCase, true},
    {"StringLike", Operator::kStringLike, false},
    {"StringNotLike", Operator::kStringLike, true},
    {"NumericEquals", Operator::kNumericEquals, false},
    {"NumericNotEquals", Operator::kNumericEquals, true},
    {"NumericLessThan", Operator::kNumericLessThan, false},
    {"NumericLessThanEquals", Operator::kNumericLessThanEquals, false},
    {"NumericGreaterThan", Operator::kNumericGreaterThan, false},
    {"NumericGreaterThanEquals", Operator::kNumericGreaterThanEquals, false},
    {"DateEquals", Operator::kDateEquals, false},
    {"DateNotEquals", Operator::kDateEquals, true},
    {"DateLessThan", Operator::kDateLessThan, false},
    {"DateLessThanEquals", Operator::kDateLessThanEquals, false},
    {"DateGreaterThan", Operator::kDateGreaterThan, false},
    {"DateGreaterThanEquals", Operator::kDateGreaterThanEquals, false},
    {"Bool", Operator::kBool, false},
    {"BinaryEquals", Operator::kBinaryEquals, false},
    {"IpAddress", Operator::kIpAddress, false},
    {"NotIpAddress", Operator::kIpAddress, true},
    {"ArnEquals", Operator::kArnLike, false},
    {"ArnLike", Operator::kArnLike, false},
    {"ArnNotEquals", Operator::kArnLike, true},
    {"ArnNotLike", Operator::kArnLike, true},
    {"Null", Operator::kNull, false},
}};

bool read_operator(std::string_view written, Condition& condition) {
  auto name = written;
  auto take_prefix = [&](std::string_view prefix) {
    if (name.size() < prefix.size() || !equals_ignore_case(name.substr(0, prefix.size()), prefix))
      return false;
    name.remove_prefix(prefix.size());
    return true;
  };
  if (take_prefix("ForAllValues:"))
    condition.set = SetOperator::kForAllValues;
  else if (take_prefix("ForAnyValue:"))
    condition.set = SetOperator::kForAnyValue;
  constexpr std::string_view kIfExists = "IfExists";
  if (name.size() > kIfExists.size() &&
      equals_ignore_case(name.substr(name.size() - kIfExists.size()), kIfExists)) {
    condition.if_exists = true;
    name.remove_suffix(kIfExists.size());
  }
  for (const auto& known : kOperators) {
    if (!equals_ignore_case(name, known.name)) continue;
    condition.op = known.op;
    condition.negated = known.negated;
    return !(known.op == Operator::kNull && condition.if_exists);
  }
  return false;
}

}  // namespace

Unexpected malformed_policy(std::string text) {
  return fault("MalformedPolicyDocument", std::move(text));
}

Result<void> read_actions(const Value& element, PolicyUse use, Statement& statement) {
  statement.written_actions = TRY(texts(element, Scalars::kStrings));
  if (statement.written_actions.empty())
    return malformed_policy("Policy statement must contain actions.");
  for (const auto& action : statement.written_actions) {
    TRY(check_action(action));
    auto lower = to_lower(action);
    if (use == PolicyUse::kTrust && lower != "*" && !lower.starts_with("sts:")) {
      return malformed_policy("AssumeRole policy may only specify STS AssumeRole actions.");
    }
    statement.actions.push_back(Pattern::of(lower, false));
  }
  return {};
}

Result<void> read_resources(const Value& element, PolicyUse use, bool variables,
                            Statement& statement) {
  auto resources = TRY(texts(element, Scalars::kStrings));
  if (resources.empty()) return malformed_policy("Policy statement must contain resources.");
  statement.has_resource = true;
  for (const auto& resource : resources) {
    // A resource policy may name its own resource in the owning service's way; that service judges
    // it.
    if (use != PolicyUse::kResource) TRY(check_resource(resource));
    statement.resources.push_back(ResourcePattern::of(resource, variables));
  }
  return {};
}

Result<void> read_principal(const Value& element, PolicyUse use, Statement& statement) {
  statement.has_principal = true;
  if (element.is_string()) {
    if (element.as_string() != "*") {
      return malformed_policy("Invalid principal in policy: \"STAR\":\"" + element.as_string() +
                              "\"");
    }
    statement.principal.any = true;
    return {};
  }
  if (!element.is_object() || element.size() == 0)
    return malformed_policy("Invalid principal in policy");
  for (const auto& [kind, value] : element.as_object())
    TRY(add_principals(kind, value, use, statement.principal));
  if (use == PolicyUse::kResourceControl && !statement.principal.any)
    return malformed_policy(std::string(kSyntax));
  return {};
}

Result<void> read_conditions(const Value& element, Statement& statement) {
  if (!element.is_object()) return malformed_policy(std::string(kSyntax));
  for (const auto& [written, block] : element.as_object()) {
    Condition condition;
    if (!read_operator(written, condition) || !block.is_object())
      return malformed_policy(std::string(kSyntax));
    condition.written = written;
    for (const auto& [key, values] : block.as_object()) {
      if (key.find(':') == std::string::npos) {
        return malformed_policy(
            "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.");
      }
      condition.key = key;
      condition.values = TRY(texts(values, Scalars::kAny));
      statement.conditions.push_back(condition);
    }
  }
  return {};
}

}  // namespace drydock
