// Begins an operation on a stack: the row, the template, the job. The engine does the rest.
#pragma once

#include <string>
#include <vector>

#include "api/call.h"
#include "services/cloudformation/engine/prepare.h"
#include "services/cloudformation/tables.h"

namespace drydock::cloudformation {

inline constexpr int kStacksMax = 2000;  // of one account in one region
inline constexpr int64_t kAnswerWaitMs =
    1000;  // an operation that ends within this has ended when its call answers

// What a stack shall become.
struct Aim {
  std::string text;  // of the template
  std::string description;
  std::vector<StackParameter> parameters;
  std::vector<Tag> tags;
  std::vector<std::string> capabilities;
  std::optional<std::string> role_arn;
  std::optional<std::vector<std::string>> notification_arns;
  bool disable_rollback = false;
  std::string on_failure = {};
  std::optional<std::string> token;
  std::optional<int64_t> timeout_minutes;
};

// A new stack's row, not written yet.
Result<StackRow> new_stack(Call& call, const std::string& name);
// What a stack's LastToken is when this very request began its newest operation: whoever lost the
// answer asks again. `kind`: create or update.
std::string asked_again(std::string_view kind, const std::string& token);
void begin_create(Call& call, StackRow& stack, const Aim& aim);
void begin_update(Call& call, StackRow& stack, const Aim& aim);
struct Removal {
  std::vector<std::string> retain;
  std::optional<std::string> token;
};
void begin_delete(Call& call, StackRow& stack, const Removal& removal);
// Starts the stack's job (again). Its row must be in the same commit.
void start_stack_job(Call& call, const StackRow& stack);

// iam:PassRole and a first assumption of the role. Nothing for no role.
Result<void> check_role(Call& call, const std::string& role_arn, const std::string& stack_id);
// Waits until the stack is at rest, at most kAnswerWaitMs.
void wait_for_rest(Call& call, const std::string& uuid);

// Values of parameters, with SSM read as the caller.
Result<std::vector<StackParameter>> settle(
    Call& call, const Template& t, const std::optional<std::vector<Parameter>>& given,
    const std::optional<std::vector<StackParameter>>& previous);
// Facts of the lookup that a new or changed stack has: Rules are checked against it.
Result<void> check_aim(const Template& t, const StackRow& stack, const Space& space,
                       const std::vector<StackParameter>& parameters);
Unexpected cannot_update(const StackRow& stack);
bool may_update(std::string_view status);

}  // namespace drydock::cloudformation
