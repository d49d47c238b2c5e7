#include "services/lambda/queue_batch.h"

#include <algorithm>

#include "base/encoding.h"
#include "base/event_pattern.h"

namespace drydock::lambda {

Value queue_record(const Value& message, const std::string& queue_arn, const std::string& region) {
  Value attributes = Value::object();
  if (message["Attributes"].is_object()) attributes = message["Attributes"];
  Value message_attributes = Value::object();
  if (message["MessageAttributes"].is_object())
    for (const auto& [name, value] : message["MessageAttributes"].as_object()) {
      Value one = Value::object();
      if (!value["StringValue"].is_null()) one.set("stringValue", value["StringValue"]);
      if (value["BinaryValue"].is_string())
        one.set("binaryValue", to_base64(value["BinaryValue"].as_string()));
      one.set("stringListValues", Value::list());
      one.set("binaryListValues", Value::list());
      one.set("dataType", value["DataType"]);
      message_attributes.set(name, std::move(one));
    }
  Value record = Value::object({{"messageId", message["MessageId"]},
                                {"receiptHandle", message["ReceiptHandle"]},
                                {"body", message["Body"]},
                                {"attributes", std::move(attributes)},
                                {"messageAttributes", std::move(message_attributes)},
                                {"md5OfBody", message["MD5OfBody"]}});
  if (!message["MD5OfMessageAttributes"].is_null())
    record.set("md5OfMessageAttributes", message["MD5OfMessageAttributes"]);
  record.set("eventSource", "aws:sqs");
  record.set("eventSourceARN", queue_arn);
  record.set("awsRegion", region);
  return record;
}

Result<std::vector<Value>> parse_filters(const std::vector<std::string>& texts) {
  std::vector<Value> filters;
  for (const std::string& text : texts) {
    auto pattern = parse_event_pattern(text);
    if (!pattern)
      return fault("InvalidParameterValueException", "Invalid filter pattern definition.");
    filters.push_back(std::move(*pattern));
  }
  return filters;
}

bool passes_filters(const std::vector<Value>& filters, const Value& record) {
  if (filters.empty()) return true;
  // A pattern for members of the body wants a body that is JSON; a list of texts wants the text.
  Value opened = record;
  if (auto body = parse_json(record["body"].string_or("")); body && body->is_object())
    opened.set("body", std::move(*body));
  return std::any_of(filters.begin(), filters.end(), [&](const Value& filter) {
    const Value* body = filter.find("body");
    if (body && body->is_object() && !opened["body"].is_object()) return false;
    return matches_event(filter, body && body->is_object() ? opened : record);
  });
}

std::optional<std::vector<std::string>> failed_items(std::string_view answer,
                                                     const std::vector<std::string>& message_ids) {
  std::vector<std::string> failed;
  if (answer.empty()) return failed;
  auto value = parse_json(answer);
  if (!value) return std::nullopt;
  if (value->is_null()) return failed;
  const Value& items = (*value)["batchItemFailures"];
  if (items.is_null()) return failed;
  if (!items.is_list()) return std::nullopt;
  for (const Value& item : items.as_list()) {
    const std::string id = item["itemIdentifier"].string_or("");
    if (std::find(message_ids.begin(), message_ids.end(), id) == message_ids.end())
      return std::nullopt;
    failed.push_back(id);
  }
  return failed;
}

}  // namespace drydock::lambda
