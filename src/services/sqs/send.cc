// Sending messages: AWS's checks, deduplication, and their place in the queue.
#include <algorithm>

#include "base/encoding.h"
#include "base/text.h"
#include "gen/sqs_handlers.h"
#include "services/sqs/encryption.h"
#include "services/sqs/messages.h"

namespace drydock::sqs {
namespace {

constexpr size_t kMostAttributes = 10, kLongestAttributeName = 256, kLongestGroup = 128;
constexpr int64_t kDeduplicationMs = 300'000, kMostDelay = 900;
constexpr int64_t kSequencesInMs = 1'000'000;

void append_counted(std::string_view text, std::string& out) {
  const auto size = static_cast<uint32_t>(text.size());
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(size >> shift & 0xFF);
  out += text;
}

bool is_binary(const MessageAttributeValue& value) { return value.DataType.starts_with("Binary"); }

const std::string& bytes_of(const MessageAttributeValue& value) {
  static const std::string kNone;
  const auto& held = is_binary(value) ? value.BinaryValue : value.StringValue;
  return held ? *held : kNone;
}

Unexpected bad_value(std::string message) {
  return fault("InvalidParameterValue", std::move(message));
}

Result<void> check_attribute(const std::string& name, const MessageAttributeValue& value) {
  const std::string who = "The message attribute '" + name + "' ";
  const bool named = !name.empty() && name.size() <= kLongestAttributeName && name.front() != '.' &&
                     name.back() != '.' && name.find("..") == std::string::npos &&
                     std::all_of(name.begin(), name.end(), [](char c) {
                       return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                              (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
                     });
  const std::string lower = to_lower(name);
  if (!named || lower.starts_with("aws.") || lower.starts_with("amazon."))
    return bad_value(
        "Message (user) attribute name can contain A-Z, a-z, 0-9, underscore(_), hyphen(-), and period (.). It must not start or end with a period, must have no periods in succession, and must not start with AWS. or Amazon.");
  if (value.DataType.empty())
    return bad_value(who + "must contain non-empty message attribute type.");
  const std::string kind = value.DataType.substr(0, value.DataType.find('.'));
  if (kind != "String" && kind != "Number" && kind != "Binary")
    return bad_value(
        who +
        "has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.");
  if (bytes_of(value).empty())
    return bad_value(who +
                     "must contain non-empty message attribute value for message attribute type '" +
                     value.DataType + "'.");
  if (kind == "Number" && !parse_double(bytes_of(value)))
    return bad_value("Can't cast the value of message (user) attribute '" + name +
                     "' to a number.");
  return {};
}

// Texts that XML can carry, as AWS still has it.
Result<void> check_characters(const std::string& body) {
  auto refuse = [](std::string_view hex) {
    return errors::InvalidMessageContents(
        "Invalid binary character '#x" + std::string(hex) +
        "' was found in the message body, the set of allowed characters is #x9 | #xA | #xD | [#x20 to #xD7FF] | [#xE000 to #xFFFD] | [#x10000 to #x10FFFF]");
  };
  static constexpr char kDigits[] = "0123456789ABCDEF";
  for (size_t i = 0; i < body.size(); ++i) {
    const auto c = static_cast<unsigned char>(body[i]);
    if (c < 0x20 && c != '\t' && c != '\n' && c != '\r') {
      std::string hex = c >= 16 ? std::string(1, kDigits[c >> 4]) : std::string();
      return refuse(hex + kDigits[c & 15]);
    }
    // U+FFFE and U+FFFF, in UTF-8.
    if (c == 0xEF && i + 2 < body.size() && static_cast<unsigned char>(body[i + 1]) == 0xBF &&
        static_cast<unsigned char>(body[i + 2]) >= 0xBE)
      return refuse(static_cast<unsigned char>(body[i + 2]) == 0xBE ? "FFFE" : "FFFF");
  }
  return {};
}

size_t size_of(const Map<MessageAttributeValue>& attributes) {
  size_t size = 0;
  for (const auto& [name, value] : attributes)
    size += name.size() + value.DataType.size() + bytes_of(value).size();
  return size;
}

size_t size_of(const SendEntry& entry) {
  return entry.MessageBody.size() +
         size_of(entry.MessageAttributes.value_or(Map<MessageAttributeValue>{}));
}

Result<void> check_token(std::string_view name, const std::string& text) {
  const bool good =
      !text.empty() && text.size() <= kLongestGroup &&
      std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 127; });
  if (good) return {};
  return invalid_parameter(
      name, text,
      std::string(name) +
          " can only include alphanumeric and punctuation characters. 1 to 128 in length.");
}

Result<void> check_fifo(const Queue& queue, const SendEntry& entry) {
  if (entry.MessageGroupId) TRY(check_token("MessageGroupId", *entry.MessageGroupId));
  if (entry.MessageDeduplicationId)
    TRY(check_token("MessageDeduplicationId", *entry.MessageDeduplicationId));
  if (!queue.is_fifo()) {
    if (!entry.MessageDeduplicationId) return {};
    return invalid_parameter(
        "MessageDeduplicationId", *entry.MessageDeduplicationId,
        "The request includes a parameter that is not valid for this queue type.");
  }
  if (!entry.MessageGroupId) return missing_parameter("MessageGroupId");
  if (entry.DelaySeconds.value_or(0))
    return invalid_parameter(
        "DelaySeconds", std::to_string(*entry.DelaySeconds),
        "The request include parameter that is not valid for this queue type.");
  if (!entry.MessageDeduplicationId && queue.attribute("ContentBasedDeduplication") != "true")
    return bad_value(
        "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly");
  return {};
}

Result<void> check_entry(const Queue& queue, const SendEntry& entry) {
  if (entry.MessageBody.empty()) return missing_parameter("MessageBody");
  TRY(check_characters(entry.MessageBody));
  if (static_cast<int64_t>(size_of(entry)) > queue.number("MaximumMessageSize"))
    return bad_value("One or more parameters are invalid. Reason: Message must be shorter than " +
                     queue.attribute("MaximumMessageSize") + " bytes.");
  if (entry.DelaySeconds && (*entry.DelaySeconds < 0 || *entry.DelaySeconds > kMostDelay))
    return invalid_parameter("DelaySeconds", std::to_string(*entry.DelaySeconds),
                             "DelaySeconds must be >= 0 and <= 900.");
  const auto attributes = entry.MessageAttributes.value_or(Map<MessageAttributeValue>{});
  if (attributes.size() > kMostAttributes)
    return bad_value("Number of message attributes [" + std::to_string(attributes.size()) +
                     "] exceeds the allowed maximum [10].");
  for (const auto& [name, value] : attributes) TRY(check_attribute(name, value));
  for (const auto& [name, value] : entry.MessageSystemAttributes ? *entry.MessageSystemAttributes
                                                                 : Map<MessageAttributeValue>{}) {
    if (name != "AWSTraceHeader")
      return bad_value("Message system attribute name '" + name + "' is invalid.");
    TRY(check_attribute(name, value));
  }
  return check_fifo(queue, entry);
}

// The key under which a FIFO queue knows a message again.
Key deduplication_key(const Queue& queue, const SendEntry& entry, const std::string& id) {
  const bool by_group = queue.attribute("DeduplicationScope") == "messageGroup";
  return {queue.row.Id, id, by_group ? *entry.MessageGroupId : std::string()};
}

Result<SendResult> send(Call& call, const Queue& queue, const SendEntry& entry, size_t index,
                        const std::optional<std::string>& data_key) {
  TRY(check_entry(queue, entry));
  SendResult out{.Id = entry.Id, .MD5OfMessageBody = to_hex(md5(entry.MessageBody))};
  if (entry.MessageAttributes && !entry.MessageAttributes->empty())
    out.MD5OfMessageAttributes = md5_of(*entry.MessageAttributes);
  if (entry.MessageSystemAttributes && !entry.MessageSystemAttributes->empty())
    out.MD5OfMessageSystemAttributes = md5_of(*entry.MessageSystemAttributes);
  MessageRow row{
      .MessageId = call.random().uuid(),
      .Body = entry.MessageBody,
      .Attributes = entry.MessageAttributes.value_or(Map<MessageAttributeValue>{}),
      .SystemAttributes = entry.MessageSystemAttributes.value_or(Map<MessageAttributeValue>{})};
  const Principal& principal = call.caller().principal;
  row.SenderId = principal.id.empty() ? principal.name : principal.id;
  row.Group = entry.MessageGroupId;
  row.DataKey = data_key;
  std::string id;
  if (queue.is_fifo()) {
    id = entry.MessageDeduplicationId.value_or(to_hex(sha256(entry.MessageBody)));
    if (auto known =
            kDeduplications.get(call.txn(), queue.space, deduplication_key(queue, entry, id));
        known && (*known)["Until"].int_or(0) > call.now().ms) {
      out.MessageId = (*known)["MessageId"].string_or("");
      out.SequenceNumber = sequence_text((*known)["Sequence"].int_or(0));
      return out;
    }
    row.Deduplication = id;
  }
  row.Sent = call.now();
  row.Visible = call.now() + entry.DelaySeconds.value_or(queue.number("DelaySeconds")) * 1000;
  row.Sequence = next_sequence(call, queue, call.now(), index);
  put_message(call.txn(), queue, row);
  out.MessageId = row.MessageId;
  if (queue.is_fifo()) {
    out.SequenceNumber = sequence_text(row.Sequence);
    kDeduplications.put(call.txn(), queue.space, deduplication_key(queue, entry, id),
                        Value::object({{"MessageId", row.MessageId},
                                       {"Sequence", row.Sequence},
                                       {"Until", call.now().ms + kDeduplicationMs}}));
  }
  return out;
}

}  // namespace

