// TableDescription as AWS shows a table.
#pragma once

#include "services/dynamodb/schema.h"

namespace drydock::dynamodb {

TableDescription describe(Call& call, const Schema& schema, std::string_view status);

// Counts of items are exact for tables up to this size; larger ones are counted anew every six
// hours, as AWS does for all.
inline constexpr int64_t kExactCountLimit = 10'000;

}  // namespace drydock::dynamodb
