// Topics: making, finding, listing, deleting them; their attributes, policies and tags; what the
// server must know of the service.
#include "services/sns/topics.h"

#include <algorithm>

#include "api/registry.h"
#include "api/server.h"
#include "auth/document.h"
#include "base/encoding.h"
#include "base/text.h"
#include "gen/sns_handlers.h"

namespace drydock::sns {
namespace {

constexpr size_t kLongestName = 256, kLongestDisplayName = 100, kMostTags = 50;
constexpr size_t kLongestPolicy = 30'720;
constexpr std::string_view kActions[] = {"GetTopicAttributes",
                                         "SetTopicAttributes",
                                         "AddPermission",
                                         "RemovePermission",
                                         "DeleteTopic",
                                         "Subscribe",
                                         "ListSubscriptionsByTopic",
                                         "Publish",
                                         "Receive"};
constexpr std::string_view kDeliveryPolicy =
    R"({"http":{"defaultHealthyRetryPolicy":{"minDelayTarget":20,"maxDelayTarget":20,"numRetries":3,"numMaxDelayRetries":0,"numNoDelayRetries":0,"numMinDelayRetries":0,"backoffFunction":"linear"},"disableSubscriptionOverrides":false,"defaultRequestPolicy":{"headerContentType":"text/plain; charset=UTF-8"}}})";

// What a topic has until it gets a policy: nobody but services acting for the owner's account.
Value default_policy(const FoundTopic& topic) {
  Value actions = Value::list();
  for (std::string_view action : kActions)
    if (action != "Receive") actions.push_back("SNS:" + std::string(action));
  Value statement = Value::object(
      {{"Sid", "__default_statement_ID"},
       {"Effect", "Allow"},
       {"Principal", Value::object({{"AWS", "*"}})},
       {"Action", std::move(actions)},
       {"Resource", topic.arn()},
       {"Condition", Value::object({{"StringEquals", Value::object({{"AWS:SourceOwner",
                                                                     topic.space.account}})}})}});
  return Value::object({{"Version", "2008-10-17"},
                        {"Id", "__default_policy_ID"},
                        {"Statement", Value::list({std::move(statement)})}});
}

Value policy_of(const FoundTopic& topic) {
  if (topic.row.Policy) {
    if (auto parsed = parse_json(*topic.row.Policy)) return std::move(*parsed);
  }
  return default_policy(topic);
}

bool is_of_service(const Value& action) {
  const std::string lower = to_lower(action.string_or(""));
  return lower == "*" || lower.starts_with("sns:");
}

Result<void> check_actions(const Value& statement) {
  for (const char* element : {"Action", "NotAction"}) {
    const auto actions = one_or_more(statement[element]);
    const bool known = std::all_of(actions.begin(), actions.end(), is_of_service);
    if (!known) return invalid("Policy statement action out of service scope!");
  }
  return {};
}

// A policy as it is kept.
Result<std::string> held_policy(Call& call, const std::string& document) {
  if (document.size() > kLongestPolicy)
    return invalid("Policy Reason: Maximum policy size is 30720 bytes");
  if (!parse_policy(document, PolicyUse::kResource)) return invalid("Policy Error: null");
  auto parsed = parse_json(document);
  for (const Value& statement : one_or_more((*parsed)["Statement"])) TRY(check_actions(statement));
  auto held = call.server().hold_principals(call.txn(), document);
  if (!held) return invalid("Policy Error: PrincipalNotFound");
  return std::move(*held);
}

Result<void> set_attribute(Call& call, FoundTopic& topic, const std::string& name,
                           const std::string& value) {
  if (name == "Policy") {
    topic.row.Policy = TRY(held_policy(call, value));
    return {};
  }
  if (name == "DisplayName") {
    if (value.size() > kLongestDisplayName)
      return invalid("DisplayName Reason: must be at most 100 characters long");
  } else if (name == "SignatureVersion") {
    if (value != "1" && value != "2")
      return invalid("SignatureVersion Reason: Invalid value [" + value.substr(0, 64) + "]");
  } else if (name == "TracingConfig") {
    if (value != "PassThrough") return not_implemented("Tracing of a topic");
  } else if (name == "FifoTopic" || name == "ContentBasedDeduplication") {
    if (value != "false") return not_implemented("A FIFO topic");
    return {};
  } else if (name == "KmsMasterKeyId") {
    if (value.empty()) {
      std::erase_if(topic.row.Attributes, [&](const auto& held) { return held.first == name; });
      return {};
    }
  } else if (name == "DeliveryPolicy" || name == "ArchivePolicy" ||
             name.ends_with("FeedbackRoleArn") || name.ends_with("FeedbackSampleRate")) {
    return not_implemented("The topic attribute " + name);
  } else {
    return invalid("AttributeName");
  }
  set_in(topic.row.Attributes, name, value);
  return {};
}

Result<void> check_name(const std::string& name) {
  const bool good = !name.empty() && name.size() <= kLongestName &&
                    std::all_of(name.begin(), name.end(), [](char c) {
                      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                             (c >= '0' && c <= '9') || c == '-' || c == '_';
                    });
  if (good) return {};
  return invalid("Topic Name");
}

std::string attribute_of(const FoundTopic& topic, const std::string& name) {
  if (const std::string* held = find_in(topic.row.Attributes, name)) return *held;
  return name == "FifoTopic" || name == "ContentBasedDeduplication" ? "false" : "";
}

bool same_tags(std::vector<Tag> a, std::vector<Tag> b) {
  auto order = [](const Tag& x, const Tag& y) { return x.Key < y.Key; };
  std::sort(a.begin(), a.end(), order);
  std::sort(b.begin(), b.end(), order);
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Tag& x, const Tag& y) {
    return x.Key == y.Key && x.Value == y.Value;
  });
}

