// One write of one item: what PutItem, UpdateItem, DeleteItem, batches and transactions have in
// common.
//
// `prepare` reads everything that the request alone decides; `apply` decides the condition and
// writes.
#pragma once

#include <optional>

#include "services/dynamodb/access.h"
#include "services/dynamodb/bound.h"
#include "services/dynamodb/item_store.h"

namespace drydock::dynamodb {

// A request's fields, by reference; null Values and empty optionals are absent.
struct WriteFields {
  enum class Kind { kPut, kUpdate, kDelete, kCheck } kind = Kind::kPut;
  const Value* item_or_key = nullptr;
  const Text* condition = nullptr;
  const Text* update = nullptr;
  const Value* names = nullptr;
  const Value* values = nullptr;
  const Value* expected = nullptr;           // legacy
  const Value* attribute_updates = nullptr;  // legacy
  const Text* conditional_operator = nullptr;
};

struct ItemWrite {
  WriteFields::Kind kind = WriteFields::Kind::kPut;
  Item item;  // kPut: the item; others: the key as given
  Substitutions substitutions;
  std::optional<BoundCondition> condition;
  std::optional<BoundUpdate> update;
  // Nothing is wanted of the item that was there: a plain put then writes without reading.
  bool ignores_before = false;
  std::vector<std::string> names() const;  // top-level attributes it touches
};

struct Written {
  std::optional<Item> before, after;  // after: as stored; of kCheck: as it is
  bool condition_failed = false;      // nothing was written then
  Consumed consumed;
};

Result<ItemWrite> prepare(const WriteFields& fields);
// Keys are checked here, against the schema.
Result<Written> apply(Call& call, const Schema& schema, const ItemWrite& write);
// Checks of the key that need the schema alone; apply does them too.
Result<Item> key_of_write(const Schema& schema, const ItemWrite& write);

// The members of Attributes for ReturnValues UPDATED_OLD and UPDATED_NEW.
Item updated_part(const BoundUpdate& update, const Item& item);
// {"ItemCollectionKey": …, "SizeEstimateRangeGB": …}; nothing unless asked for and the table has
// local indexes.
std::optional<Value> item_collection_metrics(Txn& txn, const Schema& schema, const Item& item,
                                             const Text& mode);

}  // namespace drydock::dynamodb
