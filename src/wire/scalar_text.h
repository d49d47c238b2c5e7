// Scalars as text: in headers, queries, labels, forms and XML.
#pragma once

#include <string>
#include <string_view>

#include "shape/shape.h"

namespace drydock::wire {

// The text as the Value that `validate` expects. A text that is no such scalar is a fault in
// `protocol`'s words.
Result<Value> scalar_from_text(const Shape& shape, std::string_view text, Protocol protocol);

// `format` kDefault must have been replaced by the place's own default.
std::string scalar_to_text(const Shape& shape, const void* field, TimestampFormat format);
std::string timestamp_text(Timestamp time, TimestampFormat format);
bool is_scalar(ShapeKind kind);

// A timestamp as any client writes it: epoch seconds, ISO 8601 or an HTTP date. Gives a number, or
// null.
Value timestamp_from_text(std::string_view text);

}  // namespace drydock::wire
