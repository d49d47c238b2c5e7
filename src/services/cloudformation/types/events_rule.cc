// AWS::Events::Rule
#include "services/cloudformation/types/lists.h"
#include "services/cloudformation/types/type.h"

namespace drydock::cloudformation {

namespace {

Value of_rule(const Work& w, const char* member) {
  Value input = Value::object({{member, w.physical_id.empty() ? w.name : w.physical_id}});
  if (const Value* bus = w.properties.find("EventBusName")) input.set("EventBusName", *bus);
  return input;
}

// EventBridge answers 200 and lists the entries that failed.
Result<Value> all_taken(Result<Value> answer) {
  if (answer && (*answer)["FailedEntryCount"].int_or(0) > 0) {
    const Value& first = (*answer)["FailedEntries"].as_list()[0];
    return fault(first["ErrorCode"].string_or("InternalException"),
                 first["ErrorMessage"].string_or(""));
  }
  return answer;
}

Result<void> put(Work& w) {
  Value input = of_rule(w, "Name");
  for (const char* name : {"Description", "EventPattern", "ScheduleExpression", "State", "RoleArn"})
    if (const Value* found = w.properties.find(name)) input.set(name, *found);
  bool fresh = w.before.is_null();
  if (fresh) input.set("Tags", merged_tags(w["Tags"], w.tags));
  if (w["State"].is_null()) input.set("State", "ENABLED");
  Value answer = TRY(w.call("events", "PutRule", std::move(input)));
  w.attributes = Value::object({{"Arn", answer["RuleArn"]}});
  if (fresh) w.made(w.name);
  if (w["Targets"].size() > 0) {
    Value targets = of_rule(w, "Rule");
    targets.set("Targets", w["Targets"]);
    TRY(all_taken(w.call("events", "PutTargets", std::move(targets))));
  }
  Value ids(Value::List{});
  for (const std::string& id :
       gone(keys_of(w.before["Targets"], "Id"), keys_of(w["Targets"], "Id")))
    ids.push_back(id);
  if (ids.size() > 0) {
    Value removal = of_rule(w, "Rule");
    removal.set("Ids", std::move(ids));
    TRY(all_taken(w.call("events", "RemoveTargets", std::move(removal))));
  }
  Value before = merged_tags(w.before["Tags"], w.tags_before),
        after = merged_tags(w["Tags"], w.tags);
  if (fresh) return {};
  return retag(w, {"events", "TagResource", "UntagResource"},
               Value::object({{"ResourceARN", w.attributes["Arn"]}}), before, after);
}

Result<void> remove(Work& w) {
  if (w["Targets"].size() > 0) {
    Value targets = of_rule(w, "Rule");
    targets.set("Ids", keys_of(w["Targets"], "Id"));
    TRY(deleted(w.call("events", "RemoveTargets", std::move(targets))));
  }
  return deleted(w.call("events", "DeleteRule", of_rule(w, "Name")));
}

}  // namespace

extern const ResourceType kEventsRule = {
    .name = "AWS::Events::Rule",
    .properties =
        "Name# Description EventBusName# EventPattern ScheduleExpression State RoleArn Targets Tags",
    .attributes = "Arn",
    .name_property = "Name",
    .name_max = 64,
    .create = put,
    .update = put,
    .remove = remove};

}  // namespace drydock::cloudformation
