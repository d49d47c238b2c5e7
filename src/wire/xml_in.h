// XML bodies (S3) to Values.
#pragma once

#include <string_view>

#include "shape/shape.h"

namespace drydock::wire {

// The document as the structure `shape`, whatever its root is called; MalformedXML when it is no
// document.
Result<Value> parse_xml_body(const Shape& shape, std::string_view text);

}  // namespace drydock::wire
