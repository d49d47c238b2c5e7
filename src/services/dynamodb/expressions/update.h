// Applies an update to an item: a pure function from the previous item to the next one.
#pragma once

#include <set>
#include <string>

#include "services/dynamodb/expressions/bind.h"
#include "services/dynamodb/expressions/syntax.h"

namespace drydock::dynamodb {

// Legacy AttributeUpdates may ADD to lists and says other things of wrong types.
enum class UpdateDialect { kExpression, kLegacy };

// All operands see `previous`. Faults are ValidationException with AWS's text.
Result<Item> apply_update(const Update& update, const Bindings& bindings, const Item& previous,
                          UpdateDialect dialect);

}  // namespace drydock::dynamodb
