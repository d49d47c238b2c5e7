// Receiving messages, also by waiting for them; and what is done with those received: deleting them
// and changing for how long others do not see them.
#include <algorithm>

#include "api/server.h"
#include "base/encoding.h"
#include "base/text.h"
#include "gen/sqs_handlers.h"
#include "services/sqs/encryption.h"
#include "services/sqs/messages.h"

namespace drydock::sqs {
namespace {

constexpr int64_t kMostMessages = 10, kLongestWait = 20, kLongestVisibility = 43200;
// So far AWS looks into a FIFO queue for a group that is not held.
constexpr size_t kFifoLooks = 20'000;
constexpr int kTries = 64;
constexpr std::string_view kSystemNames[] = {"All",
                                             "SenderId",
                                             "SentTimestamp",
                                             "ApproximateReceiveCount",
                                             "ApproximateFirstReceiveTimestamp",
                                             "SequenceNumber",
                                             "MessageDeduplicationId",
                                             "MessageGroupId",
                                             "AWSTraceHeader",
                                             "DeadLetterQueueSourceArn"};

// ---- looking

struct Look {
  std::vector<MessageRow> found;
  int64_t next_ms = INT64_MAX;  // when one may be there that is not yet
};

// The first `count` messages that can be received now.
Look look(Txn& txn, const Queue& queue, Timestamp now, size_t count) {
  Look out;
  std::vector<std::string> held;  // FIFO: groups of which an earlier message is not done
  size_t looks = 0;
  kOrder.each(txn, queue.space, {.prefix = {queue.row.Id}},
              [&](const std::vector<std::string>& key, const std::string&) {
                const int64_t at = parse_int(key[1]).value_or(0);
                if (at > now.ms) {
                  out.next_ms = at;
                  return false;
                }
                auto row = kMessages.get(txn, queue.space, {queue.row.Id, key[3]});
                if (!row) return true;
                if (queue.is_fifo()) {
                  if (++looks > kFifoLooks) return false;
                  const std::string group = row->Group.value_or("");
                  if (std::find(held.begin(), held.end(), group) != held.end()) return true;
                  if (row->Visible > now) {
                    out.next_ms = std::min(out.next_ms, row->Visible.ms);
                    held.push_back(group);
                    return true;
                  }
                }
                out.found.push_back(std::move(*row));
                return out.found.size() < count;
              });
  return out;
}

// ---- taking

bool is_expired(const Queue& queue, const MessageRow& row, Timestamp now) {
  return row.Sent.ms + queue.number("MessageRetentionPeriod") * 1000 <= now.ms;
}

// To the dead-letter queue, if there still is one; else the message stays.
bool move_to_dead_letters(Call& call, const Queue& queue, const MessageRow& row, Timestamp now) {
  auto redrive = redrive_of(queue);
  if (!redrive || row.Receives < redrive->most_receives) return false;
  auto arn = Arn::parse(redrive->target_arn);
  auto target = arn ? queue_of_arn(call.txn(), *arn) : std::nullopt;
  if (!target) return false;
  MessageRow moved = row;
  moved.Visible = now;
  moved.Receives = 0;
  moved.Receipt.reset();
  moved.FirstReceived.reset();
  moved.DeadLetterSource = queue.arn();
  moved.Sequence = next_sequence(call, *target, now, 0);
  erase_message(call.txn(), queue, row);
  put_message(call.txn(), *target, moved);
  wake_receivers(call, *target);
  return true;
}

// Takes up to `count` messages; what has expired or failed too often goes on the way.
std::vector<MessageRow> take(Call& call, const Queue& queue, Timestamp now, size_t count,
                             int64_t visibility_s) {
  std::vector<MessageRow> taken;
  for (;;) {
    Look seen = look(call.txn(), queue, now, count - taken.size());
    if (seen.found.empty()) return taken;
    bool removed = false;
    for (MessageRow& row : seen.found) {
      if (is_expired(queue, row, now)) {
        erase_message(call.txn(), queue, row);
        removed = true;
        continue;
      }
      if (move_to_dead_letters(call, queue, row, now)) {
        removed = true;
        continue;
      }
      erase_message(call.txn(), queue, row);
      ++row.Receives;
      if (!row.FirstReceived) row.FirstReceived = now;
      row.Receipt = call.random().base36(24);
      row.Visible = now + visibility_s * 1000;
      put_message(call.txn(), queue, row);
      taken.push_back(row);
    }
    if (!removed || taken.size() == count) return taken;
  }
}

// ---- receipts

struct Receipt {
  std::string message, nonce;
};

std::string handle_of(const Queue& queue, const MessageRow& row) {
  return to_base64(queue.arn() + "\n" + row.MessageId + "\n" + row.Receipt.value_or(""));
}

Result<Receipt> read_handle(const Queue& queue, const std::string& handle) {
  auto text = from_base64(handle);
  if (text) {
    auto parts = split(std::string_view(*text), '\n');
    if (parts.size() == 3 && parts[0] == queue.arn())
      return Receipt{std::string(parts[1]), std::string(parts[2])};
  }
  return errors::ReceiptHandleIsInvalid("The input receipt handle \"" + handle.substr(0, 512) +
                                        "\" is not a valid receipt handle.");
}

// ---- telling

Message told(const Queue& queue, const MessageRow& row, const std::vector<std::string>& system,
             const std::vector<std::string>& names) {
  Message out{.MessageId = row.MessageId,
              .ReceiptHandle = handle_of(queue, row),
              .MD5OfBody = to_hex(md5(row.Body)),
              .Body = row.Body};
  Map<std::string> attributes;
  auto tell = [&](std::string_view name, std::string value) {
    const bool asked = std::any_of(system.begin(), system.end(), [&](const std::string& one) {
      return one == "All" || one == name;
    });
    if (asked && !value.empty()) attributes.emplace_back(name, std::move(value));
  };
  tell("SenderId", row.SenderId);
  tell("SentTimestamp", std::to_string(row.Sent.ms));
  tell("ApproximateReceiveCount", std::to_string(row.Receives));
  tell("ApproximateFirstReceiveTimestamp",
       std::to_string(row.FirstReceived.value_or(Timestamp{}).ms));
  if (queue.is_fifo()) tell("SequenceNumber", sequence_text(row.Sequence));
  tell("MessageDeduplicationId", row.Deduplication.value_or(""));
  tell("MessageGroupId", row.Group.value_or(""));
  tell("DeadLetterQueueSourceArn", row.DeadLetterSource.value_or(""));
  for (const auto& [name, value] : row.SystemAttributes) tell(name, value.StringValue.value_or(""));
  if (!attributes.empty()) out.Attributes = std::move(attributes);
  Map<MessageAttributeValue> asked;
  for (const auto& [name, value] : row.Attributes) {
    const bool wanted = std::any_of(names.begin(), names.end(), [&](const std::string& one) {
      if (one == "All" || one == ".*" || one == name) return true;
      return one.ends_with(".*") && name.starts_with(one.substr(0, one.size() - 2));
    });
    if (wanted) asked.emplace_back(name, value);
  }
  if (!asked.empty()) {
    out.MD5OfMessageAttributes = md5_of(asked);
    out.MessageAttributes = std::move(asked);
  }
  return out;
}

Result<void> check_range(std::string_view name, const std::optional<int64_t>& value, int64_t most) {
  if (!value || (*value >= 0 && *value <= most)) return {};
  return invalid_parameter(name, std::to_string(*value),
                           "Must be >= 0 and <= " + std::to_string(most) + ", if provided.");
}

Result<std::vector<std::string>> system_names(const ReceiveMessageInput& in) {
  std::vector<std::string> names = in.AttributeNames.value_or(std::vector<std::string>{});
  for (const std::string& name : in.MessageSystemAttributeNames ? *in.MessageSystemAttributeNames
                                                                : std::vector<std::string>{})
    names.push_back(name);
  for (const std::string& name : names) {
    if (std::find(std::begin(kSystemNames), std::end(kSystemNames), name) == std::end(kSystemNames))
      return errors::InvalidAttributeName("Unknown Attribute " + name + ".");
  }
  return names;
}

// Sleeps until something may be there, at most until `until`. False: time is up, or the server
// stops.
bool wait_for_one(Call& call, const Queue& queue, Timestamp until) {
  Clock& clock = call.server().clock();
  for (;;) {
    const Timestamp begun = clock.unmoved_now();
    if (begun >= until) return false;
    int64_t next_ms = INT64_MAX;
    auto is_there = [&] {
      auto txn = call.server().engine().begin_read();
      Look seen = look(*txn, queue, clock.now(), 1);
      next_ms = seen.next_ms;
      return !seen.found.empty();
    };
    if (is_there()) return true;
    // What is delayed or held comes by time, without a wake.
    int64_t most_ms = until.ms - begun.ms;
    if (next_ms != INT64_MAX)
      most_ms = std::clamp<int64_t>(next_ms - clock.now().ms + 1, 1, most_ms);
    if (call.waiters().wait(waiters_of(queue), most_ms, is_there)) return true;
    if (clock.unmoved_now().ms - begun.ms < most_ms - 1) return false;
  }
}

Result<void> delete_one(Call& call, const Queue& queue, const std::string& handle) {
  Receipt receipt = TRY(read_handle(queue, handle));
  auto row = kMessages.get(call.txn(), queue.space, {queue.row.Id, receipt.message});
  // AWS does answer success for a message that is gone, or was received again since.
  if (!row || row->Receipt != receipt.nonce) return {};
  if (queue.is_fifo() && row->Visible <= call.now())
    return invalid_parameter("ReceiptHandle", handle, "The receipt handle has expired.");
  erase_message(call.txn(), queue, *row);
  return {};
}

Result<void> change_one(Call& call, const Queue& queue, const std::string& handle,
                        int64_t seconds) {
  if (seconds < 0 || seconds > kLongestVisibility)
    return invalid_parameter("VisibilityTimeout", std::to_string(seconds),
                             "VisibilityTimeout must be an integer between 0 and 43200.");
  Receipt receipt = TRY(read_handle(queue, handle));
  auto row = kMessages.get(call.txn(), queue.space, {queue.row.Id, receipt.message});
  if (!row || row->Receipt != receipt.nonce || row->Visible <= call.now())
    return invalid_parameter(
        "ReceiptHandle", handle,
        "Message does not exist or is not available for visibility timeout change.");
  erase_message(call.txn(), queue, *row);
  row->Visible = call.now() + seconds * 1000;
  put_message(call.txn(), queue, *row);
  return {};
}

// One entry's outcome, in the lists of a batch's answer.
void settle(const Result<void>& done, const std::string& id, std::vector<BatchId>& successful,
            std::vector<BatchError>& failed) {
  if (done)
    successful.push_back({id});
  else
    failed.push_back({.Id = id,
                      .SenderFault = true,
                      .Code = done.error().code,
                      .Message = done.error().message});
}

template <class Entry>
std::vector<std::string> ids_of(const std::vector<Entry>& entries) {
  std::vector<std::string> ids;
  for (const Entry& entry : entries) ids.push_back(entry.Id);
  return ids;
}

}  // namespace

Result<ReceiveMessageOutput> receive_message(Call& call, const ReceiveMessageInput& in) {
  Queue queue = TRY(open_queue(call, in.QueueUrl, "sqs:ReceiveMessage"));
  const auto count = in.MaxNumberOfMessages.value_or(1);
  if (count < 1 || count > kMostMessages)
    return invalid_parameter("MaxNumberOfMessages", std::to_string(count),
                             "Must be between 1 and 10, if provided.");
  TRY(check_range("WaitTimeSeconds", in.WaitTimeSeconds, kLongestWait));
  TRY(check_range("VisibilityTimeout", in.VisibilityTimeout, kLongestVisibility));
  const auto system = TRY(system_names(in));
  const auto names = in.MessageAttributeNames.value_or(std::vector<std::string>{});
  Clock& clock = call.server().clock();
  const int64_t wait_s = in.WaitTimeSeconds.value_or(queue.number("ReceiveMessageWaitTimeSeconds"));
  const Timestamp until = clock.unmoved_now() + wait_s * 1000;
  ReceiveMessageOutput out;
  for (int tries = 0; tries < kTries;) {
    // Read again: it may have changed, or gone, while this waited.
    auto row = kQueues.get(call.txn(), queue.space, {queue.row.Name});
    if (!row) return out;
    queue.row = std::move(*row);
    auto taken = take(call, queue, clock.now(), static_cast<size_t>(count),
                      in.VisibilityTimeout.value_or(queue.number("VisibilityTimeout")));
    TRY(open_messages(call, queue, taken));
    if (!call.commit()) {
      ++tries;
      continue;
    }
    if (!taken.empty()) {
      std::vector<Message> messages;
      for (const MessageRow& message : taken)
        messages.push_back(told(queue, message, system, names));
      out.Messages = std::move(messages);
      return out;
    }
    if (!wait_for_one(call, queue, until)) return out;
  }
  return out;
}

Result<DeleteMessageOutput> delete_message(Call& call, const DeleteMessageInput& in) {
  Queue queue = TRY(open_queue(call, in.QueueUrl, "sqs:DeleteMessage"));
  TRY(delete_one(call, queue, in.ReceiptHandle));
  if (queue.is_fifo()) wake_receivers(call, queue);
  return DeleteMessageOutput{};
}

Result<DeleteMessageBatchOutput> delete_message_batch(Call& call,
                                                      const DeleteMessageBatchInput& in) {
  Queue queue = TRY(open_queue(call, in.QueueUrl, "sqs:DeleteMessage"));
  TRY(check_batch(ids_of(in.Entries), "DeleteMessageBatchRequestEntry"));
  DeleteMessageBatchOutput out;
  for (const DeleteEntry& entry : in.Entries)
    settle(delete_one(call, queue, entry.ReceiptHandle), entry.Id, out.Successful, out.Failed);
  if (queue.is_fifo()) wake_receivers(call, queue);
  return out;
}

Result<ChangeMessageVisibilityOutput> change_message_visibility(
    Call& call, const ChangeMessageVisibilityInput& in) {
  Queue queue = TRY(open_queue(call, in.QueueUrl, "sqs:ChangeMessageVisibility"));
  TRY(change_one(call, queue, in.ReceiptHandle, in.VisibilityTimeout));
  wake_receivers(call, queue);
  return ChangeMessageVisibilityOutput{};
}

Result<ChangeMessageVisibilityBatchOutput> change_message_visibility_batch(
    Call& call, const ChangeMessageVisibilityBatchInput& in) {
  Queue queue = TRY(open_queue(call, in.QueueUrl, "sqs:ChangeMessageVisibility"));
  TRY(check_batch(ids_of(in.Entries), "ChangeMessageVisibilityBatchRequestEntry"));
  ChangeMessageVisibilityBatchOutput out;
  for (const VisibilityEntry& entry : in.Entries)
    settle(change_one(call, queue, entry.ReceiptHandle,
                      entry.VisibilityTimeout.value_or(queue.number("VisibilityTimeout"))),
           entry.Id, out.Successful, out.Failed);
  wake_receivers(call, queue);
  return out;
}

}  // namespace drydock::sqs
