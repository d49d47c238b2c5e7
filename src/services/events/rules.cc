// Rules, their tags, and which rules lead to a target.
#include <algorithm>

#include "base/event_pattern.h"
#include "gen/events_handlers.h"
#include "services/events/buses.h"
#include "services/events/encryption.h"
#include "services/events/schedule.h"

namespace drydock::events {
namespace {

Unexpected no_rule(const BusRef& bus, const std::string& rule) {
  return errors::ResourceNotFoundException("Rule " + rule + " does not exist on EventBus " +
                                           bus.name + ".");
}

Result<BusRef> allowed(Call& call, const std::optional<std::string>& bus_name,
                       const std::string& rule, Context context = {}) {
  BusRef bus = bus_of(call, bus_name);
  TRY(call.authorize(call.operation().action, bus.rule_arn(rule), std::move(context)));
  return own_bus(call, bus_name);
}

Rule info(const BusRef& bus, const RuleRow& row) {
  return {.Name = row.Name,
          .Arn = bus.rule_arn(row.Name),
          .EventPattern = row.EventPattern,
          .State = row.State,
          .Description = row.Description,
          .ScheduleExpression = row.ScheduleExpression,
          .RoleArn = row.RoleArn,
          .EventBusName = bus.name};
}

Result<void> set_state(Call& call, const std::string& name,
                       const std::optional<std::string>& bus_name, std::string state) {
  BusRef bus = TRY(allowed(call, bus_name, name));
  TRY(open_configuration(call, bus));
  auto row = kRules.get(call.txn(), bus.space(), {bus.name, name});
  if (!row) return no_rule(bus, name);
  row->State = std::move(state);
  kRules.put(call.txn(), bus.space(), {bus.name, name}, *row);
  plan_schedule(call, bus, *row);
  return {};
}

// Tags live on the rule's or the bus's row.
struct Tagged {
  BusRef bus;
  std::optional<RuleRow> rule;
  std::vector<Tag> tags;
};

Result<Tagged> tagged(Call& call, const std::string& arn) {
  Tagged out;
  if (auto rule = rule_of_arn(arn)) {
    out.bus = rule->first;
    out.rule = kRules.get(call.txn(), out.bus.space(), {out.bus.name, rule->second});
    if (out.bus.account != call.account().text || !out.rule) return no_rule(out.bus, rule->second);
    out.tags = out.rule->Tags;
    return out;
  }
  out.bus = TRY(own_bus(call, arn));
  if (auto row = kBuses.get(call.txn(), out.bus.space(), {out.bus.name})) out.tags = row->Tags;
  return out;
}

Result<void> put_tags(Call& call, Tagged& tagged) {
  constexpr size_t kMostTags = 50;
  if (tagged.tags.size() > kMostTags)
    return errors::LimitExceededException(
        "The requested resource exceeds the maximum number of tags.");
  if (tagged.rule) {
    tagged.rule->Tags = tagged.tags;
    kRules.put(call.txn(), tagged.bus.space(), {tagged.bus.name, tagged.rule->Name}, *tagged.rule);
    return {};
  }
  auto row = kBuses.get(call.txn(), tagged.bus.space(), {tagged.bus.name})
                 .value_or(BusRow{.Name = tagged.bus.name});
  row.Tags = tagged.tags;
  kBuses.put(call.txn(), tagged.bus.space(), {tagged.bus.name}, row);
  return {};
}

}  // namespace

Result<PutRuleOutput> put_rule(Call& call, const PutRuleInput& in) {
  BusRef bus = bus_of(call, in.EventBusName);
  Context context;
  if (in.EventPattern)
    if (auto pattern = parse_json(*in.EventPattern)) {
      auto texts = [](const Value& list) {
        std::vector<std::string> found;
        for (auto& item : list.is_list() ? list.as_list() : Value::List{})
          if (item.is_string()) found.push_back(item.as_string());
        return found;
      };
      if (auto sources = texts((*pattern)["source"]); !sources.empty())
        context.add("events:source", sources);
      if (auto types = texts((*pattern)["detail-type"]); !types.empty())
        context.add("events:detail-type", types);
    }
  TRY(allowed(call, in.EventBusName, in.Name, std::move(context)));
  TRY(open_configuration(call, bus));
  if (!in.EventPattern && !in.ScheduleExpression)
    return errors::ValidationException(
        "Parameter(s) EventPattern or ScheduleExpression must be specified.");
  if (in.EventPattern) TRY(parse_event_pattern(*in.EventPattern));
  if (in.ScheduleExpression && !next_time(*in.ScheduleExpression, call.now(), call.now()))
    return errors::ValidationException("Parameter ScheduleExpression is not valid.");
  if (in.ScheduleExpression && bus.name != "default")
    return errors::ValidationException(
        "ScheduleExpression is supported only on the default event bus.");
  if (in.RoleArn) TRY(call.pass_role(*in.RoleArn, "events.amazonaws.com", bus.rule_arn(in.Name)));
  auto old = kRules.get(call.txn(), bus.space(), {bus.name, in.Name});
  constexpr size_t kMostRules = 300;
  if (!old && kRules.scan(call.txn(), bus.space(), {.prefix = {bus.name}}).size() >= kMostRules)
    return errors::LimitExceededException(
        "The requested resource exceeds the maximum number allowed.");
  RuleRow row{.Name = in.Name,
              .Bus = bus.name,
              .EventPattern = in.EventPattern,
              .ScheduleExpression = in.ScheduleExpression,
              .State = in.State.value_or(old ? old->State : "ENABLED"),
              .Description = in.Description,
              .RoleArn = in.RoleArn,
              .CreatedBy = old ? old->CreatedBy : call.account().text,
              .Tags = old ? old->Tags : in.Tags.value_or(std::vector<Tag>{})};
  kRules.put(call.txn(), bus.space(), {bus.name, in.Name}, row);
  plan_schedule(call, bus, row);
  return PutRuleOutput{bus.rule_arn(in.Name)};
}

Result<DescribeRuleOutput> describe_rule(Call& call, const DescribeRuleInput& in) {
  BusRef bus = TRY(allowed(call, in.EventBusName, in.Name));
  TRY(open_configuration(call, bus));
  auto row = kRules.get(call.txn(), bus.space(), {bus.name, in.Name});
  if (!row) return no_rule(bus, in.Name);
  return DescribeRuleOutput{.Name = row->Name,
                            .Arn = bus.rule_arn(row->Name),
                            .EventPattern = row->EventPattern,
                            .ScheduleExpression = row->ScheduleExpression,
                            .State = row->State,
                            .Description = row->Description,
                            .RoleArn = row->RoleArn,
                            .EventBusName = bus.name,
                            .CreatedBy = row->CreatedBy};
}

Result<ListRulesOutput> list_rules(Call& call, const ListRulesInput& in) {
  BusRef bus = TRY(allowed(call, in.EventBusName, in.NamePrefix.value_or("") + "*"));
  TRY(open_configuration(call, bus));
  ListRulesOutput out;
  ScanOptions options{.prefix = {bus.name}};
  if (in.NextToken) options.after = {bus.name, *in.NextToken};
  kRules.each(call.txn(), bus.space(), options, [&](const auto& key, const RuleRow& row) {
    if (in.NamePrefix && !key[1].starts_with(*in.NamePrefix)) return true;
    if (out.Rules.size() == page_limit(in.Limit)) {
      out.NextToken = *out.Rules.back().Name;
      return false;
    }
    out.Rules.push_back(info(bus, row));
    return true;
  });
  return out;
}

Result<DeleteRuleOutput> delete_rule(Call& call, const DeleteRuleInput& in) {
  BusRef bus = TRY(allowed(call, in.EventBusName, in.Name));
  if (!kTargets.scan(call.txn(), bus.space(), {.prefix = {bus.name, in.Name}, .limit = 1}).empty())
    return errors::ValidationException("Rule can't be deleted since it has targets.");
  kRules.erase(call.txn(), bus.space(), {bus.name, in.Name});
  plan_schedule(call, bus, RuleRow{.Name = in.Name, .Bus = bus.name, .State = "DISABLED"});
  return DeleteRuleOutput{};
}

Result<EnableRuleOutput> enable_rule(Call& call, const EnableRuleInput& in) {
  TRY(set_state(call, in.Name, in.EventBusName, "ENABLED"));
  return EnableRuleOutput{};
}

Result<DisableRuleOutput> disable_rule(Call& call, const DisableRuleInput& in) {
  TRY(set_state(call, in.Name, in.EventBusName, "DISABLED"));
  return DisableRuleOutput{};
}

Result<ListRuleNamesByTargetOutput> list_rule_names_by_target(
    Call& call, const ListRuleNamesByTargetInput& in) {
  BusRef bus = TRY(allowed(call, in.EventBusName, "*"));
  ListRuleNamesByTargetOutput out;
  kTargets.each(call.txn(), bus.space(), {.prefix = {bus.name}},
                [&](const auto& key, const Target& target) {
                  if (target.Arn != in.TargetArn || (in.NextToken && key[1] <= *in.NextToken))
                    return true;
                  if (!out.RuleNames.empty() && out.RuleNames.back() == key[1]) return true;
                  if (out.RuleNames.size() == page_limit(in.Limit)) {
                    out.NextToken = out.RuleNames.back();
                    return false;
                  }
                  out.RuleNames.push_back(key[1]);
                  return true;
                });
  return out;
}

Result<TagResourceOutput> tag_resource(Call& call, const TagResourceInput& in) {
  Tagged found = TRY(tagged(call, in.ResourceARN));
  for (auto& tag : in.Tags) {
    std::erase_if(found.tags, [&](const Tag& old) { return old.Key == tag.Key; });
    found.tags.push_back(tag);
  }
  TRY(put_tags(call, found));
  return TagResourceOutput{};
}

Result<UntagResourceOutput> untag_resource(Call& call, const UntagResourceInput& in) {
  Tagged found = TRY(tagged(call, in.ResourceARN));
  std::erase_if(found.tags,
                [&](const Tag& old) { return std::ranges::count(in.TagKeys, old.Key) > 0; });
  TRY(put_tags(call, found));
  return UntagResourceOutput{};
}

Result<ListTagsForResourceOutput> list_tags_for_resource(Call& call,
                                                         const ListTagsForResourceInput& in) {
  return ListTagsForResourceOutput{TRY(tagged(call, in.ResourceARN)).tags};
}

}  // namespace drydock::events
