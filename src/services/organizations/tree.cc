#include "services/organizations/tree.h"

#include <algorithm>

#include "auth/generation.h"

namespace drydock::organizations {
namespace {

constexpr size_t kMostLevels = 16;  // a path is at most seven nodes; this stops at a broken row

bool has_tail(std::string_view text, std::string_view alphabet, size_t least, size_t most) {
  return text.size() >= least && text.size() <= most &&
         text.find_first_not_of(alphabet) == std::string_view::npos;
}
constexpr std::string_view kLowerAlphanumeric = "0123456789abcdefghijklmnopqrstuvwxyz";

}  // namespace

std::string_view type_name(Node::Kind kind) {
  switch (kind) {
    case Node::Kind::kRoot: return "ROOT";
    case Node::Kind::kUnit: return "ORGANIZATIONAL_UNIT";
    case Node::Kind::kAccount: return "ACCOUNT";
  }
  return "";
}

std::optional<OrganizationRow> organization_of(Txn& txn, const AccountRow& account) {
  const std::string id = account.Organization.value_or(std::string(kOrganization));
  if (id.empty()) return std::nullopt;
  return kOrganizations.get(txn, kInstallation, {id});
}

std::optional<OrganizationRow> organization_of(Txn& txn, std::string_view account) {
  auto row = kAccounts.get(txn, kInstallation, {account});
  if (!row) return std::nullopt;
  return organization_of(txn, *row);
}

const std::string& parent_of(const OrganizationRow& organization, const AccountRow& account) {
  return account.Parent ? *account.Parent : organization.RootId;
}

std::optional<AccountRow> member(Txn& txn, const OrganizationRow& organization,
                                 const std::string& account) {
  auto row = kAccounts.get(txn, kInstallation, {account});
  if (row && row->Organization.value_or(std::string(kOrganization)) != organization.Id) row.reset();
  return row;
}

std::vector<AccountRow> members(Txn& txn, const OrganizationRow& organization) {
  auto rows = kAccounts.scan(txn, kInstallation);
  std::erase_if(rows, [&](const AccountRow& row) {
    return row.Organization.value_or(std::string(kOrganization)) != organization.Id;
  });
  return rows;
}

std::vector<UnitRow> units(Txn& txn, const OrganizationRow& organization) {
  return kUnits.scan(txn, kInstallation, {.prefix = {organization.Id}});
}

std::string node_arn(const OrganizationRow& organization, std::string_view word,
                     std::string_view id) {
  std::string arn = "arn:aws:organizations::" + organization.Management + ":";
  arn.append(word).append("/").append(organization.Id).append("/").append(id);
  return arn;
}

std::string account_arn(const OrganizationRow& organization, std::string_view account) {
  return node_arn(organization, "account", account);
}

std::string arn_of_id(const OrganizationRow& organization, const std::string& id) {
  if (id.starts_with("r-")) return node_arn(organization, "root", id);
  if (id.starts_with("ou-")) return node_arn(organization, "ou", id);
  if (id.starts_with("rp-")) return node_arn(organization, "resourcepolicy", id);
  return account_arn(organization, id);
}

std::optional<Node> find_node(Txn& txn, const OrganizationRow& organization,
                              const std::string& id) {
  if (id == organization.RootId)
    return Node{Node::Kind::kRoot, id, arn_of_id(organization, id), "Root", ""};
  if (id.starts_with("ou-")) {
    auto unit = kUnits.get(txn, kInstallation, {organization.Id, id});
    if (!unit) return std::nullopt;
    return Node{Node::Kind::kUnit, id, arn_of_id(organization, id), unit->Name, unit->Parent};
  }
  auto account = member(txn, organization, id);
  if (!account) return std::nullopt;
  return Node{Node::Kind::kAccount, id, arn_of_id(organization, id), account->Name,
              parent_of(organization, *account)};
}

std::vector<Node> path_to(Txn& txn, const OrganizationRow& organization, const std::string& id) {
  std::vector<Node> path;
  for (auto node = find_node(txn, organization, id); node && path.size() < kMostLevels;
       node = find_node(txn, organization, node->parent)) {
    path.push_back(*node);
    if (node->kind == Node::Kind::kRoot) break;
  }
  std::reverse(path.begin(), path.end());
  return path;
}

Result<OrganizationRow> require_organization(Call& call) {
  auto organization = organization_of(call.txn(), call.account().text);
  if (organization) return std::move(*organization);
  return errors::AWSOrganizationsNotInUseException(
      "Your account is not a member of an organization.");
}

bool is_root_id(std::string_view text) {
  return text.starts_with("r-") && has_tail(text.substr(2), kLowerAlphanumeric, 4, 32);
}

bool is_unit_id(std::string_view text) {
  if (!text.starts_with("ou-")) return false;
  auto dash = text.find('-', 3);
  return dash != std::string_view::npos &&
         has_tail(text.substr(3, dash - 3), kLowerAlphanumeric, 4, 32) &&
         has_tail(text.substr(dash + 1), kLowerAlphanumeric, 8, 32);
}

bool is_account_id(std::string_view text) { return AccountId::parse(text).has_value(); }

bool is_policy_id(std::string_view text) {
  return text.starts_with("p-") &&
         has_tail(text.substr(2), "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_",
                  8, 128);
}

bool is_resource_policy_id(std::string_view text) {
  return text.starts_with("rp-") &&
         has_tail(text.substr(3), "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_",
                  4, 128);
}

Unexpected invalid_input(std::string_view reason, std::string message) {
  return errors::InvalidInputException(std::move(message),
                                       Value::object({{"Reason", std::string(reason)}}));
}

Unexpected wrong_pattern() {
  return invalid_input("INVALID_PATTERN",
                       "You provided a value that does not match the required pattern.");
}

Unexpected unrecognized_service() {
  return invalid_input("UNRECOGNIZED_SERVICE_PRINCIPAL",
                       "You specified an unrecognized service principal.");
}

void organization_changed(Call& call) {
  call.after_commit([] { authorization_changed(); });
}

}  // namespace drydock::organizations
