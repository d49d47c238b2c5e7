// Subscriptions: making, confirming, listing, ending them, and their attributes.
#include <algorithm>

#include "base/encoding.h"
#include "base/text.h"
#include "gen/sns_handlers.h"
#include "services/sns/filter.h"
#include "services/sns/topics.h"

namespace drydock::sns {
namespace {

constexpr size_t kTokenLength = 64;
constexpr std::string_view kOtherProtocols[] = {"http", "https",       "email",   "email-json",
                                                "sms",  "application", "firehose"};

struct FoundSubscription {
  FoundTopic topic;
  SubscriptionRow row;
};

// By "arn:…:topic:id". Only its owner and the topic's may ask.
Result<FoundSubscription> find_subscription(Call& call, const std::string& arn) {
  auto parsed = Arn::parse(arn);
  const size_t colon = parsed ? parsed->resource.find(':') : std::string::npos;
  if (!parsed || parsed->service != "sns" || colon == std::string::npos)
    return invalid("SubscriptionArn Reason: An ARN must have at least 6 elements, not " +
                   std::to_string(split(arn, ':').size()));
  const std::string id = parsed->resource.substr(colon + 1);
  parsed->resource.resize(colon);
  auto topic = topic_of_arn(call.txn(), *parsed);
  auto row = topic ? kSubscriptions.get(call.txn(), topic->space, {topic->row.Name, id})
                   : std::optional<SubscriptionRow>();
  if (!row) return errors::NotFoundException("Subscription does not exist");
  if (call.account().text != row->Owner && call.account().text != topic->space.account)
    return fault("AccessDenied", "Not authorized to access this subscription", 403);
  return FoundSubscription{std::move(*topic), std::move(*row)};
}

Result<void> check_endpoint(const std::string& protocol, const std::string& endpoint) {
  auto arn = Arn::parse(endpoint);
  if (protocol == "sqs") {
    if (!arn || arn->service != "sqs" || !AccountId::parse(arn->account))
      return invalid("SQS endpoint ARN");
    if (arn->resource.ends_with(".fifo"))
      return invalid(
          "Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics");
    return {};
  }
  if (!arn || arn->service != "lambda" || !AccountId::parse(arn->account) ||
      !arn->resource.starts_with("function:"))
    return invalid("Lambda endpoint ARN");
  return {};
}

FilterScope scope_of(const Map<std::string>& attributes) {
  const std::string* scope = find_in(attributes, "FilterPolicyScope");
  return scope && *scope == "MessageBody" ? FilterScope::kBody : FilterScope::kAttributes;
}

Result<void> check_dead_letters(const std::string& value) {
  auto policy = parse_json(value);
  auto arn = policy ? Arn::parse((*policy)["deadLetterTargetArn"].string_or("")) : std::nullopt;
  if (!policy || !policy->is_object()) return invalid("RedrivePolicy: failed to parse JSON.");
  if (!arn || arn->service != "sqs")
    return invalid("RedrivePolicy: deadLetterTargetArn is an invalid arn");
  return {};
}

// Attributes by themselves; a filter policy is read in its scope, so the scope comes first.
Result<void> set_subscription(SubscriptionRow& row, const Map<std::string>& wanted) {
  for (const auto& [name, value] : wanted) {
    if (name == "FilterPolicyScope") {
      if (value != "MessageAttributes" && value != "MessageBody")
        return invalid("FilterPolicyScope: Invalid value [" + value.substr(0, 64) +
                       "]. Please use either MessageBody or MessageAttributes");
      set_in(row.Attributes, name, value);
    }
  }
  for (const auto& [name, value] : wanted) {
    if (name == "FilterPolicyScope") continue;
    if (name == "RawMessageDelivery") {
      if (value != "true" && value != "false")
        return invalid("RawMessageDelivery: Invalid value [" + value.substr(0, 64) +
                       "]. Must be true or false.");
      if (row.Protocol == "lambda" && value == "true")
        return invalid("Delivery protocol [lambda] does not support raw message delivery.");
    } else if (name == "FilterPolicy") {
      if (!value.empty() && value != "{}") TRY(parse_filter(value, scope_of(row.Attributes)));
    } else if (name == "RedrivePolicy") {
      if (!value.empty()) TRY(check_dead_letters(value));
    } else if (name == "DeliveryPolicy" || name == "ReplayPolicy" ||
               name == "SubscriptionRoleArn") {
      return not_implemented("The subscription attribute " + name);
    } else {
      return invalid("AttributeName");
    }
    if (value.empty() || (name == "FilterPolicy" && value == "{}"))
      std::erase_if(row.Attributes,
                    [&name = name](const auto& held) { return held.first == name; });
    else
      set_in(row.Attributes, name, value);
  }
  if (const std::string* filter = find_in(row.Attributes, "FilterPolicy"))
    TRY(parse_filter(*filter, scope_of(row.Attributes)));
  return {};
}

void put_subscription(Call& call, const FoundTopic& topic, const SubscriptionRow& row) {
  kSubscriptions.put(call.txn(), topic.space, {topic.row.Name, row.Id}, row);
}

Subscription told(const FoundTopic& topic, const SubscriptionRow& row) {
  return {.SubscriptionArn = row.Token ? "PendingConfirmation" : subscription_arn(topic, row),
          .Owner = row.Owner,
          .Protocol = row.Protocol,
          .Endpoint = row.Endpoint,
          .TopicArn = topic.arn()};
}

}  // namespace

std::string subscription_arn(const FoundTopic& topic, const SubscriptionRow& row) {
  return topic.arn() + ":" + row.Id;
}

void erase_subscription(Txn& txn, const FoundTopic& topic, const SubscriptionRow& row) {
  kSubscriptions.erase(txn, topic.space, {topic.row.Name, row.Id});
  kOwned.erase(txn, {row.Owner, topic.space.region}, {subscription_arn(topic, row)});
}

Result<SubscribeOutput> subscribe(Call& call, const SubscribeInput& in) {
  FoundTopic topic = TRY(find_topic(call, in.TopicArn));
  if (std::find(std::begin(kOtherProtocols), std::end(kOtherProtocols), in.Protocol) !=
      std::end(kOtherProtocols))
    return not_implemented("The subscription protocol " + in.Protocol);
  if (in.Protocol != "sqs" && in.Protocol != "lambda")
    return invalid("Amazon SNS does not support this protocol string: " +
                   in.Protocol.substr(0, 64));
  const std::string endpoint = in.Endpoint.value_or("");
  TRY(check_endpoint(in.Protocol, endpoint));
  const auto wanted = in.Attributes.value_or(Map<std::string>{});
  SubscriptionRow row{.Id = call.random().uuid(),
                      .Owner = call.account().text,
                      .Protocol = in.Protocol,
                      .Endpoint = endpoint,
                      .Created = call.now()};
  TRY(set_subscription(row, wanted));
  std::vector<SubscriptionRow> known =
      kSubscriptions.scan(call.txn(), topic.space, {.prefix = {topic.row.Name}});
  for (const SubscriptionRow& one : known) {
    if (one.Protocol != in.Protocol || one.Endpoint != endpoint) continue;
    for (const auto& [name, value] : wanted) {
      const std::string* held = find_in(one.Attributes, name);
      if (!held || *held != value)
        return invalid("Attributes Reason: Subscription already exists with different attributes");
    }
    row = one;
    if (!row.Token) return SubscribeOutput{subscription_arn(topic, row)};
    break;
  }
  // The owner of the queue or function has agreed by asking; others are asked by a message to it.
  auto arn = Arn::parse(endpoint);
  if (arn->account == call.account().text) {
    row.Token.reset();
  } else {
    if (!row.Token) row.Token = call.random().base36(kTokenLength);
    ask_to_confirm(call, topic, row);
  }
  put_subscription(call, topic, row);
  kOwned.put(call.txn(), {row.Owner, topic.space.region}, {subscription_arn(topic, row)}, "");
  if (row.Token && !in.ReturnSubscriptionArn.value_or(false))
    return SubscribeOutput{"pending confirmation"};
  return SubscribeOutput{subscription_arn(topic, row)};
}

Result<ConfirmSubscriptionOutput> confirm_subscription(Call& call,
                                                       const ConfirmSubscriptionInput& in) {
  auto arn = Arn::parse(in.TopicArn);
  const bool own = arn && arn->account == call.account().text;
  TRY(call.authorize("sns:ConfirmSubscription", own ? in.TopicArn : call.arn("sns", "*")));
  FoundTopic topic = TRY(find_topic(call, in.TopicArn));
  std::vector<SubscriptionRow> rows =
      kSubscriptions.scan(call.txn(), topic.space, {.prefix = {topic.row.Name}});
  for (SubscriptionRow& row : rows) {
    if (!row.Token || *row.Token != in.Token) continue;
    row.Token.reset();
    put_subscription(call, topic, row);
    return ConfirmSubscriptionOutput{subscription_arn(topic, row)};
  }
  return invalid("Token");
}

Result<UnsubscribeOutput> unsubscribe(Call& call, const UnsubscribeInput& in) {
  auto found = find_subscription(call, in.SubscriptionArn);
  // AWS does answer success for a subscription that is not there.
  if (!found && found.error().code == "NotFound") return UnsubscribeOutput{};
  if (!found) return fault(std::move(found).error());
  erase_subscription(call.txn(), found->topic, found->row);
  ++found->topic.row.Deleted;
  kTopics.put(call.txn(), found->topic.space, {found->topic.row.Name}, found->topic.row);
  return UnsubscribeOutput{};
}

Result<GetSubscriptionAttributesOutput> get_subscription_attributes(
    Call& call, const GetSubscriptionAttributesInput& in) {
  FoundSubscription found = TRY(find_subscription(call, in.SubscriptionArn));
  const SubscriptionRow& row = found.row;
  Map<std::string> told_attributes = {
      {"SubscriptionArn", subscription_arn(found.topic, row)},
      {"TopicArn", found.topic.arn()},
      {"Owner", row.Owner},
      {"Protocol", row.Protocol},
      {"Endpoint", row.Endpoint},
      {"RawMessageDelivery", "false"},
      {"PendingConfirmation", row.Token ? "true" : "false"},
      {"ConfirmationWasAuthenticated", row.Token ? "false" : "true"},
      {"SubscriptionPrincipal", "arn:aws:iam::" + row.Owner + ":root"}};
  if (find_in(row.Attributes, "FilterPolicy"))
    told_attributes.emplace_back("FilterPolicyScope", "MessageAttributes");
  for (const auto& [name, value] : row.Attributes) set_in(told_attributes, name, value);
  return GetSubscriptionAttributesOutput{std::move(told_attributes)};
}

Result<SetSubscriptionAttributesOutput> set_subscription_attributes(
    Call& call, const SetSubscriptionAttributesInput& in) {
  FoundSubscription found = TRY(find_subscription(call, in.SubscriptionArn));
  TRY(set_subscription(found.row, {{in.AttributeName, in.AttributeValue.value_or("")}}));
  put_subscription(call, found.topic, found.row);
  return SetSubscriptionAttributesOutput{};
}

Result<ListSubscriptionsOutput> list_subscriptions(Call& call, const ListSubscriptionsInput& in) {
  ScanOptions options{.limit = kPage + 1};
  std::string after = TRY(page_start(in.NextToken));
  if (!after.empty()) options.after = {after};
  ListSubscriptionsOutput out{.Subscriptions = std::vector<Subscription>{}};
  std::vector<std::string> arns;
  kOwned.each(call.txn(), call.space(), options, [&](const auto& key, const std::string&) {
    arns.push_back(key[0]);
    return true;
  });
  for (size_t i = 0; i < arns.size() && i < kPage; ++i) {
    auto found = find_subscription(call, arns[i]);
    if (found) out.Subscriptions->push_back(told(found->topic, found->row));
  }
  if (arns.size() > kPage) out.NextToken = to_base64(arns[kPage - 1]);
  return out;
}

Result<ListSubscriptionsByTopicOutput> list_subscriptions_by_topic(
    Call& call, const ListSubscriptionsByTopicInput& in) {
  FoundTopic topic = TRY(find_topic(call, in.TopicArn));
  ScanOptions options{.prefix = {topic.row.Name}, .limit = kPage + 1};
  std::string after = TRY(page_start(in.NextToken));
  if (!after.empty()) options.after = {topic.row.Name, after};
  ListSubscriptionsByTopicOutput out{.Subscriptions = std::vector<Subscription>{}};
  std::string last;
  kSubscriptions.each(call.txn(), topic.space, options,
                      [&](const auto&, const SubscriptionRow& row) {
                        if (out.Subscriptions->size() == kPage) {
                          out.NextToken = to_base64(last);
                          return false;
                        }
                        last = row.Id;
                        out.Subscriptions->push_back(told(topic, row));
                        return true;
                      });
  return out;
}

}  // namespace drydock::sns
