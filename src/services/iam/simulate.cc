// The policy simulators: what would be allowed by given policies, or by those of a principal.
#include <algorithm>

#include "api/organization_facts.h"
#include "api/server.h"
#include "base/encoding.h"
#include "gen/iam_handlers.h"
#include "services/iam/entities.h"
#include "services/iam/paging.h"
#include "services/iam/principals.h"
#include "services/iam/simulation.h"

namespace drydock::iam {
namespace {

constexpr size_t kMostResults = 1000;
constexpr int64_t kUsualPage = 100;

Unexpected invalid_policy(const Fault& why) {
  return errors::InvalidInput("Invalid policy: " + why.message);
}

Result<void> add_documents(const std::optional<std::vector<std::string>>& documents, PolicyUse use,
                           const std::string& name, std::vector<AppliedPolicy>& out) {
  if (!documents) return {};
  int number = 0;
  for (const auto& document : *documents) {
    auto policy = parse_policy(document, use);
    if (!policy) return invalid_policy(policy.error());
    out.push_back({std::move(*policy), {}, name + "." + std::to_string(++number), {}});
  }
  return {};
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

Result<void> set_caller(Call& call, Simulation& simulation, const std::string& arn_text) {
  auto& principal = simulation.caller.principal;
  auto arn = Arn::parse(arn_text);
  if (!arn || arn->service != "iam" || !AccountId::parse(arn->account))
    return errors::InvalidInput("Invalid Entity Arn: " + arn_text);
  principal.kind = Principal::Kind::kUser;
  principal.arn = arn_text;
  principal.account = AccountId{arn->account};
  principal.name = arn->resource.substr(arn->resource.rfind('/') + 1);
  const Space space{arn->account, ""};
  const bool own = arn->account == call.account().text;
  auto add_tags = [&](const auto& row) {
    for (const auto& tag : row.Tags) principal.tags.emplace_back(tag.Key, tag.Value);
  };
  if (arn->resource.starts_with("role/")) {
    principal.kind = Principal::Kind::kAssumedRole;
    principal.role_arn = arn_text;
    principal.role_name = principal.name;
    if (auto row = own ? read<RoleRow>(call.txn(), space, principal.name) : std::nullopt) {
      principal.role_id = row->Id;
      add_tags(*row);
    }
  } else if (auto row = own ? read<UserRow>(call.txn(), space, principal.name) : std::nullopt) {
    principal.id = row->Id;
    add_tags(*row);
  }
  simulation.organization = organization_facts(call.server(), call.txn(), arn->account);
  return {};
}

// The ARN of an account's root.
Result<std::string> account_of(const std::string& owner) {
  auto arn = Arn::parse(owner);
  if (arn && AccountId::parse(arn->account)) return arn->account;
  return errors::InvalidInput("'" + owner + "' is not a valid as a Resource Owner.");
}

// AWS does take a user alone: roles and sessions have no CallerArn.
Result<void> check_caller_arn(const std::optional<std::string>& given) {
  if (!given) return {};
  auto arn = Arn::parse(*given);
  if (!arn || arn->service != "iam" || !arn->resource.starts_with("user/"))
    return errors::InvalidInput("Invalid Caller Arn: " + *given);
  return {};
}

// Every action on every resource; the rest of the input is the same for both operations.
template <class In>
Result<SimulatePolicyResponse> simulate(Simulation& simulation, const In& in) {
  // A boundary that is given takes the place of the entity's own.
  if (in.PermissionsBoundaryPolicyInputList) simulation.boundary.clear();
  TRY(add_documents(in.PermissionsBoundaryPolicyInputList, PolicyUse::kBoundary,
                    "PermissionsBoundaryPolicyInputList", simulation.boundary));
  simulation.bounded = !simulation.boundary.empty();
  if (in.ResourceHandlingOption) return not_implemented("ResourceHandlingOption");
  if (in.ResourcePolicy) {
    if (!in.CallerArn && !simulation.of_user)
      return errors::InvalidInput("A ResourcePolicy needs a CallerArn for its Principal elements.");
    auto policy = parse_policy(*in.ResourcePolicy, PolicyUse::kResource);
    if (!policy) return invalid_policy(policy.error());
    simulation.resource.push_back({std::move(*policy), {}, "ResourcePolicy", {}});
  }
  if (in.ResourceOwner) simulation.resource_account = TRY(account_of(*in.ResourceOwner));
  simulation.resources_given = in.ResourceArns.has_value();
  simulation.context = context_of(in.ContextEntries);
  const auto resources = in.ResourceArns.value_or(std::vector<std::string>{"*"});
  for (const auto& resource : resources)
    if (resource != "*" && !Arn::parse(resource))
      return errors::InvalidInput("ResourceNames are not in a valid ARN format: " + resource + ".");
  if (in.ActionNames.size() * resources.size() > kMostResults) {
    return errors::InvalidInput("A simulation gives at most " + std::to_string(kMostResults) +
                                " results.");
  }
  for (const auto& action : in.ActionNames) {
    if (action.find(':') == std::string::npos)
      return errors::InvalidInput("Invalid action name: " + action);
  }
  const size_t all = in.ActionNames.size();
  const std::string marker = TRY(read_marker(in.Marker));
  size_t first = 0;
  for (char c : marker) first = c >= '0' && c <= '9' ? std::min(first * 10 + (c - '0'), all) : all;
  const size_t last = std::min<size_t>(all, first + in.MaxItems.value_or(kUsualPage));
  SimulatePolicyResponse out;
  out.EvaluationResults.emplace();
  out.IsTruncated = last < all;
  if (last < all) out.Marker = write_marker(std::to_string(last));
  for (size_t i = first; i < last; ++i)
    out.EvaluationResults->push_back(simulate_action(simulation, in.ActionNames[i], resources));
  return out;
}

// AWS does name an inline policy by its carrier, a managed one by its own name.
void name_sources(std::vector<AppliedPolicy>& policies) {
  for (auto& policy : policies) {
    if (!policy.arn.empty()) {
      policy.arn.clear();
      continue;
    }
    auto carrier = Arn::parse(policy.attached_to);
    if (!carrier) continue;
    const auto& resource = carrier->resource;
    policy.name = resource.substr(0, resource.find('/')) + "_" +
                  resource.substr(resource.rfind('/') + 1) + "_" + policy.name;
  }
}

}  // namespace

Result<SimulatePolicyResponse> simulate_custom_policy(Call& call,
                                                      const SimulateCustomPolicyInput& in) {
  TRY(check_caller_arn(in.CallerArn));
  Simulation simulation;
  simulation.caller_known = in.CallerArn.has_value();
  TRY(set_caller(call, simulation,
                 in.CallerArn.value_or("arn:aws:iam::" + call.account().text + ":user/-")));
  // Only policies that are given count here.
  simulation.organization = nullptr;
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
  EntityPolicies policies;
  const bool is_group = arn->resource.starts_with("group/");
  if (arn->resource.starts_with("user/")) {
    auto row = read<UserRow>(call.txn(), call.global_space(), name);
    if (!row) return no_such("user", name);
    policies = user_policies(call.txn(), call.account().text, name, row->Id);
  } else if (arn->resource.starts_with("role/")) {
    auto row = read<RoleRow>(call.txn(), call.global_space(), name);
    if (!row) return no_such("role", name);
    policies = role_policies(call.txn(), call.account().text, name, row->Id);
  } else if (is_group) {
    if (!read<GroupRow>(call.txn(), call.global_space(), name)) return no_such("group", name);
    policies = group_policies(call.txn(), call.account().text, name);
  } else {
    return errors::InvalidInput("Invalid Entity Arn: " + in.PolicySourceArn);
  }
  TRY(check_caller_arn(in.CallerArn));
  Simulation simulation;
  simulation.caller_known = in.CallerArn || !is_group;
  simulation.of_user = arn->resource.starts_with("user/");
  TRY(set_caller(call, simulation, in.CallerArn.value_or(in.PolicySourceArn)));
  simulation.identity.assign(policies.identity.begin(), policies.identity.end());
  simulation.boundary.assign(policies.boundary.begin(), policies.boundary.end());
  name_sources(simulation.identity);
  TRY(add_documents(in.PolicyInputList, PolicyUse::kIdentity, "PolicyInputList",
                    simulation.identity));
  return simulate(simulation, in);
}

}  // namespace drydock::iam
