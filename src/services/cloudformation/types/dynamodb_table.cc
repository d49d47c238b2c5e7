// AWS::DynamoDB::Table
#include <algorithm>

#include "services/cloudformation/types/type.h"

namespace drydock::cloudformation {

namespace {

Value of_table(const Work& w) { return Value::object({{"TableName", w.physical_id}}); }
bool is_true(const Value& v) { return v.scalar_text() == "true"; }

Value stream_of(const Value& specification) {
  if (!specification.is_object()) return Value::object({{"StreamEnabled", false}});
  return Value::object(
      {{"StreamEnabled", true}, {"StreamViewType", specification["StreamViewType"]}});
}
Value encryption_of(const Value& specification) {
  return pick(specification, {"SSEEnabled:Enabled", "SSEType", "KMSMasterKeyId"});
}

void note(Work& w, const Value& table) {
  w.attributes = Value::object({{"Arn", table["TableArn"]}});
  if (table["LatestStreamArn"].is_string()) w.attributes.set("StreamArn", table["LatestStreamArn"]);
}

Result<void> create(Work& w) {
  for (const char* name : {"ImportSourceSpecification", "KinesisStreamSpecification"})
    if (!w[name].is_null())
      return not_implemented("The property " + std::string(name) + " of AWS::DynamoDB::Table");
  Value input = pick(w.properties,
                     {"AttributeDefinitions", "KeySchema", "BillingMode", "ProvisionedThroughput",
                      "GlobalSecondaryIndexes", "LocalSecondaryIndexes", "TableClass",
                      "DeletionProtectionEnabled", "OnDemandThroughput", "WarmThroughput"});
  input.set("TableName", w.name);
  if (w["StreamSpecification"].is_object())
    input.set("StreamSpecification", stream_of(w["StreamSpecification"]));
  if (w["SSESpecification"].is_object())
    input.set("SSESpecification", encryption_of(w["SSESpecification"]));
  input.set("Tags", merged_tags(w["Tags"], w.tags));
  auto made = w.call("dynamodb", "CreateTable", std::move(input));
  Value table;
  if (!made && w.adopts(made.error(), {"ResourceInUseException"})) {
    Value answer = TRY(w.call("dynamodb", "DescribeTable", Value::object({{"TableName", w.name}})));
    table = answer["Table"];
  } else if (!made) {
    return fault(std::move(made).error());
  } else {
    table = (*made)["TableDescription"];
  }
  note(w, table);
  w.made(w.name);
  w.scratch.set("ExtrasNext", true);
  return {};
}

// What can be set only on a table that is there: time to live, backups, resource policy.
Result<void> set_extras(Work& w) {
  if (w.changed("TimeToLiveSpecification") && (w["TimeToLiveSpecification"].is_object() ||
                                               w.before["TimeToLiveSpecification"].is_object())) {
    Value wanted = w["TimeToLiveSpecification"].is_object() ? w["TimeToLiveSpecification"]
                                                            : w.before["TimeToLiveSpecification"];
    if (!w["TimeToLiveSpecification"].is_object()) wanted.set("Enabled", false);
    if (is_true(wanted["Enabled"]) || w.before.is_object()) {
      Value input = of_table(w);
      input.set("TimeToLiveSpecification", std::move(wanted));
      TRY(w.call("dynamodb", "UpdateTimeToLive", std::move(input)));
    }
  }
  if (w.changed("PointInTimeRecoverySpecification") &&
      (w["PointInTimeRecoverySpecification"].is_object() || w.before.is_object())) {
    Value input = of_table(w);
    input.set(
        "PointInTimeRecoverySpecification",
        Value::object(
            {{"PointInTimeRecoveryEnabled",
              is_true(w["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"])}}));
    TRY(w.call("dynamodb", "UpdateContinuousBackups", std::move(input)));
  }
  if (w.changed("ResourcePolicy")) {
    Value input = Value::object({{"ResourceArn", w.attributes["Arn"]}});
    if (w["ResourcePolicy"].is_object()) {
      input.set("Policy", w["ResourcePolicy"]["PolicyDocument"]);
      TRY(w.call("dynamodb", "PutResourcePolicy", std::move(input)));
    } else {
      TRY(deleted(w.call("dynamodb", "DeleteResourcePolicy", std::move(input))));
    }
  }
  return {};
}

const Value* index_named(const Value& list, const Value& name) {
  if (!list.is_list()) return nullptr;
  auto found = std::ranges::find_if(list.as_list(),
                                    [&](const Value& one) { return one["IndexName"] == name; });
  return found == list.as_list().end() ? nullptr : &*found;
}

// What a template may change of a global index that stays, as UpdateTable takes it. Compared with
// the table as it is: a rollback comes from wherever the update got to.
Result<Value> index_updates(Work& w) {
  Value updates = Value::list();
  if (!w.changed("GlobalSecondaryIndexes") && !w.changed("BillingMode")) return updates;
  Value answer = TRY(w.call("dynamodb", "DescribeTable", of_table(w)));
  const Value &wanted = w["GlobalSecondaryIndexes"],
              &there = answer["Table"]["GlobalSecondaryIndexes"];
  size_t made_or_gone = 0;
  if (there.is_list())
    for (const Value& one : there.as_list())
      made_or_gone += index_named(wanted, one["IndexName"]) == nullptr;
  if (wanted.is_list())
    for (const Value& one : wanted.as_list()) {
      const Value* now = index_named(there, one["IndexName"]);
      made_or_gone += now == nullptr;
      if (!now) continue;
      if ((*now)["KeySchema"] != one["KeySchema"] ||
          (*now)["Projection"]["ProjectionType"] != one["Projection"]["ProjectionType"])
        return refuse(
            "Cannot update GSI's properties other than Provisioned Throughput and Contributor "
            "Insights Specification. You can create a new GSI with a different name.");
      Value update = Value::object({{"IndexName", one["IndexName"]}});
      const Value &units = one["ProvisionedThroughput"],
                  &units_now = (*now)["ProvisionedThroughput"];
      for (const char* name : {"ReadCapacityUnits", "WriteCapacityUnits"})
        if (!units.is_null() && units[name].scalar_text() != units_now[name].scalar_text())
          update.set("ProvisionedThroughput", units);
      if (!one["OnDemandThroughput"].is_null() &&
          one["OnDemandThroughput"] != (*now)["OnDemandThroughput"])
        update.set("OnDemandThroughput", one["OnDemandThroughput"]);
      if (update.size() > 1) updates.push_back(Value::object({{"Update", std::move(update)}}));
    }
  // AWS does take one at a time.
  if (made_or_gone > 1)
    return refuse("Cannot perform more than one GSI creation or deletion in a single update");
  return updates;
}

// The next change of a global index that is due, as UpdateTable takes one at a time; null when
// there is none.
Value next_index_change(const Work& w, const Value& table) {
  const Value &wanted = w["GlobalSecondaryIndexes"], &there = table["GlobalSecondaryIndexes"];
  if (there.is_list())
    for (const Value& one : there.as_list())
      if (!index_named(wanted, one["IndexName"]))
        return Value::object({{"Delete", Value::object({{"IndexName", one["IndexName"]}})}});
  if (wanted.is_list())
    for (const Value& one : wanted.as_list())
      if (!index_named(there, one["IndexName"])) return Value::object({{"Create", one}});
  return Value();
}

bool all_active(const Value& table) {
  if (table["TableStatus"].string_or("") != "ACTIVE") return false;
  const Value& indexes = table["GlobalSecondaryIndexes"];
  return !indexes.is_list() || std::ranges::all_of(indexes.as_list(), [](const Value& one) {
    return one["IndexStatus"].string_or("ACTIVE") == "ACTIVE";
  });
}

Result<bool> ready(Work& w) {
  Value answer = TRY(w.call("dynamodb", "DescribeTable", of_table(w)));
  if (!all_active(answer["Table"])) return false;
  note(w, answer["Table"]);
  if (Value change = next_index_change(w, answer["Table"]); !change.is_null()) {
    Value input = of_table(w);
    input.set("AttributeDefinitions", w["AttributeDefinitions"]);
    input.set("GlobalSecondaryIndexUpdates", Value::list({std::move(change)}));
    TRY(w.call("dynamodb", "UpdateTable", std::move(input)));
    return false;
  }
  if (w.scratch["ExtrasNext"].bool_or(false)) {
    TRY(set_extras(w));
    w.scratch.set("ExtrasNext", false);
  }
  return true;
}

Result<void> update(Work& w) {
  Value input = of_table(w);
  bool any = false;
  for (const char* name : {"BillingMode", "ProvisionedThroughput", "TableClass",
                           "DeletionProtectionEnabled", "OnDemandThroughput", "WarmThroughput"})
    if (w.changed(name) && !w[name].is_null()) {
      input.set(name, w[name]);
      any = true;
    }
  if (w.changed("StreamSpecification")) {
    input.set("StreamSpecification", stream_of(w["StreamSpecification"]));
    any = true;
  }
  if (w.changed("SSESpecification")) {
    input.set("SSESpecification", w["SSESpecification"].is_object()
                                      ? encryption_of(w["SSESpecification"])
                                      : Value::object({{"Enabled", false}}));
    any = true;
  }
  if (Value updates = TRY(index_updates(w)); updates.size() > 0) {
    input.set("GlobalSecondaryIndexUpdates", std::move(updates));
    any = true;
  }
  if (any) TRY(w.call("dynamodb", "UpdateTable", std::move(input)));
  Value before = merged_tags(w.before["Tags"], w.tags_before),
        after = merged_tags(w["Tags"], w.tags);
  TRY(retag(w, {"dynamodb", "TagResource", "UntagResource"},
            Value::object({{"ResourceArn", w.attributes["Arn"]}}), before, after));
  w.scratch.set("ExtrasNext", true);
  return {};
}

Result<void> remove(Work& w) {
  auto done = w.call("dynamodb", "DeleteTable", of_table(w));
  if (!done && done.error().code == "ResourceInUseException" && w.again)
    return {};  // it is going already
  return deleted(done);
}

Result<bool> is_gone(Work& w) {
  auto found = w.call("dynamodb", "DescribeTable", of_table(w));
  if (found) return false;
  if (is_missing(found.error())) return true;
  return fault(std::move(found).error());
}

}  // namespace

extern const ResourceType kDynamoDbTable = {
    .name = "AWS::DynamoDB::Table",
    .properties =
        "TableName# KeySchema!# AttributeDefinitions BillingMode ProvisionedThroughput GlobalSecondaryIndexes LocalSecondaryIndexes# "
        "StreamSpecification SSESpecification TimeToLiveSpecification PointInTimeRecoverySpecification DeletionProtectionEnabled TableClass "
        "OnDemandThroughput WarmThroughput ResourcePolicy ImportSourceSpecification# KinesisStreamSpecification Tags ContributorInsightsSpecification~",
    .attributes = "Arn StreamArn",
    .name_property = "TableName",
    .name_max = 255,
    .create = create,
    .update = update,
    .remove = remove,
    .ready = ready,
    .gone = is_gone};

}  // namespace drydock::cloudformation
