#include "services/dynamodb/write.h"

#include <algorithm>

#include "services/dynamodb/expressions/evaluate.h"
#include "services/dynamodb/values/document.h"

namespace drydock::dynamodb {
namespace {

bool is_key(const Schema& schema, std::string_view name) {
  return name == schema.keys.hash.name || (schema.keys.range && name == schema.keys.range->name);
}

Result<void> check_update_spares_key(const Schema& schema, const BoundUpdate& update) {
  for (const auto& action : update.expression->update.actions) {
    std::string_view name = name_of(action.path[0], update.bindings);
    if (is_key(schema, name))
      return invalid_parameter("Cannot update attribute " + std::string(name) +
                               ". This attribute is part of the key");
  }
  return {};
}

Result<Item> updated(const Schema& schema, const ItemWrite& write, const Item& key,
                     const std::optional<Item>& before) {
  const Item& previous = before ? *before : key;
  if (!write.update) return previous;
  TRY(check_update_spares_key(schema, *write.update));
  Item next = TRY(apply_update(write.update->expression->update, write.update->bindings, previous,
                               write.update->dialect));
  TRY(check_index_keys(schema, next));
  if (size_of(next) > kMaxItemBytes)
    return validation("Item size to update has exceeded the maximum allowed size");
  return next;
}

// The key or item in its document. Before the table is known, only the values themselves can be
// wrong.
Result<void> bind_expressions(const WriteFields& fields, ItemWrite& out) {
  if (has(fields.update)) out.update = TRY(bind_update(**fields.update, out.substitutions));
  if (has(fields.condition))
    out.condition =
        TRY(bind_condition(**fields.condition, "ConditionExpression", out.substitutions));
  TRY(out.substitutions.check_all_used());
  if (!given(fields.attribute_updates).is_null())
    out.update = TRY(legacy_update(*fields.attribute_updates));
  const Text none;
  const Text& conditional = fields.conditional_operator ? *fields.conditional_operator : none;
  if (!given(fields.expected).is_null()) {
    out.condition = TRY(legacy_condition(*fields.expected, "Expected", conditional));
    if (out.condition->expression->root.conditions.empty()) out.condition.reset();
  } else if (conditional) {
    return invalid_parameter("ConditionalOperator cannot be used without Filter or Expected");
  }
  return {};
}

}  // namespace

std::vector<std::string> ItemWrite::names() const {
  std::vector<std::string> out;
  add_names(out, item);
  if (condition)
    for (std::string& name : names_in(*condition)) out.push_back(std::move(name));
  if (update)
    for (std::string& name : names_in(*update)) out.push_back(std::move(name));
  if (condition || update) {
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
  }
  return out;
}

Result<ItemWrite> prepare(const WriteFields& fields) {
  std::vector<std::pair<const char*, bool>> expressions, legacy;
  if (fields.kind == WriteFields::Kind::kUpdate) {
    expressions.push_back({"UpdateExpression", has(fields.update)});
    legacy.push_back({"AttributeUpdates", !given(fields.attribute_updates).is_null()});
  }
  expressions.push_back({"ConditionExpression", has(fields.condition)});
  legacy.push_back({"Expected", !given(fields.expected).is_null()});
  legacy.push_back({"ConditionalOperator", has(fields.conditional_operator)});
  TRY(check_not_mixed(legacy, expressions));
  TRY(check_substitutions_wanted(given(fields.names), given(fields.values), expressions));
  ItemWrite out;
  out.kind = fields.kind;
  out.item = TRY(read_item(*fields.item_or_key));
  if (fields.kind == WriteFields::Kind::kPut && size_of(out.item) > kMaxItemBytes)
    return validation("Item size has exceeded the maximum allowed size");
  if (fields.names || fields.values)
    out.substitutions = TRY(Substitutions::read(given(fields.names), given(fields.values)));
  TRY(bind_expressions(fields, out));
  return out;
}

Result<Item> key_of_write(const Schema& schema, const ItemWrite& write) {
  if (write.kind == WriteFields::Kind::kPut) {
    TRY(check_item(schema, write.item));
    return key_of(schema, write.item);
  }
  return check_key(schema, write.item);
}

Result<Written> apply(Call& call, const Schema& schema, const ItemWrite& write) {
  Txn& txn = call.txn();
  Item key = TRY(key_of_write(schema, write));
  if (write.update) TRY(check_update_spares_key(schema, *write.update));
  Written out;
  bool must_read = write.condition || write.kind != WriteFields::Kind::kPut ||
                   !write.ignores_before || !schema.indexes.empty() || schema.row.StreamViewType;
  if (must_read) out.before = load(txn, schema, key);
  static const Item kEmpty;
  if (write.condition && !write.condition->holds(out.before ? *out.before : kEmpty)) {
    out.condition_failed = true;
    out.consumed.table = write_units(out.before ? size_of(*out.before) : 0);
    return out;
  }
  switch (write.kind) {
    case WriteFields::Kind::kPut: out.after = write.item; break;
    case WriteFields::Kind::kUpdate:
      out.after = TRY(updated(schema, write, key, out.before));
      break;
    case WriteFields::Kind::kDelete: break;
    case WriteFields::Kind::kCheck:
      out.after = out.before;
      out.consumed.table = write_units(out.before ? size_of(*out.before) : 0);
      return out;
  }
  store(call, schema, out.before ? &*out.before : nullptr, out.after ? &*out.after : nullptr,
        out.consumed);
  return out;
}

Item updated_part(const BoundUpdate& update, const Item& item) {
  Projection projection;
  for (const auto& action : update.expression->update.actions)
    projection.add(action.path, update.bindings);
  return projection.apply(item);
}

std::optional<Value> item_collection_metrics(Txn& txn, const Schema& schema, const Item& item,
                                             const Text& mode) {
  if (mode != "SIZE" || !schema.has_local_indexes()) return std::nullopt;
  const Attribute& hash = *item.find(schema.keys.hash.name);
  size_t bytes = 0;
  auto count = [&](const std::string& begin) {
    txn.scan(begin, begin + '\xff', Txn::Order::kForward,
             [&](std::string_view, std::string_view row) {
               bytes += row.size();
               return true;
             });
  };
  count(stored_partition(schema.prefix, hash));
  for (const IndexSchema& index : schema.indexes)
    if (!index.global) count(stored_partition(index.prefix, hash));
  double gigabytes = static_cast<double>(bytes >> 30);
  Item key;
  key.set(schema.keys.hash.name, hash);
  return Value::object(
      {{"ItemCollectionKey", write_item(key)},
       {"SizeEstimateRangeGB", Value::list({Value(gigabytes), Value(gigabytes + 1)})}});
}

}  // namespace drydock::dynamodb
