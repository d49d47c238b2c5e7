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

// A configuration of any of the three kinds.
struct Destination {
  std::string arn, id;
  std::vector<std::string> events;
  std::vector<NotificationFilterRule> rules;
};

template <class Configurations>
void add_destinations(const std::optional<Configurations>& configurations, auto arn,
                      std::vector<Destination>& out) {
  if (!configurations) return;
  for (const auto& one : *configurations) {
    Destination& made = out.emplace_back(one.*arn, one.Id.value_or(""), one.Events);
    if (one.Filter && one.Filter->Key && one.Filter->Key->FilterRules)
      made.rules = *one.Filter->Key->FilterRules;
  }
}

std::vector<Destination> destinations_of(const NotificationConfiguration& wanted) {
  std::vector<Destination> out;
  add_destinations(wanted.LambdaFunctionConfigurations,
                   &LambdaFunctionConfiguration::LambdaFunctionArn, out);
  add_destinations(wanted.QueueConfigurations, &QueueConfiguration::QueueArn, out);
  add_destinations(wanted.TopicConfigurations, &TopicConfiguration::TopicArn, out);
  return out;
}

template <class Configurations>
void name_configurations(std::optional<Configurations>& configurations, Random& random) {
  if (!configurations) return;
  for (auto& one : *configurations)
    if (!one.Id || one.Id->empty()) one.Id = random.uuid();
}

