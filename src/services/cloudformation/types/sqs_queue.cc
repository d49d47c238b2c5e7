// AWS::SQS::Queue, AWS::SQS::QueuePolicy
#include "services/cloudformation/types/lists.h"
#include "services/cloudformation/types/type.h"

namespace drydock::cloudformation {

namespace {

// Attributes of the queue, with what SQS takes back to when one is taken away.
struct QueueAttribute {
  const char* name;
  const char* initial;
};
constexpr QueueAttribute kQueueAttributes[] = {{"DelaySeconds", "0"},
                                               {"MaximumMessageSize", "1048576"},
                                               {"MessageRetentionPeriod", "345600"},
                                               {"ReceiveMessageWaitTimeSeconds", "0"},
                                               {"VisibilityTimeout", "30"},
                                               {"SqsManagedSseEnabled", "true"},
                                               {"ContentBasedDeduplication", "false"},
                                               {"DeduplicationScope", "queue"},
                                               {"FifoThroughputLimit", "perQueue"},
                                               {"RedrivePolicy", ""},
                                               {"RedriveAllowPolicy", ""},
                                               {"KmsMasterKeyId", ""},
                                               {"KmsDataKeyReusePeriodSeconds", "300"}};
constexpr std::string_view kFifoEnd = ".fifo";

bool is_fifo(const Work& w) { return w["FifoQueue"].scalar_text() == "true"; }

Value of_queue(const Work& w) { return Value::object({{"QueueUrl", w.physical_id}}); }

Result<void> create_queue(Work& w) {
  Value attributes = Value(Value::Object{});
  for (const QueueAttribute& one : kQueueAttributes)
    if (const Value* wanted = w.properties.find(one.name)) attributes.set(one.name, *wanted);
  std::string name = w.name;
  if (is_fifo(w)) {
    attributes.set("FifoQueue", "true");
    // A generated name gets the ending that SQS wants.
    if (w["QueueName"].is_null()) {
      constexpr size_t kLongest = 80;
      name = name.substr(0, kLongest - kFifoEnd.size()) + std::string(kFifoEnd);
    }
  }
  Value input = Value::object({{"QueueName", name}, {"Attributes", std::move(attributes)}});
  Value tags = tag_map(merged_tags(w["Tags"], w.tags));
  if (tags.size() > 0) input.set("tags", std::move(tags));
  Value made = TRY(w.call("sqs", "CreateQueue", std::move(input)));
  w.attributes = Value::object(
      {{"Arn", w.arn("sqs", name)}, {"QueueName", name}, {"QueueUrl", made["QueueUrl"]}});
  w.made(made["QueueUrl"].as_string());
  return {};
}

Result<void> update_queue(Work& w) {
  Value attributes = Value(Value::Object{});
  for (const QueueAttribute& one : kQueueAttributes) {
    if (!w.changed(one.name)) continue;
    const Value& wanted = w[one.name];
    // A key takes the place of SQS's own encryption by itself.
    if (one.name == std::string_view("SqsManagedSseEnabled") && wanted.is_null() &&
        !w["KmsMasterKeyId"].is_null())
      continue;
    attributes.set(one.name, wanted.is_null() ? Value(one.initial) : wanted);
  }
  if (attributes.size() > 0) {
    Value input = of_queue(w);
    input.set("Attributes", std::move(attributes));
    TRY(w.call("sqs", "SetQueueAttributes", std::move(input)));
  }
  return retag(w, {"sqs", "TagQueue", "UntagQueue", "Tags", "TagKeys", TagForm::kMap}, of_queue(w),
               merged_tags(w.before["Tags"], w.tags_before), merged_tags(w["Tags"], w.tags));
}

Result<void> remove_queue(Work& w) { return deleted(w.call("sqs", "DeleteQueue", of_queue(w))); }

// ---- policies: one document for several queues

Result<Value> set_policy(Work& w, const std::string& url, const Value& document) {
  return w.call(
      "sqs", "SetQueueAttributes",
      Value::object({{"QueueUrl", url}, {"Attributes", Value::object({{"Policy", document}})}}));
}

Result<void> put_policy(Work& w) {
  const std::vector<std::string> queues = strings_of(w["Queues"]);
  for (const std::string& url : queues) TRY(set_policy(w, url, w["PolicyDocument"]));
  if (w.physical_id.empty()) {
    w.attributes = Value::object({{"Id", w.name}});
    w.made(w.name);
  }
  const std::vector<std::string> dropped = gone(w.before["Queues"], w["Queues"]);
  for (const std::string& url : dropped) TRY(deleted(set_policy(w, url, "")));
  return {};
}

Result<void> remove_policy(Work& w) {
  const std::vector<std::string> queues = strings_of(w["Queues"]);
  for (const std::string& url : queues) TRY(deleted(set_policy(w, url, "")));
  return {};
}

}  // namespace

extern const ResourceType kSqsQueue = {
    .name = "AWS::SQS::Queue",
    .properties =
        "QueueName# FifoQueue# ContentBasedDeduplication DeduplicationScope FifoThroughputLimit DelaySeconds MaximumMessageSize MessageRetentionPeriod ReceiveMessageWaitTimeSeconds VisibilityTimeout RedrivePolicy RedriveAllowPolicy KmsMasterKeyId KmsDataKeyReusePeriodSeconds SqsManagedSseEnabled Tags",
    .attributes = "Arn QueueName QueueUrl",
    .name_property = "QueueName",
    .name_max = 80,
    .create = create_queue,
    .update = update_queue,
    .remove = remove_queue};
extern const ResourceType kSqsQueuePolicy = {.name = "AWS::SQS::QueuePolicy",
                                             .properties = "Queues! PolicyDocument!",
                                             .attributes = "Id",
                                             .name_max = 80,
                                             .create = put_policy,
                                             .update = put_policy,
                                             .remove = remove_policy};

}  // namespace drydock::cloudformation
