// The resource templates of @iam traits: "arn:{partition}:iam::{account}:role{Path|/}{RoleName}".
#pragma once

#include <string>
#include <string_view>

#include "base/ids.h"
#include "shape/shape.h"

namespace drydock {

// Fills members of the input, {account}, {region} and {partition}; {Member|default} when absent. A
// member named as a name that holds an ARN stands for the whole resource (clients may give names or
// ARNs).
std::string expand_resource(std::string_view pattern, const Shape& shape, const void* input,
                            const AccountId& account, const Region& region);

}  // namespace drydock
