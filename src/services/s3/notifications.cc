#include "services/s3/notifications.h"

#include <algorithm>

#include "base/encoding.h"
#include "base/log.h"
#include "base/text.h"
#include "gen/s3_handlers.h"
#include "services/s3/access.h"
#include "services/s3/tables.h"

namespace drydock::s3 {

namespace {

constexpr const char* kNotify = "s3.notify";
constexpr size_t kMaxConfigurations = 100;

struct EventNames {
  std::string_view name;    // as configurations name it, less "s3:"
  std::string_view detail;  // EventBridge's detail-type
  std::string_view reason, deletion_type;
};
EventNames names_of(ObjectEvent event) {
  switch (event) {
    case ObjectEvent::kPut: return {"ObjectCreated:Put", "Object Created", "PutObject", ""};
    case ObjectEvent::kCopy: return {"ObjectCreated:Copy", "Object Created", "CopyObject", ""};
    case ObjectEvent::kCompleteMultipartUpload:
      return {"ObjectCreated:CompleteMultipartUpload", "Object Created", "CompleteMultipartUpload",
              ""};
    case ObjectEvent::kDelete:
      return {"ObjectRemoved:Delete", "Object Deleted", "DeleteObject", "Permanently Deleted"};
    case ObjectEvent::kDeleteMarkerCreated:
      return {"ObjectRemoved:DeleteMarkerCreated", "Object Deleted", "DeleteObject",
              "Delete Marker Created"};
    case ObjectEvent::kLifecycleDelete:
      return {"LifecycleExpiration:Delete", "Object Deleted", "Lifecycle Expiration",
              "Permanently Deleted"};
    case ObjectEvent::kLifecycleDeleteMarkerCreated:
      return {"LifecycleExpiration:DeleteMarkerCreated", "Object Deleted", "Lifecycle Expiration",
              "Delete Marker Created"};
  }
  return {};
}

constexpr std::string_view kEvents[] = {"s3:ObjectCreated:*",
                                        "s3:ObjectCreated:Put",
                                        "s3:ObjectCreated:Post",
                                        "s3:ObjectCreated:Copy",
                                        "s3:ObjectCreated:CompleteMultipartUpload",
                                        "s3:ObjectRemoved:*",
                                        "s3:ObjectRemoved:Delete",
                                        "s3:ObjectRemoved:DeleteMarkerCreated",
                                        "s3:LifecycleExpiration:*",
                                        "s3:LifecycleExpiration:Delete",
                                        "s3:LifecycleExpiration:DeleteMarkerCreated"};

const std::vector<NotificationFilterRule> no_rules;
const std::vector<NotificationFilterRule>& rules_of(
    const LambdaFunctionConfiguration& configuration) {
  if (!configuration.Filter || !configuration.Filter->Key ||
      !configuration.Filter->Key->FilterRules)
    return no_rules;
  return *configuration.Filter->Key->FilterRules;
}

bool wants(const LambdaFunctionConfiguration& configuration, std::string_view event,
           std::string_view key) {
  const bool named = std::any_of(
      configuration.Events.begin(), configuration.Events.end(), [&](std::string_view asked) {
        asked.remove_prefix(3);  // "s3:"
        return asked == event ||
               (asked.ends_with(":*") && event.starts_with(asked.substr(0, asked.size() - 1)));
      });
  if (!named) return false;
  for (const NotificationFilterRule& rule : rules_of(configuration)) {
    const bool prefix = to_lower(rule.Name) == "prefix";
    if (prefix ? !key.starts_with(rule.Value) : !key.ends_with(rule.Value)) return false;
  }
  return true;
}

std::string sequencer(const ObjectRow& row) {
  std::string digits(16, '0');
  auto n = static_cast<uint64_t>(row.Sequence);
  for (size_t i = digits.size(); i-- > 0; n >>= 4) digits[i] = "0123456789ABCDEF"[n & 15];
  return digits;
}

// The body of an invocation (event message structure, version 2.1).
Value record_of(Call& call, const BucketRow& bucket, const ObjectRow& row, const EventNames& names,
                const std::string& configuration) {
  // AWS does write keys here as in a form.
  std::string key = percent_encode(row.Key, "/ ");
  std::replace(key.begin(), key.end(), ' ', '+');
  Value object = Value::object({{"key", key}, {"sequencer", sequencer(row)}});
  if (!row.DeleteMarker.value_or(false) && names.deletion_type.empty()) {
    object.set("size", row.Size.value_or(0));
    object.set("eTag", row.ETag.value_or(""));
  }
  if (bucket.Versioning && row.VersionId != "null") object.set("versionId", row.VersionId);
  return Value::object(
      {{"Records",
        Value::list({Value::object(
            {{"eventVersion", "2.1"},
             {"eventSource", "aws:s3"},
             {"awsRegion", bucket.Region},
             {"eventTime", to_iso8601_ms(call.now())},
             {"eventName", std::string(names.name)},
             {"userIdentity",
              Value::object({{"principalId", "AWS:" + call.caller().principal.id}})},
             {"requestParameters", Value::object({{"sourceIPAddress", call.caller().source_ip}})},
             {"responseElements", Value::object({{"x-amz-request-id", call.request_id()}})},
             {"s3", Value::object({{"s3SchemaVersion", "1.0"},
                                   {"configurationId", configuration},
                                   {"bucket", Value::object({{"name", bucket.Name},
                                                             {"ownerIdentity",
                                                              Value::object({{"principalId",
                                                                              bucket.Account}})},
                                                             {"arn", bucket_arn(bucket.Name)}})},
                                   {"object", std::move(object)}})}})})}});
}

Value entry_of(Call& call, const BucketRow& bucket, const ObjectRow& row, const EventNames& names) {
  Value object = Value::object({{"key", row.Key}, {"sequencer", sequencer(row)}});
  if (names.deletion_type.empty()) {
    object.set("size", row.Size.value_or(0));
    object.set("etag", row.ETag.value_or(""));
  }
  if (bucket.Versioning && row.VersionId != "null") object.set("version-id", row.VersionId);
  Value detail = Value::object({{"version", "0"},
                                {"bucket", Value::object({{"name", bucket.Name}})},
                                {"object", std::move(object)},
                                {"request-id", call.request_id()},
                                {"requester", call.caller().principal.account.text},
                                {"source-ip-address", call.caller().source_ip},
                                {"reason", std::string(names.reason)}});
  if (!names.deletion_type.empty()) detail.set("deletion-type", std::string(names.deletion_type));
  return Value::object({{"EventId", call.random().uuid()},
                        {"Source", "aws.s3"},
                        {"DetailType", std::string(names.detail)},
                        {"Resources", Value::list({bucket_arn(bucket.Name)})},
                        {"Detail", std::move(detail)},
                        {"Time", static_cast<double>(call.now().ms) / 1000.0}});
}

Client client_of(Server& server, const std::string& bucket, const std::string& account,
                 const std::string& region) {
  return server.client_as_service("s3.amazonaws.com", bucket_arn(bucket), account, Region{region});
}

Result<void> check_function(const LambdaFunctionConfiguration& configuration) {
  auto arn = Arn::parse(configuration.LambdaFunctionArn);
  if (!arn || arn->service != "lambda")
    return errors::InvalidArgument("The ARN is not well formed");
  for (const std::string& event : configuration.Events)
    if (std::find(std::begin(kEvents), std::end(kEvents), event) == std::end(kEvents))
      return event.starts_with("s3:")
                 ? not_implemented("The event " + event)
                 : errors::InvalidArgument("The event is not supported for notifications");
  for (const NotificationFilterRule& rule : rules_of(configuration))
    if (auto name = to_lower(rule.Name); name != "prefix" && name != "suffix")
      return errors::InvalidArgument("filter rule name must be either prefix or suffix");
  return {};
}

// AWS does ask the function's policy before it takes the configuration.
Result<void> check_permission(Call& call, const BucketRow& bucket,
                              const LambdaFunctionConfiguration& configuration) {
  auto arn = Arn::parse(configuration.LambdaFunctionArn);
  const Caller service =
      client_of(call.server(), bucket.Name, bucket.Account, bucket.Region).caller();
  if (call.server().authorize(service, Region{arn->region}, "lambda:InvokeFunction",
                              configuration.LambdaFunctionArn))
    return {};
  Fault unable{"InvalidArgument", "Unable to validate the following destination configurations",
               400};
  unable.members = Value::object({{"ArgumentName1", configuration.LambdaFunctionArn},
                                  {"ArgumentValue1", "Not authorized to invoke function [" +
                                                         configuration.LambdaFunctionArn + "]"}});
  return fault(std::move(unable));
}

}  // namespace

Result<GetBucketNotificationConfigurationOutput> get_bucket_notification_configuration(
    Call& call, const OnlyBucketInput& in) {
  BucketRow bucket = TRY(open_bucket(call, in.Bucket, "s3:GetBucketNotification"));
  GetBucketNotificationConfigurationOutput out;
  if (bucket.Notification) {
    out.EventBridgeConfiguration = bucket.Notification->EventBridgeConfiguration;
    out.LambdaFunctionConfigurations = bucket.Notification->LambdaFunctionConfigurations;
  }
  return out;
}

Result<PutBucketNotificationConfigurationOutput> put_bucket_notification_configuration(
    Call& call, const PutBucketNotificationConfigurationInput& in) {
  BucketRow bucket = TRY(open_bucket(call, in.Bucket, "s3:PutBucketNotification"));
  NotificationConfiguration wanted = in.NotificationConfiguration;
  if (wanted.QueueConfigurations && !wanted.QueueConfigurations->empty())
    return not_implemented("A notification to a queue");
  if (wanted.TopicConfigurations && !wanted.TopicConfigurations->empty())
    return not_implemented("A notification to a topic");
  if (wanted.LambdaFunctionConfigurations) {
    if (wanted.LambdaFunctionConfigurations->size() > kMaxConfigurations)
      return errors::InvalidArgument(
          "The number of notification configurations exceeds the limit of 100");
    for (LambdaFunctionConfiguration& one : *wanted.LambdaFunctionConfigurations) {
      TRY(check_function(one));
      if (!in.SkipDestinationValidation.value_or(false)) TRY(check_permission(call, bucket, one));
      if (!one.Id || one.Id->empty()) one.Id = call.random().uuid();
    }
  }
  bucket.Notification = std::move(wanted);
  kBuckets.put(call.txn(), kInstallation, {bucket.Name}, bucket);
  return PutBucketNotificationConfigurationOutput{};
}

void announce(Call& call, const BucketRow& bucket, const ObjectRow& row, ObjectEvent event) {
  if (!bucket.Notification) return;
  const EventNames names = names_of(event);
  auto start = [&](Value payload) {
    payload.set("bucket", bucket.Name);
    payload.set("account", bucket.Account);
    payload.set("region", bucket.Region);
    call.start_job(kNotify, call.random().uuid(), call.now(), std::move(payload));
  };
  if (bucket.Notification->EventBridgeConfiguration)
    start(Value::object({{"entry", entry_of(call, bucket, row, names)}}));
  if (!bucket.Notification->LambdaFunctionConfigurations) return;
  for (const LambdaFunctionConfiguration& one : *bucket.Notification->LambdaFunctionConfigurations)
    if (wants(one, names.name, row.Key))
      start(Value::object({{"function", one.LambdaFunctionArn},
                           {"event", record_of(call, bucket, row, names, one.Id.value_or(""))}}));
}

Next deliver_notification(Server& server, const Job& job) {
  const Value& p = job.payload;
  const std::string function = p["function"].string_or("");
  const std::string bucket = p["bucket"].string_or("");
  Client client = client_of(server, bucket, p["account"].string_or(""), p["region"].string_or(""));
  auto told = function.empty()
                  ? client.call("events", "PutServiceEvents",
                                Value::object({{"Entries", Value::list({p["entry"]})}}))
                  : client.in_region(Region{Arn::parse(function)->region})
                        .call("lambda", "Invoke",
                              Value::object({{"FunctionName", function},
                                             {"InvocationType", "Event"},
                                             {"Payload", to_json(p["event"])}}));
  if (!told)
    log::warning("s3: a notification of " + bucket + " to " +
                 (function.empty() ? "EventBridge" : function) +
                 " failed: " + told.error().message);
  return Next::done();
}

}  // namespace drydock::s3
