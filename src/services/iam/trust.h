// Trust policies and the unique ids behind the names in them.
//
// AWS does store a user or role named as Principal by its unique id: when it is deleted and made again, the
// old policy no longer names it and shows the bare id instead (IAM User Guide, Principal element).
#pragma once

#include <string>
#include <string_view>

#include "api/call.h"
#include "gen/iam.h"

namespace drydock::iam {

// The document to be stored: each named user or role replaced by its id. MalformedPolicyDocument when one does not exist.
Result<std::string> stored_trust(Txn& txn, std::string_view document);
// The document to be shown and evaluated: ids replaced by the ARNs of those that still exist.
std::string shown_trust(Txn& txn, std::string_view stored);

}  // namespace drydock::iam
