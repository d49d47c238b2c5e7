// The text of a template, YAML or JSON, to one Value with long-form intrinsics. The only place that
// knows yaml-cpp.
#pragma once

#include <string_view>

#include "base/result.h"
#include "base/value.h"

namespace drydock::cloudformation {

inline constexpr size_t kTemplateBytesMax =
    1'048'576;  // from S3; inline bodies end at 51,200 (the model says so)
inline constexpr size_t kTemplateNodesMax = 200'000;
inline constexpr int kTemplateDepthMax = 100;

// Short forms (!Ref) become long forms ({"Ref": …}). Dates, and numbers that would not print as
// they were written (account ids with leading zeros, 1.10), stay strings. Faults are
// ValidationError with AWS's text.
Result<Value> parse_template(std::string_view text);

}  // namespace drydock::cloudformation
