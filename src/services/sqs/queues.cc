// Queues: making, finding, listing, deleting them, and their attributes.
#include "services/sqs/queues.h"

#include <algorithm>

#include "api/server.h"
#include "auth/document.h"
#include "auth/policy.h"
#include "base/encoding.h"
#include "base/text.h"
#include "gen/sqs_handlers.h"

namespace drydock::sqs {
namespace {

constexpr size_t kLongestName = 80, kLongestPolicy = 8192;
constexpr size_t kPage = 1000;
constexpr int64_t kPurgePauseMs = 60'000;
constexpr std::string_view kFifoSuffix = ".fifo";

// What can be set, with AWS's defaults and bounds. A number when `most` is not 0.
struct Attribute {
  std::string_view name, initial;
  int64_t least = 0, most = 0;
  bool fifo_only = false;
};
constexpr Attribute kSettable[] = {
    {"VisibilityTimeout", "30", 0, 43200},
    {"MaximumMessageSize", "1048576", 1024, kMostMessageBytes},
    {"MessageRetentionPeriod", "345600", 60, 1209600},
    {"DelaySeconds", "0", 0, 900},
    {"ReceiveMessageWaitTimeSeconds", "0", 0, 20},
    {"SqsManagedSseEnabled", "true"},
    {"RedrivePolicy", {}},
    {"RedriveAllowPolicy", {}},
    {"Policy", {}},
    {"KmsMasterKeyId", {}},
    {"KmsDataKeyReusePeriodSeconds", {}, 60, 86400},
    {"FifoQueue", {}, 0, 0, true},
    {"ContentBasedDeduplication", "false", 0, 0, true},
    {"DeduplicationScope", "queue", 0, 0, true},
    {"FifoThroughputLimit", "perQueue", 0, 0, true},
};
// What is only told.
constexpr std::string_view kTold[] = {"ApproximateNumberOfMessages",
                                      "ApproximateNumberOfMessagesNotVisible",
                                      "ApproximateNumberOfMessagesDelayed",
                                      "CreatedTimestamp",
                                      "LastModifiedTimestamp",
                                      "QueueArn"};

const Attribute* settable(std::string_view name) {
  for (const Attribute& one : kSettable) {
    if (one.name == name) return &one;
  }
  return nullptr;
}

bool has_only(std::string_view text, std::string_view more) {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           more.find(c) != std::string_view::npos;
  });
}

Unexpected no_queue() { return errors::QueueDoesNotExist("The specified queue does not exist."); }

Unexpected bad_attribute(std::string_view name) {
  return errors::InvalidAttributeValue("Invalid value for the parameter " + std::string(name) +
                                       ".");
}

Result<void> check_name(const std::string& name, bool fifo) {
  std::string_view stem = name;
  if (fifo && stem.ends_with(kFifoSuffix)) stem.remove_suffix(kFifoSuffix.size());
  const bool good = !stem.empty() && name.size() <= kLongestName && has_only(stem, "-_") &&
                    (!fifo || stem.size() < name.size());
  if (good) return {};
  return fault(
      "InvalidParameterValue",
      fifo
          ? "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length."
          : "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length");
}

// The account and the name at the end of a queue's URL, whatever host it has.
std::optional<std::pair<std::string, std::string>> parts_of_url(std::string_view url) {
  while (url.ends_with('/')) url.remove_suffix(1);
  auto parts = split(url, '/');
  if (parts.size() < 2) return std::nullopt;
  std::string_view account = parts[parts.size() - 2], name = parts.back();
  if (!AccountId::parse(account) || name.size() > kLongestName || !has_only(name, "-_."))
    return std::nullopt;
  return std::pair{std::string(account), std::string(name)};
}

