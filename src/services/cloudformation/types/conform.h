// Template values made to fit an API's input: text, numbers and booleans as the shape wants them,
// names in the API's spelling, documents as JSON text. Pure.
#pragma once

#include <string>

#include "base/result.h"
#include "base/value.h"
#include "shape/shape.h"

namespace drydock::cloudformation {

// A fault of code kPropertyFault when a value cannot fit or a member is unknown; the message is one
// line of AWS's "Properties validation failed" text ("#/Environment: extraneous key [X] is not
// permitted").
inline constexpr const char* kPropertyFault = "PropertyValidation";
Result<Value> conform(const Shape& shape, const Value& value, const std::string& path = "#");

}  // namespace drydock::cloudformation
