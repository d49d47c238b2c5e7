// The steps of a rehearsal, against a running server. Each reports itself and returns false after a
// failure.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "main/commands.h"
#include "main/rehearse/aws.h"
#include "main/rehearse/report.h"
#include "main/rehearse/spec.h"

namespace drydock::rehearse {

enum class BuildLogs { kHide, kShow };

class Steps {
 public:
  Steps(Endpoint endpoint, const Spec& spec, Report& report, BuildLogs logs);
  // Accounts, stacks, pushes, pipelines, deployed stacks, checks: until one fails.
  bool run();
  bool clean_up();
  // What the stacks put out, for the summary and for people.
  const Variables& variables() const { return variables_; }
  // {install: s, build: s, …} of every build seen.
  const Value& build_phases() const { return build_phases_; }

 private:
  bool make_account(const std::string& name);
  bool deploy_stack(const StackSpec& stack);
  bool push(const PushSpec& spec);
  bool wait_for_pipeline(const PipelineSpec& spec, const std::string& since_commit);
  bool read_outputs(const DeployedSpec& deployed);
  bool check(const CheckSpec& check);
  bool delete_stack(const CleanupSpec& spec);
  bool empty_bucket(const AwsClient& client, const std::string& bucket, std::string& reason);

  AwsClient client(const std::string& account) const;
  bool fail(const std::string& reason);
  bool fail(const std::string& what, const AwsError& error);
  std::expected<Value, AwsError> describe_stack(const AwsClient& client,
                                                const std::string& name) const;
  // Waits until the stack's status no longer ends in _IN_PROGRESS; empty when the stack is gone.
  std::string wait_for_stack(const AwsClient& client, const std::string& name, Value& stack);
  std::string failed_events(const AwsClient& client, const std::string& name) const;
  void add_outputs(const std::string& name, const Value& stack);
  struct BuildView;
  void follow_build(const AwsClient& client, BuildView& view);

  Endpoint endpoint_;
  const Spec& spec_;
  Report& report_;
  BuildLogs logs_;
  std::vector<Account> accounts_;
  Variables variables_;
  std::string last_commit_;
  std::vector<std::string> seen_executions_;
  Value build_phases_ = Value(Value::Object{});
};

}  // namespace drydock::rehearse