Result<void> check_redrive(Call& call, const Queue& queue, const std::string& text) {
  auto invalid = [&](std::string reason) {
    return invalid_parameter("RedrivePolicy", text, reason);
  };
  auto policy = parse_json(text);
  if (!policy || !policy->is_object()) return invalid("Redrive policy is not a valid JSON map.");
  const Value &target = (*policy)["deadLetterTargetArn"], &most = (*policy)["maxReceiveCount"];
  if (target.is_null())
    return invalid("Redrive policy does not contain mandatory attribute: deadLetterTargetArn.");
  if (most.is_null())
    return invalid("Redrive policy does not contain mandatory attribute: maxReceiveCount.");
  for (const auto& member : policy->as_object()) {
    if (member.name != "deadLetterTargetArn" && member.name != "maxReceiveCount")
      return invalid("Redrive policy contains unknown attribute: " + member.name + ".");
  }
  auto count = parse_int(most.scalar_text());
  if (!count || *count < 1 || *count > 1000)
    return invalid("Invalid value for maxReceiveCount: " + most.scalar_text() +
                   ", valid values are from 1 to 1000 both inclusive.");
  auto arn = Arn::parse(target.string_or(""));
  if (!arn || arn->service != "sqs") return invalid("Invalid value for deadLetterTargetArn.");
  if (arn->account != queue.space.account || arn->region != queue.space.region)
    return invalid("Dead-letter queue and source queue must be in the same account and region.");
  auto other = queue_of_arn(call.txn(), *arn);
  if (!other) return invalid("Dead letter target does not exist.");
  if (other->is_fifo() != queue.is_fifo())
    return invalid("Dead-letter queue must be same type of queue as the source.");
  if (auto allow = parse_json(other->attribute("RedriveAllowPolicy")); allow) {
    const std::string who = (*allow)["redrivePermission"].string_or("allowAll");
    bool listed = false;
    if ((*allow)["sourceQueueArns"].is_list())
      for (const Value& source : (*allow)["sourceQueueArns"].as_list())
        listed = listed || source.string_or("") == queue.arn();
    if (who == "denyAll" || (who == "byQueue" && !listed))
      return invalid(
          "Source queue is not allowed by the redrive allow policy of the dead-letter "
          "queue.");
  }
  return {};
}

Result<void> check_redrive_allow(const std::string& text) {
  auto policy = parse_json(text);
  const std::string who = policy ? (*policy)["redrivePermission"].string_or("") : "";
  if (who != "allowAll" && who != "denyAll" && who != "byQueue")
    return invalid_parameter("RedriveAllowPolicy", text,
                             "Redrive allow policy is not a valid JSON map.");
  if ((who == "byQueue") != (*policy)["sourceQueueArns"].is_list())
    return invalid_parameter("RedriveAllowPolicy", text,
                             "sourceQueueArns goes with the permission byQueue alone.");
  return {};
}

Result<void> check_switch(std::string_view name, const std::string& value) {
  if (value == "true" || value == "false") return {};
  return bad_attribute(name);
}

// One attribute that is to be set; empty texts take policies away.
Result<void> check_setting(Call& call, const Queue& queue, const std::string& name,
                           const std::string& value) {
  const Attribute* known = settable(name);
  if (!known) return errors::InvalidAttributeName("Unknown Attribute " + name + ".");
  if (known->fifo_only && !queue.is_fifo())
    return name == "FifoQueue"
               ? errors::InvalidAttributeName("Unknown Attribute FifoQueue.")
               : errors::InvalidAttributeName("You can specify the " + name +
                                              " only when FifoQueue is set to true.");
  if (known->most) {
    auto number = parse_int(value);
    if (!number || *number < known->least || *number > known->most) return bad_attribute(name);
    return {};
  }
  if (name == "RedrivePolicy" && !value.empty()) return check_redrive(call, queue, value);
  if (name == "RedriveAllowPolicy" && !value.empty()) return check_redrive_allow(value);
  if (name == "DeduplicationScope" && value != "queue" && value != "messageGroup")
    return bad_attribute(name);
  if (name == "FifoThroughputLimit" && value != "perQueue" && value != "perMessageGroupId")
    return bad_attribute(name);
  if (name == "ContentBasedDeduplication" || name == "SqsManagedSseEnabled" || name == "FifoQueue")
    TRY(check_switch(name, value));
  return {};
}

