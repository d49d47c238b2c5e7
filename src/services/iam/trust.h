// Trust policies at rest: users and roles stand in them by unique id, so that who is deleted and
// made anew under the same name is not trusted again. Shown, ids that are known are ARNs once more;
// the others stay ids, as AWS shows them.
#pragma once

#include <string>

#include "api/call.h"

namespace drydock::iam {

// Parses the document, checks that the principals it names exist and gives what is to be stored.
Result<std::string> stored_trust(Call& call, const std::string& document);
// Percent-encoded for an answer.
std::string shown_trust(Txn& txn, const std::string& stored);
std::string readable_trust(Txn& txn, const std::string& stored);

}  // namespace drydock::iam
