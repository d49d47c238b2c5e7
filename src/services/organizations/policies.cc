// Control policies: the rows, AWS's own two, and what hangs where.
#include "services/organizations/policies.h"

#include <algorithm>

#include "auth/document.h"
#include "gen/organizations_handlers.h"
#include "services/organizations/paging.h"
#include "services/organizations/tags.h"

namespace drydock::organizations {
namespace {

constexpr size_t kMostPolicies = 2000;  // of a type

size_t most_bytes(std::string_view type) { return type == kServiceControl ? 10240 : 5120; }

const PolicyRow& full_service_control() {
  static const PolicyRow row{
      .Id = "p-FullAWSAccess",
      .Name = "FullAWSAccess",
      .Description = "Allows access to every operation",
      .Type = std::string(kServiceControl),
      .Content =
          R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]})",
      .Tags = {}};
  return row;
}

const PolicyRow& full_resource_control() {
  static const PolicyRow row{
      .Id = "p-RCPFullAWSAccess",
      .Name = "RCPFullAWSAccess",
      .Description = "Allows access to every resource",
      .Type = std::string(kResourceControl),
      .Content =
          R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]})",
      .Tags = {}};
  return row;
}

std::string word_of(std::string_view type) {
  return type == kResourceControl ? "resource_control_policy" : "service_control_policy";
}

std::vector<PolicyRow> all_policies(Txn& txn, const OrganizationRow& organization,
                                    std::string_view type) {
  auto rows = kPolicies.scan(txn, kInstallation, {.prefix = {organization.Id}});
  std::erase_if(rows, [&](const PolicyRow& row) { return row.Type != type; });
  if (type == kServiceControl || type == kResourceControl) rows.push_back(full_access(type));
  return rows;
}

// What the grammar leaves to RCPFullAWSAccess alone: to allow, and to name every action of every
// service (Organizations User Guide, "RCP syntax").
bool is_for_aws_alone(std::string_view content) {
  auto document = parse_json(content);
  const Value* statements = document ? document->find("Statement") : nullptr;
  if (!statements) return false;
  for (const Value& statement : one_or_more(*statements)) {
    const Value* effect = statement.find("Effect");
    const Value* action = statement.find("Action");
    if (effect && effect->scalar_text() == "Allow") return true;
    if (!action) continue;
    const auto names = texts_of(*action);
    if (std::find(names.begin(), names.end(), "*") != names.end()) return true;
  }
  return false;
}

Result<void> check_content(const PolicyRow& row) {
  if (row.Content.size() > most_bytes(row.Type)) {
    return errors::ConstraintViolationException(
        "You have exceeded the maximum policy size of " + std::to_string(most_bytes(row.Type)) +
            " bytes.",
        Value::object({{"Reason", "POLICY_CONTENT_LIMIT_EXCEEDED"}}));
  }
  const auto use =
      row.Type == kServiceControl ? PolicyUse::kServiceControl : PolicyUse::kResourceControl;
  if (auto parsed = parse_policy(row.Content, use); !parsed)
    return errors::MalformedPolicyDocumentException(parsed.error().message);
  if (row.Type == kResourceControl && is_for_aws_alone(row.Content))
    return errors::MalformedPolicyDocumentException(
        "The provided policy document does not meet the requirements of the specified policy type.");
  return {};
}

Result<void> check_name(const std::vector<PolicyRow>& others, const PolicyRow& row) {
  for (const auto& other : others) {
    if (other.Name == row.Name && other.Id != row.Id)
      return errors::DuplicatePolicyException("A policy with the same name already exists.");
  }
  return {};
}

Unexpected no_such_policy() {
  return errors::PolicyNotFoundException(
      "We can't find a policy with the PolicyId that you specified.");
}

Policy policy_of(const OrganizationRow& organization, const PolicyRow& row) {
  return {.PolicySummary = summary_of(organization, row), .Content = row.Content};
}

struct FoundPolicy {
  OrganizationRow organization;
  PolicyRow policy;
};

// The policy that this call is about, once IAM has agreed.
Result<FoundPolicy> find_asked(Call& call, const std::string& id) {
  if (!is_policy_id(id)) return wrong_pattern();
  auto organization = TRY(require_organization(call));
  auto row = find_policy(call.txn(), organization, id);
  TRY(manage(call, {id}, row ? policy_context(row->Type) : Context{}));
  if (!row) return no_such_policy();
  return FoundPolicy{std::move(organization), std::move(*row)};
}

Result<void> check_ours(const PolicyRow& row) {
  if (!is_aws_managed(row.Id)) return {};
  return invalid_input("IMMUTABLE_POLICY",
                       "You specified a policy that is managed by AWS and can't be modified.");
}

}  // namespace

bool is_aws_managed(std::string_view policy_id) {
  return policy_id == full_service_control().Id || policy_id == full_resource_control().Id;
}

const PolicyRow& full_access(std::string_view type) {
  return type == kResourceControl ? full_resource_control() : full_service_control();
}

