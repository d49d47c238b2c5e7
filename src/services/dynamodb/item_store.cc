#include "services/dynamodb/item_store.h"

#include "services/dynamodb/streams.h"
#include "services/dynamodb/values/document.h"
#include "services/dynamodb/values/encoding.h"

namespace drydock::dynamodb {
namespace {

constexpr size_t kMaxHashBytes = 2048;
constexpr size_t kMaxRangeBytes = 1024;

bool is_empty(const Attribute& value) {
  if (const auto* text = value.get<std::string>()) return text->empty();
  if (const auto* binary = value.get<Binary>()) return binary->bytes.empty();
  return false;
}

std::string empty_kind(const Attribute& value) { return value.get<Binary>() ? "binary" : "string"; }

Result<void> check_key_value(const Attribute& value, const KeyAttribute& key, bool is_hash) {
  if (is_empty(value))
    return validation(
        "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty " +
        empty_kind(value) + " value. Key: " + key.name);
  size_t bytes = size_of(value);
  if (is_hash && bytes > kMaxHashBytes)
    return invalid_parameter("Size of hashkey has exceeded the maximum size limit of2048 bytes");
  if (!is_hash && bytes > kMaxRangeBytes)
    return invalid_parameter(
        "Aggregated size of all range keys has exceeded the size limit of 1024 bytes");
  return {};
}

Result<void> check_own_key(const Item& item, const KeyAttribute& key, bool is_hash) {
  const auto* value = item.find(key.name);
  if (!value) return invalid_parameter("Missing the key " + key.name + " in the item");
  if (value->type() != key.type)
    return invalid_parameter("Type mismatch for key " + key.name +
                             " expected: " + std::string(type_name(key.type)) +
                             " actual: " + std::string(type_name(value->type())));
  return check_key_value(*value, key, is_hash);
}

Result<void> check_index_key(const Item& item, const KeyAttribute& key,
                             const std::string& index_name, bool is_hash) {
  const auto* value = item.find(key.name);
  if (!value) return {};
  if (value->type() != key.type)
    return invalid_parameter("Type mismatch for Index Key " + key.name +
                             " Expected: " + std::string(type_name(key.type)) + " Actual: " +
                             std::string(type_name(value->type())) + " IndexName: " + index_name);
  if (is_empty(*value))
    return validation(
        "One or more parameter values are not valid. A value specified for a secondary index key is not supported. The "
        "AttributeValue for a key attribute cannot contain an empty " +
        empty_kind(*value) + " value. IndexName: " + index_name + ", IndexKey: " + key.name);
  size_t limit = is_hash ? kMaxHashBytes : kMaxRangeBytes;
  if (size_of(*value) > limit)
    return invalid_parameter(
        is_hash ? "Size of hashkey has exceeded the maximum size limit of2048 bytes"
                : "Aggregated size of all range keys has exceeded the size limit of 1024 bytes");
  return {};
}

// Counts the units of one index for a change of its row.
double index_units(const std::optional<std::string>& old_key,
                   const std::optional<std::string>& new_key, const Item* before, const Item* after,
                   const IndexSchema& index) {
  double units = 0;
  if (old_key && old_key != new_key) units += write_units(size_of(projected(index, *before)));
  if (new_key) {
    Item now = projected(index, *after);
    if (old_key != new_key)
      units += write_units(size_of(now));
    else if (Item old = projected(index, *before); !(old == now))
      units += write_units(std::max(size_of(old), size_of(now)));
  }
  return units;
}

}  // namespace

Result<Item> read_key(const Schema& schema, const Value& document) {
  return check_key(schema, TRY(read_item(document)));
}

Result<Item> check_key(const Schema& schema, Item key) {
  size_t wanted = schema.keys.range ? 2 : 1;
  auto mismatch = [] { return validation("The provided key element does not match the schema"); };
  if (key.size() != wanted) return mismatch();
  auto check = [&](const KeyAttribute& attribute, bool is_hash) -> Result<void> {
    const auto* value = key.find(attribute.name);
    if (!value || value->type() != attribute.type) return mismatch();
    return check_key_value(*value, attribute, is_hash);
  };
  TRY(check(schema.keys.hash, true));
  if (schema.keys.range) TRY(check(*schema.keys.range, false));
  return key;
}

Result<void> check_item(const Schema& schema, const Item& item) {
  TRY(check_own_key(item, schema.keys.hash, true));
  if (schema.keys.range) TRY(check_own_key(item, *schema.keys.range, false));
  return check_index_keys(schema, item);
}

Result<void> check_index_keys(const Schema& schema, const Item& item) {
  for (const IndexSchema& index : schema.indexes) {
    TRY(check_index_key(item, index.keys.hash, index.name, true));
    if (index.keys.range) TRY(check_index_key(item, *index.keys.range, index.name, false));
  }
  return {};
}

Item key_of(const Schema& schema, const Item& item) {
  Item key;
  key.set(schema.keys.hash.name, *item.find(schema.keys.hash.name));
  if (schema.keys.range) key.set(schema.keys.range->name, *item.find(schema.keys.range->name));
  return key;
}

Item key_of(const Schema& schema, const IndexSchema& index, const Item& item) {
  Item key = key_of(schema, item);
  key.set(index.keys.hash.name, *item.find(index.keys.hash.name));
  if (index.keys.range) key.set(index.keys.range->name, *item.find(index.keys.range->name));
  return key;
}

std::string stored_partition(const std::string& prefix, const Attribute& hash) {
  std::string bytes = key_bytes(hash);
  uint32_t spread = partition_hash(bytes);
  std::string partition;
  partition.reserve(4 + bytes.size());
  for (int shift = 24; shift >= 0; shift -= 8) partition += static_cast<char>(spread >> shift);
  partition += bytes;
  return prefix + KeyPart(partition).bytes;
}

std::string stored_key(const Schema& schema, const Item& item) {
  std::string key = stored_partition(schema.prefix, *item.find(schema.keys.hash.name));
  if (schema.keys.range) key += KeyPart(key_bytes(*item.find(schema.keys.range->name))).bytes;
  return key;
}

std::optional<std::string> stored_key(const Schema& schema, const IndexSchema& index,
                                      const Item& item) {
  const auto* hash = item.find(index.keys.hash.name);
  if (!hash || hash->type() != index.keys.hash.type) return std::nullopt;
  const Attribute* range = nullptr;
  if (index.keys.range) {
    range = item.find(index.keys.range->name);
    if (!range || range->type() != index.keys.range->type) return std::nullopt;
  }
  std::string key = stored_partition(index.prefix, *hash);
  key += KeyPart(range ? key_bytes(*range) : std::string()).bytes;
  // Items of one index key are apart by their own keys, in the order of Scan.
  key += stored_partition("", *item.find(schema.keys.hash.name));
  if (schema.keys.range) key += KeyPart(key_bytes(*item.find(schema.keys.range->name))).bytes;
  return key;
}

Item projected(const IndexSchema& index, const Item& item) {
  if (index.projects == IndexSchema::Projects::kAll) return item;
  Item out;
  for (const std::string& name : index.attributes)
    if (const auto* value = item.find(name)) out.append(name, *value);
  return out;
}

std::optional<Item> load(Txn& txn, const Schema& schema, const Item& key) {
  auto bytes = txn.get(stored_key(schema, key));
  if (!bytes) return std::nullopt;
  return decode_item(*bytes);
}

void store(Call& call, const Schema& schema, const Item* before, const Item* after,
           Consumed& consumed, Writer writer) {
  Txn& txn = call.txn();
  size_t bytes = std::max(before ? size_of(*before) : 0, after ? size_of(*after) : 0);
  consumed.table += write_units(bytes);
  if (!before && !after) return;
  std::string key = stored_key(schema, after ? *after : *before);
  if (after)
    txn.put(key, encode_item(*after));
  else
    txn.erase(key);
  for (const IndexSchema& index : schema.indexes) {
    auto old_key = before ? stored_key(schema, index, *before) : std::nullopt;
    auto new_key = after ? stored_key(schema, index, *after) : std::nullopt;
    double units = index_units(old_key, new_key, before, after, index);
    if (units > 0)
      (index.global ? consumed.global_indexes : consumed.local_indexes)[index.name] += units;
    if (old_key && old_key != new_key) txn.erase(*old_key);
    if (new_key) txn.put(*new_key, encode_item(projected(index, *after)));
  }
  if (schema.row.StreamViewType) record_change(call, schema, before, after, writer);
}

}  // namespace drydock::dynamodb
