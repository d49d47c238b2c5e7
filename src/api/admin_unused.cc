// The /_drydock/policies/unused endpoint: reads every account's roles and stacks, and says which
// grants no observed call needed, and which template they come from.
#include "api/server_impl.h"
#include "api/unused.h"
#include "auth/evaluate.h"
#include "base/encoding.h"

namespace drydock {

namespace {

constexpr int kMostPages = 100;

// Calls again with each page's token until there are no more.
template <class F>
void each_page(const Client& client, std::string_view service, std::string_view operation,
               Value input, const char* token_out, const char* token_in, F&& visit) {
  for (int i = 0; i < kMostPages; ++i) {
    auto page = client.call(service, operation, input);
    if (!page) return;
    visit(*page);
    const std::string token = (*page)[token_out].string_or("");
    if (token.empty()) return;
    input.set(token_in, token);
  }
}

Value parsed_document(const Value& text) {
  if (!text.is_string()) return text;
  auto parsed = parse_json(percent_decode(text.as_string()));
  return parsed ? std::move(*parsed) : Value();
}

const Value::List& items(const Value& list) {
  static const Value::List none;
  return list.is_list() ? list.as_list() : none;
}

void add_roles(const Client& client, const std::string& account,
               std::vector<GrantingPolicy>& policies) {
  std::vector<std::pair<std::string, std::string>> attached;  // role's ARN, policy's
  Value managed = Value(Value::Object{});
  each_page(client, "iam", "GetAccountAuthorizationDetails", Value(Value::Object{}), "Marker",
            "Marker", [&](const Value& page) {
              for (const Value& role : items(page["RoleDetailList"])) {
                const std::string arn = role["Arn"].string_or("");
                if (arn.find(":role/aws-service-role/") != std::string::npos) continue;
                for (const Value& inline_policy : items(role["RolePolicyList"]))
                  policies.push_back({account, arn, inline_policy["PolicyName"].string_or(""), "",
                                      parsed_document(inline_policy["PolicyDocument"])});
                for (const Value& one : items(role["AttachedManagedPolicies"]))
                  attached.emplace_back(arn, one["PolicyArn"].string_or(""));
              }
              for (const Value& policy : items(page["Policies"]))
                for (const Value& version : items(policy["PolicyVersionList"]))
                  if (version["IsDefaultVersion"].bool_or(false))
                    managed.set(policy["Arn"].string_or(""), parsed_document(version["Document"]));
            });
  for (const auto& [role, arn] : attached)
    if (const Value* document = managed.find(arn))
      policies.push_back({account, role, "", arn, *document});
}

// Which stack made a role or policy: physical id -> {stack, logicalId}; and the stacks' templates.
void add_stacks(const Client& client, Value& made_by, Value& templates) {
  each_page(
      client, "cloudformation", "ListStacks", Value(Value::Object{}), "NextToken", "NextToken",
      [&](const Value& page) {
        for (const Value& stack : items(page["StackSummaries"])) {
          if (stack["StackStatus"].string_or("") == "DELETE_COMPLETE") continue;
          const std::string id = stack["StackId"].string_or("");
          bool any = false;
          each_page(client, "cloudformation", "ListStackResources",
                    Value::object({{"StackName", id}}), "NextToken", "NextToken",
                    [&](const Value& resources) {
                      for (const Value& r : items(resources["StackResourceSummaries"])) {
                        const std::string type = r["ResourceType"].string_or("");
                        if (!type.starts_with("AWS::IAM::")) continue;
                        any = true;
                        made_by.push_back(Value::object({{"physicalId", r["PhysicalResourceId"]},
                                                         {"type", type},
                                                         {"stack", id},
                                                         {"logicalId", r["LogicalResourceId"]}}));
                      }
                    });
          if (!any) continue;
          if (auto got =
                  client.call("cloudformation", "GetTemplate",
                              Value::object({{"StackName", id}, {"TemplateStage", "Original"}})))
            templates.set(id, (*got)["TemplateBody"]);
        }
      });
}

}  // namespace

// The statements that allow a call are those of today: policies may have changed since it was made.
// What allowed it then counts too: what it was made on may be gone.
void ServerImpl::match_again(std::vector<Use>& uses) {
  renew_callers(uses);
  auto txn = engine_->begin_read();
  for (Use& use : uses) {
    if (use.outcome != Outcome::kAllowed) continue;
    const Question& q = use.sample;
    std::optional<IdentityPolicies> policies;
    const AuthorizationRequest request =
        gather(*txn, q.caller, q.region, q.action, q.resource, q.context, q.time, policies);
    std::vector<StatementTrace> trace;
    (void)evaluate(request, trace);
    for (const StatementTrace& t : trace)
      if (t.matched && !t.is_deny)
        use.needs.matched.push_back({std::string(t.policy), std::string(t.attached_to), t.sid});
  }
}

Result<Value> ServerImpl::unused(const std::string& role) {
  std::vector<GrantingPolicy> policies;
  Value made_by = Value::list(), templates = Value(Value::Object{});
  for (const Client& client : account_roots()) {
    add_roles(client, client.caller().principal.account.text, policies);
    add_stacks(client, made_by, templates);
  }
  if (!role.empty()) {
    std::erase_if(policies, [&](const GrantingPolicy& policy) {
      return policy.role_arn != role && !policy.role_arn.ends_with("/" + role);
    });
    if (policies.empty())
      return fault("NothingGranted", "there is no role " + role + " with a policy", 400);
  }
  auto uses = decisions_.uses("", Timestamp{});
  match_again(uses);
  return Value::object({{"policies", unused_grants(policies, uses)},
                        {"madeBy", std::move(made_by)},
                        {"templates", std::move(templates)}});
}

}  // namespace drydock
