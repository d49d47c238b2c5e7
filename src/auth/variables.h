// Policy variables: ${aws:username}, ${aws:PrincipalTag/team, 'default'}, and the escapes ${*} ${?}
// ${$}.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "auth/keys.h"

namespace drydock {

// The text with its variables replaced; wildcards that come from values or escapes are literal
// (auth/pattern.h). Empty when a variable has neither value nor default: what holds it then matches
// nothing.
std::optional<std::string> expand_variables(std::string_view text, const Keys& keys);

}  // namespace drydock
