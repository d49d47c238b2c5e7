// Items in the store: read and written by key, with the rows of all indexes in the same
// transaction.
#pragma once

#include <optional>
#include <string>

#include "services/dynamodb/capacity.h"
#include "services/dynamodb/schema.h"

namespace drydock::dynamodb {

// A key as the client gave it, checked against the schema: exactly the key attributes, right types,
// not empty, not too long. Faults are AWS's ("The provided key element does not match the schema").
Result<Item> read_key(const Schema& schema, const Value& document);
Result<Item> check_key(const Schema& schema, Item key);
// The key attributes of a whole item that is to be stored, checked, and the keys of indexes.
Result<void> check_item(const Schema& schema, const Item& item);
// Checks of index keys alone (updates cannot change the table's own key).
Result<void> check_index_keys(const Schema& schema, const Item& item);

// Just the key attributes of `item`.
Item key_of(const Schema& schema, const Item& item);
// As LastEvaluatedKey has it for an index: the index's key attributes too.
Item key_of(const Schema& schema, const IndexSchema& index, const Item& item);

std::string stored_key(const Schema& schema, const Item& item);
// Empty when the item is not in the index (sparse).
std::optional<std::string> stored_key(const Schema& schema, const IndexSchema& index,
                                      const Item& item);
// The part of stored keys up to the partition.
std::string stored_partition(const std::string& prefix, const Attribute& hash);
Item projected(const IndexSchema& index, const Item& item);

std::optional<Item> load(Txn& txn, const Schema& schema, const Item& key);
// Writes `after` over `before` (nullptr: none), counting capacity of table and indexes; into the
// table's stream too.
enum class Writer { kCaller, kTimeToLive };
void store(Call& call, const Schema& schema, const Item* before, const Item* after,
           Consumed& consumed, Writer writer = Writer::kCaller);

}  // namespace drydock::dynamodb