// AWS does give the topic that is there when nothing asked for differs from it.
Result<void> check_same(Call& call, const FoundTopic& topic, const CreateTopicInput& in) {
  for (const auto& [name, value] : in.Attributes ? *in.Attributes : Map<std::string>{}) {
    if (name == "Policy") {
      auto held = held_policy(call, value);
      if (held && topic.row.Policy == *held) continue;
    } else if (attribute_of(topic, name) == value) {
      continue;
    }
    return invalid("Attributes Reason: Topic already exists with different attributes");
  }
  if (in.Tags && !in.Tags->empty() && !same_tags(*in.Tags, topic.row.Tags))
    return invalid("Tags Reason: Topic already exists with different tags");
  return {};
}

void put_topic(Call& call, const FoundTopic& topic) {
  kTopics.put(call.txn(), topic.space, {topic.row.Name}, topic.row);
}

Result<FoundTopic> tagged_topic(Call& call, const std::string& arn) {
  auto parsed = Arn::parse(arn);
  auto topic = parsed && parsed->service == "sns" ? topic_of_arn(call.txn(), *parsed)
                                                  : std::optional<FoundTopic>();
  if (!topic) return errors::ResourceNotFoundException("Resource does not exist");
  return std::move(*topic);
}

std::optional<ResourceFacts> facts_of(Txn& txn, const Arn& arn) {
  auto topic = topic_of_arn(txn, arn);
  if (!topic) return std::nullopt;
  ResourceFacts facts;
  for (const Tag& tag : topic->row.Tags) facts.tags.emplace_back(tag.Key, tag.Value);
  if (auto policy = compiled_policy(to_json(policy_of(*topic)), PolicyUse::kResource))
    facts.policies.push_back({std::move(policy), {}, topic->arn(), topic->arn()});
  return facts;
}

}  // namespace

std::string FoundTopic::arn() const {
  return "arn:aws:sns:" + space.region + ":" + space.account + ":" + row.Name;
}

Unexpected invalid(std::string what) {
  return errors::InvalidParameterException("Invalid parameter: " + std::move(what));
}

std::optional<FoundTopic> topic_of_arn(Txn& txn, const Arn& arn) {
  Space space{arn.account, arn.region};
  auto row = kTopics.get(txn, space, {arn.resource});
  if (!row) return std::nullopt;
  return FoundTopic{std::move(*row), std::move(space)};
}

Result<FoundTopic> find_topic(Call& call, const std::string& arn) {
  auto parsed = Arn::parse(arn);
  if (!parsed || parsed->service != "sns" || parsed->region != call.region().text ||
      parsed->resource.find(':') != std::string::npos)
    return invalid("TopicArn");
  auto topic = topic_of_arn(call.txn(), *parsed);
  if (!topic) return errors::NotFoundException("Topic does not exist");
  return std::move(*topic);
}

