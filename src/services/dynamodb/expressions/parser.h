// Parses expressions into syntax trees. Takes any text; errors are AWS's messages without the
// "Invalid <Parameter>: " in front. Pure.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "services/dynamodb/expressions/syntax.h"

namespace drydock::dynamodb {

inline constexpr size_t kMaxExpressionBytes = 4096;

template <class T>
using Parsed = std::expected<T, std::string>;

Parsed<ConditionExpression> parse_condition(std::string_view text);
Parsed<UpdateExpression> parse_update(std::string_view text);
Parsed<ProjectionExpression> parse_projection(std::string_view text);

}  // namespace drydock::dynamodb
