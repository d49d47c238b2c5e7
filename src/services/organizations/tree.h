// The tree of an organization: its root, units and accounts; who is where, and who may ask.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/call.h"
#include "services/organizations/tables.h"

namespace drydock::organizations {

// A place that policies can be attached to.
struct Node {
  enum class Kind { kRoot, kUnit, kAccount };
  Kind kind = Kind::kRoot;
  std::string id, arn, name;
  std::string parent;  // empty for the root
};
std::string_view type_name(Node::Kind kind);  // "ROOT", "ORGANIZATIONAL_UNIT", "ACCOUNT"

// The organization of an account; nothing when it is in none.
std::optional<OrganizationRow> organization_of(Txn& txn, const AccountRow& account);
std::optional<OrganizationRow> organization_of(Txn& txn, std::string_view account);
const std::string& parent_of(const OrganizationRow& organization, const AccountRow& account);
// The account if it is of this organization.
std::optional<AccountRow> member(Txn& txn, const OrganizationRow& organization,
                                 const std::string& account);
std::vector<AccountRow> members(Txn& txn, const OrganizationRow& organization);
std::vector<UnitRow> units(Txn& txn, const OrganizationRow& organization);

std::optional<Node> find_node(Txn& txn, const OrganizationRow& organization, const std::string& id);
// From the root down to the node itself.
std::vector<Node> path_to(Txn& txn, const OrganizationRow& organization, const std::string& id);

std::string node_arn(const OrganizationRow& organization, std::string_view word,
                     std::string_view id);
std::string account_arn(const OrganizationRow& organization, std::string_view account);
// The ARN that a wrong or unknown id would have; for permission is asked before anything is told.
std::string arn_of_id(const OrganizationRow& organization, const std::string& id);

// The caller's organization, or AWSOrganizationsNotInUseException.
Result<OrganizationRow> require_organization(Call& call);
// The same, for its management account and for members whom it has let in (delegation.h).
Result<OrganizationRow> require_management(Call& call, Context context = {});
// The organization, after asking IAM for this call's operation on each of `ids`; for the same.
Result<OrganizationRow> manage(Call& call, const std::vector<std::string>& ids,
                               Context context = {});

// ---- identifiers
bool is_root_id(std::string_view text);
bool is_unit_id(std::string_view text);
bool is_account_id(std::string_view text);
bool is_policy_id(std::string_view text);
bool is_resource_policy_id(std::string_view text);
Unexpected invalid_input(std::string_view reason, std::string message);
// AWS: "You provided a value that does not match the required pattern."
Unexpected wrong_pattern();
Unexpected unrecognized_service();

// Writing anything that bears on what an account may do ends with this.
void organization_changed(Call& call);

}  // namespace drydock::organizations
