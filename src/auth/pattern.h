// Patterns of policies: text with * and ?, matched whole or ARN segment by segment.
//
// A * or ? that came from a variable's value, or from ${*} and ${?}, is no wildcard; it travels as
// one of the two control characters below until it is matched.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace drydock {

constexpr char kLiteralStar = '\x01';
constexpr char kLiteralQuestion = '\x02';

// Linear time, whatever the pattern.
bool pattern_matches(std::string_view pattern, std::string_view text);
// The literal characters back in their usual form; for operators that know no wildcards.
std::string pattern_text(std::string pattern);

// The six parts of an ARN; the sixth keeps its colons. Colons inside ${…} do not count.
struct ArnParts {
  std::array<std::string_view, 6> part;
  int count = 0;  // 6 for an ARN
};
ArnParts split_arn(std::string_view text);

// A pattern with its commonest forms recognised when it was parsed.
struct Pattern {
  enum class Kind { kAll, kExact, kPrefix, kGlob };
  Kind kind = Kind::kExact;
  bool has_variable = false;
  std::string text;  // of kPrefix without the *

  static Pattern of(std::string_view text, bool variables);
  bool matches(std::string_view subject) const;  // only without variables
};

// A Resource element: all, or six patterns. AWS does complete an ARN of fewer parts with *.
struct ResourcePattern {
  std::string text;
  bool all = false;
  bool has_variable = false;
  std::vector<Pattern> parts;  // 6; none when `all`

  static ResourcePattern of(std::string_view text, bool variables);
};

}  // namespace drydock
