// Managed policies: those of the account and those of AWS, looked up by ARN.
#pragma once

#include <optional>
#include <string>

#include "api/call.h"
#include "services/iam/tables.h"

namespace drydock::iam {

// What anyone needs to know of a managed policy of either sort.
struct ManagedPolicy {
  std::string arn, name, document;
};
std::optional<PolicyRow> read_policy(Txn& txn, const std::string& account, std::string_view arn);
std::optional<ManagedPolicy> read_managed(Txn& txn, const std::string& account,
                                          std::string_view arn);

// A policy of the account, to be read or changed. AWS's own cannot be changed.
Result<PolicyRow> find_policy(Call& call, const std::string& arn);
void save_policy(Call& call, const PolicyRow& row);
std::string policy_arn(std::string_view account, const PolicyRow& row);

// Counts an attachment of the policy, up or down; nothing for AWS's own.
enum class PolicyUsage { kAttachment, kBoundary };
Result<void> count_use(Call& call, const std::string& arn, PolicyUsage usage, int change);

Policy policy_of(Call& call, const PolicyRow& row);
struct AwsManagedPolicy;
Policy aws_policy(Call& call, const AwsManagedPolicy& from);
Result<void> check_policy_size(const std::string& document);

// When AWS's own policies are said to have been made.
inline constexpr Timestamp kAwsPolicyDate{1423222799000};

}  // namespace drydock::iam
