// UpdateTable: throughput and billing, global indexes, encryption, class, deletion protection.
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

Result<void> change_throughput(Call& call, TableRow& row, const UpdateTableInput& in) {
  std::string mode = in.BillingMode.value_or(row.BillingMode);
  bool switches = mode != row.BillingMode;
  if (mode == "PAY_PER_REQUEST") {
    if (in.ProvisionedThroughput)
      return invalid_parameter(
          "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST");
    if (!switches) return {};
    row.PayPerRequestSince = call.now();
    row.ReadCapacityUnits.reset();
    row.WriteCapacityUnits.reset();
    for (IndexRow& index : row.Indexes)
      index.ReadCapacityUnits = index.WriteCapacityUnits = std::nullopt;
  } else if (in.ProvisionedThroughput) {
    int64_t reads = in.ProvisionedThroughput->ReadCapacityUnits,
            writes = in.ProvisionedThroughput->WriteCapacityUnits;
    int64_t old_reads = row.ReadCapacityUnits.value_or(0),
            old_writes = row.WriteCapacityUnits.value_or(0);
    if (!switches && reads == old_reads && writes == old_writes)
      return validation(
          "The provisioned throughput for the table will not change. The requested value equals the current value. "
          "Current ReadCapacityUnits provisioned for the table: " +
          std::to_string(reads) + ". Requested ReadCapacityUnits: " + std::to_string(reads) +
          ". Current WriteCapacityUnits provisioned for the table: " + std::to_string(writes) +
          ". Requested WriteCapacityUnits: " + std::to_string(writes) +
          ". Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.");
    if (reads > old_reads || writes > old_writes) row.LastIncrease = call.now();
    if (reads < old_reads || writes < old_writes) row.LastDecrease = call.now();
    row.ReadCapacityUnits = reads;
    row.WriteCapacityUnits = writes;
  } else if (switches) {
    return invalid_parameter(
        "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED");
  }
  row.BillingMode = mode;
  return {};
}

IndexRow* find_global(TableRow& row, const std::string& name) {
  for (IndexRow& index : row.Indexes)
    if (index.Global && index.Name == name) return &index;
  return nullptr;
}

// Attribute definitions that no key uses any more go, as AWS does when an index is deleted.
void drop_unused_definitions(TableRow& row) {
  auto used = [&](const std::string& name) {
    auto in = [&](const std::vector<KeySchemaElement>& keys) {
      for (const auto& key : keys)
        if (key.AttributeName == name) return true;
      return false;
    };
    if (in(row.KeySchema)) return true;
    for (const IndexRow& index : row.Indexes)
      if (in(index.KeySchema)) return true;
    return false;
  };
  std::erase_if(row.AttributeDefinitions,
                [&](const AttributeDefinition& one) { return !used(one.AttributeName); });
}

Result<void> create_index(Call& call, const Schema& schema, TableRow& row,
                          const GlobalSecondaryIndex& wanted) {
  for (const IndexRow& index : row.Indexes)
    if (index.Name == wanted.IndexName)
      return validation("Attempting to create an index which already exists");
  TRY(check_global_index(wanted, row.AttributeDefinitions, row.BillingMode));
  size_t globals = 0;
  for (const IndexRow& index : row.Indexes) globals += index.Global;
  if (globals >= kMaxGlobalIndexes)
    return invalid_parameter("Number of GlobalSecondaryIndexes exceeds per-table limit of 20");
  IndexRow index = new_global_index(call, wanted);
  index.Backfilling = true;
  Value payload = job_payload(schema.space);
  payload.set("table", row.Name);
  payload.set("id", row.Id);
  payload.set("index", index.Name);
  call.start_job(std::string(kBackfillJob), row.Id + "/" + index.Id, call.now(),
                 std::move(payload));
  row.Indexes.push_back(std::move(index));
  return {};
}

