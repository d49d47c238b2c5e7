// Which managed policy is attached to whom: in the entity's row, and by policy for the way back.
#pragma once

#include <string>

#include "api/call.h"
#include "services/iam/entities.h"
#include "services/iam/managed_policies.h"

namespace drydock::iam {

// AWS's quota where nobody asked for more, of users, groups and roles alike.
inline constexpr size_t kMostAttached = 10;

template <class Row>
Key use_key(const std::string& arn, const Row& row) {
  return {arn, Kind<Row>::kTitle, row.Name};
}

// The managed policy, or AWS's complaint that it cannot be attached.
Result<ManagedPolicy> find_attachable(Call& call, const std::string& arn);

// Attaches without asking IAM; for the operations below and for accounts as they are set up.
template <class Row>
Result<void> attach_to(Call& call, Row& row, const std::string& arn) {
  TRY(find_attachable(call, arn));
  for (const auto& known : row.Attached) {
    if (known == arn) return {};
  }
  row.Attached.push_back(arn);
  kAttachments.put(call.txn(), call.global_space(), use_key(arn, row), row.Id);
  return count_use(call, arn, PolicyUsage::kAttachment, 1);
}

// The entity's name changes: whoever asks by policy must find the new one.
template <class Row>
void move_uses(Call& call, const Row& before, const Row& after) {
  auto move = [&](const Table<std::string>& table, const std::string& arn) {
    table.erase(call.txn(), call.global_space(), use_key(arn, before));
    table.put(call.txn(), call.global_space(), use_key(arn, after), after.Id);
  };
  for (const auto& arn : before.Attached) move(kAttachments, arn);
  if constexpr (requires { before.Boundary; }) {
    if (before.Boundary) move(kBoundaryUses, *before.Boundary);
  }
}

// Boundaries: set at creation or later; nothing takes the boundary away.
template <class Row>
Result<void> set_boundary(Call& call, Row& row, const std::optional<std::string>& arn) {
  if (arn) TRY(find_attachable(call, *arn));
  if (row.Boundary) {
    kBoundaryUses.erase(call.txn(), call.global_space(), use_key(*row.Boundary, row));
    TRY(count_use(call, *row.Boundary, PolicyUsage::kBoundary, -1));
  }
  row.Boundary = arn;
  if (!arn) return {};
  kBoundaryUses.put(call.txn(), call.global_space(), use_key(*arn, row), row.Id);
  return count_use(call, *arn, PolicyUsage::kBoundary, 1);
}

std::vector<AttachedPolicy> attached_policies(const std::vector<std::string>& arns);

}  // namespace drydock::iam
