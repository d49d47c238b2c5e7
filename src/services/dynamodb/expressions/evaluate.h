// Decides conditions and filters over an item. Pure.
#pragma once

#include "services/dynamodb/expressions/bind.h"
#include "services/dynamodb/expressions/syntax.h"

namespace drydock::dynamodb {

// What a path leads to, or nullptr.
const Attribute* follow(const Path& path, const Bindings& bindings, const Item& item);

bool holds(const Condition& condition, const Bindings& bindings, const Item& item);

}  // namespace drydock::dynamodb