std::optional<PolicyRow> find_policy(Txn& txn, const OrganizationRow& organization,
                                     const std::string& id) {
  if (id == full_service_control().Id) return full_service_control();
  if (id == full_resource_control().Id) return full_resource_control();
  return kPolicies.get(txn, kInstallation, {organization.Id, id});
}

std::string policy_arn(const OrganizationRow& organization, const PolicyRow& policy) {
  const std::string tail = word_of(policy.Type) + "/" + policy.Id;
  if (is_aws_managed(policy.Id)) return "arn:aws:organizations::aws:policy/" + tail;
  return "arn:aws:organizations::" + organization.Management + ":policy/" + organization.Id + "/" +
         tail;
}

std::string policy_arn(Txn& txn, const OrganizationRow& organization, const std::string& id) {
  if (auto row = find_policy(txn, organization, id)) return policy_arn(organization, *row);
  PolicyRow unknown;
  unknown.Id = id;
  unknown.Type = kServiceControl;
  return policy_arn(organization, unknown);
}

PolicySummary summary_of(const OrganizationRow& organization, const PolicyRow& policy) {
  return {.Id = policy.Id,
          .Arn = policy_arn(organization, policy),
          .Name = policy.Name,
          .Description = policy.Description,
          .Type = policy.Type,
          .AwsManaged = is_aws_managed(policy.Id)};
}

Context policy_context(std::string_view type) {
  Context context;
  context.add("organizations:PolicyType", std::string(type));
  return context;
}

Result<void> check_served(std::string_view type) {
  if (type == kServiceControl || type == kResourceControl) return {};
  return not_implemented("Policies of the type " + std::string(type));
}

Result<CreatePolicyOutput> create_policy(Call& call, const CreatePolicyInput& in) {
  Context context = policy_context(in.Type);
  add_tag_context(context, in.Tags);
  TRY(call.authorize("organizations:CreatePolicy", "*", context));
  auto organization = TRY(require_management(call, std::move(context)));
  TRY(check_served(in.Type));
  PolicyRow row;
  row.Id = "p-" + call.random().base36(8);
  row.Name = in.Name;
  row.Description = in.Description;
  row.Type = in.Type;
  row.Content = in.Content;
  TRY(add_tags(row.Tags, in.Tags));
  TRY(check_content(row));
  auto others = all_policies(call.txn(), organization, in.Type);
  if (others.size() >= kMostPolicies) {
    return errors::ConstraintViolationException(
        "You have exceeded the maximum number of policies: " + std::to_string(kMostPolicies) + ".",
        Value::object({{"Reason", "POLICY_NUMBER_LIMIT_EXCEEDED"}}));
  }
  TRY(check_name(others, row));
  kPolicies.put(call.txn(), kInstallation, {organization.Id, row.Id}, row);
  return CreatePolicyOutput{.Policy = policy_of(organization, row)};
}

Result<UpdatePolicyOutput> update_policy(Call& call, const UpdatePolicyInput& in) {
  auto [organization, row] = TRY(find_asked(call, in.PolicyId));
  TRY(check_ours(row));
  if (in.Name) row.Name = *in.Name;
  if (in.Description) row.Description = *in.Description;
  if (in.Content) row.Content = *in.Content;
  TRY(check_content(row));
  TRY(check_name(all_policies(call.txn(), organization, row.Type), row));
  kPolicies.put(call.txn(), kInstallation, {organization.Id, row.Id}, row);
  organization_changed(call);
  return UpdatePolicyOutput{.Policy = policy_of(organization, row)};
}

Result<DeletePolicyOutput> delete_policy(Call& call, const DeletePolicyInput& in) {
  auto [organization, row] = TRY(find_asked(call, in.PolicyId));
  TRY(check_ours(row));
  if (!targets_of(call.txn(), organization, row.Id).empty()) {
    return errors::PolicyInUseException(
        "The policy is attached to one or more entities. You must detach it from all roots, OUs, and accounts before performing this operation.");
  }
  kPolicies.erase(call.txn(), kInstallation, {organization.Id, row.Id});
  return DeletePolicyOutput{};
}

Result<DescribePolicyOutput> describe_policy(Call& call, const DescribePolicyInput& in) {
  auto found = TRY(find_asked(call, in.PolicyId));
  return DescribePolicyOutput{.Policy = policy_of(found.organization, found.policy)};
}

Result<ListPoliciesOutput> list_policies(Call& call, const ListPoliciesInput& in) {
  TRY(call.authorize("organizations:ListPolicies", "*", policy_context(in.Filter)));
  auto organization = TRY(require_management(call, policy_context(in.Filter)));
  ListPoliciesOutput out;
  auto rows = TRY(page(all_policies(call.txn(), organization, in.Filter), in.NextToken,
                       in.MaxResults, out.NextToken, [](const PolicyRow& row) { return row.Id; }));
  out.Policies.emplace();
  for (const auto& row : rows) out.Policies->push_back(summary_of(organization, row));
  return out;
}

}  // namespace drydock::organizations