// A key of KMS takes the place of SQS's own encryption, and the other way round; not both at once.
Result<void> check_encryption(Queue& queue, const Map<std::string>& wanted) {
  const std::string* key = find_in(wanted, "KmsMasterKeyId");
  const std::string* own = find_in(wanted, "SqsManagedSseEnabled");
  const bool wants_key = key && !key->empty(), wants_own = own && *own == "true";
  if (wants_key && wants_own)
    return errors::InvalidAttributeValue(
        "You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.");
  auto forget = [&](std::string_view name) {
    std::erase_if(queue.row.Attributes, [&](const auto& held) { return held.first == name; });
  };
  if (wants_key) forget("SqsManagedSseEnabled");
  if (wants_own) forget("KmsMasterKeyId");
  return {};
}

Result<void> set_attributes(Call& call, Queue& queue, const Map<std::string>& wanted) {
  for (const auto& [name, value] : wanted) {
    TRY(check_setting(call, queue, name, value));
    if (name == "Policy") {
      queue.row.Policy.reset();
      if (!value.empty()) queue.row.Policy = TRY(held_policy(call, value));
    } else if (value.empty()) {
      std::erase_if(queue.row.Attributes, [&](const auto& held) { return held.first == name; });
    } else {
      set_in(queue.row.Attributes, name, value);
    }
  }
  return check_encryption(queue, wanted);
}

// AWS does give the queue that is there when nothing asked for differs from it.
Result<void> check_same(Call& call, const Queue& queue, const Map<std::string>& wanted) {
  for (const auto& [name, value] : wanted) {
    const std::string held =
        name == "Policy" ? call.server().show_principals(call.txn(), queue.row.Policy.value_or(""))
                         : queue.attribute(name);
    auto a = parse_json(held), b = parse_json(value);
    if (held == value || (a && b && *a == *b)) continue;
    return errors::QueueNameExists(
        "A queue already exists with the same name and a different value for attribute " + name);
  }
  return {};
}

struct Counts {
  int64_t visible = 0, in_flight = 0, delayed = 0;
};
Counts count_messages(Call& call, const Queue& queue) {
  Counts counts;
  const int64_t kept_ms = queue.number("MessageRetentionPeriod") * 1000;
  kMessages.each(call.txn(), queue.space, {.prefix = {queue.row.Id}},
                 [&](const auto&, const MessageRow& row) {
                   if (row.Sent.ms + kept_ms <= call.now().ms) return true;
                   if (row.Visible <= call.now())
                     ++counts.visible;
                   else
                     ++(row.Receipt ? counts.in_flight : counts.delayed);
                   return true;
                 });
  return counts;
}

size_t page_size(const std::optional<int64_t>& limit) {
  return limit ? static_cast<size_t>(*limit) : kPage;
}

Result<std::string> page_start(const std::optional<int64_t>& limit,
                               const std::optional<std::string>& token) {
  if (limit && (*limit < 1 || *limit > static_cast<int64_t>(kPage)))
    return invalid_parameter("MaxResults", std::to_string(*limit),
                             "MaxResults must be an integer between 1 and 1000.");
  if (!token) return std::string();
  auto last = from_base64(*token);
  if (!last) return fault("InvalidParameterValue", "Invalid or expired next token.");
  return std::move(*last);
}

void start_sweep(Call& call, const Queue& queue) {
  call.start_job(std::string(kSweepJob), queue.row.Id, call.now() + kSweepPauseMs,
                 Value::object({{"Account", queue.space.account},
                                {"Region", queue.space.region},
                                {"Queue", queue.row.Name},
                                {"Id", queue.row.Id}}));
}

// The sweep finds no queue of this id any more, and takes all that is left of it away.
void drop_messages(Call& call, const Queue& queue) {
  call.start_job(std::string(kSweepJob), queue.row.Id, call.now(),
                 Value::object({{"Account", queue.space.account},
                                {"Region", queue.space.region},
                                {"Queue", queue.row.Name},
                                {"Id", queue.row.Id}}));
}

}  // namespace

// ---- finding

std::string Queue::arn() const {
  return "arn:aws:sqs:" + space.region + ":" + space.account + ":" + row.Name;
}

bool Queue::is_fifo() const { return find_in(row.Attributes, "FifoQueue") != nullptr; }

