// JSON bodies to Values in the model's spelling.
#pragma once

#include <string_view>

#include "shape/shape.h"

namespace drydock::wire {

// Parses `text` as the structure `shape`. Empty text is an empty structure.
Result<Value> parse_json_body(const Shape& shape, std::string_view text, size_t max_bytes,
                              Protocol protocol);
// Undoes what JSON cannot say: base64, dates as text, other names on the wire. In place.
Result<void> from_json(const Shape& shape, Value& value, Protocol protocol);

}  // namespace drydock::wire
