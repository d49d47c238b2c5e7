// Where the statements of a policy stand in its document, for explanations and simulations.
#pragma once

#include <string_view>
#include <vector>

#include "auth/policy.h"

namespace drydock {

// One range for each statement, in their order. The document must be JSON; empty when its Statement
// element is not found.
std::vector<SourceRange> statement_ranges(std::string_view document);

// The same as iam:Simulate… tells it: AWS does begin a statement of a list right behind what is
// before it ("[" or the statement before), and one that stands alone behind its "{".
std::vector<SourceRange> simulated_ranges(std::string_view document);

}  // namespace drydock