std::string Queue::attribute(std::string_view name) const {
  if (const std::string* held = find_in(row.Attributes, name)) return *held;
  const bool has_key = find_in(row.Attributes, "KmsMasterKeyId") != nullptr;
  if (has_key && name == "SqsManagedSseEnabled") return "false";
  if (has_key && name == "KmsDataKeyReusePeriodSeconds") return "300";
  const Attribute* known = settable(name);
  if (!known || (known->fifo_only && !is_fifo())) return {};
  return std::string(known->initial);
}

int64_t Queue::number(std::string_view name) const {
  return parse_int(attribute(name)).value_or(0);
}

std::optional<Queue> queue_of_arn(Txn& txn, const Arn& arn) {
  Space space{arn.account, arn.region};
  auto row = kQueues.get(txn, space, {arn.resource});
  if (!row) return std::nullopt;
  return Queue{std::move(*row), std::move(space)};
}

Result<Queue> open_queue(Call& call, const std::string& url, std::string_view action) {
  auto parts = parts_of_url(url);
  if (!parts) {
    TRY(call.authorize(action, call.arn("sqs", "*")));
    return fault("InvalidAddress",
                 "The address " + url.substr(0, 256) + " is not valid for this endpoint.", 404);
  }
  Queue queue{{}, {parts->first, call.region().text}};
  queue.row.Name = parts->second;
  TRY(call.authorize(action, queue.arn()));
  auto row = kQueues.get(call.txn(), queue.space, {queue.row.Name});
  if (!row) return no_queue();
  queue.row = std::move(*row);
  return queue;
}

void put_queue(Call& call, const Queue& queue) {
  kQueues.put(call.txn(), queue.space, {queue.row.Name}, queue.row);
}

std::string url_of(Call& call, const Space& space, std::string_view name) {
  std::string base = "https://sqs." + space.region + ".amazonaws.com";
  if (const HttpRequest* http = call.http();
      http && !http->host().ends_with(".amazonaws.com") && !http->host_with_port().empty())
    base = (http->tls ? "https://" : "http://") + http->host_with_port();
  return base + "/" + space.account + "/" + std::string(name);
}

std::optional<Redrive> redrive_of(const Queue& queue) {
  auto policy = parse_json(queue.attribute("RedrivePolicy"));
  if (!policy) return std::nullopt;
  auto most = parse_int((*policy)["maxReceiveCount"].scalar_text());
  return Redrive{(*policy)["deadLetterTargetArn"].string_or(""), most.value_or(1)};
}

Unexpected invalid_parameter(std::string_view name, std::string_view value,
                             std::string_view reason) {
  return fault("InvalidParameterValue", "Value " + std::string(value.substr(0, 512)) +
                                            " for parameter " + std::string(name) +
                                            " is invalid. Reason: " + std::string(reason));
}

Unexpected missing_parameter(std::string_view name) {
  return fault("MissingParameter",
               "The request must contain the parameter " + std::string(name) + ".");
}

std::string waiters_of(const Queue& queue) { return "sqs/" + queue.arn(); }

void wake_receivers(Call& call, const Queue& queue) {
  call.after_commit([&waiters = call.waiters(), name = waiters_of(queue)] { waiters.wake(name); });
}

Result<std::string> held_policy(Call& call, const std::string& document) {
  if (document.size() > kLongestPolicy) return bad_attribute("Policy");
  if (!parse_policy(document, PolicyUse::kResource)) return bad_attribute("Policy");
  auto parsed = parse_json(document);
  for (const Value& statement : one_or_more((*parsed)["Statement"]))
    for (const char* element : {"Action", "NotAction"})
      for (const Value& action : one_or_more(statement[element])) {
        const std::string lower = to_lower(action.string_or(""));
        if (lower != "*" && !lower.starts_with("sqs:")) return bad_attribute("Policy");
      }
  auto held = call.server().hold_principals(call.txn(), document);
  if (!held) return bad_attribute("Policy");
  return std::move(*held);
}

// ---- operations

