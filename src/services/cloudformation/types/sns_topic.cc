// AWS::SNS::Topic, AWS::SNS::TopicPolicy, AWS::SNS::Subscription
#include "services/cloudformation/types/lists.h"
#include "services/cloudformation/types/type.h"

namespace drydock::cloudformation {

namespace {

// Attributes of the topic, with what SNS takes back to when one is taken away.
struct TopicAttribute {
  const char* name;
  const char* initial;
};
constexpr TopicAttribute kTopicAttributes[] = {{"DisplayName", ""},
                                               {"SignatureVersion", "1"},
                                               {"TracingConfig", "PassThrough"},
                                               {"KmsMasterKeyId", ""},
                                               {"ContentBasedDeduplication", "false"}};

std::string endpoint_key(const Value& subscription) {
  return subscription["Protocol"].scalar_text() + " " + subscription["Endpoint"].scalar_text();
}

bool lists(const Value& subscriptions, const std::string& key) {
  return subscriptions.is_list() &&
         std::ranges::any_of(subscriptions.as_list(),
                             [&](const Value& one) { return endpoint_key(one) == key; });
}

// The topic's own list of subscriptions.
Result<void> set_subscriptions(Work& w) {
  if (w["Subscription"].is_list())
    for (const Value& one : w["Subscription"].as_list()) {
      if (lists(w.before["Subscription"], endpoint_key(one))) continue;
      TRY(w.call("sns", "Subscribe",
                 Value::object({{"TopicArn", w.physical_id},
                                {"Protocol", one["Protocol"]},
                                {"Endpoint", one["Endpoint"]}})));
    }
  if (!w.before["Subscription"].is_list()) return {};
  Value there =
      TRY(w.call("sns", "ListSubscriptionsByTopic", Value::object({{"TopicArn", w.physical_id}})));
  for (const Value& one : there["Subscriptions"].as_list()) {
    const std::string key = endpoint_key(one);
    if (!lists(w.before["Subscription"], key) || lists(w["Subscription"], key)) continue;
    TRY(deleted(w.call("sns", "Unsubscribe",
                       Value::object({{"SubscriptionArn", one["SubscriptionArn"]}}))));
  }
  return {};
}

Result<void> create_topic(Work& w) {
  Value attributes = Value(Value::Object{});
  for (const TopicAttribute& one : kTopicAttributes)
    if (const Value* wanted = w.properties.find(one.name)) attributes.set(one.name, *wanted);
  if (w["FifoTopic"].scalar_text() == "true") attributes.set("FifoTopic", "true");
  Value input = Value::object({{"Name", w.name}, {"Attributes", std::move(attributes)}});
  Value tags = merged_tags(w["Tags"], w.tags);
  if (tags.size() > 0) input.set("Tags", std::move(tags));
  Value made = TRY(w.call("sns", "CreateTopic", std::move(input)));
  w.physical_id = made["TopicArn"].as_string();
  w.attributes = Value::object({{"TopicArn", w.physical_id}, {"TopicName", w.name}});
  w.made(w.physical_id);
  return set_subscriptions(w);
}

Result<void> update_topic(Work& w) {
  for (const TopicAttribute& one : kTopicAttributes) {
    if (!w.changed(one.name)) continue;
    const Value& wanted = w[one.name];
    TRY(w.call(
        "sns", "SetTopicAttributes",
        Value::object({{"TopicArn", w.physical_id},
                       {"AttributeName", one.name},
                       {"AttributeValue", wanted.is_null() ? Value(one.initial) : wanted}})));
  }
  TRY(set_subscriptions(w));
  return retag(w, {"sns", "TagResource", "UntagResource"},
               Value::object({{"ResourceArn", w.physical_id}}),
               merged_tags(w.before["Tags"], w.tags_before), merged_tags(w["Tags"], w.tags));
}

Result<void> remove_topic(Work& w) {
  return deleted(w.call("sns", "DeleteTopic", Value::object({{"TopicArn", w.physical_id}})));
}

// ---- policies: one document for several topics

// What SNS gives a new topic; there is no operation that takes a policy away.
Value initial_policy(const std::string& topic) {
  Value actions = Value::list();
  for (const char* action :
       {"GetTopicAttributes", "SetTopicAttributes", "AddPermission", "RemovePermission",
        "DeleteTopic", "Subscribe", "ListSubscriptionsByTopic", "Publish"})
    actions.push_back("SNS:" + std::string(action));
  auto arn = Arn::parse(topic);
  Value statement = Value::object(
      {{"Sid", "__default_statement_ID"},
       {"Effect", "Allow"},
       {"Principal", Value::object({{"AWS", "*"}})},
       {"Action", std::move(actions)},
       {"Resource", topic},
       {"Condition",
        Value::object(
            {{"StringEquals", Value::object({{"AWS:SourceOwner", arn ? arn->account : ""}})}})}});
  return Value::object({{"Version", "2008-10-17"},
                        {"Id", "__default_policy_ID"},
                        {"Statement", Value::list({std::move(statement)})}});
}

Result<Value> set_topic_policy(Work& w, const std::string& topic, const Value& document) {
  return w.call(
      "sns", "SetTopicAttributes",
      Value::object(
          {{"TopicArn", topic}, {"AttributeName", "Policy"}, {"AttributeValue", document}}));
}

Result<void> put_topic_policy(Work& w) {
  const std::vector<std::string> topics = strings_of(w["Topics"]);
  for (const std::string& topic : topics) TRY(set_topic_policy(w, topic, w["PolicyDocument"]));
  if (w.physical_id.empty()) {
    w.attributes = Value::object({{"Id", w.name}});
    w.made(w.name);
  }
  const std::vector<std::string> dropped = gone(w.before["Topics"], w["Topics"]);
  for (const std::string& topic : dropped)
    TRY(deleted(set_topic_policy(w, topic, initial_policy(topic))));
  return {};
}

Result<void> remove_topic_policy(Work& w) {
  const std::vector<std::string> topics = strings_of(w["Topics"]);
  for (const std::string& topic : topics)
    TRY(deleted(set_topic_policy(w, topic, initial_policy(topic))));
  return {};
}

// ---- subscriptions

constexpr TopicAttribute kSubscriptionAttributes[] = {{"FilterPolicyScope", "MessageAttributes"},
                                                      {"FilterPolicy", "{}"},
                                                      {"RawMessageDelivery", "false"},
                                                      {"RedrivePolicy", ""},
                                                      {"DeliveryPolicy", ""},
                                                      {"ReplayPolicy", ""},
                                                      {"SubscriptionRoleArn", ""}};

Result<void> create_subscription(Work& w) {
  if (!w["Region"].is_null() && w["Region"].scalar_text() != w.region)
    return not_implemented("A subscription to a topic of another region");
  Value attributes = Value(Value::Object{});
  for (const TopicAttribute& one : kSubscriptionAttributes)
    if (const Value* wanted = w.properties.find(one.name)) attributes.set(one.name, *wanted);
  Value input = pick(w.properties, {"TopicArn", "Protocol", "Endpoint"});
  if (attributes.size() > 0) input.set("Attributes", std::move(attributes));
  input.set("ReturnSubscriptionArn", true);
  Value made = TRY(w.call("sns", "Subscribe", std::move(input)));
  w.attributes = Value::object({{"Arn", made["SubscriptionArn"]}});
  w.made(made["SubscriptionArn"].as_string());
  return {};
}

Result<void> update_subscription(Work& w) {
  for (const TopicAttribute& one : kSubscriptionAttributes) {
    if (!w.changed(one.name)) continue;
    const Value& wanted = w[one.name];
    TRY(w.call(
        "sns", "SetSubscriptionAttributes",
        Value::object({{"SubscriptionArn", w.physical_id},
                       {"AttributeName", one.name},
                       {"AttributeValue", wanted.is_null() ? Value(one.initial) : wanted}})));
  }
  return {};
}

Result<void> remove_subscription(Work& w) {
  return deleted(w.call("sns", "Unsubscribe", Value::object({{"SubscriptionArn", w.physical_id}})));
}

}  // namespace

extern const ResourceType kSnsTopic = {
    .name = "AWS::SNS::Topic",
    .properties =
        "TopicName# DisplayName Subscription KmsMasterKeyId FifoTopic# ContentBasedDeduplication SignatureVersion TracingConfig Tags ArchivePolicy~ DataProtectionPolicy~ DeliveryStatusLogging~ FifoThroughputScope~",
    .attributes = "TopicArn TopicName",
    .name_property = "TopicName",
    .name_max = 256,
    .create = create_topic,
    .update = update_topic,
    .remove = remove_topic};
extern const ResourceType kSnsTopicPolicy = {.name = "AWS::SNS::TopicPolicy",
                                             .properties = "Topics! PolicyDocument!",
                                             .attributes = "Id",
                                             .name_max = 80,
                                             .create = put_topic_policy,
                                             .update = put_topic_policy,
                                             .remove = remove_topic_policy};
extern const ResourceType kSnsSubscription = {
    .name = "AWS::SNS::Subscription",
    .properties =
        "TopicArn!# Protocol!# Endpoint# Region# FilterPolicy FilterPolicyScope RawMessageDelivery RedrivePolicy DeliveryPolicy ReplayPolicy SubscriptionRoleArn",
    .attributes = "Arn",
    .create = create_subscription,
    .update = update_subscription,
    .remove = remove_subscription};

}  // namespace drydock::cloudformation
