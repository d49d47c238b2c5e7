// The filter pattern language of CloudWatch Logs: which messages a pattern selects. Pure.
//
//   terms        ERROR "two words" -debug ?this ?that %regex%     all plain terms, no -term, any
//   ?term JSON         { ($.level = "error") && ($.code >= 500) }       = != < <= > >= IS
//   NULL|TRUE|FALSE, NOT EXISTS, * fields       [ip, user, status=4*, size > 1000]               of
//   a line split at blanks, with "…" and […] kept
#pragma once

#include <memory>
#include <string_view>

#include "base/result.h"

namespace drydock::logs {

class FilterPattern {
 public:
  virtual ~FilterPattern() = default;
  virtual bool matches(std::string_view message) const = 0;
};

// A broken pattern is InvalidParameterException. The empty pattern selects everything.
Result<std::unique_ptr<FilterPattern>> parse_filter_pattern(std::string_view text);

}  // namespace drydock::logs
