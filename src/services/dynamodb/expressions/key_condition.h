// Turns a key condition into a partition and a range of sort keys. Pure.
#pragma once

#include <optional>
#include <string>

#include "services/dynamodb/expressions/bind.h"
#include "services/dynamodb/expressions/syntax.h"

namespace drydock::dynamodb {

struct KeyAttribute {
  std::string name;
  AttributeType type = AttributeType::kString;
};
struct KeySchema {
  KeyAttribute hash;
  std::optional<KeyAttribute> range;
};

struct KeyCondition {
  Attribute hash;
  // The condition on the sort key; kAnd (no operands) when there is none.
  Condition::Kind range = Condition::Kind::kAnd;
  Attribute low;   // its first operand
  Attribute high;  // of kBetween
};

// Faults are ValidationException with AWS's texts.
Result<KeyCondition> read_key_condition(const Condition& condition, const Bindings& bindings,
                                        const KeySchema& schema);

}  // namespace drydock::dynamodb