Result<std::string> page_start(const std::optional<std::string>& token) {
  if (!token || token->empty()) return std::string();
  auto last = from_base64(*token);
  if (!last) return invalid("NextToken");
  return std::move(*last);
}

Result<CreateTopicOutput> create_topic(Call& call, const CreateTopicInput& in) {
  if (in.Name.ends_with(".fifo")) return not_implemented("A FIFO topic");
  TRY(check_name(in.Name));
  if (in.DataProtectionPolicy) return not_implemented("DataProtectionPolicy");
  FoundTopic topic{{}, call.space()};
  if (auto known = kTopics.get(call.txn(), topic.space, {in.Name})) {
    topic.row = std::move(*known);
    TRY(check_same(call, topic, in));
    return CreateTopicOutput{topic.arn()};
  }
  topic.row.Name = in.Name;
  topic.row.Created = call.now();
  topic.row.Tags = in.Tags.value_or(std::vector<Tag>{});
  if (topic.row.Tags.size() > kMostTags)
    return errors::TagLimitExceededException(
        "Could not complete request: tag quota of per resource exceeded");
  for (const auto& [name, value] : in.Attributes ? *in.Attributes : Map<std::string>{}) {
    auto done = set_attribute(call, topic, name, value);
    if (!done && done.error().message == "Invalid parameter: AttributeName")
      return invalid("Attributes Reason: Unknown attribute " + name.substr(0, 128));
    TRY(std::move(done));
  }
  put_topic(call, topic);
  return CreateTopicOutput{topic.arn()};
}

Result<DeleteTopicOutput> delete_topic(Call& call, const DeleteTopicInput& in) {
  auto topic = find_topic(call, in.TopicArn);
  // AWS does answer success for a topic that is not there.
  if (!topic && topic.error().code == "NotFound") return DeleteTopicOutput{};
  if (!topic) return fault(std::move(topic).error());
  std::vector<SubscriptionRow> rows =
      kSubscriptions.scan(call.txn(), topic->space, {.prefix = {topic->row.Name}});
  for (const SubscriptionRow& row : rows) erase_subscription(call.txn(), *topic, row);
  kTopics.erase(call.txn(), topic->space, {topic->row.Name});
  return DeleteTopicOutput{};
}

Result<ListTopicsOutput> list_topics(Call& call, const ListTopicsInput& in) {
  ScanOptions options{.limit = kPage + 1};
  std::string after = TRY(page_start(in.NextToken));
  if (!after.empty()) options.after = {after};
  ListTopicsOutput out{.Topics = std::vector<Topic>{}};
  std::string last;
  kTopics.each(call.txn(), call.space(), options, [&](const auto& key, const TopicRow&) {
    if (out.Topics->size() == kPage) {
      out.NextToken = to_base64(last);
      return false;
    }
    last = key[0];
    out.Topics->push_back({call.arn("sns", last)});
    return true;
  });
  return out;
}

Result<GetTopicAttributesOutput> get_topic_attributes(Call& call,
                                                      const GetTopicAttributesInput& in) {
  FoundTopic topic = TRY(find_topic(call, in.TopicArn));
  int64_t pending = 0, confirmed = 0;
  kSubscriptions.each(call.txn(), topic.space, {.prefix = {topic.row.Name}},
                      [&](const auto&, const SubscriptionRow& row) {
                        ++(row.Token ? pending : confirmed);
                        return true;
                      });
  Map<std::string> told = {
      {"Policy", call.server().show_principals(call.txn(), to_json(policy_of(topic)))},
      {"Owner", topic.space.account},
      {"SubscriptionsPending", std::to_string(pending)},
      {"TopicArn", topic.arn()},
      {"EffectiveDeliveryPolicy", std::string(kDeliveryPolicy)},
      {"SubscriptionsConfirmed", std::to_string(confirmed)},
      {"DisplayName", ""},
      {"SubscriptionsDeleted", std::to_string(topic.row.Deleted)}};
  for (const auto& [name, value] : topic.row.Attributes) set_in(told, name, value);
  return GetTopicAttributesOutput{std::move(told)};
}

