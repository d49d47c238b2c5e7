// Explains a decision: what was asked, what decided, which statements nearly matched, and the
// smallest fix.
#pragma once

#include <string>
#include <vector>

#include "auth/evaluate.h"
#include "base/value.h"

namespace drydock {

// {principal, action, resource, account, resourceAccount, effect, kind, policyArn, sid, message,
// context {key: [values]},
//  nearMisses [{policy, kind, attachedTo, sid, effect, failedElement, detail}] closest first,
//  fix {where, account, statement {…}} : the smallest statement that would allow it, and what to
//  add it to (where the deny is, and no statement, when one denies); furtherFixes: what would deny
//  next; alternatives: statements that would allow the call under a condition it did not meet}
Value explain(const AuthorizationRequest& request, const Decision& decision,
              std::vector<StatementTrace> trace);

// The same as lines for a person.
std::string explanation_text(const Value& explanation);

}  // namespace drydock
