#include "services/dynamodb/table_rules.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "services/dynamodb/values/document.h"

namespace drydock::dynamodb {
namespace {

std::string bracketed(const std::vector<std::string>& names) {
  return "[" + join(names, ", ") + "]";
}

std::vector<std::string> names_of(const std::vector<AttributeDefinition>& attributes) {
  std::vector<std::string> out;
  for (const auto& attribute : attributes) out.push_back(attribute.AttributeName);
  return out;
}

Result<void> check_keys(const std::vector<KeySchemaElement>& keys,
                        const std::vector<AttributeDefinition>& attributes, bool is_index) {
  if (keys[0].KeyType != "HASH")
    return validation("Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
  if (!is_index && attributes.size() < keys.size())
    return validation("Invalid KeySchema: Some index key attribute have no definition");
  if (keys.size() > 1 && keys[0].AttributeName == keys[1].AttributeName)
    return validation(
        "Both the Hash Key and the Range Key element in the KeySchema have the same name");
  if (keys.size() > 1 && keys[1].KeyType != "RANGE")
    return validation("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type");
  std::vector<std::string> defined = names_of(attributes), missing;
  for (const auto& key : keys)
    if (std::find(defined.begin(), defined.end(), key.AttributeName) == defined.end())
      missing.push_back(key.AttributeName);
  if (missing.empty()) return {};
  return invalid_parameter(
      "Some index key attributes are not defined in AttributeDefinitions. Keys: " +
      bracketed(missing) + ", AttributeDefinitions: " + bracketed(defined));
}

Result<void> check_projection(const IndexProjection& projection) {
  if (!projection.ProjectionType) return invalid_parameter("Unknown ProjectionType: null");
  bool include = *projection.ProjectionType == "INCLUDE";
  if (include && !projection.NonKeyAttributes)
    return invalid_parameter("ProjectionType is INCLUDE, but NonKeyAttributes is not specified");
  if (!include && projection.NonKeyAttributes)
    return invalid_parameter("ProjectionType is " + *projection.ProjectionType +
                             ", but NonKeyAttributes is specified");
  return {};
}

Result<void> check_local_index(const LocalSecondaryIndex& index, const TableDefinition& table) {
  TRY(check_keys(index.KeySchema, *table.attributes, true));
  if (index.KeySchema.size() < 2)
    return invalid_parameter("Index KeySchema does not have a range key for index: " +
                             index.IndexName);
  if (index.KeySchema[0].AttributeName != (*table.keys)[0].AttributeName)
    return invalid_parameter(
        "Index KeySchema does not have the same leading hash key as table KeySchema for index: " +
        index.IndexName + ". index hash key: " + index.KeySchema[0].AttributeName +
        ", table hash key: " + (*table.keys)[0].AttributeName);
  return check_projection(index.Projection);
}

Result<void> check_throughput(const TableDefinition& table) {
  bool given = table.throughput->has_value(), on_demand = table.billing_mode == "PAY_PER_REQUEST";
  if (on_demand && given)
    return invalid_parameter(
        "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST");
  if (!on_demand && !given)
    return invalid_parameter(
        "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED");
  return {};
}

}  // namespace

Result<void> check_global_index(const GlobalSecondaryIndex& index,
                                const std::vector<AttributeDefinition>& attributes,
                                std::string_view billing_mode) {
  TRY(check_keys(index.KeySchema, attributes, true));
  TRY(check_projection(index.Projection));
  bool on_demand = billing_mode == "PAY_PER_REQUEST";
  if (!on_demand && !index.ProvisionedThroughput)
    return invalid_parameter("ProvisionedThroughput must be specified for index: " +
                             index.IndexName);
  if (on_demand && index.ProvisionedThroughput)
    return invalid_parameter("ProvisionedThroughput should not be specified for index: " +
                             index.IndexName + " when BillingMode is PAY_PER_REQUEST");
  return {};
}

Result<void> check_definition(const TableDefinition& table) {
  TRY(check_throughput(table));
  TRY(check_keys(*table.keys, *table.attributes, false));
  std::set<std::string> used, index_names;
  auto use = [&](const std::vector<KeySchemaElement>& keys) {
    for (const auto& key : keys) used.insert(key.AttributeName);
  };
  use(*table.keys);
  bool has_indexes = *table.local_indexes || *table.global_indexes;
  if (!has_indexes && table.attributes->size() != table.keys->size())
    return invalid_parameter(
        "Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions");
  if (*table.local_indexes) {
    const auto& indexes = **table.local_indexes;
    if (indexes.empty()) return invalid_parameter("List of LocalSecondaryIndexes is empty");
    if (table.keys->size() < 2)
      return invalid_parameter(
          "Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex");
    if (indexes.size() > kMaxLocalIndexes)
      return invalid_parameter("Number of LocalSecondaryIndexes exceeds per-table limit of 5");
    for (const auto& index : indexes) {
      TRY(check_local_index(index, table));
      if (!index_names.insert(index.IndexName).second)
        return invalid_parameter("Duplicate index name: " + index.IndexName);
      use(index.KeySchema);
    }
  }
  if (*table.global_indexes) {
    const auto& indexes = **table.global_indexes;
    if (indexes.empty()) return invalid_parameter("List of GlobalSecondaryIndexes is empty");
    if (indexes.size() > kMaxGlobalIndexes)
      return invalid_parameter("Number of GlobalSecondaryIndexes exceeds per-table limit of 20");
    for (const auto& index : indexes) {
      TRY(check_global_index(index, *table.attributes, table.billing_mode));
      if (!index_names.insert(index.IndexName).second)
        return invalid_parameter("Duplicate index name: " + index.IndexName);
      use(index.KeySchema);
    }
  }
  if (used.size() != table.attributes->size())
    return invalid_parameter("Some AttributeDefinitions are not used. AttributeDefinitions: " +
                             bracketed(names_of(*table.attributes)) +
                             ", keys used: " + bracketed({used.begin(), used.end()}));
  return {};
}

}  // namespace drydock::dynamodb
