// The fault for a value of the wrong kind (a number where a string must be), in the words of each
// protocol.
#pragma once

#include "shape/shape.h"

namespace drydock {

Fault wrong_kind(const Shape& wanted, const Value& value, Protocol protocol);

}  // namespace drydock
