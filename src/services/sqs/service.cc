// SQS: queue policies and tags, for their operations and for IAM; the job that takes away what
// nobody can receive any more.
#include <algorithm>

#include "api/registry.h"
#include "api/server.h"
#include "base/text.h"
#include "gen/sqs_handlers.h"
#include "services/sqs/messages.h"

namespace drydock::sqs {
namespace {

constexpr size_t kMostActions = 7, kLongestLabel = 80, kRowsAtOnce = 1000;
constexpr std::string_view kShareable[] = {"*",
                                           "SendMessage",
                                           "ReceiveMessage",
                                           "DeleteMessage",
                                           "ChangeMessageVisibility",
                                           "GetQueueAttributes",
                                           "GetQueueUrl",
                                           "ListDeadLetterSourceQueues",
                                           "PurgeQueue"};

// ---- AddPermission and RemovePermission write statements of the queue's policy

Value policy_of(const Queue& queue) {
  if (queue.row.Policy) {
    if (auto parsed = parse_json(*queue.row.Policy)) return std::move(*parsed);
  }
  return Value::object({{"Version", "2008-10-17"},
                        {"Id", queue.arn() + "/SQSDefaultPolicy"},
                        {"Statement", Value::list()}});
}

Value& statements_of(Value& policy) {
  Value& statements = policy.set("Statement");
  if (!statements.is_list()) statements = Value::list({statements});
  return statements;
}

Value one_or_list(Value::List items) {
  return items.size() == 1 ? std::move(items.front()) : Value(std::move(items));
}

// ---- facts

// Amazon SQS Developer Guide, "Limitations of Amazon SQS custom policies": cross-account
// permissions do not apply to these.
bool is_for_owner_alone(std::string_view action) {
  constexpr std::string_view kForOwner[] = {
      "sqs:AddPermission",      "sqs:DeleteQueue", "sqs:ListQueueTags", "sqs:RemovePermission",
      "sqs:SetQueueAttributes", "sqs:TagQueue",    "sqs:UntagQueue"};
  return std::find(std::begin(kForOwner), std::end(kForOwner), action) != std::end(kForOwner);
}

std::optional<ResourceFacts> facts_of(Txn& txn, std::string_view action, const Arn& arn) {
  auto queue = queue_of_arn(txn, arn);
  if (!queue) return std::nullopt;
  ResourceFacts facts;
  facts.owner_account_only = is_for_owner_alone(action);
  facts.tags = queue->row.Tags;
  if (queue->row.Policy) {
    if (auto policy = compiled_policy(*queue->row.Policy, PolicyUse::kResource))
      facts.policies.push_back({std::move(policy), {}, queue->arn(), queue->arn()});
  }
  return facts;
}

// ---- the sweep

// Erases messages that are past their time, or all when the queue is gone; true when it has done
// with what there is.
bool sweep_some(Txn& txn, const Queue& queue, bool gone, Timestamp now) {
  std::vector<MessageRow> old;
  const int64_t kept_ms = gone ? 0 : queue.number("MessageRetentionPeriod") * 1000;
  kMessages.each(txn, queue.space, {.prefix = {queue.row.Id}},
                 [&](const auto&, const MessageRow& row) {
                   if (gone || row.Sent.ms + kept_ms <= now.ms) old.push_back(row);
                   return old.size() < kRowsAtOnce;
                 });
  for (const MessageRow& row : old) erase_message(txn, queue, row);
  std::vector<Key> known;
  kDeduplications.each(txn, queue.space, {.prefix = {queue.row.Id}},
                       [&](const std::vector<std::string>& key, const Value& value) {
                         if (gone || value["Until"].int_or(0) <= now.ms)
                           known.push_back({key[0], key[1], key[2]});
                         return known.size() < kRowsAtOnce;
                       });
  for (const Key& key : known) kDeduplications.erase(txn, queue.space, key);
  if (gone) kCounters.erase(txn, queue.space, {queue.row.Id});
  return old.size() < kRowsAtOnce && known.size() < kRowsAtOnce;
}

Next sweep(Server& server, const Job& job) {
  Space space{job.payload["Account"].string_or(""), job.payload["Region"].string_or("")};
  const std::string name = job.payload["Queue"].string_or("");
  const std::string id = job.payload["Id"].string_or("");
  bool gone = false;
  for (bool finished = false; !finished && !server.jobs().stopping();) {
    auto done = transact(server.engine(), [&](Txn& txn) -> Result<void> {
      auto row = kQueues.get(txn, space, {name});
      gone = !row || row->Id != id;
      Queue queue{row && !gone ? std::move(*row) : QueueRow{.Name = name, .Id = id}, space};
      // Both kinds of order are tried for a queue that is gone: which it had is not known any more.
      finished = sweep_some(txn, queue, gone, server.clock().now());
      if (!gone || !finished) return {};
      std::vector<Key> left;
      kOrder.each(txn, space, {.prefix = {id}, .limit = kRowsAtOnce},
                  [&](const std::vector<std::string>& key, const std::string&) {
                    left.push_back({key[0], parse_int(key[1]).value_or(0),
                                    parse_int(key[2]).value_or(0), key[3]});
                    return true;
                  });
      for (const Key& key : left) kOrder.erase(txn, space, key);
      finished = left.size() < kRowsAtOnce;
      return {};
    });
    if (!done) break;
  }
  if (gone && !server.jobs().stopping()) return Next::done();
  return Next::again(server.clock().now() + kSweepPauseMs);
}

}  // namespace

Result<AddPermissionOutput> add_permission(Call& call, const AddPermissionInput& in) {
  Queue queue = TRY(open_queue(call, in.QueueUrl, "sqs:AddPermission"));
  if (in.Label.empty() || in.Label.size() > kLongestLabel)
    return invalid_parameter("Label", in.Label, "Must be 1 to 80 in length.");
  if (in.Actions.empty()) return missing_parameter("Actions");
  if (in.AWSAccountIds.empty()) return missing_parameter("AWSAccountIds");
  if (in.Actions.size() > kMostActions)
    return errors::OverLimit(std::to_string(in.Actions.size()) +
                             " Actions were found, maximum allowed is 7.");
  Value::List actions, principals;
  for (const std::string& action : in.Actions) {
    if (std::find(std::begin(kShareable), std::end(kShareable), action) == std::end(kShareable))
      return invalid_parameter("ActionName", "SQS:" + action,
                               "Please refer to the appropriate WSDL for a list of valid actions.");
    actions.push_back("SQS:" + action);
  }
  for (const std::string& account : in.AWSAccountIds) {
    if (!AccountId::parse(account))
      return invalid_parameter("PrincipalId", account, "Unable to verify.");
    principals.push_back("arn:aws:iam::" + account + ":root");
  }
  Value policy = policy_of(queue);
  Value& statements = statements_of(policy);
  for (const Value& statement : statements.as_list()) {
    if (statement["Sid"].string_or("") == in.Label)
      return invalid_parameter("Label", in.Label, "Already exists.");
  }
  statements.push_back(
      Value::object({{"Sid", in.Label},
                     {"Effect", "Allow"},
                     {"Principal", Value::object({{"AWS", one_or_list(std::move(principals))}})},
                     {"Action", one_or_list(std::move(actions))},
                     {"Resource", queue.arn()}}));
  queue.row.Policy = TRY(held_policy(call, to_json(policy)));
  queue.row.Changed = call.now();
  put_queue(call, queue);
  return AddPermissionOutput{};
}

Result<RemovePermissionOutput> remove_permission(Call& call, const RemovePermissionInput& in) {
  Queue queue = TRY(open_queue(call, in.QueueUrl, "sqs:RemovePermission"));
  Value policy = policy_of(queue);
  Value& statements = statements_of(policy);
  if (!std::erase_if(statements.as_list(),
                     [&](const Value& s) { return s["Sid"].string_or("") == in.Label; }))
    return invalid_parameter("Label", in.Label, "can't find label.");
  queue.row.Policy = statements.size() ? std::optional(to_json(policy)) : std::nullopt;
  queue.row.Changed = call.now();
  put_queue(call, queue);
  return RemovePermissionOutput{};
}

Result<TagQueueOutput> tag_queue(Call& call, const TagQueueInput& in) {
  Queue queue = TRY(open_queue(call, in.QueueUrl, "sqs:TagQueue"));
  if (in.Tags.empty()) return missing_parameter("Tags");
  for (const auto& tag : in.Tags) {
    std::erase_if(queue.row.Tags, [&](const auto& old) { return old.first == tag.first; });
    queue.row.Tags.push_back(tag);
  }
  if (queue.row.Tags.size() > kMostTags)
    return fault("InvalidParameterValue", "Too many tags added for queue " + queue.row.Name + ".");
  put_queue(call, queue);
  return TagQueueOutput{};
}

Result<UntagQueueOutput> untag_queue(Call& call, const UntagQueueInput& in) {
  Queue queue = TRY(open_queue(call, in.QueueUrl, "sqs:UntagQueue"));
  if (in.TagKeys.empty()) return missing_parameter("TagKeys");
  for (const std::string& key : in.TagKeys)
    std::erase_if(queue.row.Tags, [&](const auto& tag) { return tag.first == key; });
  put_queue(call, queue);
  return UntagQueueOutput{};
}

Result<ListQueueTagsOutput> list_queue_tags(Call& call, const ListQueueTagsInput& in) {
  Queue queue = TRY(open_queue(call, in.QueueUrl, "sqs:ListQueueTags"));
  ListQueueTagsOutput out;
  if (!queue.row.Tags.empty()) out.Tags = queue.row.Tags;
  return out;
}

void register_service(Registry& registry) {
  Server& server = registry.server();
  registry.resource_facts("sqs", [](Txn& txn, std::string_view action, const Arn& arn) {
    return facts_of(txn, action, arn);
  });
  registry.job_kind(std::string(kSweepJob),
                    [&server](const Job& job) { return sweep(server, job); });
}

}  // namespace drydock::sqs
