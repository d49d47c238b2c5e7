// Stored bytes of items, and order-preserving bytes of key attributes. Pure.
#pragma once

#include <string>
#include <string_view>

#include "services/dynamodb/values/attribute.h"

namespace drydock::dynamodb {

std::string encode_item(const Item& item);
// Asserts that the bytes are ours: they come from our store alone.
Item decode_item(std::string_view bytes);

// Bytes of a key attribute (S, N or B) whose order is AWS's order within one type.
std::string key_bytes(const Attribute& key);

// 32 bits that spread partition keys; decides the order of Scan and the split into segments.
uint32_t partition_hash(std::string_view key_bytes);

}  // namespace drydock::dynamodb
