// Condition keys that the input of an operation gives, by its model: the service's own, and tags.
#pragma once

#include <string_view>

#include "auth/evaluate.h"
#include "shape/service.h"

namespace drydock {

// Whether the model's keys belong to a question about `action`: to those of the operation's
// service.
bool is_of_service(const Operation& operation, std::string_view action);
// Keys that the context has already are left alone.
void add_operation_keys(const Operation& operation, const void* input, Context& context);
bool has_tags(const Operation& operation, const void* input);

}  // namespace drydock
