// Parsed expressions by their text, so that a text that comes with every request is parsed once.
// Thread-safe, bounded.
#pragma once

#include <memory>
#include <string_view>

#include "base/result.h"
#include "services/dynamodb/expressions/syntax.h"

namespace drydock::dynamodb {

// `parameter` is for the message: "Invalid ConditionExpression: …".
Result<std::shared_ptr<const ConditionExpression>> condition_expression(std::string_view text,
                                                                        std::string_view parameter);
Result<std::shared_ptr<const UpdateExpression>> update_expression(std::string_view text);
Result<std::shared_ptr<const ProjectionExpression>> projection_expression(std::string_view text);

}  // namespace drydock::dynamodb
