// Policy documents as JSON, for who reads them without deciding by them. Where IAM's grammar takes
// a list, one item may stand alone.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/value.h"

namespace drydock {

// The items of a list, or the value itself; nothing for null. They are `value`'s.
std::span<const Value> one_or_more(const Value& value);
// Those of them that are text.
std::vector<std::string> texts_of(const Value& value);

}  // namespace drydock
