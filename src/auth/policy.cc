// The grammar of policy documents; elements.cc reads what stands inside a statement.
#include "auth/policy.h"

#include <algorithm>

#include "auth/elements.h"
#include "auth/source.h"
#include "auth/statement.h"
#include "base/text.h"
#include "base/value.h"

namespace drydock {
namespace {

constexpr size_t kMostBytes = 131072;
constexpr size_t kMostStatements = 2048;
constexpr int kMostDepth = 32;

bool bears_principal(PolicyUse use) {
  return use == PolicyUse::kResource || use == PolicyUse::kTrust ||
         use == PolicyUse::kResourceControl;
}
bool is_organization(PolicyUse use) {
  return use == PolicyUse::kServiceControl || use == PolicyUse::kResourceControl;
}

// Identity policies and those of resources are judged by different parsers of AWS, with different
// words.
Unexpected missing(PolicyUse use, std::string_view field) {
  if (bears_principal(use)) return malformed_policy("Missing required field " + std::string(field));
  if (field == "Action") return malformed_policy("Policy statement must contain actions.");
  if (field == "Resource") return malformed_policy("Policy statement must contain resources.");
  return malformed_policy(std::string(kSyntax));
}

Result<void> read_sid(const Value& element, PolicyUse use, Statement& statement) {
  if (!element.is_string()) return malformed_policy(std::string(kSyntax));
  statement.sid = element.as_string();
  // Resource policies may have any Sid; the others are held to letters and digits.
  if (use == PolicyUse::kResource) return {};
  for (char c : statement.sid) {
    if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')) continue;
    if (is_organization(use)) break;
    return malformed_policy(
        "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*");
  }
  return {};
}

Result<void> read_member(const std::string& name, const Value& value, PolicyUse use, bool variables,
                         Statement& statement) {
  if (name == "Sid") return read_sid(value, use, statement);
  if (name == "Effect") {
    if (!value.is_string() || (value.as_string() != "Allow" && value.as_string() != "Deny")) {
      return malformed_policy(bears_principal(use) ? "Invalid effect: " + value.scalar_text()
                                                   : std::string(kSyntax));
    }
    statement.deny = value.as_string() == "Deny";
    return {};
  }
  if (name == "Action" || name == "NotAction") {
    statement.not_action = name == "NotAction";
    return read_actions(value, use, statement);
  }
  if (name == "Resource" || name == "NotResource") {
    if (use == PolicyUse::kTrust) return malformed_policy("Has prohibited field " + name);
    statement.not_resource = name == "NotResource";
    return read_resources(value, use, variables, statement);
  }
  if (name == "Principal" || name == "NotPrincipal") {
    if (!bears_principal(use))
      return malformed_policy("Policy document should not specify a principal.");
    statement.not_principal = name == "NotPrincipal";
    if (statement.not_principal && use != PolicyUse::kResource)
      return malformed_policy("Has prohibited field NotPrincipal");
    return read_principal(value, use, statement);
  }
  if (name == "Condition") return read_conditions(value, statement);
  return malformed_policy(bears_principal(use) ? "Unknown field " + name : std::string(kSyntax));
}

Result<Statement> read_statement(const Value& element, PolicyUse use, bool variables) {
  if (!element.is_object()) return malformed_policy(std::string(kSyntax));
  Statement statement;
  for (std::string_view name : {"Action", "Resource", "Principal"}) {
    if (element.find(name) && element.find("Not" + std::string(name)))
      return malformed_policy(std::string(kSyntax));
  }
  for (const auto& [name, value] : element.as_object())
    TRY(read_member(name, value, use, variables, statement));
  if (!element.find("Effect")) return missing(use, "Effect");
  if (bears_principal(use) && !statement.has_principal) return missing(use, "Principal");
  if (statement.actions.empty()) return missing(use, "Action");
  // Some services' policies (SNS, ECR) carry none; then it is the resource that holds the policy.
  if (!statement.has_resource && use != PolicyUse::kTrust && use != PolicyUse::kResource)
    return missing(use, "Resource");
  if (statement.not_principal && !statement.deny) {
    return malformed_policy("Allow with NotPrincipal is not allowed.");
  }
  // Resource control policies only deny, and name actions; AWS's own RCPFullAWSAccess alone allows.
  if (use == PolicyUse::kResourceControl) {
    const bool full_access =
        statement.written_actions == std::vector<std::string>{"*"} && statement.conditions.empty();
    if (statement.not_action || (!statement.deny && !full_access))
      return malformed_policy(std::string(kSyntax));
  }
  return statement;
}

Result<void> check_unique_sids(const Policy& policy) {
  if (policy.use == PolicyUse::kTrust) return {};
  std::vector<std::string_view> sids;
  for (const auto& statement : policy.statements) {
    if (!statement.sid.empty()) sids.push_back(statement.sid);
  }
  std::sort(sids.begin(), sids.end());
  if (std::adjacent_find(sids.begin(), sids.end()) == sids.end()) return {};
  return malformed_policy("Statement IDs (SID) in a single policy must be unique.");
}

Result<void> read_version(const Value& document, Policy& policy) {
  const Value* version = document.find("Version");
  if (!version) return {};
  auto text = version->scalar_text();
  if (text != "2012-10-17" && text != "2008-10-17") {
    return malformed_policy("The policy must contain a valid version string");
  }
  policy.variables = text == "2012-10-17";
  return {};
}

Result<std::shared_ptr<Policy>> read_document(const Value& document, PolicyUse use) {
  if (!document.is_object()) return malformed_policy(std::string(kSyntax));
  auto policy = std::make_shared<Policy>();
  policy->use = use;
  TRY(read_version(document, *policy));
  for (const auto& [name, value] : document.as_object()) {
    if (name == "Version" || name == "Statement") continue;
    if (name == "Id" && (use == PolicyUse::kResource || use == PolicyUse::kTrust)) continue;
    return malformed_policy(bears_principal(use) ? "Unknown field " + name : std::string(kSyntax));
  }
  const Value* statements = document.find("Statement");
  if (!statements) return missing(use, "Statement");
  auto add = [&](const Value& element) -> Result<void> {
    auto statement = TRY(read_statement(element, use, policy->variables));
    statement.position = static_cast<int>(policy->statements.size()) + 1;
    policy->statements.push_back(std::move(statement));
    return {};
  };
  if (!statements->is_list()) {
    TRY(add(*statements));
  } else {
    if (statements->size() > kMostStatements) {
      return malformed_policy("The policy has " + std::to_string(statements->size()) +
                              " statements; the limit is " + std::to_string(kMostStatements) + ".");
    }
    for (const auto& element : statements->as_list()) TRY(add(element));
    if (policy->statements.empty()) return malformed_policy(std::string(kSyntax));
  }
  TRY(check_unique_sids(*policy));
  return policy;
}

}  // namespace

Result<PolicyPtr> parse_policy(std::string_view document, PolicyUse use) {
  if (document.size() > kMostBytes) {
    return malformed_policy("The policy has " + std::to_string(document.size()) +
                            " bytes; the limit is " + std::to_string(kMostBytes) + ".");
  }
  auto value = parse_json(
      document, {.max_bytes = kMostBytes, .max_depth = kMostDepth, .reject_duplicate_keys = true});
  if (!value) {
    const auto& e = value.error();
    std::string text(use == PolicyUse::kTrust ? "This policy contains invalid Json" : kSyntax);
    return malformed_policy(text + " (line " + std::to_string(e.line) + ", column " +
                            std::to_string(e.column) + ": " + e.what + ")");
  }
  auto policy = read_document(*value, use);
  if (!policy && is_organization(use)) {
    return malformed_policy(
        "The provided policy document does not meet the requirements of the specified policy type.");
  }
  if (!policy) return fault(std::move(policy).error());
  (*policy)->document = document;
  const auto ranges = statement_ranges(document);
  if (ranges.size() == (*policy)->statements.size()) {
    for (size_t i = 0; i < ranges.size(); ++i) (*policy)->statements[i].source = ranges[i];
  }
  return std::move(*policy);
}

std::string_view source_of(const Policy& policy) { return policy.document; }

}  // namespace drydock
