// Which stack or change set a request means, and whether the caller may act on it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/call.h"
#include "services/cloudformation/tables.h"

namespace drydock::cloudformation {

inline constexpr const char* kServicePrincipal = "cloudformation.amazonaws.com";

// By name: the living stack. By ARN or unique id: also a deleted one.
std::optional<StackRow> find_stack(Txn& txn, const Space& space, std::string_view name_or_id);
// Asks IAM for `action` ("DescribeStacks") on the stack's ARN; on stack/NAME/* when it does not
// exist yet.
Result<void> permit(Call& call, std::string_view action, std::string_view name_or_id,
                    Context context = {});
// Asks for cloudformation:TagResource where `after` sets tags of the stack, and for UntagResource
// where it drops some, with cloudformation:CreateAction = `operation`. Nothing when they are alike.
Result<void> permit_tags(Call& call, std::string_view operation, std::string_view name_or_id,
                         const std::vector<Tag>& before, const std::vector<Tag>& after);

struct FoundChangeSet {
  StackRow stack;
  ChangeSetRow set;
};
// A change set's ARN, or a name with its stack. nullopt: no such set.
std::optional<FoundChangeSet> find_change_set(Txn& txn, const Space& space,
                                              std::string_view name_or_id,
                                              const std::optional<std::string>& stack);
// Asks IAM with cloudformation:ChangeSetName; the stack is the set's own when the ARN says so.
Result<void> permit_change_set(Call& call, std::string_view action, std::string_view name_or_id,
                               const std::optional<std::string>& stack);

Unexpected no_stack_with_id(std::string_view name);  // Stack with id X does not exist
Unexpected no_stack(std::string_view name);          // Stack [X] does not exist

}  // namespace drydock::cloudformation
