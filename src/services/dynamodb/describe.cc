#include "services/dynamodb/describe.h"

#include <mutex>
#include <unordered_map>

#include "services/dynamodb/values/encoding.h"

namespace drydock::dynamodb {
namespace {

constexpr int64_t kCountLifetime_ms = 6LL * 3600 * 1000;
constexpr size_t kMaxCounts = 4096;

struct Counts {
  int64_t items = 0, bytes = 0;
  Timestamp time;
};

// Large counts by the prefix of the stored keys.
std::mutex counts_mutex;
std::unordered_map<std::string, Counts> large_counts;

Counts count(Call& call, const std::string& prefix) {
  {
    std::lock_guard lock(counts_mutex);
    auto at = large_counts.find(prefix);
    if (at != large_counts.end() && call.now() < at->second.time + kCountLifetime_ms)
      return at->second;
  }
  Counts out;
  out.time = call.now();
  call.txn().scan(prefix, prefix + '\xff', Txn::Order::kForward,
                  [&](std::string_view, std::string_view row) {
                    ++out.items;
                    out.bytes += static_cast<int64_t>(size_of(decode_item(row)));
                    return true;
                  });
  if (out.items > kExactCountLimit) {
    std::lock_guard lock(counts_mutex);
    if (large_counts.size() >= kMaxCounts) large_counts.clear();
    large_counts[prefix] = out;
  }
  return out;
}

ProvisionedThroughputDescription throughput(const std::optional<int64_t>& reads,
                                            const std::optional<int64_t>& writes) {
  ProvisionedThroughputDescription out;
  out.NumberOfDecreasesToday = 0;
  out.ReadCapacityUnits = reads.value_or(0);
  out.WriteCapacityUnits = writes.value_or(0);
  return out;
}

// What AWS gives new on-demand tables; provisioned ones are as warm as their units.
WarmThroughputDescription warm(bool on_demand, const std::optional<int64_t>& reads,
                               const std::optional<int64_t>& writes) {
  WarmThroughputDescription out;
  out.ReadUnitsPerSecond = on_demand ? 12000 : reads.value_or(0);
  out.WriteUnitsPerSecond = on_demand ? 4000 : writes.value_or(0);
  out.Status = "ACTIVE";
  return out;
}

IndexProjection projection_of(const IndexRow& row) {
  IndexProjection out;
  out.ProjectionType = row.ProjectionType;
  if (!row.NonKeyAttributes.empty()) out.NonKeyAttributes = row.NonKeyAttributes;
  return out;
}

}  // namespace

TableDescription describe(Call& call, const Schema& schema, std::string_view status) {
  const TableRow& row = schema.row;
  TableDescription out;
  bool on_demand = row.BillingMode == "PAY_PER_REQUEST";
  out.AttributeDefinitions = row.AttributeDefinitions;
  out.TableName = row.Name;
  out.KeySchema = row.KeySchema;
  out.TableStatus = std::string(status);
  out.CreationDateTime = row.Created;
  out.ProvisionedThroughput = throughput(row.ReadCapacityUnits, row.WriteCapacityUnits);
  out.ProvisionedThroughput->LastIncreaseDateTime = row.LastIncrease;
  out.ProvisionedThroughput->LastDecreaseDateTime = row.LastDecrease;
  Counts counts = count(call, schema.prefix);
  out.TableSizeBytes = counts.bytes;
  out.ItemCount = counts.items;
  out.TableArn = row.Arn;
  out.TableId = row.Id;
  if (on_demand || row.PayPerRequestSince) {
    out.BillingModeSummary = BillingModeSummary{};
    out.BillingModeSummary->BillingMode = row.BillingMode;
    out.BillingModeSummary->LastUpdateToPayPerRequestDateTime = row.PayPerRequestSince;
  }
  out.WarmThroughput = warm(on_demand, row.ReadCapacityUnits, row.WriteCapacityUnits);
  out.OnDemandThroughput = row.OnDemandThroughput;
  out.DeletionProtectionEnabled = row.DeletionProtection;
  if (row.TableClass) {
    out.TableClassSummary = TableClassSummary{};
    out.TableClassSummary->TableClass = row.TableClass;
    out.TableClassSummary->LastUpdateDateTime = row.TableClassUpdated;
  }
  if (row.SseType) {
    out.SSEDescription = SSEDescription{};
    out.SSEDescription->Status = "ENABLED";
    out.SSEDescription->SSEType = row.SseType;
    out.SSEDescription->KMSMasterKeyArn = row.SseKey;
    out.SSEDescription->InaccessibleEncryptionDateTime = row.SseInaccessibleSince;
  }
  if (row.StreamViewType) {
    out.StreamSpecification = StreamSpecification{};
    out.StreamSpecification->StreamEnabled = true;
    out.StreamSpecification->StreamViewType = row.StreamViewType;
  }
  if (row.StreamLabel) {
    out.LatestStreamLabel = row.StreamLabel;
    out.LatestStreamArn = row.Arn + "/stream/" + *row.StreamLabel;
  }
  for (size_t i = 0; i < row.Indexes.size(); ++i) {
    const IndexRow& index = row.Indexes[i];
    Counts entries = count(call, schema.indexes[i].prefix);
    if (!index.Global) {
      LocalSecondaryIndexDescription local;
      local.IndexName = index.Name;
      local.KeySchema = index.KeySchema;
      local.Projection = projection_of(index);
      local.IndexSizeBytes = entries.bytes;
      local.ItemCount = entries.items;
      local.IndexArn = schema.indexes[i].arn;
      if (!out.LocalSecondaryIndexes) out.LocalSecondaryIndexes.emplace();
      out.LocalSecondaryIndexes->push_back(std::move(local));
      continue;
    }
    GlobalSecondaryIndexDescription global;
    global.IndexName = index.Name;
    global.KeySchema = index.KeySchema;
    global.Projection = projection_of(index);
    global.IndexStatus = index.Backfilling ? "CREATING" : "ACTIVE";
    if (index.Backfilling) global.Backfilling = true;
    global.ProvisionedThroughput = throughput(index.ReadCapacityUnits, index.WriteCapacityUnits);
    global.IndexSizeBytes = entries.bytes;
    global.ItemCount = entries.items;
    global.IndexArn = schema.indexes[i].arn;
    global.OnDemandThroughput = index.OnDemandThroughput;
    global.WarmThroughput = warm(on_demand, index.ReadCapacityUnits, index.WriteCapacityUnits);
    if (!out.GlobalSecondaryIndexes) out.GlobalSecondaryIndexes.emplace();
    out.GlobalSecondaryIndexes->push_back(std::move(global));
  }
  return out;
}

}  // namespace drydock::dynamodb
