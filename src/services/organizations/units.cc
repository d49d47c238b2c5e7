// Roots and organizational units, and what lies under them.
#include <algorithm>

#include "gen/organizations_handlers.h"
#include "services/organizations/accounts.h"
#include "services/organizations/paging.h"
#include "services/organizations/policies.h"
#include "services/organizations/tags.h"

namespace drydock::organizations {
namespace {

constexpr size_t kMostUnits = 2000;
constexpr size_t kMostDepth = 5;  // units below the root

OrganizationalUnit unit_of(const OrganizationRow& organization, const UnitRow& row) {
  return {.Id = row.Id, .Arn = arn_of_id(organization, row.Id), .Name = row.Name};
}

Unexpected constraint(std::string_view reason, std::string message) {
  return errors::ConstraintViolationException(std::move(message),
                                              Value::object({{"Reason", std::string(reason)}}));
}

std::vector<UnitRow> units_under(Txn& txn, const OrganizationRow& organization,
                                 const std::string& parent) {
  auto rows = units(txn, organization);
  std::erase_if(rows, [&](const UnitRow& row) { return row.Parent != parent; });
  return rows;
}

std::vector<AccountRow> accounts_under(Txn& txn, const OrganizationRow& organization,
                                       const std::string& parent) {
  auto rows = members(txn, organization);
  std::erase_if(rows,
                [&](const AccountRow& row) { return parent_of(organization, row) != parent; });
  return rows;
}

Result<void> check_free_name(Txn& txn, const OrganizationRow& organization, const UnitRow& row) {
  for (const auto& sibling : units_under(txn, organization, row.Parent)) {
    if (sibling.Name == row.Name && sibling.Id != row.Id)
      return errors::DuplicateOrganizationalUnitException(
          "An OU with the same name already exists.");
  }
  return {};
}

// The organization, with a parent that is a root or a unit of it.
Result<OrganizationRow> find_parent(Call& call, const std::string& id, Context context = {}) {
  if (!is_root_id(id) && !is_unit_id(id)) return wrong_pattern();
  auto organization = TRY(manage(call, {id}, std::move(context)));
  if (!find_node(call.txn(), organization, id))
    return errors::ParentNotFoundException("You specified parent that doesn't exist.");
  return organization;
}

struct FoundUnit {
  OrganizationRow organization;
  UnitRow unit;
};
Result<FoundUnit> find_unit(Call& call, const std::string& id) {
  if (!is_unit_id(id)) return wrong_pattern();
  auto organization = TRY(manage(call, {id}));
  auto unit = kUnits.get(call.txn(), kInstallation, {organization.Id, id});
  if (!unit)
    return errors::OrganizationalUnitNotFoundException(
        "You specified an organizational unit that doesn't exist.");
  return FoundUnit{std::move(organization), std::move(*unit)};
}

}  // namespace

Root root_of(const OrganizationRow& organization) {
  Root root{.Id = organization.RootId,
            .Arn = arn_of_id(organization, organization.RootId),
            .Name = "Root"};
  root.PolicyTypes.emplace();
  for (const auto& type : organization.PolicyTypes)
    root.PolicyTypes->push_back({.Type = type, .Status = "ENABLED"});
  return root;
}

Result<ListRootsOutput> list_roots(Call& call, const ListRootsInput& in) {
  auto organization = TRY(require_management(call));
  ListRootsOutput out;
  out.Roots = TRY(page(std::vector<Root>{root_of(organization)}, in.NextToken, in.MaxResults,
                       out.NextToken, [](const Root& root) { return *root.Id; }));
  return out;
}

Result<CreateOrganizationalUnitOutput> create_organizational_unit(
    Call& call, const CreateOrganizationalUnitInput& in) {
  Context context;
  add_tag_context(context, in.Tags);
  auto organization = TRY(find_parent(call, in.ParentId, std::move(context)));
  if (path_to(call.txn(), organization, in.ParentId).size() > kMostDepth)
    return constraint("OU_DEPTH_LIMIT_EXCEEDED",
                      "You have exceeded the maximum depth of organizational units: " +
                          std::to_string(kMostDepth) + ".");
  if (units(call.txn(), organization).size() >= kMostUnits)
    return constraint("OU_NUMBER_LIMIT_EXCEEDED",
                      "You have exceeded the maximum number of organizational units: " +
                          std::to_string(kMostUnits) + ".");
  UnitRow row;
  row.Id = "ou-" + organization.RootId.substr(2) + "-" + call.random().base36(8);
  row.Name = in.Name;
  row.Parent = in.ParentId;
  TRY(add_tags(row.Tags, in.Tags));
  TRY(check_free_name(call.txn(), organization, row));
  kUnits.put(call.txn(), kInstallation, {organization.Id, row.Id}, row);
  attach_full_access(call.txn(), organization, row.Id);
  return CreateOrganizationalUnitOutput{.OrganizationalUnit = unit_of(organization, row)};
}

Result<UpdateOrganizationalUnitOutput> update_organizational_unit(
    Call& call, const UpdateOrganizationalUnitInput& in) {
  auto [organization, unit] = TRY(find_unit(call, in.OrganizationalUnitId));
  if (in.Name) unit.Name = *in.Name;
  TRY(check_free_name(call.txn(), organization, unit));
  kUnits.put(call.txn(), kInstallation, {organization.Id, unit.Id}, unit);
  return UpdateOrganizationalUnitOutput{.OrganizationalUnit = unit_of(organization, unit)};
}

Result<DeleteOrganizationalUnitOutput> delete_organizational_unit(
    Call& call, const DeleteOrganizationalUnitInput& in) {
  auto [organization, unit] = TRY(find_unit(call, in.OrganizationalUnitId));
  if (!units_under(call.txn(), organization, unit.Id).empty() ||
      !accounts_under(call.txn(), organization, unit.Id).empty()) {
    return errors::OrganizationalUnitNotEmptyException(
        "The specified OU is not empty. Move all accounts to another root or to other OUs, remove all child OUs, and try the operation again.");
  }
  detach_all(call.txn(), organization, unit.Id);
  kUnits.erase(call.txn(), kInstallation, {organization.Id, unit.Id});
  organization_changed(call);
  return DeleteOrganizationalUnitOutput{};
}

Result<DescribeOrganizationalUnitOutput> describe_organizational_unit(
    Call& call, const DescribeOrganizationalUnitInput& in) {
  auto found = TRY(find_unit(call, in.OrganizationalUnitId));
  return DescribeOrganizationalUnitOutput{.OrganizationalUnit =
                                              unit_of(found.organization, found.unit)};
}

Result<ListOrganizationalUnitsForParentOutput> list_organizational_units_for_parent(
    Call& call, const ListOrganizationalUnitsForParentInput& in) {
  auto organization = TRY(find_parent(call, in.ParentId));
  ListOrganizationalUnitsForParentOutput out;
  auto rows = TRY(page(units_under(call.txn(), organization, in.ParentId), in.NextToken,
                       in.MaxResults, out.NextToken, [](const UnitRow& row) { return row.Id; }));
  out.OrganizationalUnits.emplace();
  for (const auto& row : rows) out.OrganizationalUnits->push_back(unit_of(organization, row));
  return out;
}

Result<ListAccountsForParentOutput> list_accounts_for_parent(Call& call,
                                                             const ListAccountsForParentInput& in) {
  auto organization = TRY(find_parent(call, in.ParentId));
  ListAccountsForParentOutput out;
  auto rows = TRY(page(accounts_under(call.txn(), organization, in.ParentId), in.NextToken,
                       in.MaxResults, out.NextToken, [](const AccountRow& row) { return row.Id; }));
  out.Accounts.emplace();
  for (const auto& row : rows) out.Accounts->push_back(account_of(organization, row));
  return out;
}

Result<ListChildrenOutput> list_children(Call& call, const ListChildrenInput& in) {
  auto organization = TRY(find_parent(call, in.ParentId));
  std::vector<Child> all;
  if (in.ChildType == "ACCOUNT") {
    for (const auto& row : accounts_under(call.txn(), organization, in.ParentId))
      all.push_back({.Id = row.Id, .Type = in.ChildType});
  } else {
    for (const auto& row : units_under(call.txn(), organization, in.ParentId))
      all.push_back({.Id = row.Id, .Type = in.ChildType});
  }
  ListChildrenOutput out;
  out.Children = TRY(page(std::move(all), in.NextToken, in.MaxResults, out.NextToken,
                          [](const Child& child) { return *child.Id; }));
  return out;
}

Result<ListParentsOutput> list_parents(Call& call, const ListParentsInput& in) {
  if (!is_unit_id(in.ChildId) && !is_account_id(in.ChildId)) return wrong_pattern();
  auto organization = TRY(manage(call, {in.ChildId}));
  auto node = find_node(call.txn(), organization, in.ChildId);
  if (!node)
    return errors::ChildNotFoundException(
        "You specified an organizational unit (OU) or AWS account identifier (ID) that doesn't exist.");
  auto parent = find_node(call.txn(), organization, node->parent);
  ListParentsOutput out;
  out.Parents.emplace();
  if (parent)
    out.Parents->push_back({.Id = parent->id, .Type = std::string(type_name(parent->kind))});
  return out;
}

Result<MoveAccountOutput> move_account(Call& call, const MoveAccountInput& in) {
  if (!is_account_id(in.AccountId)) return wrong_pattern();
  for (const auto* parent : {&in.SourceParentId, &in.DestinationParentId}) {
    if (!is_root_id(*parent) && !is_unit_id(*parent)) return wrong_pattern();
  }
  auto organization = TRY(manage(call, {in.AccountId, in.SourceParentId, in.DestinationParentId}));
  auto account = member(call.txn(), organization, in.AccountId);
  if (!account) return no_such_account();
  if (!find_node(call.txn(), organization, in.SourceParentId) ||
      parent_of(organization, *account) != in.SourceParentId)
    return errors::SourceParentNotFoundException(
        "You specified a source parent that doesn't exist.");
  if (!find_node(call.txn(), organization, in.DestinationParentId))
    return errors::DestinationParentNotFoundException(
        "You specified a destination parent that doesn't exist.");
  if (in.SourceParentId == in.DestinationParentId)
    return errors::DuplicateAccountException(
        "That account is already present in the specified destination.");
  account->Parent = in.DestinationParentId;
  kAccounts.put(call.txn(), kInstallation, {account->Id}, *account);
  organization_changed(call);
  return MoveAccountOutput{};
}

}  // namespace drydock::organizations
