// BatchGetItem and BatchWriteItem.
#include <map>
#include <set>

#include "gen/dynamodb_handlers.h"
#include "services/dynamodb/values/document.h"
#include "services/dynamodb/write.h"

namespace drydock::dynamodb {
namespace {

constexpr size_t kMaxGets = 100;
constexpr size_t kMaxWrites = 25;
constexpr size_t kMaxAnswerBytes = 16u << 20;

bool has_key(const Schema& schema, const Item& item) {
  return item.find(schema.keys.hash.name) &&
         (!schema.keys.range || item.find(schema.keys.range->name));
}

Unexpected duplicates() { return validation("Provided list of item keys contains duplicates"); }

struct TableGet {
  const std::string* given_name;
  const KeysAndAttributes* request;
  std::optional<Projection> projection;
  std::vector<Item> keys;
  TableReference table;
  SchemaPtr schema;
};

Result<TableGet> plan_get(Call& call, const std::string& name, const KeysAndAttributes& request,
                          const Text& capacity_mode) {
  TableGet out{&name, &request, {}, {}, {}, {}};
  const Value& names =
      request.ExpressionAttributeNames ? *request.ExpressionAttributeNames : kNothing;
  TRY(check_not_mixed({{"AttributesToGet", request.AttributesToGet.has_value()}},
                      {{"ProjectionExpression", request.ProjectionExpression.has_value()}}));
  TRY(check_substitutions_wanted(
      names, kNothing, {{"ProjectionExpression", request.ProjectionExpression.has_value()}}));
  if (request.ProjectionExpression) {
    Substitutions substitutions = TRY(Substitutions::read(names, kNothing));
    out.projection = TRY(bind_projection(*request.ProjectionExpression, substitutions));
    TRY(substitutions.check_all_used());
  } else if (request.AttributesToGet) {
    out.projection = TRY(legacy_projection(*request.AttributesToGet));
  }
  for (const Value& key : request.Keys) out.keys.push_back(TRY(read_item(key)));
  out.table = TRY(reference_table(call, name));
  out.schema = find_schema(call.txn(), out.table);
  Access access{.action = "dynamodb:BatchGetItem"};
  access.return_consumed_capacity = capacity_mode;
  if (out.projection) access.attributes = out.projection->names();
  for (const Item& key : out.keys) {
    add_leading_key(access.leading_keys, out.schema.get(), key);
    if (!out.projection) add_names(access.attributes, key);
  }
  access.select = out.projection ? "SPECIFIC_ATTRIBUTES" : "ALL_ATTRIBUTES";
  TRY(authorize_access(call, out.table, out.schema, "", access));
  return out;
}

}  // namespace

Result<BatchGetItemOutput> batch_get_item(Call& call, const BatchGetItemInput& in) {
  size_t total = 0;
  for (const auto& [name, request] : in.RequestItems) total += request.Keys.size();
  if (total > kMaxGets) return validation("Too many items requested for the BatchGetItem call");
  std::vector<TableGet> gets;
  for (const auto& [name, request] : in.RequestItems)
    gets.push_back(TRY(plan_get(call, name, request, in.ReturnConsumedCapacity)));
  for (const TableGet& get : gets)
    if (!get.schema) return no_such_table();
  for (TableGet& get : gets) {
    std::set<std::string> seen;
    for (Item& key : get.keys) {
      key = TRY(check_key(*get.schema, std::move(key)));
      if (!seen.insert(stored_key(*get.schema, key)).second) return duplicates();
    }
  }
  BatchGetItemOutput out;
  Value responses = Value::object(), unprocessed = Value::object();
  std::vector<Value> capacities;
  size_t bytes = 0;
  for (const TableGet& get : gets) {
    Value items = Value::list(), left = Value::list();
    Consumed consumed;
    Reads mode =
        get.request->ConsistentRead.value_or(false) ? Reads::kConsistent : Reads::kEventual;
    for (size_t i = 0; i < get.keys.size(); ++i) {
      if (bytes >= kMaxAnswerBytes) {
        left.push_back(get.request->Keys[i]);
        continue;
      }
      auto item = load(call.txn(), *get.schema, get.keys[i]);
      size_t size = item ? size_of(*item) : 0;
      bytes += size;
      consumed.table += read_units(size, mode);
      if (item) items.push_back(write_item(get.projection ? get.projection->apply(*item) : *item));
    }
    responses.set(*get.given_name, std::move(items));
    if (left.size() > 0) {
      Value rest = to_value(*get.request);
      rest.set("Keys", std::move(left));
      unprocessed.set(*get.given_name, std::move(rest));
    }
    if (auto described =
            describe_capacity(consumed, get.schema->row.Name, in.ReturnConsumedCapacity))
      capacities.push_back(std::move(*described));
  }
  out.Responses = std::move(responses);
  out.UnprocessedKeys = std::move(unprocessed);
  if (!capacities.empty()) out.ConsumedCapacity = std::move(capacities);
  return out;
}

Result<BatchWriteItemOutput> batch_write_item(Call& call, const BatchWriteItemInput& in) {
  struct TableWrites {
    TableReference table;
    SchemaPtr schema;
    std::vector<ItemWrite> writes;
  };
  size_t total = 0;
  for (const auto& [name, requests] : in.RequestItems) total += requests.size();
  if (total > kMaxWrites) return validation("Too many items requested for the BatchWriteItem call");
  std::vector<TableWrites> tables;
  for (const auto& [name, requests] : in.RequestItems) {
    TableWrites out;
    for (const WriteRequest& request : requests) {
      if (request.PutRequest.has_value() == request.DeleteRequest.has_value())
        return validation(
            "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes");
      WriteFields fields;
      fields.kind = request.PutRequest ? WriteFields::Kind::kPut : WriteFields::Kind::kDelete;
      fields.item_or_key =
          request.PutRequest ? &request.PutRequest->Item : &request.DeleteRequest->Key;
      out.writes.push_back(TRY(prepare(fields)));
      out.writes.back().ignores_before = in.ReturnConsumedCapacity.value_or("NONE") == "NONE";
    }
    out.table = TRY(reference_table(call, name));
    out.schema = find_schema(call.txn(), out.table);
    Access access{.action = "dynamodb:BatchWriteItem"};
    access.return_consumed_capacity = in.ReturnConsumedCapacity;
    for (const ItemWrite& write : out.writes) {
      add_leading_key(access.leading_keys, out.schema.get(), write.item);
      add_names(access.attributes, write.item);
    }
    TRY(authorize_access(call, out.table, out.schema, "", access));
    tables.push_back(std::move(out));
  }
  for (const TableWrites& table : tables)
    if (!table.schema) return no_such_table();
  for (const TableWrites& table : tables) {
    std::set<std::string> seen;
    for (const ItemWrite& write : table.writes) {
      // AWS does say this of items here, and names the key in PutItem.
      if (!has_key(*table.schema, write.item))
        return validation("The provided key element does not match the schema");
      if (!seen.insert(stored_key(*table.schema, TRY(key_of_write(*table.schema, write)))).second)
        return duplicates();
    }
  }
  BatchWriteItemOutput out;
  std::vector<Value> capacities;
  Value metrics = Value::object();
  for (const TableWrites& table : tables) {
    Consumed consumed;
    Value collections = Value::list();
    for (const ItemWrite& write : table.writes) {
      consumed.add(TRY(apply(call, *table.schema, write)).consumed);
      if (auto one = item_collection_metrics(call.txn(), *table.schema, write.item,
                                             in.ReturnItemCollectionMetrics))
        collections.push_back(std::move(*one));
    }
    if (collections.size() > 0) metrics.set(table.table.name, std::move(collections));
    if (auto described =
            describe_capacity(consumed, table.schema->row.Name, in.ReturnConsumedCapacity))
      capacities.push_back(std::move(*described));
  }
  out.UnprocessedItems = Value::object();
  if (metrics.size() > 0) out.ItemCollectionMetrics = std::move(metrics);
  if (!capacities.empty()) out.ConsumedCapacity = std::move(capacities);
  return out;
}

}  // namespace drydock::dynamodb
