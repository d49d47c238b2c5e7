// Publishing: AWS's checks, one job for each subscription that wants the message, and what a job
// does: the message to its queue or function, as sns.amazonaws.com, where their own policies
// decide.
#include <algorithm>

#include "api/kms.h"
#include "api/server.h"
#include "base/encoding.h"
#include "base/log.h"
#include "base/text.h"
#include "gen/sns_handlers.h"
#include "services/sns/filter.h"
#include "services/sns/topics.h"

namespace drydock::sns {
namespace {

constexpr size_t kMostBytes = 256 * 1024, kLongestSubject = 100, kMostRawAttributes = 10;
constexpr int64_t kMostTries = 5;

// ---- what is published

Result<void> check_attributes(const Map<MessageAttributeValue>& attributes) {
  for (const auto& [name, value] : attributes) {
    const std::string type = value.DataType.value_or(""), kind = type.substr(0, type.find('.'));
    if (name.empty() || name.size() > 256)
      return errors::InvalidParameterValueException(
          "The message attribute name must be 1 to 256 in length.");
    if (type.empty())
      return errors::InvalidParameterValueException(
          "The message attribute '" + name + "' must contain non-empty message attribute type.");
    if (kind != "String" && kind != "Number" && kind != "Binary")
      return errors::InvalidParameterValueException(
          "The message attribute '" + name +
          "' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.");
    const auto& held = kind == "Binary" ? value.BinaryValue : value.StringValue;
    if (!held || held->empty())
      return errors::InvalidParameterValueException(
          "The message attribute '" + name +
          "' must contain non-empty message attribute value for message attribute type '" + type +
          "'.");
    if (kind == "Number" && !parse_double(*held))
      return errors::InvalidParameterValueException("Could not cast message attribute '" + name +
                                                    "' value to number.");
  }
  return {};
}

Result<void> check_entry(const PublishEntry& entry) {
  if (entry.Message.empty()) return invalid("Empty message");
  size_t bytes = entry.Message.size();
  const auto attributes = entry.MessageAttributes.value_or(Map<MessageAttributeValue>{});
  for (const auto& [name, value] : attributes)
    bytes += name.size() + value.DataType.value_or("").size() +
             value.StringValue.value_or("").size() + value.BinaryValue.value_or("").size();
  if (bytes > kMostBytes) return invalid("Message too long");
  if (entry.Subject && (entry.Subject->empty() || entry.Subject->size() > kLongestSubject ||
                        entry.Subject->find('\n') != std::string::npos))
    return invalid("Subject");
  if (entry.MessageStructure && *entry.MessageStructure != "json")
    return invalid("MessageStructure");
  if (entry.MessageStructure) {
    auto texts = parse_json(entry.Message);
    if (!texts || !texts->is_object())
      return invalid("Message Structure - JSON message body failed to parse");
    if (!(*texts)["default"].is_string())
      return invalid("Message Structure - No default entry in JSON message body");
  }
  if (entry.MessageDeduplicationId)
    return invalid(
        "MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for this topic type");
  return check_attributes(attributes);
}

// What filter policies see of attributes.
Value values_of(const Map<MessageAttributeValue>& attributes) {
  Value out = Value::object();
  for (const auto& [name, value] : attributes) {
    const std::string text = value.StringValue.value_or(""), type = value.DataType.value_or("");
    if (type == "String.Array") {
      auto list = parse_json(text);
      out.set(name, list && list->is_list() ? std::move(*list) : Value(text));
    } else if (type.starts_with("Number")) {
      out.set(name, Value(parse_double(text).value_or(0)));
    } else if (type.starts_with("String")) {
      out.set(name, Value(text));
    }
  }
  return out;
}

// The text for one protocol, when the message brings several.
std::string text_for(const PublishEntry& entry, const std::string& protocol) {
  if (!entry.MessageStructure) return entry.Message;
  auto texts = parse_json(entry.Message);
  return (*texts)[protocol].string_or((*texts)["default"].string_or(""));
}

bool wants(const SubscriptionRow& row, const PublishEntry& entry) {
  if (row.Token) return false;
  const std::string* text = find_in(row.Attributes, "FilterPolicy");
  if (!text) return true;
  const std::string* scope = find_in(row.Attributes, "FilterPolicyScope");
  const bool by_body = scope && *scope == "MessageBody";
  auto filter = parse_filter(*text, by_body ? FilterScope::kBody : FilterScope::kAttributes);
  if (!filter) return false;
  if (!by_body)
    return passes(*filter,
                  values_of(entry.MessageAttributes.value_or(Map<MessageAttributeValue>{})));
  auto body = parse_json(text_for(entry, row.Protocol));
  return body && body->is_object() && passes(*filter, *body);
}

Value job_payload(Call& call, const FoundTopic& topic, const SubscriptionRow& row,
                  const std::string& message_id) {
  Value payload = Value::object({{"TopicArn", topic.arn()},
                                 {"Account", topic.space.account},
                                 {"Region", topic.space.region},
                                 {"Topic", topic.row.Name},
                                 {"Subscription", row.Id},
                                 {"MessageId", message_id},
                                 {"Time", call.now().ms},
                                 {"Tries", 0}});
  return payload;
}

PublishResult publish_one(Call& call, const FoundTopic& topic, const PublishEntry& entry) {
  PublishResult out{.Id = entry.Id, .MessageId = call.random().uuid()};
  std::vector<SubscriptionRow> rows =
      kSubscriptions.scan(call.txn(), topic.space, {.prefix = {topic.row.Name}});
  for (const SubscriptionRow& row : rows) {
    if (!wants(row, entry)) continue;
    Value payload = job_payload(call, topic, row, *out.MessageId);
    payload.set("Message", text_for(entry, row.Protocol));
    if (entry.Subject) payload.set("Subject", *entry.Subject);
    if (entry.MessageGroupId) payload.set("Group", *entry.MessageGroupId);
    Value attributes = Value::object();
    for (const auto& [name, value] :
         entry.MessageAttributes ? *entry.MessageAttributes : Map<MessageAttributeValue>{}) {
      // Bytes would not survive in a job's JSON as they are.
      const std::string type = value.DataType.value_or("");
      const bool binary = type.starts_with("Binary");
      attributes.set(name,
                     Value::object({{"Type", type},
                                    {"Value", binary ? to_base64(value.BinaryValue.value_or(""))
                                                     : value.StringValue.value_or("")}}));
    }
    if (attributes.size()) payload.set("MessageAttributes", std::move(attributes));
    call.start_job(std::string(kDeliverJob), *out.MessageId + "/" + row.Id, call.now(),
                   std::move(payload));
  }
  return out;
}

// ---- what is delivered

std::string sns_url(const Job& job, const std::string& query) {
  return "https://sns." + job.payload["Region"].string_or("") + ".amazonaws.com/?" + query;
}

std::string arn_of_subscription(const Job& job) {
  return job.payload["TopicArn"].string_or("") + ":" + job.payload["Subscription"].string_or("");
}

// The message as queues get it, and functions inside their event; those spell two members
// otherwise.
enum class Spelling { kQueue, kFunction };
Value notification(const Job& job, Spelling spelling) {
  const Value& p = job.payload;
  Value out =
      Value::object({{"Type", p["Token"].is_null() ? "Notification" : "SubscriptionConfirmation"},
                     {"MessageId", p["MessageId"]},
                     {"TopicArn", p["TopicArn"]}});
  if (!p["Token"].is_null()) {
    out.set("Token", p["Token"]);
    out.set("SubscribeURL",
            sns_url(job, "Action=ConfirmSubscription&TopicArn=" + p["TopicArn"].string_or("") +
                             "&Token=" + p["Token"].string_or("")));
  }
  if (!p["Subject"].is_null() || spelling == Spelling::kFunction) out.set("Subject", p["Subject"]);
  out.set("Message", p["Message"]);
  out.set("Timestamp", to_iso8601_ms({p["Time"].int_or(0)}));
  if (p["Token"].is_null())
    out.set(spelling == Spelling::kQueue ? "UnsubscribeURL" : "UnsubscribeUrl",
            sns_url(job, "Action=Unsubscribe&SubscriptionArn=" + arn_of_subscription(job)));
  if (!p["MessageAttributes"].is_null())
    out.set("MessageAttributes", p["MessageAttributes"]);
  else if (spelling == Spelling::kFunction)
    out.set("MessageAttributes", Value::object());
  return out;
}

Value raw_attributes(const Value& attributes) {
  Value out = Value::object();
  if (!attributes.is_object()) return out;
  for (const auto& [name, value] : attributes.as_object()) {
    const std::string type = value["Type"].string_or(""), text = value["Value"].string_or("");
    Value one = Value::object({{"DataType", type}});
    if (type.starts_with("Binary"))
      one.set("BinaryValue", from_base64(text).value_or(""));
    else
      one.set("StringValue", text);
    out.set(name, std::move(one));
  }
  return out;
}

Result<Value> to_queue(const Client& client, const Arn& queue, const Job& job, bool raw) {
  Value input = Value::object({{"QueueUrl", "https://sqs." + queue.region + ".amazonaws.com/" +
                                                queue.account + "/" + queue.resource}});
  if (!job.payload["Group"].is_null()) input.set("MessageGroupId", job.payload["Group"]);
  if (raw) {
    const Value& attributes = job.payload["MessageAttributes"];
    // AWS does give up such a message.
    if (attributes.size() > kMostRawAttributes)
      return fault("InvalidParameterValue",
                   "More than 10 message attributes cannot be delivered raw to a queue.");
    input.set("MessageBody", job.payload["Message"]);
    if (attributes.size()) input.set("MessageAttributes", raw_attributes(attributes));
  } else {
    input.set("MessageBody", to_json(notification(job, Spelling::kQueue)));
  }
  return client.call("sqs", "SendMessage", std::move(input));
}

Result<Value> to_function(const Client& client, const std::string& function, const Job& job) {
  Value record = Value::object({{"EventSource", "aws:sns"},
                                {"EventVersion", "1.0"},
                                {"EventSubscriptionArn", arn_of_subscription(job)},
                                {"Sns", notification(job, Spelling::kFunction)}});
  Value event = Value::object({{"Records", Value::list({std::move(record)})}});
  return client.call(
      "lambda", "Invoke",
      Value::object(
          {{"FunctionName", function}, {"InvocationType", "Event"}, {"Payload", to_json(event)}}));
}

bool may_help_later(const Fault& f) {
  return f.status >= 500 || f.code.find("Throttl") != std::string::npos ||
         f.code.find("TooManyRequests") != std::string::npos;
}

// To the subscription's dead-letter queue, as the service too.
void give_up(Server& server, const Job& job, const SubscriptionRow& row, const Fault& why) {
  log::warning("sns: a message of " + job.payload["TopicArn"].string_or("") + " to " +
               row.Endpoint + " failed: " + why.code + ": " + why.message);
  const std::string* policy = find_in(row.Attributes, "RedrivePolicy");
  auto parsed = policy ? parse_json(*policy) : std::expected<Value, JsonError>(Value());
  auto queue = parsed ? Arn::parse((*parsed)["deadLetterTargetArn"].string_or("")) : std::nullopt;
  if (!queue) return;
  Client client = server.client_as_service("sns.amazonaws.com", job.payload["TopicArn"].as_string(),
                                           job.payload["Account"].as_string(), {queue->region});
  const std::string* raw = find_in(row.Attributes, "RawMessageDelivery");
  if (auto sent = to_queue(client, *queue, job, raw && *raw == "true"); !sent)
    log::warning("sns: the dead-letter queue " + queue->text() +
                 " did not take it: " + sent.error().code + ": " + sent.error().message);
}

// Whether the caller may encrypt for a topic with a key of KMS. Amazon SNS Developer Guide,
// "Managing Amazon SNS encryption keys and costs": publishers need kms:GenerateDataKey* and
// kms:Decrypt; subscribers need nothing.
Result<void> ask_kms(Call& call, const FoundTopic& topic) {
  const std::string* key = find_in(topic.row.Attributes, "KmsMasterKeyId");
  if (!key) return {};
  auto made = make_data_key(
      call.client("sns.amazonaws.com"),
      {.key = full_key_arn(topic.space, *key), .context = {{"aws:sns:topicArn", topic.arn()}}});
  if (made) return {};
  constexpr std::pair<std::string_view, std::string_view> kCodes[] = {
      {"AccessDenied", "KMSAccessDenied"},
      {"DisabledException", "KMSDisabled"},
      {"NotFoundException", "KMSNotFound"},
      {"KMSInvalidStateException", "KMSInvalidState"}};
  Fault fault = std::move(made).error();
  std::string code = fault.code;
  for (const auto& [theirs, ours] : kCodes)
    if (fault.code == theirs) code = ours;
  return Unexpected(kms_fault(std::move(fault), std::move(code)));
}

}  // namespace

Next deliver(Server& server, const Job& job) {
  const Value& p = job.payload;
  std::optional<SubscriptionRow> row;
  {
    auto txn = server.engine().begin_read();
    row = kSubscriptions.get(*txn, {p["Account"].string_or(""), p["Region"].string_or("")},
                             {p["Topic"].string_or(""), p["Subscription"].string_or("")});
  }
  auto endpoint = row ? Arn::parse(row->Endpoint) : std::nullopt;
  if (!endpoint) return Next::done();
  Client client = server.client_as_service("sns.amazonaws.com", p["TopicArn"].as_string(),
                                           p["Account"].as_string(), {endpoint->region});
  const std::string* raw = find_in(row->Attributes, "RawMessageDelivery");
  auto sent = row->Protocol == "lambda"
                  ? to_function(client, row->Endpoint, job)
                  : to_queue(client, *endpoint, job, raw && *raw == "true" && p["Token"].is_null());
  if (sent) return Next::done();
  const int64_t tries = p["Tries"].int_or(0) + 1;
  if (!may_help_later(sent.error()) || tries >= kMostTries) {
    give_up(server, job, *row, sent.error());
    return Next::done();
  }
  Value payload = p;
  payload.set("Tries", tries);
  return Next::again(server.clock().now() + (1000 << tries), std::move(payload));
}

void ask_to_confirm(Call& call, const FoundTopic& topic, const SubscriptionRow& row) {
  const std::string id = call.random().uuid();
  Value payload = job_payload(call, topic, row, id);
  payload.set("Token", *row.Token);
  payload.set(
      "Message",
      "You have chosen to subscribe to the topic " + topic.arn() +
          ".\nTo confirm the subscription, visit the SubscribeURL included in this message.");
  call.start_job(std::string(kDeliverJob), id + "/" + row.Id, call.now(), std::move(payload));
}

Result<PublishOutput> publish(Call& call, const PublishInput& in) {
  if (in.PhoneNumber) {
    TRY(call.authorize("sns:Publish", "*"));
    return not_implemented("A text message to a phone");
  }
  const std::string arn = in.TopicArn.value_or(in.TargetArn.value_or(""));
  TRY(call.authorize("sns:Publish", arn.empty() ? call.arn("sns", "*") : arn));
  if (arn.empty()) return invalid("TopicArn or TargetArn Reason: no value for required parameter");
  FoundTopic topic = TRY(find_topic(call, arn));
  PublishEntry entry{.Message = in.Message,
                     .Subject = in.Subject,
                     .MessageStructure = in.MessageStructure,
                     .MessageAttributes = in.MessageAttributes,
                     .MessageDeduplicationId = in.MessageDeduplicationId,
                     .MessageGroupId = in.MessageGroupId};
  TRY(check_entry(entry));
  TRY(ask_kms(call, topic));
  PublishResult done = publish_one(call, topic, entry);
  return PublishOutput{.MessageId = done.MessageId};
}

Result<PublishBatchOutput> publish_batch(Call& call, const PublishBatchInput& in) {
  constexpr size_t kMostEntries = 10, kLongestId = 80;
  FoundTopic topic = TRY(find_topic(call, in.TopicArn));
  const auto& entries = in.PublishBatchRequestEntries;
  if (entries.empty())
    return errors::EmptyBatchRequestException("The batch request doesn't contain any entries.");
  if (entries.size() > kMostEntries)
    return errors::TooManyEntriesInBatchRequestException(
        "The batch request contains more entries than permissible.");
  size_t bytes = 0;
  for (size_t i = 0; i < entries.size(); ++i) {
    const std::string& id = entries[i].Id;
    if (id.empty() || id.size() > kLongestId || !std::all_of(id.begin(), id.end(), [](char c) {
          return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                 c == '-' || c == '_';
        }))
      return errors::InvalidBatchEntryIdException(
          "The Id of a batch entry in a batch request doesn't abide by the specification.");
    for (size_t j = 0; j < i; ++j)
      if (entries[j].Id == id)
        return errors::BatchEntryIdsNotDistinctException(
            "Two or more batch entries in the request have the same Id.");
    bytes += entries[i].Message.size();
  }
  if (bytes > kMostBytes)
    return errors::BatchRequestTooLongException(
        "The length of all the messages put together is more than the limit.");
  TRY(ask_kms(call, topic));
  PublishBatchOutput out{.Successful = std::vector<PublishResult>{},
                         .Failed = std::vector<BatchError>{}};
  for (const PublishEntry& entry : entries) {
    auto good = check_entry(entry);
    if (good)
      out.Successful->push_back(publish_one(call, topic, entry));
    else
      out.Failed->push_back({.Id = entry.Id,
                             .Code = good.error().code,
                             .Message = good.error().message,
                             .SenderFault = true});
  }
  return out;
}

}  // namespace drydock::sns