Result<CreateQueueOutput> create_queue(Call& call, const CreateQueueInput& in) {
  Queue queue{{}, call.space()};
  queue.row.Name = in.QueueName;
  TRY(call.authorize("sqs:CreateQueue", queue.arn()));
  const auto wanted = in.Attributes.value_or(Map<std::string>{});
  const std::string* fifo = find_in(wanted, "FifoQueue");
  TRY(check_name(in.QueueName, fifo && *fifo == "true"));
  if (auto known = kQueues.get(call.txn(), queue.space, {in.QueueName})) {
    queue.row = std::move(*known);
    TRY(check_same(call, queue, wanted));
    return CreateQueueOutput{url_of(call, queue.space, in.QueueName)};
  }
  queue.row.Id = call.random().uuid();
  queue.row.Created = queue.row.Changed = call.now();
  if (fifo && *fifo == "true") set_in(queue.row.Attributes, "FifoQueue", "true");
  TRY(set_attributes(call, queue, wanted));
  queue.row.Tags = in.tags.value_or(Map<std::string>{});
  if (queue.row.Tags.size() > kMostTags)
    return fault("InvalidParameterValue", "Too many tags added for queue " + in.QueueName + ".");
  put_queue(call, queue);
  start_sweep(call, queue);
  return CreateQueueOutput{url_of(call, queue.space, in.QueueName)};
}

Result<DeleteQueueOutput> delete_queue(Call& call, const DeleteQueueInput& in) {
  Queue queue = TRY(open_queue(call, in.QueueUrl, "sqs:DeleteQueue"));
  kQueues.erase(call.txn(), queue.space, {queue.row.Name});
  drop_messages(call, queue);
  wake_receivers(call, queue);
  return DeleteQueueOutput{};
}

Result<PurgeQueueOutput> purge_queue(Call& call, const PurgeQueueInput& in) {
  Queue queue = TRY(open_queue(call, in.QueueUrl, "sqs:PurgeQueue"));
  if (queue.row.Purged && call.now().ms - queue.row.Purged->ms < kPurgePauseMs)
    return errors::PurgeQueueInProgress("Only one PurgeQueue operation on " + queue.row.Name +
                                        " is allowed every 60 seconds.");
  drop_messages(call, queue);
  queue.row.Id = call.random().uuid();
  queue.row.Purged = call.now();
  put_queue(call, queue);
  start_sweep(call, queue);
  return PurgeQueueOutput{};
}

Result<GetQueueUrlOutput> get_queue_url(Call& call, const GetQueueUrlInput& in) {
  Space space{in.QueueOwnerAWSAccountId.value_or(call.account().text), call.region().text};
  TRY(call.authorize("sqs:GetQueueUrl",
                     "arn:aws:sqs:" + space.region + ":" + space.account + ":" + in.QueueName));
  if (!kQueues.contains(call.txn(), space, {in.QueueName})) return no_queue();
  return GetQueueUrlOutput{url_of(call, space, in.QueueName)};
}

Result<ListQueuesOutput> list_queues(Call& call, const ListQueuesInput& in) {
  std::string after = TRY(page_start(in.MaxResults, in.NextToken));
  const std::string prefix = in.QueueNamePrefix.value_or("");
  ScanOptions options;
  if (!after.empty()) options.after = {after};
  std::vector<std::string> urls;
  std::string last;
  ListQueuesOutput out;
  kQueues.each(call.txn(), call.space(), options, [&](const auto& key, const QueueRow&) {
    if (!key[0].starts_with(prefix)) return true;
    if (urls.size() == page_size(in.MaxResults)) {
      // AWS does page only those who say how long a page is.
      if (in.MaxResults) out.NextToken = to_base64(last);
      return false;
    }
    urls.push_back(url_of(call, call.space(), key[0]));
    last = key[0];
    return true;
  });
  if (!urls.empty()) out.QueueUrls = std::move(urls);
  return out;
}

Result<ListDeadLetterSourceQueuesOutput> list_dead_letter_source_queues(
    Call& call, const ListDeadLetterSourceQueuesInput& in) {
  Queue queue = TRY(open_queue(call, in.QueueUrl, "sqs:ListDeadLetterSourceQueues"));
  std::string after = TRY(page_start(in.MaxResults, in.NextToken));
  ScanOptions options;
  if (!after.empty()) options.after = {after};
  ListDeadLetterSourceQueuesOutput out;
  std::string last;
  kQueues.each(call.txn(), queue.space, options, [&](const auto& key, const QueueRow& row) {
    auto redrive = redrive_of({row, queue.space});
    if (!redrive || redrive->target_arn != queue.arn()) return true;
    if (out.queueUrls.size() == page_size(in.MaxResults)) {
      if (in.MaxResults) out.NextToken = to_base64(last);
      return false;
    }
    out.queueUrls.push_back(url_of(call, queue.space, key[0]));
    last = key[0];
    return true;
  });
  return out;
}