Result<SetTopicAttributesOutput> set_topic_attributes(Call& call,
                                                      const SetTopicAttributesInput& in) {
  FoundTopic topic = TRY(find_topic(call, in.TopicArn));
  TRY(set_attribute(call, topic, in.AttributeName, in.AttributeValue.value_or("")));
  put_topic(call, topic);
  return SetTopicAttributesOutput{};
}

Result<AddPermissionOutput> add_permission(Call& call, const AddPermissionInput& in) {
  FoundTopic topic = TRY(find_topic(call, in.TopicArn));
  Value actions = Value::list(), principals = Value::list();
  for (const std::string& action : in.ActionName) {
    if (std::find(std::begin(kActions), std::end(kActions), action) == std::end(kActions))
      return invalid("Policy statement action out of service scope!");
    actions.push_back("SNS:" + action);
  }
  for (const std::string& account : in.AWSAccountId) {
    if (!AccountId::parse(account)) return invalid("Policy Error: PrincipalNotFound");
    principals.push_back("arn:aws:iam::" + account + ":root");
  }
  if (!actions.size() || !principals.size())
    return invalid(actions.size() ? "AWSAccountId" : "ActionName");
  Value policy = policy_of(topic);
  Value& statements = policy.set("Statement");
  if (!statements.is_list()) statements = Value::list({statements});
  for (const Value& statement : statements.as_list()) {
    if (statement["Sid"].string_or("") == in.Label) return invalid("Statement already exists");
  }
  auto single = [](Value list) { return list.size() == 1 ? Value(list.as_list().front()) : list; };
  statements.push_back(
      Value::object({{"Sid", in.Label},
                     {"Effect", "Allow"},
                     {"Principal", Value::object({{"AWS", single(std::move(principals))}})},
                     {"Action", single(std::move(actions))},
                     {"Resource", topic.arn()}}));
  topic.row.Policy = TRY(held_policy(call, to_json(policy)));
  put_topic(call, topic);
  return AddPermissionOutput{};
}

Result<RemovePermissionOutput> remove_permission(Call& call, const RemovePermissionInput& in) {
  FoundTopic topic = TRY(find_topic(call, in.TopicArn));
  Value policy = policy_of(topic);
  Value& statements = policy.set("Statement");
  if (!statements.is_list()) statements = Value::list({statements});
  if (!std::erase_if(statements.as_list(),
                     [&](const Value& s) { return s["Sid"].string_or("") == in.Label; }))
    return errors::NotFoundException("Statement does not exist");
  // A policy must have a statement; without one the default would trust again what was taken away.
  if (!statements.size()) return invalid("Policy Error: null");
  topic.row.Policy = to_json(policy);
  put_topic(call, topic);
  return RemovePermissionOutput{};
}

Result<TagResourceOutput> tag_resource(Call& call, const TagResourceInput& in) {
  FoundTopic topic = TRY(tagged_topic(call, in.ResourceArn));
  for (const Tag& tag : in.Tags) {
    std::erase_if(topic.row.Tags, [&](const Tag& old) { return old.Key == tag.Key; });
    topic.row.Tags.push_back(tag);
  }
  if (topic.row.Tags.size() > kMostTags)
    return errors::TagLimitExceededException(
        "Could not complete request: tag quota of per resource exceeded");
  put_topic(call, topic);
  return TagResourceOutput{};
}

Result<UntagResourceOutput> untag_resource(Call& call, const UntagResourceInput& in) {
  FoundTopic topic = TRY(tagged_topic(call, in.ResourceArn));
  for (const std::string& key : in.TagKeys)
    std::erase_if(topic.row.Tags, [&](const Tag& tag) { return tag.Key == key; });
  put_topic(call, topic);
  return UntagResourceOutput{};
}

Result<ListTagsForResourceOutput> list_tags_for_resource(Call& call,
                                                         const ListTagsForResourceInput& in) {
  FoundTopic topic = TRY(tagged_topic(call, in.ResourceArn));
  return ListTagsForResourceOutput{topic.row.Tags};
}

void register_service(Registry& registry) {
  Server& server = registry.server();
  registry.resource_facts(
      "sns", [](Txn& txn, std::string_view, const Arn& arn) { return facts_of(txn, arn); });
  registry.job_kind(std::string(kDeliverJob),
                    [&server](const Job& job) { return deliver(server, job); });
}

}  // namespace drydock::sns
