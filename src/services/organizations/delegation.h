// Whom the management account lets manage the organization besides itself: the members that its
// resource policy names, and the delegated administrators, who may read.
#pragma once

#include <string>

#include "auth/evaluate.h"
#include "services/organizations/tree.h"

namespace drydock::organizations {

// What everything of the organization carries as resource policies: its own, and one that lets
// delegated administrators read.
AppliedPolicies delegation_of(Txn& txn, const OrganizationRow& organization);

// An account that administers a service may not leave, nor be closed.
bool is_delegated_administrator(Txn& txn, const OrganizationRow& organization,
                                const std::string& account);
// What goes with the organization.
void erase_delegation(Txn& txn, const OrganizationRow& organization);

}  // namespace drydock::organizations