Result<GetQueueAttributesOutput> get_queue_attributes(Call& call,
                                                      const GetQueueAttributesInput& in) {
  Queue queue = TRY(open_queue(call, in.QueueUrl, "sqs:GetQueueAttributes"));
  const auto names = in.AttributeNames.value_or(std::vector<std::string>{});
  for (const auto& name : names) {
    if (name == "All" || settable(name)) continue;
    if (std::find(std::begin(kTold), std::end(kTold), name) == std::end(kTold))
      return errors::InvalidAttributeName("Unknown Attribute " + name + ".");
  }
  const bool all = std::find(names.begin(), names.end(), "All") != names.end();
  auto asked = [&](std::string_view name) {
    return all || std::find(names.begin(), names.end(), name) != names.end();
  };
  Map<std::string> told;
  auto tell = [&](std::string_view name, std::string value) {
    if (asked(name) && !value.empty()) told.emplace_back(name, std::move(value));
  };
  tell("QueueArn", queue.arn());
  if (asked(kTold[0]) || asked(kTold[1]) || asked(kTold[2])) {
    Counts counts = count_messages(call, queue);
    tell(kTold[0], std::to_string(counts.visible));
    tell(kTold[1], std::to_string(counts.in_flight));
    tell(kTold[2], std::to_string(counts.delayed));
  }
  tell("CreatedTimestamp", std::to_string(queue.row.Created.seconds()));
  tell("LastModifiedTimestamp", std::to_string(queue.row.Changed.seconds()));
  for (const Attribute& one : kSettable) {
    if (one.name != "Policy") tell(one.name, queue.attribute(one.name));
  }
  if (queue.row.Policy)
    tell("Policy", call.server().show_principals(call.txn(), *queue.row.Policy));
  GetQueueAttributesOutput out;
  if (!told.empty()) out.Attributes = std::move(told);
  return out;
}

Result<SetQueueAttributesOutput> set_queue_attributes(Call& call,
                                                      const SetQueueAttributesInput& in) {
  Queue queue = TRY(open_queue(call, in.QueueUrl, "sqs:SetQueueAttributes"));
  if (const std::string* fifo = find_in(in.Attributes, "FifoQueue");
      fifo && (*fifo == "true") != queue.is_fifo())
    return errors::InvalidAttributeValue(
        "Invalid value for the parameter FifoQueue. Reason: "
        "Modifying queue type is not supported.");
  TRY(set_attributes(call, queue, in.Attributes));
  queue.row.Changed = call.now();
  put_queue(call, queue);
  // Who waits may have to wait for something else now.
  wake_receivers(call, queue);
  return SetQueueAttributesOutput{};
}

Result<void> check_batch(const std::vector<std::string>& ids, std::string_view entry_name) {
  constexpr size_t kMostEntries = 10, kLongestId = 80;
  if (ids.empty())
    return errors::EmptyBatchRequest("There should be at least one " + std::string(entry_name) +
                                     " in the request.");
  if (ids.size() > kMostEntries)
    return errors::TooManyEntriesInBatchRequest(
        "Maximum number of entries per request are 10. You have sent " +
        std::to_string(ids.size()) + ".");
  for (size_t i = 0; i < ids.size(); ++i) {
    if (ids[i].empty() || ids[i].size() > kLongestId || !has_only(ids[i], "-_"))
      return errors::InvalidBatchEntryId(
          "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.");
    if (std::find(ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(i), ids[i]) !=
        ids.begin() + static_cast<std::ptrdiff_t>(i))
      return errors::BatchEntryIdsNotDistinct("Id " + ids[i] + " repeated.");
  }
  return {};
}

}  // namespace drydock::sqs