std::string md5_of(const Map<MessageAttributeValue>& attributes) {
  Map<const MessageAttributeValue*> sorted;
  for (const auto& [name, value] : attributes) sorted.emplace_back(name, &value);
  std::sort(sorted.begin(), sorted.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  std::string bytes;
  for (const auto& [name, value] : sorted) {
    append_counted(name, bytes);
    append_counted(value->DataType, bytes);
    bytes += is_binary(*value) ? '\2' : '\1';
    append_counted(bytes_of(*value), bytes);
  }
  return to_hex(md5(bytes));
}

std::string sequence_text(int64_t sequence) {
  std::string digits = std::to_string(sequence);
  constexpr size_t kDigits = 19;
  return "1" + std::string(kDigits - std::min(kDigits, digits.size()), '0') + digits;
}

int64_t next_sequence(Call& call, const Queue& queue, Timestamp now, size_t index) {
  const int64_t by_time = now.ms * kSequencesInMs;
  if (!queue.is_fifo()) {
    constexpr int64_t kRoom = 50'000;  // for each message of a batch
    return by_time + static_cast<int64_t>(index) * kRoom +
           static_cast<int64_t>(call.random().next() % kRoom);
  }
  // By time at first, so that a purge or a new queue of the same name goes on upwards.
  auto last = kCounters.get(call.txn(), queue.space, {queue.row.Id});
  const int64_t next = std::max(by_time, last ? last->int_or(0) + 1 : 0);
  kCounters.put(call.txn(), queue.space, {queue.row.Id}, Value(next));
  return next;
}

namespace {
Key order_key(const Queue& queue, const MessageRow& row) {
  return {queue.row.Id, queue.is_fifo() ? int64_t{0} : row.Visible.ms, row.Sequence, row.MessageId};
}
}  // namespace

void put_message(Txn& txn, const Queue& queue, const MessageRow& row) {
  kMessages.put(txn, queue.space, {queue.row.Id, row.MessageId}, row);
  kOrder.put(txn, queue.space, order_key(queue, row), "");
}

void erase_message(Txn& txn, const Queue& queue, const MessageRow& row) {
  kMessages.erase(txn, queue.space, {queue.row.Id, row.MessageId});
  kOrder.erase(txn, queue.space, order_key(queue, row));
}

Result<SendMessageOutput> send_message(Call& call, const SendMessageInput& in) {
  Queue queue = TRY(open_queue(call, in.QueueUrl, "sqs:SendMessage"));
  SendEntry entry{.MessageBody = in.MessageBody,
                  .DelaySeconds = in.DelaySeconds,
                  .MessageAttributes = in.MessageAttributes,
                  .MessageSystemAttributes = in.MessageSystemAttributes,
                  .MessageDeduplicationId = in.MessageDeduplicationId,
                  .MessageGroupId = in.MessageGroupId};
  const auto data_key = TRY(data_key_of(call, queue));
  SendResult sent = TRY(send(call, queue, entry, 0, data_key));
  wake_receivers(call, queue);
  return SendMessageOutput{.MD5OfMessageBody = sent.MD5OfMessageBody,
                           .MD5OfMessageAttributes = sent.MD5OfMessageAttributes,
                           .MD5OfMessageSystemAttributes = sent.MD5OfMessageSystemAttributes,
                           .MessageId = sent.MessageId,
                           .SequenceNumber = sent.SequenceNumber};
}

Result<SendMessageBatchOutput> send_message_batch(Call& call, const SendMessageBatchInput& in) {
  Queue queue = TRY(open_queue(call, in.QueueUrl, "sqs:SendMessage"));
  std::vector<std::string> ids;
  size_t bytes = 0;
  for (const SendEntry& entry : in.Entries) {
    ids.push_back(entry.Id);
    bytes += size_of(entry);
  }
  TRY(check_batch(ids, "SendMessageBatchRequestEntry"));
  if (bytes > static_cast<size_t>(kMostMessageBytes))
    return errors::BatchRequestTooLong(
        "Batch requests cannot be longer than " + std::to_string(kMostMessageBytes) +
        " bytes. You have sent " + std::to_string(bytes) + " bytes.");
  const auto data_key = TRY(data_key_of(call, queue));
  SendMessageBatchOutput out;
  for (size_t i = 0; i < in.Entries.size(); ++i) {
    auto sent = send(call, queue, in.Entries[i], i, data_key);
    if (sent)
      out.Successful.push_back(std::move(*sent));
    else
      out.Failed.push_back({.Id = in.Entries[i].Id,
                            .SenderFault = true,
                            .Code = sent.error().code,
                            .Message = sent.error().message});
  }
  wake_receivers(call, queue);
  return out;
}

}  // namespace drydock::sqs
