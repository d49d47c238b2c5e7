// Log groups: create, delete, describe, retention, and the key of KMS that encrypts them.
#include <algorithm>

#include "api/kms.h"
#include "api/server.h"
#include "base/encoding.h"
#include "base/text.h"
#include "gen/logs_handlers.h"
#include "services/logs/tables.h"

namespace drydock::logs {

namespace {
constexpr int64_t kRetentionDayMs = 24 * 3600 * 1000;
constexpr int64_t kRetentionDays[] = {1,   3,   5,   7,   14,   30,   60,   90,   120,  150,  180,
                                      365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653};

Value job_payload(const Space& space, std::string_view group) {
  return Value::object(
      {{"Account", space.account}, {"Region", space.region}, {"Group", std::string(group)}});
}

std::string retention_job_id(const Space& space, std::string_view group) {
  return space.account + "/" + space.region + "/" + std::string(group);
}

LogGroup describe(const Call& call, const GroupRow& row) {
  std::string arn = call.arn("logs", "log-group:" + row.Name);
  LogGroup group;
  group.logGroupName = row.Name;
  group.creationTime = row.Created;
  group.retentionInDays = row.RetentionInDays;
  group.metricFilterCount = 0;
  group.arn = arn + ":*";
  group.storedBytes = 0;  // AWS fills it in with hours of delay; zero is what fresh groups show
  group.kmsKeyId = row.KmsKeyId;
  group.logGroupClass = row.Class.value_or("STANDARD");
  group.logGroupArn = arn;
  return group;
}
// Whether CloudWatch Logs itself may use the key for this group: callers need no permission of KMS.
// Amazon CloudWatch Logs User Guide, "Encrypt log data using AWS KMS": the key's policy has to name
// logs.REGION.amazonaws.com, with the group's ARN as the encryption context aws:logs:arn.
Result<void> check_key(Call& call, const GroupRow& row) {
  const std::string arn = call.arn("logs", "log-group:" + row.Name),
                    key = row.KmsKeyId.value_or("");
  const auto named = Arn::parse(key);
  if (!named || named->service != "kms")
    return errors::InvalidParameterException("The specified KMS Key Id could not be found.");
  const Client logs = call.server().client_as_service(
      "logs." + call.region().text + ".amazonaws.com", arn, call.account().text, call.region());
  auto usable = make_data_key(logs, {.key = key, .context = {{"aws:logs:arn", arn}}});
  if (usable) return {};
  Fault denied = std::move(usable).error();
  denied.code = "AccessDenied";
  denied.status = 400;
  denied.message =
      "The specified KMS key does not exist or is not allowed to be used with Arn '" + arn + "'";
  return fault(std::move(denied));
}

// AWS does take another way of naming the group here, and keys of query results, which are not
// served.
Result<GroupRow> group_to_encrypt(Call& call, const std::optional<std::string>& name,
                                  const std::optional<std::string>& identifier) {
  if (name.has_value() == identifier.has_value())
    return errors::InvalidParameterException(
        "Exactly one of logGroupName and resourceIdentifier must be specified.");
  if (identifier) return not_implemented("The parameter resourceIdentifier");
  return find_group(call.txn(), call.space(), *name);
}

}  // namespace

Result<AssociateKmsKeyOutput> associate_kms_key(Call& call, const AssociateKmsKeyInput& in) {
  GroupRow row = TRY(group_to_encrypt(call, in.logGroupName, in.resourceIdentifier));
  row.KmsKeyId = in.kmsKeyId;
  TRY(check_key(call, row));
  kGroups.put(call.txn(), call.space(), {row.Name}, row);
  return AssociateKmsKeyOutput{};
}

Result<DisassociateKmsKeyOutput> disassociate_kms_key(Call& call,
                                                      const DisassociateKmsKeyInput& in) {
  GroupRow row = TRY(group_to_encrypt(call, in.logGroupName, in.resourceIdentifier));
  row.KmsKeyId.reset();
  kGroups.put(call.txn(), call.space(), {row.Name}, row);
  return DisassociateKmsKeyOutput{};
}

Result<CreateLogGroupOutput> create_log_group(Call& call, const CreateLogGroupInput& in) {
  if (kGroups.contains(call.txn(), call.space(), {in.logGroupName}))
    return errors::ResourceAlreadyExistsException("The specified log group already exists");
  if (in.tags && !in.tags->empty()) {
    auto may = call.authorize("logs:TagResource", call.arn("logs", "log-group:" + in.logGroupName));
    // AWS does word this one in its own way.
    if (!may && may.error().code == "AccessDenied") {
      Fault denied = may.error();
      denied.message =
          "User with accountId: " + call.account().text +
          " is not authorized to perform CreateLogGroup with Tags. An additional permission "
          "\"logs:TagResource\" is required.";
      return fault(std::move(denied));
    }
    TRY(std::move(may));
  }
  GroupRow row;
  row.Name = in.logGroupName;
  row.Created = call.now().ms;
  row.KmsKeyId = in.kmsKeyId;
  row.Class = in.logGroupClass;
  if (in.tags) row.Tags = *in.tags;
  if (row.KmsKeyId) TRY(check_key(call, row));
  kGroups.put(call.txn(), call.space(), {row.Name}, row);
  return CreateLogGroupOutput{};
}

Result<DeleteLogGroupOutput> delete_log_group(Call& call, const DeleteLogGroupInput& in) {
  TRY(find_group(call.txn(), call.space(), in.logGroupName));
  for (const StreamRow& stream :
       kStreams.scan(call.txn(), call.space(), {.prefix = {in.logGroupName}})) {
    kStreams.erase(call.txn(), call.space(), {in.logGroupName, stream.Name});
    discard_events(call, call.space(), stream);
  }
  kGroups.erase(call.txn(), call.space(), {in.logGroupName});
  call.cancel_job(kRetentionJob, retention_job_id(call.space(), in.logGroupName));
  return DeleteLogGroupOutput{};
}

Result<DescribeLogGroupsOutput> describe_log_groups(Call& call, const DescribeLogGroupsInput& in) {
  if (in.logGroupNamePrefix && in.logGroupNamePattern)
    return errors::InvalidParameterException(
        "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.");
  std::string start = TRY(page_start(in.nextToken));
  size_t limit = in.limit.value_or(50);
  DescribeLogGroupsOutput out;
  ScanOptions options;
  if (!start.empty()) options.after = {start};
  std::string last;
  std::string pattern = in.logGroupNamePattern ? to_lower(*in.logGroupNamePattern) : "";
  kGroups.each(call.txn(), call.space(), options, [&](const auto&, const GroupRow& row) {
    if (in.logGroupNamePrefix && !row.Name.starts_with(*in.logGroupNamePrefix))
      return row.Name < *in.logGroupNamePrefix;
    if (!pattern.empty() && to_lower(row.Name).find(pattern) == std::string::npos) return true;
    if (in.logGroupClass && row.Class.value_or("STANDARD") != *in.logGroupClass) return true;
    if (out.logGroups.size() == limit) {
      out.nextToken = page_token(last);
      return false;
    }
    out.logGroups.push_back(describe(call, row));
    last = row.Name;
    return true;
  });
  return out;
}

Result<PutRetentionPolicyOutput> put_retention_policy(Call& call,
                                                      const PutRetentionPolicyInput& in) {
  if (!std::ranges::count(kRetentionDays, in.retentionInDays)) {
    std::string allowed;
    for (int64_t days : kRetentionDays)
      allowed += (allowed.empty() ? "" : ", ") + std::to_string(days);
    return errors::InvalidParameterException(
        "1 validation error detected: Value '" + std::to_string(in.retentionInDays) +
        "' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [" +
        allowed + "]");
  }
  GroupRow row = TRY(find_group(call.txn(), call.space(), in.logGroupName));
  row.RetentionInDays = in.retentionInDays;
  kGroups.put(call.txn(), call.space(), {row.Name}, row);
  call.start_job(std::string(kRetentionJob), retention_job_id(call.space(), row.Name), call.now(),
                 job_payload(call.space(), row.Name));
  return PutRetentionPolicyOutput{};
}

Result<DeleteRetentionPolicyOutput> delete_retention_policy(Call& call,
                                                            const DeleteRetentionPolicyInput& in) {
  GroupRow row = TRY(find_group(call.txn(), call.space(), in.logGroupName));
  row.RetentionInDays.reset();
  kGroups.put(call.txn(), call.space(), {row.Name}, row);
  call.cancel_job(kRetentionJob, retention_job_id(call.space(), row.Name));
  return DeleteRetentionPolicyOutput{};
}

// ---- what the other files use

std::string GroupName::arn() const {
  return "arn:aws:logs:" + space.region + ":" + space.account + ":log-group:" + name;
}
std::string GroupName::iam_resource(std::string_view stream) const {
  return arn() + ":log-stream:" + std::string(stream);
}

std::optional<GroupName> group_of_arn(std::string_view text) {
  auto arn = Arn::parse(text);
  if (!arn || arn->service != "logs" || !arn->resource.starts_with("log-group:"))
    return std::nullopt;
  std::string_view name = std::string_view(arn->resource).substr(10);
  name = name.substr(0, name.find(':'));
  return GroupName{{arn->account, arn->region}, std::string(name)};
}

Result<GroupName> named_group(Call& call, const std::optional<std::string>& name,
                              const std::optional<std::string>& identifier) {
  if (name && identifier)
    return errors::InvalidParameterException(
        "LogGroup name and LogGroup ARN are mutually exclusive parameters.");
  if (!name && !identifier)
    return errors::InvalidParameterException(
        "At least one of logGroupName or logGroupIdentifier must be provided.");
  if (name) return GroupName{call.space(), *name};
  if (!identifier->starts_with("arn:")) return GroupName{call.space(), *identifier};
  auto group = group_of_arn(*identifier);
  if (!group)
    return errors::InvalidParameterException("The specified log group identifier is not valid.");
  return *group;
}

Result<GroupRow> find_group(Txn& txn, const Space& space, std::string_view name) {
  auto row = kGroups.get(txn, space, {name});
  if (!row) return errors::ResourceNotFoundException("The specified log group does not exist.");
  return std::move(*row);
}

int64_t oldest_kept_ms(const GroupRow& group, Timestamp now) {
  return group.RetentionInDays ? now.ms - *group.RetentionInDays * kRetentionDayMs : 0;
}

std::string page_token(std::string_view last_key) { return to_base64(last_key); }

Result<std::string> page_start(const std::optional<std::string>& token) {
  if (!token) return std::string();
  auto key = from_base64(*token);
  if (!key) return errors::InvalidParameterException("The specified nextToken is invalid.");
  return std::move(*key);
}

}  // namespace drydock::logs
