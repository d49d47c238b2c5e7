// Filter policies: which messages a subscription wants. Pure.
#pragma once

#include <string_view>

#include "base/result.h"
#include "base/value.h"

namespace drydock::sns {

enum class FilterScope { kAttributes, kBody };
// The parsed policy; InvalidParameter with AWS's text when it is none.
Result<Value> parse_filter(std::string_view text, FilterScope scope);
// `filter` must come from parse_filter. `message`: its attributes as an object of values, or its
// body.
bool passes(const Value& filter, const Value& message);

}  // namespace drydock::sns