Result<void> change_indexes(Call& call, const Schema& schema, TableRow& row,
                            const std::vector<GlobalSecondaryIndexUpdate>& updates) {
  size_t made_or_deleted = 0;
  for (const auto& update : updates) {
    int given = update.Create.has_value() + update.Update.has_value() + update.Delete.has_value();
    if (given != 1)
      return invalid_parameter(
          "One of GlobalSecondaryIndexUpdate.Update, Create, Delete must be specified");
    if (update.Create || update.Delete) ++made_or_deleted;
    if (made_or_deleted > 1)
      return errors::LimitExceededException(
          "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table");
    if (update.Create) {
      TRY(create_index(call, schema, row, *update.Create));
      continue;
    }
    const std::string& name = update.Update ? update.Update->IndexName : update.Delete->IndexName;
    IndexRow* index = find_global(row, name);
    if (!index) return no_such_table();
    if (update.Delete) {
      start_purge(call, schema.space, kIndexItems.stored_key(schema.space, {row.Id, index->Id}),
                  row.Id + "/" + index->Id);
      std::erase_if(row.Indexes,
                    [&](const IndexRow& one) { return one.Global && one.Name == name; });
      drop_unused_definitions(row);
    } else {
      if (update.Update->ProvisionedThroughput) {
        index->ReadCapacityUnits = update.Update->ProvisionedThroughput->ReadCapacityUnits;
        index->WriteCapacityUnits = update.Update->ProvisionedThroughput->WriteCapacityUnits;
      }
      if (update.Update->OnDemandThroughput)
        index->OnDemandThroughput = update.Update->OnDemandThroughput;
    }
  }
  return {};
}

}  // namespace

Result<UpdateTableOutput> update_table(Call& call, const UpdateTableInput& in) {
  bool any = in.BillingMode || in.ProvisionedThroughput || in.GlobalSecondaryIndexUpdates ||
             in.StreamSpecification || in.SSESpecification || in.ReplicaUpdates || in.TableClass ||
             in.DeletionProtectionEnabled || in.OnDemandThroughput || in.WarmThroughput;
  if (!any)
    return validation(
        "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or SSESpecification or "
        "ReplicaUpdates is required");
  TRY(check_stream(in.StreamSpecification));
  if (in.ReplicaUpdates && in.ReplicaUpdates->size() > 0)
    return not_implemented("Global tables (ReplicaUpdates)");
  TRY(check_encryption(in.SSESpecification));
  TableReference table = TRY(reference_table(call, in.TableName));
  TRY(call.authorize("dynamodb:UpdateTable", table.arn));
  SchemaPtr schema = find_schema(call.txn(), table);
  if (!schema) return no_such_table(table);
  TableRow row = schema->row;
  if (in.AttributeDefinitions) {
    for (const auto& definition : *in.AttributeDefinitions) {
      bool known = false;
      for (const auto& old : row.AttributeDefinitions)
        known = known || old.AttributeName == definition.AttributeName;
      if (!known) row.AttributeDefinitions.push_back(definition);
    }
  }
  TRY(change_throughput(call, row, in));
  if (in.GlobalSecondaryIndexUpdates)
    TRY(change_indexes(call, *schema, row, *in.GlobalSecondaryIndexUpdates));
  if (row.BillingMode == "PROVISIONED")
    for (const IndexRow& index : row.Indexes)
      if (index.Global && !index.ReadCapacityUnits)
        return invalid_parameter("ProvisionedThroughput must be specified for index: " +
                                 index.Name);
  if (!in.GlobalSecondaryIndexUpdates || in.AttributeDefinitions) drop_unused_definitions(row);
  if (in.TableClass && in.TableClass != row.TableClass) {
    row.TableClass = in.TableClass;
    row.TableClassUpdated = call.now();
  }
  if (in.DeletionProtectionEnabled) row.DeletionProtection = *in.DeletionProtectionEnabled;
  if (in.OnDemandThroughput) row.OnDemandThroughput = in.OnDemandThroughput;
  TRY(change_stream(call, table.space, row, in.StreamSpecification));
  TRY(change_encryption(call, *schema, row, in.SSESpecification));
  kTables.put(call.txn(), table.space, {row.Name}, row);
  return UpdateTableOutput{describe(call, *make_schema(row), "ACTIVE")};
}

}  // namespace drydock::dynamodb
