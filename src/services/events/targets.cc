// Targets of rules.
#include "gen/events_handlers.h"
#include "services/events/buses.h"
#include "services/events/encryption.h"
#include "services/events/target_input.h"

namespace drydock::events {
namespace {

constexpr size_t kMostTargets = 5;  // per rule

Result<BusRef> allowed_rule(Call& call, const std::optional<std::string>& bus_name,
                            const std::string& rule, Context context = {}) {
  BusRef bus = bus_of(call, bus_name);
  TRY(call.authorize(call.operation().action, bus.rule_arn(rule), std::move(context)));
  TRY(own_bus(call, bus_name));
  if (!kRules.contains(call.txn(), bus.space(), {bus.name, rule}))
    return errors::ResourceNotFoundException("Rule " + rule + " does not exist on EventBus " +
                                             bus.name + ".");
  return bus;
}

// Services that act for a rule only through a role.
bool needs_role(std::string_view service) {
  return service == "codepipeline" || service == "codebuild" || service == "states" ||
         service == "ecs" || service == "kinesis";
}

Result<void> check(const Target& target) {
  auto arn = Arn::parse(target.Arn);
  if (!arn)
    return errors::ValidationException(
        "Parameter " + target.Arn +
        " is not valid. Reason: Provided Arn is not in correct format.");
  if (!target.RoleArn && needs_role(arn->service))
    return errors::ValidationException("RoleArn is required for target " + target.Arn + ".");
  if (int(target.Input.has_value()) + int(target.InputPath.has_value()) +
          int(target.InputTransformer.has_value()) >
      1)
    return errors::ValidationException(
        "Only one of Input, InputPath, or InputTransformer must be provided for target " +
        target.Id + ".");
  if (target.Input && !parse_json(*target.Input))
    return errors::ValidationException("JSON syntax error in input for target " + target.Id + ".");
  if (target.InputPath && !is_path(*target.InputPath))
    return errors::ValidationException("Invalid InputPath for target " + target.Id + ".");
  if (target.InputTransformer && target.InputTransformer->InputPathsMap)
    for (auto& [name, path] : *target.InputTransformer->InputPathsMap) {
      if (!is_path(path))
        return errors::ValidationException("InputPath for target " + target.Id + " is invalid.");
      if (name.starts_with("aws.") || name.starts_with("AWS."))
        return errors::ValidationException("Invalid InputPathsMap for target " + target.Id +
                                           ": names beginning with AWS are reserved.");
    }
  return {};
}

}  // namespace

Result<PutTargetsOutput> put_targets(Call& call, const PutTargetsInput& in) {
  Context context;
  std::vector<std::string> arns;
  for (auto& target : in.Targets) arns.push_back(target.Arn);
  context.add("events:TargetArn", arns);
  BusRef bus = TRY(allowed_rule(call, in.EventBusName, in.Rule, std::move(context)));
  TRY(open_configuration(call, bus));
  for (auto& target : in.Targets) {
    TRY(check(target));
    if (target.RoleArn)
      TRY(call.pass_role(*target.RoleArn, "events.amazonaws.com", bus.rule_arn(in.Rule)));
    kTargets.put(call.txn(), bus.space(), {bus.name, in.Rule, target.Id}, target);
  }
  if (kTargets.scan(call.txn(), bus.space(), {.prefix = {bus.name, in.Rule}}).size() > kMostTargets)
    return errors::LimitExceededException(
        "The requested resource exceeds the maximum number allowed_rule.");
  return PutTargetsOutput{};
}

Result<RemoveTargetsOutput> remove_targets(Call& call, const RemoveTargetsInput& in) {
  BusRef bus = TRY(allowed_rule(call, in.EventBusName, in.Rule));
  RemoveTargetsOutput out;
  for (auto& id : in.Ids) kTargets.erase(call.txn(), bus.space(), {bus.name, in.Rule, id});
  return out;
}

Result<ListTargetsByRuleOutput> list_targets_by_rule(Call& call, const ListTargetsByRuleInput& in) {
  BusRef bus = TRY(allowed_rule(call, in.EventBusName, in.Rule));
  TRY(open_configuration(call, bus));
  ScanOptions options{.prefix = {bus.name, in.Rule}, .limit = page_limit(in.Limit) + 1};
  if (in.NextToken) options.after = {bus.name, in.Rule, *in.NextToken};
  ListTargetsByRuleOutput out{.Targets = kTargets.scan(call.txn(), bus.space(), options)};
  if (out.Targets.size() > page_limit(in.Limit)) {
    out.Targets.pop_back();
    out.NextToken = out.Targets.back().Id;
  }
  return out;
}

}  // namespace drydock::events
