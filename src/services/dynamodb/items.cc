// PutItem, GetItem, UpdateItem, DeleteItem.
#include "gen/dynamodb_handlers.h"
#include "services/dynamodb/values/document.h"
#include "services/dynamodb/write.h"

namespace drydock::dynamodb {
namespace {

// The steps that the three writing operations share.
struct WriteRun {
  SchemaPtr schema;
  Written written;
};

template <class In>
Result<WriteRun> run_write(Call& call, const In& in, std::string_view action,
                           const ItemWrite& write) {
  TableReference table = TRY(reference_table(call, in.TableName));
  WriteRun out;
  out.schema = find_schema(call.txn(), table);
  Access access{.action = action, .attributes = write.names()};
  add_leading_key(access.leading_keys, out.schema.get(), write.item);
  access.return_values = in.ReturnValues;
  access.return_consumed_capacity = in.ReturnConsumedCapacity;
  TRY(authorize_access(call, table, out.schema, "", access));
  if (!out.schema) return no_such_table();
  out.written = TRY(apply(call, *out.schema, write));
  if (out.written.condition_failed) {
    Value members;
    if (in.ReturnValuesOnConditionCheckFailure == "ALL_OLD" && out.written.before)
      members = Value::object({{"Item", write_item(*out.written.before)}});
    return errors::ConditionalCheckFailedException("The conditional request failed",
                                                   std::move(members));
  }
  return out;
}

template <class Out, class In>
Result<Out> answer(Call& call, const In& in, const WriteRun& run, const ItemWrite& write) {
  Out out;
  const auto& [schema, written] = run;
  std::string wanted = in.ReturnValues.value_or("NONE");
  if (wanted == "ALL_OLD" && written.before) {
    out.Attributes = write_item(*written.before);
  } else if (wanted == "ALL_NEW" && written.after) {
    out.Attributes = write_item(*written.after);
  } else if (write.update && (wanted == "UPDATED_OLD" || wanted == "UPDATED_NEW")) {
    const auto& from = wanted == "UPDATED_OLD" ? written.before : written.after;
    Item part = from ? updated_part(*write.update, *from) : Item();
    if (!part.empty()) out.Attributes = write_item(part);
  }
  out.ConsumedCapacity =
      describe_capacity(written.consumed, schema->row.Name, in.ReturnConsumedCapacity);
  const Item& item = written.after ? *written.after : write.item;
  out.ItemCollectionMetrics =
      item_collection_metrics(call.txn(), *schema, item, in.ReturnItemCollectionMetrics);
  return out;
}

Result<void> check_return_values(const Text& wanted) {
  if (wanted && *wanted != "NONE" && *wanted != "ALL_OLD")
    return validation("ReturnValues can only be ALL_OLD or NONE");
  return {};
}

}  // namespace

Result<PutItemOutput> put_item(Call& call, const PutItemInput& in) {
  TRY(check_return_values(in.ReturnValues));
  ItemWrite write = TRY(prepare({.kind = WriteFields::Kind::kPut,
                                 .item_or_key = &in.Item,
                                 .condition = &in.ConditionExpression,
                                 .names = pointer(in.ExpressionAttributeNames),
                                 .values = pointer(in.ExpressionAttributeValues),
                                 .expected = pointer(in.Expected),
                                 .conditional_operator = &in.ConditionalOperator}));
  auto none = [](const Text& mode) { return !mode || *mode == "NONE"; };
  write.ignores_before = none(in.ReturnValues) && none(in.ReturnConsumedCapacity);
  WriteRun run = TRY(run_write(call, in, "dynamodb:PutItem", write));
  return answer<PutItemOutput>(call, in, run, write);
}

Result<UpdateItemOutput> update_item(Call& call, const UpdateItemInput& in) {
  ItemWrite write = TRY(prepare({.kind = WriteFields::Kind::kUpdate,
                                 .item_or_key = &in.Key,
                                 .condition = &in.ConditionExpression,
                                 .update = &in.UpdateExpression,
                                 .names = pointer(in.ExpressionAttributeNames),
                                 .values = pointer(in.ExpressionAttributeValues),
                                 .expected = pointer(in.Expected),
                                 .attribute_updates = pointer(in.AttributeUpdates),
                                 .conditional_operator = &in.ConditionalOperator}));
  WriteRun run = TRY(run_write(call, in, "dynamodb:UpdateItem", write));
  return answer<UpdateItemOutput>(call, in, run, write);
}

Result<DeleteItemOutput> delete_item(Call& call, const DeleteItemInput& in) {
  TRY(check_return_values(in.ReturnValues));
  ItemWrite write = TRY(prepare({.kind = WriteFields::Kind::kDelete,
                                 .item_or_key = &in.Key,
                                 .condition = &in.ConditionExpression,
                                 .names = pointer(in.ExpressionAttributeNames),
                                 .values = pointer(in.ExpressionAttributeValues),
                                 .expected = pointer(in.Expected),
                                 .conditional_operator = &in.ConditionalOperator}));
  WriteRun run = TRY(run_write(call, in, "dynamodb:DeleteItem", write));
  return answer<DeleteItemOutput>(call, in, run, write);
}

Result<GetItemOutput> get_item(Call& call, const GetItemInput& in) {
  const Value& names = in.ExpressionAttributeNames ? *in.ExpressionAttributeNames : kNothing;
  TRY(check_not_mixed({{"AttributesToGet", in.AttributesToGet.has_value()}},
                      {{"ProjectionExpression", in.ProjectionExpression.has_value()}}));
  TRY(check_substitutions_wanted(names, kNothing,
                                 {{"ProjectionExpression", in.ProjectionExpression.has_value()}}));
  Item given = TRY(read_item(in.Key));
  std::optional<Projection> projection;
  if (in.ProjectionExpression) {
    Substitutions substitutions = TRY(Substitutions::read(names, kNothing));
    projection = TRY(bind_projection(*in.ProjectionExpression, substitutions));
    TRY(substitutions.check_all_used());
  } else if (in.AttributesToGet) {
    projection = TRY(legacy_projection(*in.AttributesToGet));
  }

  TableReference table = TRY(reference_table(call, in.TableName));
  SchemaPtr schema = find_schema(call.txn(), table);
  Access access{.action = "dynamodb:GetItem"};
  access.return_consumed_capacity = in.ReturnConsumedCapacity;
  if (projection) {
    access.attributes = projection->names();
    access.select = "SPECIFIC_ATTRIBUTES";
  } else {
    add_names(access.attributes, given);
    access.select = "ALL_ATTRIBUTES";
  }
  add_leading_key(access.leading_keys, schema.get(), given);
  TRY(authorize_access(call, table, schema, "", access));
  if (!schema) return no_such_table();

  Item key = TRY(check_key(*schema, std::move(given)));
  auto item = load(call.txn(), *schema, key);
  GetItemOutput out;
  if (in.ReturnConsumedCapacity) {
    Consumed consumed;
    consumed.table =
        read_units(item ? size_of(*item) : 0,
                   in.ConsistentRead.value_or(false) ? Reads::kConsistent : Reads::kEventual);
    out.ConsumedCapacity = describe_capacity(consumed, schema->row.Name, in.ReturnConsumedCapacity);
  }
  if (item) out.Item = write_item(projection ? projection->apply(*item) : *item);
  return out;
}

}  // namespace drydock::dynamodb
