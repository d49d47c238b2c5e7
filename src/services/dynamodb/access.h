// Asks IAM for item operations, with DynamoDB's condition keys, and opens the tables' keys.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "services/dynamodb/schema.h"

namespace drydock::dynamodb {

struct Access {
  std::string_view action;                // "dynamodb:PutItem"
  std::vector<std::string> leading_keys;  // values of the partition keys, as text
  std::vector<std::string> attributes;    // top-level names that are read or written
  std::optional<std::string> select;      // dynamodb:Select
  std::optional<std::string> return_values;
  std::optional<std::string> return_consumed_capacity;
  std::string_view enclosing_operation;  // "TransactWriteItems"
  bool full_table_scan = false;
};

// `index` is empty for the table itself. AWS asks for the index's ARN when a Query or Scan names
// one. `schema` is the table's, null when there is none.
Result<void> authorize_access(Call& call, const TableReference& table, const SchemaPtr& schema,
                              std::string_view index, const Access& access);
// The schema that this thread is authorizing for, if it is that of `arn`: saves the hook of
// service.cc a read.
const Schema* schema_under_authorization(const Arn& arn);
// Its number, if the table's ARN is `table`; else 0.
uint64_t number_under_authorization(std::string_view table);

// The partition key's value in a document, as a policy sees it; nothing when it is not there.
void add_leading_key(std::vector<std::string>& keys, const Schema* schema, const Item& item);
void add_names(std::vector<std::string>& names, const Item& item);

}  // namespace drydock::dynamodb
