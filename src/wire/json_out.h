// Structs to JSON, straight from the tables.
#pragma once

#include <string>

#include "shape/shape.h"

namespace drydock::wire {

// Appends the JSON of `from`. Members bound to HTTP (status, headers) are left out. JSON RPC knows
// no other names than the model's; REST JSON has jsonName.
enum class JsonNames { kModel, kWire };
void to_json_text(const Shape& shape, const void* from, JsonNames names, std::string& out);

}  // namespace drydock::wire
