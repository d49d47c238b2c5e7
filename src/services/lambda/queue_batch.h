// A queue's messages as a function sees them, which of them a mapping's filters let through, and
// which of a batch the function says it failed on. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/value.h"

namespace drydock::lambda {

// `message` as ReceiveMessage gives it.
Value queue_record(const Value& message, const std::string& queue_arn, const std::string& region);

// Checked filter patterns; a record passes when there is none, or one wants it.
Result<std::vector<Value>> parse_filters(const std::vector<std::string>& texts);
bool passes_filters(const std::vector<Value>& filters, const Value& record);

// What the function answered under ReportBatchItemFailures: the message ids that failed. Empty
// optional: all of them, since the answer is none that AWS understands.
std::optional<std::vector<std::string>> failed_items(std::string_view answer,
                                                     const std::vector<std::string>& message_ids);

}  // namespace drydock::lambda
