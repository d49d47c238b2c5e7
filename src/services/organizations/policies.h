// Service and resource control policies: rows of an organization, AWS's own two, and where they
// hang.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/organizations/tree.h"

namespace drydock::organizations {

inline constexpr std::string_view kServiceControl = "SERVICE_CONTROL_POLICY";
inline constexpr std::string_view kResourceControl = "RESOURCE_CONTROL_POLICY";

// A policy of the organization or AWS's own of that id.
std::optional<PolicyRow> find_policy(Txn& txn, const OrganizationRow& organization,
                                     const std::string& id);
bool is_aws_managed(std::string_view policy_id);
// FullAWSAccess or RCPFullAWSAccess, which every node has from the start.
const PolicyRow& full_access(std::string_view type);

std::string policy_arn(const OrganizationRow& organization, const PolicyRow& policy);
// Also of an unknown one, as a service control policy.
std::string policy_arn(Txn& txn, const OrganizationRow& organization, const std::string& id);

PolicySummary summary_of(const OrganizationRow& organization, const PolicyRow& policy);

bool is_enabled(const OrganizationRow& organization, std::string_view type);
std::vector<PolicyRow> attached_policies(Txn& txn, const OrganizationRow& organization,
                                         const std::string& target, std::string_view type);
std::vector<std::string> targets_of(Txn& txn, const OrganizationRow& organization,
                                    const std::string& policy);
void attach(Txn& txn, const OrganizationRow& organization, const std::string& target,
            const PolicyRow& policy);
void detach(Txn& txn, const OrganizationRow& organization, const std::string& target,
            const PolicyRow& policy);
// What a new node gets, and what one that goes leaves behind.
void attach_full_access(Txn& txn, const OrganizationRow& organization, const std::string& target);
void detach_all(Txn& txn, const OrganizationRow& organization, const std::string& target);

// organizations:PolicyType
Context policy_context(std::string_view type);
// Types that are kept but not served answer NotImplemented.
Result<void> check_served(std::string_view type);

}  // namespace drydock::organizations
