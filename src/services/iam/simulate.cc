// Policy simulation: the evaluator that decides every request, asked without doing anything.
#include "auth/evaluate.h"
#include "gen/iam_handlers.h"
#include "services/iam/entities.h"
#include "services/iam/principals.h"

namespace drydock::iam {
namespace {

constexpr size_t kMostResults = 1000;

// One simulation: policies and the caller they are of.
struct Simulation {
  std::vector<AppliedPolicy> identity, boundary, resource;
  Caller caller;
};

Result<void> add_documents(const std::optional<std::vector<std::string>>& documents, PolicyUse use,
                           const std::string& name, std::vector<AppliedPolicy>& out) {
  if (!documents) return {};
  int number = 0;
  for (const auto& document : *documents) {
    auto policy = parse_policy(document, use);
    if (!policy) return errors::InvalidInput("Invalid policy: " + policy.error().message);
    out.push_back({std::move(*policy), {}, name + "." + std::to_string(++number), {}});
  }
  return {};
}

std::string_view decision_name(Effect effect) {
  switch (effect) {
    case Effect::kAllow: return "allowed";
    case Effect::kExplicitDeny: return "explicitDeny";
    case Effect::kImplicitDeny: return "implicitDeny";
  }
  return "";
}

std::string_view type_name(std::string_view kind) {
  if (kind == "resource-based policy") return "resource";
  return "IAM Policy";
}

EvaluationResult evaluate_one(const Simulation& simulation, const std::string& action,
                              const std::string& resource, const Context& context) {
  AuthorizationRequest request;
  request.caller = &simulation.caller;
  request.action = action;
  request.resource = resource;
  request.context = context;
  request.identity = simulation.identity;
  request.boundary = simulation.boundary;
  request.resource_policies = simulation.resource;
  std::vector<StatementTrace> trace;
  auto decision = evaluate(request, trace);
  EvaluationResult result;
  result.EvalActionName = action;
  result.EvalResourceName = resource;
  result.EvalDecision = decision_name(decision.effect);
  result.MatchedStatements.emplace();
  bool boundary_allows = false;
  for (const auto& step : trace) {
    if (!step.matched) continue;
    if (step.policy_kind == "permissions boundary")
      boundary_allows = boundary_allows || !step.is_deny;
    bool decided = decision.allowed() ? !step.is_deny
                                      : decision.effect == Effect::kExplicitDeny && step.is_deny;
    if (decided)
      result.MatchedStatements->push_back({step.policy, std::string(type_name(step.policy_kind))});
  }
  result.MissingContextValues.emplace();
  if (!simulation.boundary.empty())
    result.PermissionsBoundaryDecisionDetail = PermissionsBoundaryDecisionDetail{boundary_allows};
  return result;
}

Context context_of(const std::optional<std::vector<ContextEntry>>& entries) {
  Context context;
  if (!entries) return context;
  for (const auto& entry : *entries) {
    if (entry.ContextKeyName)
      context.add(*entry.ContextKeyName,
                  entry.ContextKeyValues.value_or(std::vector<std::string>{}));
  }
  return context;
}

// Every action on every resource; the rest of the input is the same for both operations.
template <class In>
Result<SimulatePolicyResponse> simulate(Simulation& simulation, const In& in) {
  TRY(add_documents(in.PermissionsBoundaryPolicyInputList, PolicyUse::kBoundary,
                    "PermissionsBoundaryPolicyInputList", simulation.boundary));
  if (in.ResourcePolicy) {
    auto policy = parse_policy(*in.ResourcePolicy, PolicyUse::kResource);
    if (!policy) return errors::InvalidInput("Invalid policy: " + policy.error().message);
    simulation.resource.push_back({std::move(*policy), {}, "ResourcePolicy", {}});
  }
  std::vector<std::string> resources = in.ResourceArns.value_or(std::vector<std::string>{"*"});
  if (in.ActionNames.size() * resources.size() > kMostResults) {
    return errors::InvalidInput("A simulation gives at most " + std::to_string(kMostResults) +
                                " results.");
  }
  Context context = context_of(in.ContextEntries);
  SimulatePolicyResponse out;
  out.EvaluationResults.emplace();
  out.IsTruncated = false;
  for (const auto& action : in.ActionNames) {
    if (action.find(':') == std::string::npos)
      return errors::InvalidInput("Invalid Entity Arn: " + action);
    for (const auto& resource : resources)
      out.EvaluationResults->push_back(evaluate_one(simulation, action, resource, context));
  }
  return out;
}

void set_caller(Simulation& simulation, const std::string& arn_text) {
  auto& principal = simulation.caller.principal;
  principal.kind = Principal::Kind::kUser;
  principal.arn = arn_text;
  if (auto arn = Arn::parse(arn_text)) {
    principal.account = AccountId{arn->account};
    principal.name = arn->resource.substr(arn->resource.rfind('/') + 1);
    if (arn->resource.starts_with("role/")) {
      principal.kind = Principal::Kind::kAssumedRole;
      principal.role_arn = arn_text;
      principal.role_name = principal.name;
    }
  }
}

}  // namespace

Result<SimulatePolicyResponse> simulate_custom_policy(Call& call,
                                                      const SimulateCustomPolicyInput& in) {
  Simulation simulation;
  set_caller(simulation,
             in.CallerArn.value_or("arn:aws:iam::" + call.account().text + ":user/simulated"));
  TRY(add_documents(in.PolicyInputList, PolicyUse::kIdentity, "PolicyInputList",
                    simulation.identity));
  return simulate(simulation, in);
}

Result<SimulatePolicyResponse> simulate_principal_policy(Call& call,
                                                         const SimulatePrincipalPolicyInput& in) {
  TRY(call.authorize("iam:SimulatePrincipalPolicy", in.PolicySourceArn));
  auto arn = Arn::parse(in.PolicySourceArn);
  if (!arn || arn->service != "iam" || arn->account != call.account().text)
    return errors::InvalidInput("Invalid Entity Arn: " + in.PolicySourceArn);
  const std::string name = arn->resource.substr(arn->resource.rfind('/') + 1);
  Simulation simulation;
  set_caller(simulation, in.CallerArn.value_or(in.PolicySourceArn));
  EntityPolicies policies;
  if (arn->resource.starts_with("user/")) {
    auto row = read<UserRow>(call.txn(), call.global_space(), name);
    if (!row) return no_such("user", name);
    policies = user_policies(call.txn(), call.account().text, name, row->Id);
  } else if (arn->resource.starts_with("role/")) {
    auto row = read<RoleRow>(call.txn(), call.global_space(), name);
    if (!row) return no_such("role", name);
    policies = role_policies(call.txn(), call.account().text, name, row->Id);
  } else if (arn->resource.starts_with("group/")) {
    if (!read<GroupRow>(call.txn(), call.global_space(), name)) return no_such("group", name);
    policies = group_policies(call.txn(), call.account().text, name);
  } else {
    return errors::InvalidInput("Invalid Entity Arn: " + in.PolicySourceArn);
  }
  simulation.identity = std::move(policies.identity);
  simulation.boundary = std::move(policies.boundary);
  TRY(add_documents(in.PolicyInputList, PolicyUse::kIdentity, "PolicyInputList",
                    simulation.identity));
  return simulate(simulation, in);
}

}  // namespace drydock::iam
