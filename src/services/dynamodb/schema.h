// Schema: a table as the item operations need it, made once from its stored row and shared.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/call.h"
#include "services/dynamodb/expressions/key_condition.h"
#include "services/dynamodb/tables.h"
#include "services/dynamodb/values/attribute.h"

namespace drydock::dynamodb {

struct IndexSchema {
  std::string name;
  std::string arn;
  bool global = false;
  bool backfilling = false;
  KeySchema keys;
  enum class Projects { kAll, kKeys, kSome } projects = Projects::kAll;
  std::vector<std::string> attributes;  // names that are projected, keys included; not for kAll
  std::string prefix;                   // of its stored keys

  bool projects_name(std::string_view name) const;
};

struct Schema {
  TableRow row;
  Space space;
  KeySchema keys;
  std::vector<IndexSchema> indexes;
  std::string prefix;        // of its items' stored keys
  AppliedPolicies policies;  // the table's resource policy
  uint64_t number = 0;       // no other schema of this process has it

  const IndexSchema* index(std::string_view name) const;
  bool has_local_indexes() const;
};
using SchemaPtr = std::shared_ptr<const Schema>;

// A table as a request names it: by name or by ARN.
struct TableReference {
  Space space;
  std::string name;
  std::string arn;
};
Result<TableReference> reference_table(Call& call, std::string_view name_or_arn);
bool is_table_name(std::string_view text);

// nullptr: no such table.
SchemaPtr find_schema(Txn& txn, const TableReference& table);
SchemaPtr make_schema(const TableRow& row);             // of a row that is about to be stored
Unexpected no_such_table();                             // "Requested resource not found"
Unexpected no_such_table(const TableReference& table);  // "…: Table: x not found"

KeySchema key_schema(const std::vector<KeySchemaElement>& elements,
                     const std::vector<AttributeDefinition>& definitions);

}  // namespace drydock::dynamodb
