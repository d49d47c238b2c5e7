// AWS's rules for the definition of a table and its indexes. Pure; faults are ValidationException
// with AWS's texts.
#pragma once

#include "gen/dynamodb.h"

namespace drydock::dynamodb {

struct TableDefinition {
  const std::vector<AttributeDefinition>* attributes;
  const std::vector<KeySchemaElement>* keys;
  const std::optional<std::vector<LocalSecondaryIndex>>* local_indexes;
  const std::optional<std::vector<GlobalSecondaryIndex>>* global_indexes;
  std::string billing_mode;
  const std::optional<ProvisionedThroughput>* throughput;
};

Result<void> check_definition(const TableDefinition& definition);
// One global index to be added to a table.
Result<void> check_global_index(const GlobalSecondaryIndex& index,
                                const std::vector<AttributeDefinition>& attributes,
                                std::string_view billing_mode);

inline constexpr size_t kMaxLocalIndexes = 5;
inline constexpr size_t kMaxGlobalIndexes = 20;

}  // namespace drydock::dynamodb
