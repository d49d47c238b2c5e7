// Documents: AttributeValues as the wire has them ({"S": "x"}) to and from Attribute, with AWS's
// checks and texts. Pure.
#pragma once

#include <string>

#include "base/result.h"
#include "base/value.h"
#include "services/dynamodb/values/attribute.h"

namespace drydock::dynamodb {

// Faults are ValidationException or SerializationException with AWS's text.
Result<Attribute> read_attribute(const Value& document);
Result<Item> read_item(const Value& document);  // a map of AttributeValues
Value write_attribute(const Attribute& attribute);
Value write_item(const Item& item);

// The most levels that lists and maps may be nested in each other.
inline constexpr int kMaxNesting = 32;

inline Unexpected validation(std::string message) {
  return fault("ValidationException", std::move(message));
}
// "One or more parameter values were invalid: …"
Unexpected invalid_parameter(std::string_view what);

}  // namespace drydock::dynamodb
