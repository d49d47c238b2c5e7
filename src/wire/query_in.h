// Query-protocol parameters (Tags.member.1.Key=…) to Values.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "shape/shape.h"

namespace drydock::wire {

Result<Value> from_query(const Shape& shape,
                         const std::vector<std::pair<std::string, std::string>>& params);

}  // namespace drydock::wire
