// What IAM must know of functions: their resource policies and tags.
#pragma once

#include <optional>

#include "api/registry.h"
#include "services/lambda/tables.h"

namespace drydock::lambda {

std::optional<ResourceFacts> function_facts(Txn& txn, const Arn& arn);

// The statements as one document.
Value policy_document(const PolicyRow& row);
// Adds a statement: its Sid must be new, its principals exist.
Result<void> add_statement(Call& call, PolicyRow& row, Value statement);
// Takes one away by its Sid.
Result<void> remove_statement(Call& call, std::optional<PolicyRow>& row, const std::string& sid,
                              const std::optional<std::string>& revision);

}  // namespace drydock::lambda
