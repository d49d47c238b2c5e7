// Patterns of the models: whole-string matches, each compiled once, when first used. Thread-safe.
#pragma once

#include <string_view>

namespace drydock {

// `pattern` must live as long as the program (it comes from the tables).
bool satisfies_pattern(std::string_view pattern, std::string_view text);
// False when RE2 cannot take it; satisfies_pattern accepts every text then. Tests hold all models
// to true.
bool pattern_is_usable(std::string_view pattern);

}  // namespace drydock
