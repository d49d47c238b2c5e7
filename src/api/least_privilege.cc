#include "api/least_privilege.h"

#include <algorithm>
#include <map>
#include <set>

#include "auth/message.h"
#include "base/text.h"

namespace drydock {

namespace {

bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }
bool is_lower_or_digit(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'); }

bool is_uuid(std::string_view s) {
  if (s.size() != 36) return false;
  for (size_t i = 0; i < s.size(); ++i)
    if (i == 8 || i == 13 || i == 18 || i == 23 ? s[i] != '-' : !is_hex(s[i])) return false;
  return true;
}

// "-1A2B3C4D5E6F", the end that CloudFormation gives to names it makes up.
size_t drawn_suffix(std::string_view name) {
  const size_t dash = name.rfind('-');
  if (dash == std::string_view::npos || dash == 0) return std::string_view::npos;
  const std::string_view end = name.substr(dash + 1);
  if (end.size() < 12 || end.size() > 13) return std::string_view::npos;
  bool digit = false, upper = false, lower = false;
  for (char c : end) {
    if (c >= '0' && c <= '9')
      digit = true;
    else if (c >= 'A' && c <= 'Z')
      upper = true;
    else if (c >= 'a' && c <= 'z')
      lower = true;
    else
      return std::string_view::npos;
  }
  if (upper && lower) return std::string_view::npos;
  // Twelve letters alone are a word.
  return digit || upper ? dash + 1 : std::string_view::npos;
}

bool is_number(std::string_view s) {
  return !s.empty() && std::all_of(s.begin(), s.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string wildcard_names(std::string resource) {
  std::string out;
  for (size_t at = 0; at <= resource.size();) {
    size_t end = std::min(resource.find_first_of("/:", at), resource.size());
    std::string part = resource.substr(at, end - at);
    if (is_uuid(part))
      part = "*";
    else if (size_t drawn = drawn_suffix(part); drawn != std::string::npos)
      part = part.substr(0, drawn) + "*";
    out += part;
    if (end < resource.size()) out += resource[end];
    at = end + 1;
  }
  return out;
}

std::string common_part(const Arn& arn, DrawnNames names) {
  const std::string& r = arn.resource;
  const auto until = [&](std::string_view mark, int times) {
    size_t at = 0;
    for (; times > 0 && at != std::string::npos; --times) at = r.find(mark, at ? at + 1 : 0);
    return at;
  };
  if (arn.service == "s3") {
    const size_t slash = r.find('/');
    return slash == std::string::npos ? r : r.substr(0, slash) + "/*";
  }
  if (arn.service == "logs") {
    const size_t stream = r.find(":log-stream:");
    return stream == std::string::npos ? r : r.substr(0, stream) + ":*";
  }
  if (arn.service == "cloudformation") {  // stack/name/id, changeSet/name/id
    const size_t second = until("/", 2);
    return second == std::string::npos ? r : r.substr(0, second) + "/*";
  }
  if (arn.service == "codebuild" && r.starts_with("build/")) return r.substr(0, r.find(':')) + ":*";
  if (arn.service == "lambda" && r.starts_with("function:")) {
    const size_t second = until(":", 2);
    return second != std::string::npos && is_number(std::string_view(r).substr(second + 1))
               ? r.substr(0, second) + ":*"
               : r;
  }
  if (arn.service == "dynamodb") {  // table/name/stream/time
    const size_t stream = r.find("/stream/");
    return stream == std::string::npos ? r : r.substr(0, stream) + "/stream/*";
  }
  if (arn.service == "apigateway") {
    if (r.starts_with("/tags/")) return "/tags/*";
    if (!r.starts_with("/restapis/")) return r;
    const size_t slash = r.find('/', 10);
    const std::string id = names == DrawnNames::kExact ? r.substr(10, slash - 10) : "*";
    return "/restapis/" + id + (slash == std::string::npos || id == "*" ? "" : "/*");
  }
  if (arn.service == "execute-api") {
    const size_t slash = r.find('/');
    return names == DrawnNames::kExact || slash == std::string::npos ? r : "*" + r.substr(slash);
  }
  if (arn.service == "secretsmanager" && names == DrawnNames::kWildcard && r.size() > 7 &&
      r[r.size() - 7] == '-')
    return r.substr(0, r.size() - 6) + "??????";
  return r;
}

// ---- statements

// What the statements of one document are made from: actions by condition and resource.
using Grants = std::map<std::pair<std::string, std::string>, std::set<std::string>>;

// What tells who the caller of an identity provider is: "<issuer>:aud", "<issuer>:sub".
bool tells_of_federation(std::string_view key) {
  return key.ends_with(":aud") || (key.ends_with(":sub") && !equals_ignore_case(key, "SAML:sub"));
}

std::string condition_of(const Use& use) {
  const Question& q = use.sample;
  Value equal = Value(Value::Object{});
  for (std::string_view key : {"iam:PassedToService", "kms:ViaService", "sts:ExternalId"})
    if (const auto* values = q.context.find(key); values && !values->empty())
      equal.set(std::string(key), values->front());
  if (q.caller.principal.kind == Principal::Kind::kFederated)
    for (const auto& [key, values] : q.context.entries)
      if (tells_of_federation(key) && values.size() == 1) equal.set(key, values.front());
  if (!equal.size()) return {};
  return to_json(Value::object({{"StringEquals", std::move(equal)}}));
}

// For a service that acts for somebody's resource: that resource, so that it can do nothing for
// another one. Trust and key policies do without: not every service says there for whom it asks.
std::string condition_on_source(const Use& use, DrawnNames names) {
  const Caller& caller = use.sample.caller;
  if (caller.principal.kind != Principal::Kind::kService || caller.source_arn.empty() ||
      use.needs.mandatory)
    return condition_of(use);
  auto arn = Arn::parse(caller.source_arn);
  if (!arn) return condition_of(use);
  std::string source = common_resource(caller.source_arn, names);
  if (arn->service == "execute-api") {  // all methods of the stage
    const size_t api = source.find('/'), stage = source.find('/', api + 1);
    if (stage != std::string::npos) source = source.substr(0, stage) + "/*";
  }
  Value condition = Value::object({{"ArnLike", Value::object({{"aws:SourceArn", source}})}});
  if (arn->account.empty() && !caller.source_account.empty())  // a bucket's ARN names none
    condition.set("StringEquals", Value::object({{"aws:SourceAccount", caller.source_account}}));
  return to_json(condition);
}

// A principal's statement in a resource's policy.
std::string principal_of(const Use& use) {
  const Principal& p = use.sample.caller.principal;
  if (p.kind == Principal::Kind::kService) return to_json(Value::object({{"Service", p.name}}));
  if (p.kind == Principal::Kind::kFederated) return to_json(Value::object({{"Federated", p.name}}));
  if (p.kind == Principal::Kind::kAnonymous) return to_json(Value("*"));
  if (use.needs.delegates)
    return to_json(Value::object({{"AWS", "arn:aws:iam::" + p.account.text + ":root"}}));
  return to_json(Value::object({{"AWS", acting_principal(p)}}));
}

Value one_or_list(const std::set<std::string>& texts) {
  if (texts.size() == 1) return Value(*texts.begin());
  Value list = Value::list();
  for (const std::string& text : texts) list.push_back(text);
  return list;
}

std::string sid_of(const std::set<std::string>& actions, std::map<std::string, int>& counts) {
  std::string name = actions.begin()->substr(0, actions.begin()->find(':'));
  std::erase_if(name, [](char c) { return !is_lower_or_digit(c); });
  if (!name.empty() && name[0] >= 'a') name[0] = static_cast<char>(name[0] - 'a' + 'A');
  return name + std::to_string(++counts[name]);
}

// Statements for grants of one kind: those with equal actions and condition share their resources.
Value statements_of(const Grants& grants, const std::string& principal, bool with_resource,
                    std::map<std::string, int>& counts) {
  std::map<std::pair<std::string, std::set<std::string>>, std::set<std::string>> merged;
  for (const auto& [where, actions] : grants) merged[{where.first, actions}].insert(where.second);
  Value list = Value::list();
  for (const auto& [what, resources] : merged) {
    Value statement = Value::object({{"Sid", sid_of(what.second, counts)}, {"Effect", "Allow"}});
    if (!principal.empty()) statement.set("Principal", *parse_json(principal));
    statement.set("Action", one_or_list(what.second));
    if (with_resource) statement.set("Resource", one_or_list(resources));
    if (!what.first.empty()) statement.set("Condition", *parse_json(what.first));
    list.push_back(std::move(statement));
  }
  return list;
}

Value document_with(Value statements) {
  return Value::object({{"Version", "2012-10-17"}, {"Statement", std::move(statements)}});
}

}  // namespace

std::string common_resource(std::string_view resource, DrawnNames names) {
  auto arn = Arn::parse(resource);
  if (!arn) return std::string(resource);
  arn->resource = common_part(*arn, names);
  // A user's or a role's name is its own, drawn or not.
  if (names == DrawnNames::kWildcard) arn->resource = wildcard_names(std::move(arn->resource));
  return arn->text();
}

Needs needs_of(const AuthorizationRequest& request) {
  Needs needs;
  needs.owner = request.resource_account;
  needs.resource_kind = request.is_trust ? kTrustPolicy : kResourcePolicy;
  needs.mandatory = request.resource_policy_mandatory;
  for (const AppliedPolicy& policy : request.resource_policies)
    if (needs.holder.empty())
      needs.holder = policy.attached_to.empty() ? policy.name : policy.attached_to;
  AuthorizationRequest other = request;
  other.identity.clear();
  // What a grant allows takes no policy: it was asked for when the grant was created.
  other.resource_policies = grants_of(request.resource_policies);
  const bool granted = !other.resource_policies.empty() && evaluate(other).allowed();
  other.resource_policies = request.resource_policies;
  const bool resource_suffices = evaluate(other).allowed();
  other.identity = request.identity;
  other.resource_policies.clear();
  const bool identity_suffices = evaluate(other).allowed();
  const bool one_account = request.resource_account.empty() ||
                           request.resource_account == request.caller->principal.account.text;
  // A root user has no identity policy and needs none.
  const bool has_identity = request.caller->principal.kind != Principal::Kind::kRoot;
  needs.identity = !granted && has_identity && (identity_suffices || !resource_suffices);
  needs.resource = !granted && !identity_suffices;
  needs.delegates = needs.resource && one_account && (needs.identity || !has_identity);
  std::vector<StatementTrace> trace;
  (void)evaluate(request, trace);
  for (const StatementTrace& t : trace)
    if (t.matched && !t.is_deny)
      needs.matched.push_back({std::string(t.policy), std::string(t.attached_to), t.sid});
  return needs;
}

std::string carrier_of(std::string_view resource) {
  auto arn = Arn::parse(resource);
  if (!arn) return {};
  if (arn->service == "s3") arn->resource = arn->resource.substr(0, arn->resource.find('/'));
  if (arn->service == "lambda")
    if (const size_t name = arn->resource.find(':'); name != std::string::npos)
      arn->resource = arn->resource.substr(0, arn->resource.find(':', name + 1));
  return arn->text();
}

Needs needs_to_allow(const AuthorizationRequest& request) {
  static const PolicyPtr everything = [] {
    auto parsed = parse_policy(R"({"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}})",
                               PolicyUse::kIdentity);
    return parsed ? *parsed : nullptr;
  }();
  const Principal::Kind kind = request.caller->principal.kind;
  Needs needs;
  needs.owner = request.resource_account;
  needs.resource_kind = request.is_trust ? kTrustPolicy : kResourcePolicy;
  needs.mandatory = request.resource_policy_mandatory;
  needs.identity = kind == Principal::Kind::kUser || kind == Principal::Kind::kAssumedRole;
  // With an identity policy that allows everything, and nothing that limits it.
  AuthorizationRequest other = request;
  other.identity = {{everything, {}, "everything", {}}};
  other.boundary.clear();
  other.session.clear();
  other.organization = nullptr;
  other.resource_organization = nullptr;
  other.resource_policies.clear();
  needs.resource = !evaluate(other).allowed();
  const bool one_account = request.resource_account.empty() ||
                           request.resource_account == request.caller->principal.account.text;
  needs.delegates = needs.resource && one_account && needs.identity;
  if (!needs.resource) return needs;
  for (const AppliedPolicy& policy : request.resource_policies)
    if (needs.holder.empty())
      needs.holder = policy.attached_to.empty() ? policy.name : policy.attached_to;
  if (needs.holder.empty()) needs.holder = carrier_of(request.resource);
  return needs;
}

