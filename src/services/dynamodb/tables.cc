// CreateTable, DescribeTable, ListTables, DeleteTable.
#include "gen/dynamodb_handlers.h"
#include "services/dynamodb/describe.h"
#include "services/dynamodb/encryption.h"
#include "services/dynamodb/jobs.h"
#include "services/dynamodb/streams.h"
#include "services/dynamodb/table_changes.h"
#include "services/dynamodb/table_rules.h"
#include "services/dynamodb/values/document.h"

namespace drydock::dynamodb {
namespace {

Result<void> authorize_creation(Call& call, const TableReference& table,
                                const std::optional<std::vector<Tag>>& tags) {
  TRY(call.authorize("dynamodb:CreateTable", table.arn, tag_context(tags)));
  if (tags && !tags->empty())
    TRY(call.authorize("dynamodb:TagResource", table.arn, tag_context(tags)));
  return {};
}

TableRow new_row(Call& call, const CreateTableInput& in, const TableReference& table,
                 const std::string& billing_mode) {
  TableRow row;
  row.Name = table.name;
  row.Id = call.random().uuid();
  row.Arn = table.arn;
  row.Created = call.now();
  row.AttributeDefinitions = in.AttributeDefinitions;
  row.KeySchema = in.KeySchema;
  row.BillingMode = billing_mode;
  if (in.ProvisionedThroughput) {
    row.ReadCapacityUnits = in.ProvisionedThroughput->ReadCapacityUnits;
    row.WriteCapacityUnits = in.ProvisionedThroughput->WriteCapacityUnits;
  }
  if (billing_mode == "PAY_PER_REQUEST") row.PayPerRequestSince = call.now();
  if (in.LocalSecondaryIndexes)
    for (const auto& index : *in.LocalSecondaryIndexes)
      row.Indexes.push_back(new_index(call, index.IndexName, index.KeySchema, index.Projection));
  if (in.GlobalSecondaryIndexes)
    for (const auto& index : *in.GlobalSecondaryIndexes)
      row.Indexes.push_back(new_global_index(call, index));
  row.DeletionProtection = in.DeletionProtectionEnabled.value_or(false);
  row.TableClass = in.TableClass;
  row.OnDemandThroughput = in.OnDemandThroughput;
  if (in.Tags) row.Tags = *in.Tags;
  return row;
}

// A table whose key is disabled, or whose grant was revoked, is inaccessible. AWS finds out within
// an hour or so; here it shows at the next look.
std::string_view table_status(Call& call, const TableReference& table, SchemaPtr& schema) {
  if (!schema->row.SseDataKey) return "ACTIVE";
  const bool accessible = is_accessible(call.server(), *schema);
  if (accessible == schema->row.SseInaccessibleSince.has_value()) {
    TableRow row = schema->row;
    row.SseInaccessibleSince = accessible ? std::nullopt : std::optional(call.now());
    kTables.put(call.txn(), table.space, {table.name}, row);
    schema = make_schema(row);
  }
  return accessible ? "ACTIVE" : "INACCESSIBLE_ENCRYPTION_CREDENTIALS";
}

}  // namespace

Result<CreateTableOutput> create_table(Call& call, const CreateTableInput& in) {
  if (in.TableName.size() < 3 || in.TableName.size() > 255)
    return validation(
        "TableName must be at least 3 characters long and at most 255 characters long");
  if (!is_table_name(in.TableName))
    return validation(
        "1 validation error detected: Value '" + in.TableName +
        "' at 'tableName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+");
  TRY(check_stream(in.StreamSpecification));
  std::string billing_mode = in.BillingMode.value_or("PROVISIONED");
  TRY(check_definition({&in.AttributeDefinitions, &in.KeySchema, &in.LocalSecondaryIndexes,
                        &in.GlobalSecondaryIndexes, billing_mode, &in.ProvisionedThroughput}));
  TRY(check_encryption(in.SSESpecification));
  TRY(check_tags(call, in.Tags));
  TableReference table = TRY(reference_table(call, in.TableName));
  TRY(authorize_creation(call, table, in.Tags));
  if (kTables.contains(call.txn(), table.space, {table.name}))
    return errors::ResourceInUseException("Table already exists: " + table.name);
  TableRow row = new_row(call, in, table, billing_mode);
  if (in.ResourcePolicy) {
    TRY(call.authorize("dynamodb:PutResourcePolicy", table.arn));
    TRY(set_policy(call, row, *in.ResourcePolicy));
  }
  TRY(set_encryption(call, row, in.SSESpecification));
  if (in.StreamSpecification && in.StreamSpecification->StreamEnabled)
    open_stream(call, table.space, row, *in.StreamSpecification->StreamViewType);
  kTables.put(call.txn(), table.space, {table.name}, row);
  // AWS takes seconds to make a table and says CREATING meanwhile; here it is ready at once.
  return CreateTableOutput{describe(call, *make_schema(row), "ACTIVE")};
}

Result<DescribeTableOutput> describe_table(Call& call, const DescribeTableInput& in) {
  TableReference table = TRY(reference_table(call, in.TableName));
  TRY(call.authorize("dynamodb:DescribeTable", table.arn));
  SchemaPtr schema = find_schema(call.txn(), table);
  if (!schema) return no_such_table(table);
  const std::string_view status = table_status(call, table, schema);
  return DescribeTableOutput{describe(call, *schema, status)};
}

Result<ListTablesOutput> list_tables(Call& call, const ListTablesInput& in) {
  auto limit = static_cast<size_t>(in.Limit.value_or(100));
  ScanOptions options;
  if (in.ExclusiveStartTableName) options.after = {*in.ExclusiveStartTableName};
  options.limit = limit + 1;
  ListTablesOutput out;
  out.TableNames.emplace();
  kTables.raw().scan(call.txn(), call.space(), options,
                     [&](const std::vector<std::string>& key, std::string_view) {
                       out.TableNames->push_back(key[0]);
                       return true;
                     });
  if (out.TableNames->size() > limit) {
    out.TableNames->pop_back();
    out.LastEvaluatedTableName = out.TableNames->back();
  }
  return out;
}

Result<DeleteTableOutput> delete_table(Call& call, const DeleteTableInput& in) {
  TableReference table = TRY(reference_table(call, in.TableName));
  TRY(call.authorize("dynamodb:DeleteTable", table.arn));
  SchemaPtr schema = find_schema(call.txn(), table);
  if (!schema) return no_such_table(table);
  if (schema->row.DeletionProtection)
    return validation(
        "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.");
  DeleteTableOutput out{describe(call, *schema, "DELETING")};
  kTables.erase(call.txn(), table.space, {table.name});
  retire_grant_later(call, schema->row);
  if (schema->row.StreamViewType) {
    TableRow row = schema->row;
    close_stream(call, table.space, row);
  }
  // The items go later; a new table of this name has another id and never sees them.
  start_purge(call, table.space, schema->prefix, schema->row.Id);
  start_purge(call, table.space, kIndexItems.stored_key(table.space, {schema->row.Id}),
              schema->row.Id + "/indexes");
  return out;
}

}  // namespace drydock::dynamodb
