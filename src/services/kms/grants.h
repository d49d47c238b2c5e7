// A grant as the evaluator sees it.
#pragma once

#include <string>

#include "services/kms/tables.h"

namespace drydock::kms {

// A policy document that allows what the grant allows.
std::string grant_policy(const GrantRow& grant);
// Takes the grant out of every table. `space` is the key's.
void erase_grant(Txn& txn, const Space& space, const GrantRow& row);

}  // namespace drydock::kms
