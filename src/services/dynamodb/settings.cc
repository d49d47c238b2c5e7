// A table's time to live and continuous backups; the limits and endpoints of the account.
#include "gen/dynamodb_handlers.h"
#include "services/dynamodb/encryption.h"
#include "services/dynamodb/jobs.h"
#include "services/dynamodb/values/document.h"

namespace drydock::dynamodb {
namespace {

struct OpenedTable {
  TableReference table;
  SchemaPtr schema;
};
Result<OpenedTable> open_table(Call& call, std::string_view action, std::string_view name) {
  OpenedTable out;
  out.table = TRY(reference_table(call, name));
  TRY(call.authorize(action, out.table.arn));
  out.schema = find_schema(call.txn(), out.table);
  if (!out.schema) return no_such_table(out.table);
  return out;
}

ContinuousBackupsDescription backups_of(Call& call, const TableRow& row) {
  ContinuousBackupsDescription out;
  out.ContinuousBackupsStatus =
      "ENABLED";  // AWS has them on for every table; only recovery is a choice
  PointInTimeRecoveryDescription recovery;
  recovery.PointInTimeRecoveryStatus = row.RecoverySince ? "ENABLED" : "DISABLED";
  if (row.RecoverySince) {
    recovery.RecoveryPeriodInDays = row.RecoveryDays.value_or(35);
    recovery.EarliestRestorableDateTime = row.RecoverySince;
    recovery.LatestRestorableDateTime = call.now();
  }
  out.PointInTimeRecoveryDescription = recovery;
  return out;
}

}  // namespace

Result<DescribeTimeToLiveOutput> describe_time_to_live(Call& call,
                                                       const DescribeTimeToLiveInput& in) {
  OpenedTable opened = TRY(open_table(call, "dynamodb:DescribeTimeToLive", in.TableName));
  TimeToLiveDescription out;
  out.TimeToLiveStatus = opened.schema->row.TtlAttribute ? "ENABLED" : "DISABLED";
  out.AttributeName = opened.schema->row.TtlAttribute;
  return DescribeTimeToLiveOutput{out};
}

Result<UpdateTimeToLiveOutput> update_time_to_live(Call& call, const UpdateTimeToLiveInput& in) {
  OpenedTable opened = TRY(open_table(call, "dynamodb:UpdateTimeToLive", in.TableName));
  TableRow row = opened.schema->row;
  const auto& wanted = in.TimeToLiveSpecification;
  if (wanted.Enabled && row.TtlAttribute) {
    if (*row.TtlAttribute != wanted.AttributeName)
      return validation(
          "TimeToLive is active on a different AttributeName: current AttributeName is " +
          *row.TtlAttribute);
    return validation("TimeToLive is already enabled");
  }
  if (!wanted.Enabled && !row.TtlAttribute) return validation("TimeToLive is already disabled");
  if (!wanted.Enabled && *row.TtlAttribute != wanted.AttributeName)
    return validation(
        "TimeToLive is active on a different AttributeName: current AttributeName is " +
        *row.TtlAttribute);
  TRY(open_table_key(call, *opened.schema));
  if (wanted.Enabled) {
    row.TtlAttribute = wanted.AttributeName;
    Value payload = job_payload(opened.table.space);
    payload.set("table", row.Name);
    payload.set("id", row.Id);
    call.start_job(std::string(kExpireJob), row.Id, call.now(), std::move(payload));
  } else {
    row.TtlAttribute.reset();
    call.cancel_job(kExpireJob, row.Id);
  }
  row.TtlChanged = call.now();
  kTables.put(call.txn(), opened.table.space, {row.Name}, row);
  return UpdateTimeToLiveOutput{wanted};
}

Result<DescribeContinuousBackupsOutput> describe_continuous_backups(
    Call& call, const DescribeContinuousBackupsInput& in) {
  OpenedTable opened = TRY(open_table(call, "dynamodb:DescribeContinuousBackups", in.TableName));
  return DescribeContinuousBackupsOutput{backups_of(call, opened.schema->row)};
}

Result<UpdateContinuousBackupsOutput> update_continuous_backups(
    Call& call, const UpdateContinuousBackupsInput& in) {
  OpenedTable opened = TRY(open_table(call, "dynamodb:UpdateContinuousBackups", in.TableName));
  TableRow row = opened.schema->row;
  const auto& wanted = in.PointInTimeRecoverySpecification;
  if (wanted.PointInTimeRecoveryEnabled) {
    if (!row.RecoverySince) row.RecoverySince = call.now();
    row.RecoveryDays = wanted.RecoveryPeriodInDays;
  } else {
    row.RecoverySince.reset();
    row.RecoveryDays.reset();
  }
  kTables.put(call.txn(), opened.table.space, {row.Name}, row);
  return UpdateContinuousBackupsOutput{backups_of(call, row)};
}

Result<DescribeLimitsOutput> describe_limits(Call&, const DescribeLimitsInput&) {
  // AWS's default quotas; nothing is throttled here.
  DescribeLimitsOutput out;
  out.AccountMaxReadCapacityUnits = 80000;
  out.AccountMaxWriteCapacityUnits = 80000;
  out.TableMaxReadCapacityUnits = 40000;
  out.TableMaxWriteCapacityUnits = 40000;
  return out;
}

Result<DescribeEndpointsOutput> describe_endpoints(Call& call, const DescribeEndpointsInput&) {
  return DescribeEndpointsOutput{
      {Endpoint{"dynamodb." + call.region().text + ".amazonaws.com", 1440}}};
}

}  // namespace drydock::dynamodb