Value minimal_policies(const std::vector<Use>& uses, DrawnNames names, PoliciesFor whom) {
  struct Role {
    std::string account;
    Grants grants;
    std::set<std::string> calls;
  };
  struct Holder {
    std::string account, kind;
    std::map<std::string, Grants> by_principal;
  };
  std::map<std::string, Role> roles;
  std::map<std::string, Holder> holders;
  for (const Use& use : uses) {
    if (use.outcome != Outcome::kAllowed && !use.needs.identity && !use.needs.resource) continue;
    const Question& q = use.sample;
    const Principal& p = q.caller.principal;
    const std::string resource = common_resource(q.resource, names);
    const bool is_user = p.kind == Principal::Kind::kUser && whom == PoliciesFor::kRolesAndUsers;
    const bool is_role = p.kind == Principal::Kind::kAssumedRole &&
                         p.role_arn.find(":role/aws-service-role/") == std::string::npos;
    if (use.needs.identity && (is_role || is_user)) {
      Role& role = roles[common_resource(acting_principal(p), names)];
      role.account = p.account.text;
      role.grants[{condition_of(use), resource}].insert(q.action);
      role.calls.insert(q.action);
    }
    if (use.needs.resource && !use.needs.holder.empty()) {
      Holder& holder = holders[common_resource(use.needs.holder, names)];
      holder.account = use.needs.owner;
      holder.kind = use.needs.resource_kind;
      // A key's policy names its own key by *.
      const bool of_key = use.needs.holder.starts_with("arn:aws:kms:");
      holder
          .by_principal[principal_of(use)]
                       [{condition_on_source(use, names), of_key ? "*" : resource}]
          .insert(q.action);
    }
  }
  Value role_list = Value::list(), resource_list = Value::list();
  for (const auto& [arn, role] : roles) {
    std::map<std::string, int> counts;
    role_list.push_back(
        Value::object({{"role", arn},
                       {"account", role.account},
                       {"calls", static_cast<int64_t>(role.calls.size())},
                       {"document", document_with(statements_of(role.grants, "", true, counts))}}));
  }
  for (const auto& [arn, holder] : holders) {
    std::map<std::string, int> counts;
    Value statements = Value::list();
    const bool trust = holder.kind == kTrustPolicy;
    for (const auto& [principal, grants] : holder.by_principal) {
      Value some = statements_of(grants, principal, !trust, counts);
      for (Value& statement : some.as_list()) statements.push_back(std::move(statement));
    }
    resource_list.push_back(Value::object({{"resource", arn},
                                           {"account", holder.account},
                                           {"kind", holder.kind},
                                           {"document", document_with(std::move(statements))}}));
    if (arn.starts_with("arn:aws:kms:"))
      resource_list.as_list().back().set(
          "note",
          "keep the statement that lets the key's administrators call kms:PutKeyPolicy beside these: "
          "KMS refuses a policy that nobody could change again");
  }
  return Value::object({{"roles", std::move(role_list)}, {"resources", std::move(resource_list)}});
}

}  // namespace drydock
