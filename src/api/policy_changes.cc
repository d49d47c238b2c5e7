#include "api/policy_changes.h"

#include "api/least_privilege.h"
#include "api/question.h"
#include "auth/message.h"
#include "base/text.h"

namespace drydock {

namespace {

Result<AppliedPolicy> read_document(const Value& document, PolicyUse use, const std::string& of) {
  auto policy = parse_policy(document.is_string() ? document.as_string() : to_json(document), use);
  if (!policy)
    return fault("ValidationException",
                 "the policy for " + of + " is no policy: " + policy.error().message);
  return AppliedPolicy{*policy, {}, "(given) " + of, of};
}

// A call that brings its resource into being is decided before that carries a policy.
bool creates(const AuthorizationRequest& request, const Needs& then) {
  if (!then.holder.empty()) return false;
  const std::string_view name = request.action.substr(request.action.find(':') + 1);
  return name.starts_with("Create") || (request.resource_policy_mandatory && !then.mandatory);
}

AppliedPolicy allowing(std::string_view element, PolicyUse use, const std::string& of) {
  auto policy =
      parse_policy(R"({"Statement":{"Effect":"Allow",)" + std::string(element) + "}}", use);
  return {policy ? *policy : nullptr, {}, "(gone) " + of, of};
}

// The Principal element for the request's caller, as broad as what it needed then.
std::string trusted_element(const Principal& p, const Needs& then) {
  using Kind = Principal::Kind;
  if (p.kind == Kind::kService) return to_json(Value::object({{"Service", p.name}}));
  if (p.kind == Kind::kFederated) return to_json(Value::object({{"Federated", p.name}}));
  if (p.kind == Kind::kAnonymous || !then.delegates) return R"("*")";
  return to_json(Value::object({{"AWS", "arn:aws:iam::" + p.account.text + ":root"}}));
}

}  // namespace

void stand_in_for_caller(AuthorizationRequest& request) {
  request.identity = {allowing(R"("Action":"*","Resource":"*")", PolicyUse::kIdentity,
                               std::string(acting_principal(request.caller->principal)))};
}

void stand_in_for_resource(AuthorizationRequest& request, const Needs& then) {
  if (!then.resource || then.holder.empty() || !request.resource_policies.empty()) return;
  request.is_trust = then.resource_kind == kTrustPolicy;
  request.resource_policy_mandatory = then.mandatory;
  request.resource_account = then.owner;
  const std::string principal =
      "\"Principal\":" + trusted_element(request.caller->principal, then) + ",";
  request.resource_policies = {
      request.is_trust ? allowing(principal + R"("Action":"sts:*")", PolicyUse::kTrust, then.holder)
                       : allowing(principal + R"("Action":"*","Resource":"*")",
                                  PolicyUse::kResource, then.holder)};
}

void PolicyChanges::apply(AuthorizationRequest& request) const {
  const std::string_view principal = acting_principal(request.caller->principal);
  for (const Change& change : roles)
    if (glob_match(change.pattern, principal)) {
      request.identity = {change.policy};
      break;
    }
  if (!request.resource_policies.empty()) {
    const AppliedPolicy& first = *request.resource_policies.begin();
    const std::string holder = first.attached_to.empty() ? first.name : first.attached_to;
    for (const Change& change : resources)
      if (glob_match(change.pattern, holder)) {
        AppliedPolicies kept = grants_of(request.resource_policies);
        kept.push_back(change.policy);
        request.resource_policies = std::move(kept);
        break;
      }
  }
  if (service_control.empty() || request.caller->principal.account.text.empty()) return;
  auto facts = std::make_shared<OrganizationFacts>(request.organization ? *request.organization
                                                                        : OrganizationFacts{});
  for (const AppliedPolicy& policy : service_control) facts->service_control.push_back({policy});
  request.organization = std::move(facts);
}

void PolicyChanges::apply(AuthorizationRequest& request, const Needs& then) const {
  if (creates(request, then)) {
    request.resource_policies.clear();
    request.resource_policy_mandatory = false;
  } else if (request.resource_policies.empty() && then.holder.empty()) {
    const std::string carrier = carrier_of(request.resource);
    for (const Change& change : resources)
      if (!change.is_trust && !carrier.empty() && glob_match(change.pattern, carrier)) {
        request.resource_policies = {change.policy};
        break;
      }
  }
  if (request.resource_policies.empty() && !then.holder.empty())
    for (const Change& change : resources)
      if (glob_match(change.pattern, then.holder)) {
        request.resource_policies = {change.policy};
        request.resource_policy_mandatory = then.mandatory;
        request.is_trust = then.resource_kind == kTrustPolicy;
        request.resource_account = then.owner;
        break;
      }
  apply(request);
}

Result<PolicyChanges> read_policy_changes(const Value& value) {
  PolicyChanges changes;
  if (!value.is_object())
    return fault("ValidationException",
                 "changes must be an object of roles, resources, serviceControl");
  const Value &roles = value["roles"], &resources = value["resources"],
              &control = value["serviceControl"];
  for (const Value* list : {&roles, &resources, &control})
    if (!list->is_null() && !list->is_list())
      return fault("ValidationException", "roles, resources and serviceControl must be lists");
  if (roles.size() + resources.size() + control.size() > kMostChanges)
    return fault("ValidationException",
                 "more than " + std::to_string(kMostChanges) + " policies were given");
  for (size_t i = 0; i < roles.size(); ++i) {
    const Value& one = roles.as_list()[i];
    const std::string arn = one["role"].string_or("");
    changes.roles.push_back(
        {arn, TRY(read_document(one["document"], PolicyUse::kIdentity, arn)), false});
  }
  for (size_t i = 0; i < resources.size(); ++i) {
    const Value& one = resources.as_list()[i];
    const std::string arn = one["resource"].string_or("");
    const bool trust = one["kind"].string_or("") == kTrustPolicy;
    changes.resources.push_back(
        {arn,
         TRY(read_document(one["document"], trust ? PolicyUse::kTrust : PolicyUse::kResource, arn)),
         trust});
  }
  for (size_t i = 0; i < control.size(); ++i)
    changes.service_control.push_back(
        TRY(read_document(control.as_list()[i], PolicyUse::kServiceControl,
                          "service control policy " + std::to_string(i + 1))));
  return changes;
}

}  // namespace drydock