bool wants(const Destination& destination, std::string_view event, std::string_view key) {
  const bool named = std::any_of(
      destination.events.begin(), destination.events.end(), [&](std::string_view asked) {
        asked.remove_prefix(3);  // "s3:"
        return asked == event ||
               (asked.ends_with(":*") && event.starts_with(asked.substr(0, asked.size() - 1)));
      });
  if (!named) return false;
  for (const NotificationFilterRule& rule : destination.rules) {
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

template <class Configurations>
Result<void> check_service(const std::optional<Configurations>& configurations, auto member,
                           std::string_view service) {
  if (!configurations) return {};
  for (const auto& one : *configurations) {
    auto arn = Arn::parse(one.*member);
    if (!arn || arn->service != service)
      return errors::InvalidArgument("The ARN is not well formed");
  }
  return {};
}

Result<void> check_destination(const Destination& destination) {
  for (const std::string& event : destination.events)
    if (std::find(std::begin(kEvents), std::end(kEvents), event) == std::end(kEvents))
      return event.starts_with("s3:")
                 ? not_implemented("The event " + event)
                 : errors::InvalidArgument("The event is not supported for notifications");
  for (const NotificationFilterRule& rule : destination.rules)
    if (auto name = to_lower(rule.Name); name != "prefix" && name != "suffix")
      return errors::InvalidArgument("filter rule name must be either prefix or suffix");
  return {};
}

// AWS does ask the destination's policy before it takes the configuration.
Result<void> check_permission(Call& call, const BucketRow& bucket, const Destination& destination) {
  auto arn = Arn::parse(destination.arn);
  const Caller service =
      client_of(call.server(), bucket.Name, bucket.Account, bucket.Region).caller();
  std::string_view action = "lambda:InvokeFunction";
  std::string refused = "Not authorized to invoke function [" + destination.arn + "]";
  if (arn->service != "lambda") {
    action = arn->service == "sqs" ? "sqs:SendMessage" : "sns:Publish";
    refused = std::string("Permissions on the destination ") +
              (arn->service == "sqs" ? "queue" : "topic") +
              " do not allow S3 to publish notifications from this bucket";
  }
  if (call.server().authorize(service, Region{arn->region}, action, destination.arn)) return {};
  Fault unable{"InvalidArgument", "Unable to validate the following destination configurations",
               400};
  unable.members = Value::object({{"ArgumentName1", destination.arn}, {"ArgumentValue1", refused}});
  return fault(std::move(unable));
}

void start_notification(Call& call, const BucketRow& bucket, Value payload) {
  payload.set("bucket", bucket.Name);
  payload.set("account", bucket.Account);
  payload.set("region", bucket.Region);
  call.start_job(kNotify, call.random().uuid(), call.now(), std::move(payload));
}

// What AWS sends to a queue or topic when it is named in a configuration.
Value test_event(Call& call, const BucketRow& bucket) {
  return Value::object({{"Service", "Amazon S3"},
                        {"Event", "s3:TestEvent"},
                        {"Time", to_iso8601_ms(call.now())},
                        {"Bucket", bucket.Name},
                        {"RequestId", call.request_id()}});
}

// As s3.amazonaws.com for the bucket, where the destination's own policy decides.
Result<Value> tell(const Client& service, const std::string& destination, const Value& event) {
  auto arn = Arn::parse(destination);
  const Client client = service.in_region(Region{arn->region});
  if (arn->service == "sqs")
    return client.call(
        "sqs", "SendMessage",
        Value::object({{"QueueUrl", "https://sqs." + arn->region + ".amazonaws.com/" +
                                        arn->account + "/" + arn->resource},
                       {"MessageBody", to_json(event)}}));
  if (arn->service == "sns")
    return client.call("sns", "Publish",
                       Value::object({{"TopicArn", destination},
                                      {"Subject", "Amazon S3 Notification"},
                                      {"Message", to_json(event)}}));
  return client.call("lambda", "Invoke",
                     Value::object({{"FunctionName", destination},
                                    {"InvocationType", "Event"},
                                    {"Payload", to_json(event)}}));
}

}  // namespace

Result<GetBucketNotificationConfigurationOutput> get_bucket_notification_configuration(
    Call& call, const OnlyBucketInput& in) {
  BucketRow bucket = TRY(open_bucket(call, in.Bucket, "s3:GetBucketNotification"));
  GetBucketNotificationConfigurationOutput out;
  if (bucket.Notification) {
    out.EventBridgeConfiguration = bucket.Notification->EventBridgeConfiguration;
    out.LambdaFunctionConfigurations = bucket.Notification->LambdaFunctionConfigurations;
    out.QueueConfigurations = bucket.Notification->QueueConfigurations;
    out.TopicConfigurations = bucket.Notification->TopicConfigurations;
  }
  return out;
}

Result<PutBucketNotificationConfigurationOutput> put_bucket_notification_configuration(
    Call& call, const PutBucketNotificationConfigurationInput& in) {
  BucketRow bucket = TRY(open_bucket(call, in.Bucket, "s3:PutBucketNotification"));
  NotificationConfiguration wanted = in.NotificationConfiguration;
  TRY(check_service(wanted.LambdaFunctionConfigurations,
                    &LambdaFunctionConfiguration::LambdaFunctionArn, "lambda"));
  TRY(check_service(wanted.QueueConfigurations, &QueueConfiguration::QueueArn, "sqs"));
  TRY(check_service(wanted.TopicConfigurations, &TopicConfiguration::TopicArn, "sns"));
  name_configurations(wanted.LambdaFunctionConfigurations, call.random());
  name_configurations(wanted.QueueConfigurations, call.random());
  name_configurations(wanted.TopicConfigurations, call.random());
  const std::vector<Destination> destinations = destinations_of(wanted);
  if (destinations.size() > kMaxConfigurations)
    return errors::InvalidArgument(
        "The number of notification configurations exceeds the limit of 100");
  for (const Destination& one : destinations) {
    TRY(check_destination(one));
    if (in.SkipDestinationValidation.value_or(false)) continue;
    TRY(check_permission(call, bucket, one));
    if (Arn::parse(one.arn)->service != "lambda")
      start_notification(
          call, bucket,
          Value::object({{"function", one.arn}, {"event", test_event(call, bucket)}}));
  }
  bucket.Notification = std::move(wanted);
  kBuckets.put(call.txn(), kInstallation, {bucket.Name}, bucket);
  return PutBucketNotificationConfigurationOutput{};
}

void announce(Call& call, const BucketRow& bucket, const ObjectRow& row, ObjectEvent event) {
  if (!bucket.Notification) return;
  const EventNames names = names_of(event);
  if (bucket.Notification->EventBridgeConfiguration)
    start_notification(call, bucket,
                       Value::object({{"entry", entry_of(call, bucket, row, names)}}));
  const std::vector<Destination> destinations = destinations_of(*bucket.Notification);
  for (const Destination& one : destinations)
    if (wants(one, names.name, row.Key))
      start_notification(call, bucket,
                         Value::object({{"function", one.arn},
                                        {"event", record_of(call, bucket, row, names, one.id)}}));
}

Next deliver_notification(Server& server, const Job& job) {
  const Value& p = job.payload;
  const std::string function = p["function"].string_or("");
  const std::string bucket = p["bucket"].string_or("");
  Client client = client_of(server, bucket, p["account"].string_or(""), p["region"].string_or(""));
  auto told = function.empty()
                  ? client.call("events", "PutServiceEvents",
                                Value::object({{"Entries", Value::list({p["entry"]})}}))
                  : tell(client, function, p["event"]);
  if (!told)
    log::warning("s3: a notification of " + bucket + " to " +
                 (function.empty() ? "EventBridge" : function) +
                 " failed: " + told.error().message);
  return Next::done();
}

}  // namespace drydock::s3
