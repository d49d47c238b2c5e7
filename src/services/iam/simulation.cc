#include "services/iam/simulation.h"

#include <algorithm>
#include <set>

#include "auth/message.h"
#include "auth/source.h"
#include "base/text.h"
#include "services/iam/documents_scan.h"

namespace drydock::iam {
namespace {

std::string decision_name(Effect effect) {
  switch (effect) {
    case Effect::kAllow: return "allowed";
    case Effect::kExplicitDeny: return "explicitDeny";
    case Effect::kImplicitDeny: return "implicitDeny";
  }
  return "";
}

AuthorizationRequest request_of(const Simulation& simulation, const std::string& action,
                                const std::string& resource) {
  AuthorizationRequest request;
  request.caller = &simulation.caller;
  request.action = action;
  request.resource = resource;
  request.resource_account = simulation.resource_account;
  // Only with a resource policy there is another account's side to ask.
  if (const auto arn = Arn::parse(resource);
      arn && AccountId::parse(arn->account) && !simulation.resource.empty())
    request.resource_account = arn->account;
  request.context = simulation.context;
  request.identity = simulation.identity;
  request.boundary = simulation.boundary;
  request.resource_policies = simulation.resource;
  request.organization = simulation.organization;
  request.only_given_keys = true;
  return request;
}

// What one kind of policy says by itself: whether it allows, and does not deny.
bool allows_alone(const std::vector<StatementTrace>& trace, std::string_view kind) {
  bool allows = false;
  for (const auto& step : trace) {
    if (!step.matched || step.policy_kind != kind) continue;
    if (step.is_deny) return false;
    allows = true;
  }
  return allows;
}

Statement shown(const StatementTrace& step) {
  Statement out;
  out.SourcePolicyId = step.policy;
  // AWS does call every sort of identity policy this.
  out.SourcePolicyType = step.policy_kind == kResourcePolicy ? "Resource Policy" : "IAM Policy";
  if (!step.document) return out;
  const auto ranges = simulated_ranges(source_of(*step.document));
  const auto at = static_cast<size_t>(step.position) - 1;
  if (at >= ranges.size()) return out;
  const SourceRange& range = ranges[at];
  out.StartPosition = Position{.Line = range.line, .Column = range.column};
  out.EndPosition = Position{.Line = range.end_line, .Column = range.end_column};
  return out;
}

// The statements that made the decision: denies for an explicit deny, else what allows.
std::vector<Statement> matched_statements(const Decision& decision,
                                          const std::vector<StatementTrace>& trace) {
  std::vector<Statement> out;
  for (const auto& step : trace) {
    if (!step.matched || step.is_deny != (decision.effect == Effect::kExplicitDeny)) continue;
    if (step.policy_kind == kBoundaryPolicy && !step.is_deny) continue;
    if (step.policy_kind == kServiceControlPolicy && !step.is_deny) continue;
    if (decision.effect != Effect::kImplicitDeny) out.push_back(shown(step));
  }
  return out;
}

bool is_about_caller(std::string_view key) {
  const std::string lower = to_lower(key);
  return lower.starts_with("aws:principal") || lower == "aws:userid" || lower == "aws:username";
}

// Keys that the statements for this action and resource ask for and nobody gave.
std::vector<std::string> missing_values(const Simulation& simulation,
                                        const AuthorizationRequest& request,
                                        const std::vector<StatementTrace>& trace) {
  std::set<std::string> asked;
  for (const auto& step : trace) {
    if (!step.document || !(step.matched || step.failed_element == "Condition")) continue;
    add_context_keys(source_of(*step.document), step.position, asked);
  }
  Context known = request.context;
  add_global_keys(request, known);
  std::vector<std::string> out;
  for (const auto& key : asked) {
    const bool implied = simulation.caller_known || !is_about_caller(key);
    const auto* values = implied ? known.find(key) : request.context.find(key);
    if (!values) out.push_back(key);
  }
  return out;
}

// What is decided for one resource; the name of the action is left to the caller.
EvaluationResult simulate_one(const Simulation& simulation, const std::string& action,
                              const std::string& resource) {
  const AuthorizationRequest request = request_of(simulation, action, resource);
  std::vector<StatementTrace> trace;
  const Decision decision = evaluate(request, trace);
  EvaluationResult out;
  out.EvalResourceName = resource;
  out.EvalDecision = decision_name(decision.effect);
  out.MatchedStatements = matched_statements(decision, trace);
  out.MissingContextValues = missing_values(simulation, request, trace);
  if (simulation.bounded)
    out.PermissionsBoundaryDecisionDetail =
        PermissionsBoundaryDecisionDetail{allows_alone(trace, kBoundaryPolicy)};
  const auto& organization = simulation.organization;
  if (organization && !organization->is_management && !organization->service_control.empty())
    out.OrganizationsDecisionDetail =
        OrganizationsDecisionDetail{decision.kind != kServiceControlPolicy};
  if (decision.kind == kServiceControlPolicy) return out;  // AWS does stop there
  const bool crosses = !request.resource_account.empty() &&
                       request.resource_account != simulation.caller.principal.account.text;
  if (crosses) {
    const auto name = [&](std::string_view kind) {
      return std::string(allows_alone(trace, kind) ? "allowed" : "implicitDeny");
    };
    out.EvalDecisionDetails = Map<std::string>{{"IAM Policy", name(kIdentityPolicy)},
                                               {"Resource Policy", name(kResourcePolicy)}};
  } else if (resource != "*") {
    out.EvalDecisionDetails.emplace();  // AWS does give an empty one
  }
  return out;
}

int weight(std::string_view decision) {
  return decision == "explicitDeny" ? 2 : decision == "implicitDeny" ? 1 : 0;
}

}  // namespace

EvaluationResult simulate_action(const Simulation& simulation, const std::string& action,
                                 const std::vector<std::string>& resources) {
  EvaluationResult out;
  std::vector<ResourceSpecificResult> each;
  for (const std::string& resource : resources) {
    EvaluationResult one = simulate_one(simulation, action, resource);
    ResourceSpecificResult specific{
        .EvalResourceName = resource,
        .EvalResourceDecision = one.EvalDecision,
        .MatchedStatements = one.MatchedStatements,
        .MissingContextValues = one.MissingContextValues,
        .PermissionsBoundaryDecisionDetail = one.PermissionsBoundaryDecisionDetail};
    if (one.EvalDecisionDetails && !one.EvalDecisionDetails->empty())
      specific.EvalDecisionDetails = one.EvalDecisionDetails;
    each.push_back(std::move(specific));
    if (each.size() == 1 || weight(one.EvalDecision) > weight(out.EvalDecision))
      out = std::move(one);
  }
  out.EvalActionName = action;
  if (each.size() > 1) {
    // Of all of them: the gravest decision, and no statement of its own.
    out.EvalResourceName = "*";
    out.MatchedStatements = std::vector<Statement>{};
  }
  // AWS does tell what is missing at the resources, when there are some.
  if (resources.front() != "*") out.MissingContextValues = std::vector<std::string>{};
  if (simulation.resources_given) out.ResourceSpecificResults = std::move(each);
  return out;
}

}  // namespace drydock::iam
