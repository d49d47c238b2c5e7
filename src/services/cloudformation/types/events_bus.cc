// AWS::Events::EventBus, AWS::Events::EventBusPolicy
#include "services/cloudformation/types/type.h"

namespace drydock::cloudformation {

namespace {

// ---- buses

Result<void> put_bus_policy(Work& w) {
  Value input = Value::object({{"EventBusName", w.name.empty() ? w.physical_id : w.name}});
  if (w["Policy"].is_null()) {
    input.set("RemoveAllPermissions", true);
    return deleted(w.call("events", "RemovePermission", std::move(input)));
  }
  input.set("Policy", w["Policy"]);
  TRY(w.call("events", "PutPermission", std::move(input)));
  return {};
}

Result<void> create_bus(Work& w) {
  const std::string name = w["Name"].scalar_text();
  Value input = pick(w.properties, {"Name", "Description", "KmsKeyIdentifier"});
  Value tags = merged_tags(w["Tags"], w.tags);
  if (tags.size() > 0) input.set("Tags", std::move(tags));
  auto made = w.call("events", "CreateEventBus", std::move(input));
  if (!made && !w.adopts(made.error(), {"ResourceAlreadyExistsException"}))
    return fault(std::move(made).error());
  w.attributes = Value::object({{"Arn", w.arn("events", "event-bus/" + name)}, {"Name", name}});
  w.made(name);
  if (!w["Policy"].is_null()) {
    w.physical_id = name;
    TRY(put_bus_policy(w));
  }
  return {};
}

Result<void> update_bus(Work& w) {
  if (w.changed("KmsKeyIdentifier"))
    TRY(w.call("events", "UpdateEventBus",
               Value::object({{"Name", w.physical_id},
                              {"KmsKeyIdentifier", w["KmsKeyIdentifier"].string_or("")}})));
  if (w.changed("Policy")) TRY(put_bus_policy(w));
  return retag(w, {"events", "TagResource", "UntagResource"},
               Value::object({{"ResourceARN", w.attributes["Arn"]}}),
               merged_tags(w.before["Tags"], w.tags_before), merged_tags(w["Tags"], w.tags));
}

Result<void> remove_bus(Work& w) {
  return deleted(w.call("events", "DeleteEventBus", Value::object({{"Name", w.physical_id}})));
}

// ---- single statements of a bus's policy

Value of_bus(const Work& w) {
  Value out = Value(Value::Object{});
  if (!w["EventBusName"].is_null()) out.set("EventBusName", w["EventBusName"]);
  return out;
}

// A whole statement is no input of the API: it takes its place in the policy that is there.
Result<Value> policy_with(Work& w, const Value& added) {
  Value described =
      TRY(w.call("events", "DescribeEventBus",
                 w["EventBusName"].is_null() ? Value(Value::Object{})
                                             : Value::object({{"Name", w["EventBusName"]}})));
  Value statements = Value::list();
  auto document = parse_json(described["Policy"].string_or("{}"));
  const std::string sid = w["StatementId"].scalar_text();
  if (document && (*document)["Statement"].is_list())
    for (const Value& one : (*document)["Statement"].as_list())
      if (one["Sid"].string_or("") != sid) statements.push_back(one);
  Value statement = added;
  statement.set("Sid", sid);
  statements.push_back(std::move(statement));
  return Value::object({{"Version", "2012-10-17"}, {"Statement", std::move(statements)}});
}

Result<void> put_bus_statement(Work& w) {
  Value input = of_bus(w);
  if (w["Statement"].is_null()) {
    for (const char* name : {"StatementId", "Action", "Principal", "Condition"})
      if (!w[name].is_null()) input.set(name, w[name]);
  } else {
    Value statement = w["Statement"];
    if (statement.is_string()) {
      auto parsed = parse_json(statement.as_string());
      statement = parsed ? std::move(*parsed) : Value();
    }
    if (!statement.is_object()) return refuse("Statement is no JSON object");
    input.set("Policy", TRY(policy_with(w, statement)));
  }
  TRY(w.call("events", "PutPermission", std::move(input)));
  if (w.physical_id.empty())
    w.made(w["EventBusName"].string_or("default") + "|" + w["StatementId"].scalar_text());
  return {};
}

Result<void> remove_bus_statement(Work& w) {
  Value input = of_bus(w);
  input.set("StatementId", w["StatementId"]);
  return deleted(w.call("events", "RemovePermission", std::move(input)));
}

}  // namespace

extern const ResourceType kEventBus = {
    .name = "AWS::Events::EventBus",
    .properties =
        "Name!# Description# EventSourceName~ Policy Tags KmsKeyIdentifier DeadLetterConfig~ LogConfig~",
    .attributes = "Arn Name",
    .create = create_bus,
    .update = update_bus,
    .remove = remove_bus};
extern const ResourceType kEventBusPolicy = {
    .name = "AWS::Events::EventBusPolicy",
    .properties = "EventBusName# StatementId!# Statement Action Principal Condition",
    .create = put_bus_statement,
    .update = put_bus_statement,
    .remove = remove_bus_statement};

}  // namespace drydock::cloudformation
