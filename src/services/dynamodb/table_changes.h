// What CreateTable and UpdateTable do to a table's row, each part once.
#pragma once

#include "services/dynamodb/schema.h"

namespace drydock::dynamodb {

IndexRow new_index(Call& call, const std::string& name, const std::vector<KeySchemaElement>& keys,
                   const IndexProjection& projection);
IndexRow new_global_index(Call& call, const GlobalSecondaryIndex& index);
Result<void> set_policy(Call& call, TableRow& row, const std::string& policy);

// Tags of AWS's own (aws:…) come from services alone, in-process: CloudFormation marks what it
// makes.
Result<void> check_tags(Call& call, const std::optional<std::vector<Tag>>& tags);
Context tag_context(const std::optional<std::vector<Tag>>& tags);  // aws:RequestTag/…, aws:TagKeys

inline constexpr size_t kMaxTags = 50;

}  // namespace drydock::dynamodb
