// What a deny was decided by: the explanation that api/decisions keeps, in the shape of AWS's IAM
// Toolbox.
#include "api/call.h"
#include "api/decisions.h"
#include "api/server.h"
#include "base/encoding.h"
#include "gen/iamtoolbox_handlers.h"

namespace drydock::iamtoolbox {

namespace {

std::string type_of(std::string_view kind) {
  if (kind == "permissions boundary") return "PERMISSIONS_BOUNDARY";
  if (kind == "session policy") return "SESSION_POLICY";
  if (kind == "service control policy") return "SERVICE_CONTROL_POLICY";
  if (kind == "resource control policy") return "RESOURCE_CONTROL_POLICY";
  if (kind == "identity-based policy") return "IDENTITY_BASED_POLICY";
  return "RESOURCE_BASED_POLICY";  // role trust policies too
}

bool is_managed(const Value& policy) {
  return policy["policy"].string_or("").find(":policy/") != std::string::npos;
}

// AWS's ARN of a managed policy; for the others something that names them within one decision.
std::string uri_of(const Value& policy) {
  const std::string name = policy["policy"].string_or("");
  if (is_managed(policy)) return name;
  return "inline:" + to_hex(sha256(policy["kind"].string_or("") + "\n" +
                                   policy["attachedTo"].string_or("") + "\n" + name))
                         .substr(0, 40);
}

// Asked as the account itself: who may see the details need not be allowed to ask for this.
Value organization_of(Call& call) {
  Caller root;
  root.principal.kind = Principal::Kind::kRoot;
  root.principal.account = call.account();
  root.principal.arn = "arn:aws:iam::" + call.account().text + ":root";
  root.principal.id = call.account().text;
  root.user_agent = "drydock.internal";
  auto answer = call.server()
                    .client_as(std::move(root), call.region())
                    .call("organizations", "DescribeOrganization", {});
  return answer ? (*answer)["Organization"]["Id"] : Value();
}

// The deny with this id, when the caller's account may see it: that of who was denied, or one of
// the same organization.
Result<Value> find_deny(Call& call, const std::string& id) {
  std::optional<Value> found;
  kDeniesById.each(call.txn(), kInstallation, {.prefix = {id}, .limit = 1},
                   [&](const std::vector<std::string>& key, const std::string&) {
                     found = kDenies.get(call.txn(), kInstallation,
                                         {static_cast<int64_t>(std::stoll(key.at(1)))});
                     return false;
                   });
  // A request id leads to the same rows; it is no authorization id.
  if (found && (*found)["authorizationId"].string_or("") != id) found.reset();
  const std::string account = found ? (*found)["account"].string_or("") : "";
  if (found && !account.empty() && account != call.account().text) {
    const Value& theirs = (*found)["context"]["aws:PrincipalOrgID"];
    if (!theirs.is_list() || theirs.as_list().empty() ||
        theirs.as_list().front() != organization_of(call))
      return fault("AccessDenied",
                   "The authorization details belong to another account or organization.", 403);
  }
  if (!found) return errors::ResourceNotFoundException("Authorization details not found.");
  return std::move(*found);
}

// One value of a context key: the text, or the list when there are several.
Value context_of(const Value& deny) {
  Value context = Value(Value::Object{});
  for (const auto& [key, values] : deny["context"].as_object())
    context.set(key, values.size() == 1 ? values.as_list().front() : values);
  return context;
}

std::vector<MatchedPolicy> matched_policies(const Value& deny) {
  std::vector<MatchedPolicy> out;
  // AWS names no policy for what nothing denies and nothing allows.
  if (deny["effect"].string_or("") == "IMPLICIT_DENY") return out;
  for (const Value& policy : deny["policies"].as_list()) {
    MatchedPolicy matched{.uri = uri_of(policy),
                          .matchedStatements = std::vector<MatchedStatement>{}};
    for (const Value& s : policy["statements"].as_list()) {
      if (!s["matched"].bool_or(false)) continue;
      MatchedStatement statement;
      const std::string sid = s["sid"].string_or("");
      if (!sid.starts_with('#')) statement.sid = sid;
      statement.evaluatedEffect = s["effect"] == Value("Deny") ? "DENY" : "ALLOW";
      matched.matchedStatements->push_back(std::move(statement));
    }
    if (!matched.matchedStatements->empty()) out.push_back(std::move(matched));
  }
  return out;
}

}  // namespace

Result<GetRequestAuthorizationDetailsOutput> get_request_authorization_details(
    Call& call, const GetRequestAuthorizationDetailsInput& in) {
  if (in.nextToken) return errors::ValidationException("The nextToken is not valid.");
  const Value deny = TRY(find_deny(call, in.authorizationId));
  GetRequestAuthorizationDetailsOutput out;
  out.requestContext = context_of(deny);
  Evaluation evaluation;
  evaluation.action = deny["action"].string_or("");
  evaluation.resource = deny["resource"].string_or("");
  evaluation.evaluatedEffect = deny["effect"].string_or("");
  evaluation.matchedPolicies = matched_policies(deny);
  out.evaluations = std::vector<Evaluation>{std::move(evaluation)};
  out.policies = std::vector<PolicyInfo>{};
  for (const Value& policy : deny["policies"].as_list()) {
    PolicyInfo info;
    info.uri = uri_of(policy);
    info.type = type_of(policy["kind"].string_or(""));
    info.inline_ = !is_managed(policy);
    if (const std::string arn = policy["attachedTo"].string_or(""); arn.starts_with("arn:"))
      info.attachedTo = std::vector<AttachedTo>{AttachedTo{.arn = arn}};
    out.policies->push_back(std::move(info));
  }
  return out;
}

Result<GetRequestAuthorizationPolicyOutput> get_request_authorization_policy(
    Call& call, const GetRequestAuthorizationPolicyInput& in) {
  const Value deny = TRY(find_deny(call, in.authorizationId));
  for (const Value& policy : deny["policies"].as_list()) {
    if (uri_of(policy) != in.policyUri) continue;
    auto text = kPolicyTexts.get(call.txn(), kInstallation, {policy["document"].string_or("")});
    auto document = text ? parse_json(*text) : parse_json("");
    if (!document) break;
    return GetRequestAuthorizationPolicyOutput{.policyDocument = std::move(*document)};
  }
  return errors::ResourceNotFoundException("The policy was not part of this authorization.");
}

}  // namespace drydock::iamtoolbox
