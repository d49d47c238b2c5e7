// AWS::CloudFormation::CustomResource and Custom::…: a function or a topic is asked to create,
// change or delete, and answers at a URL.
#include "base/text.h"
#include "services/cloudformation/custom_answers.h"
#include "services/cloudformation/types/type.h"

namespace drydock::cloudformation {

namespace {

constexpr int64_t kLongestWaitSeconds = 3600;

CustomRequest request_of(const Work& w) { return {w.stack_id, w.logical_id, w.token}; }

// AWS does hand every number and truth value over as text.
Value as_texts(const Value& value) {
  if (value.is_list()) {
    Value out = Value::list();
    for (const Value& item : value.as_list()) out.push_back(as_texts(item));
    return out;
  }
  if (value.is_object()) {
    Value out = Value(Value::Object{});
    for (const auto& [name, member] : value.as_object()) out.set(name, as_texts(member));
    return out;
  }
  return value.is_null() ? value : Value(value.scalar_text());
}

// A failed call of the function or the topic, as CloudFormation's older resources tell it.
Unexpected not_sent(const Fault& fault, std::string_view service) {
  std::string code = fault.code == "AccessDenied" ? "AccessDeniedException" : fault.code;
  std::string reason = fault.message + " (Service: " + std::string(service) +
                       "; Status Code: " + std::to_string(fault.status) + "; Error Code: " + code;
  if (!fault.authorization_id.empty()) reason += "; Request ID: " + fault.authorization_id;
  return refuse(reason + "; Proxy: null)");
}

Result<void> send(Work& w, const char* what) {
  const std::string to = w["ServiceToken"].scalar_text();
  const auto arn = Arn::parse(to);
  Value event = Value::object({{"RequestType", what},
                               {"ServiceToken", to},
                               {"ResponseURL", TRY(answer_url(w.server, request_of(w)))},
                               {"StackId", w.stack_id},
                               {"RequestId", w.token},
                               {"LogicalResourceId", w.logical_id}});
  if (what != std::string_view("Create")) event.set("PhysicalResourceId", w.physical_id);
  event.set("ResourceType", w.type);
  event.set("ResourceProperties", as_texts(w.properties));
  if (what == std::string_view("Update")) event.set("OldResourceProperties", as_texts(w.before));
  if (arn && arn->service == "lambda") {
    auto sent = w.call(
        "lambda", "Invoke",
        Value::object(
            {{"FunctionName", to}, {"InvocationType", "Event"}, {"Payload", to_json(event)}}));
    if (!sent) return not_sent(sent.error(), "AWSLambda");
    return {};
  }
  if (arn && arn->service == "sns") {
    auto sent = w.call("sns", "Publish",
                       Value::object({{"TopicArn", to},
                                      {"Subject", "AWS CloudFormation custom resource request"},
                                      {"Message", to_json(event)}}));
    if (!sent) return not_sent(sent.error(), "AmazonSNS");
    return {};
  }
  return refuse("Invalid service token.");
}

int64_t wait_seconds(const Work& w) {
  return parse_int(w["ServiceTimeout"].scalar_text()).value_or(kLongestWaitSeconds);
}

// The answer, when it is there; a fault when it says no, is none, or does not come.
Result<std::optional<CustomAnswer>> await(const Work& w) {
  auto body = answer_to(w.server, request_of(w));
  if (body) {
    CustomAnswer answer = TRY(read_answer(*body));
    return answer;
  }
  if (w.now.ms - w.begun.ms < wait_seconds(w) * 1000) return std::nullopt;
  return refuse(
      "CloudFormation did not receive a response from your Custom Resource. Please check your logs for requestId [" +
      w.token +
      "]. If you are using the Python cfn-response module, you may need to update your Lambda function code so that CloudFormation can attach the updated version.");
}

Unexpected said_no(const Work& w, const CustomAnswer& answer) {
  return refuse("Received response status [FAILED] from custom resource. Message returned: " +
                answer.reason + " (RequestId: " + w.token + ")");
}

Result<void> create(Work& w) {
  const int64_t seconds = wait_seconds(w);
  if (seconds < 1 || seconds > kLongestWaitSeconds)
    return refuse("ServiceTimeout must be a number of seconds from 1 to 3600.");
  TRY(send(w, "Create"));
  // Until the answer names it, what may have been made has a name of ours, by which it is deleted.
  w.physical_id = w.name;
  return {};
}

Result<void> update(Work& w) {
  if (w.changed("ServiceToken")) return refuse("Modifying service token is not allowed.");
  return send(w, "Update");
}

Result<bool> ready(Work& w) {
  auto answer = TRY(await(w));
  if (!answer) return false;
  if (!answer->physical_id.empty() && (answer->success || w.before.is_null()))
    w.made(answer->physical_id);
  if (!answer->success) return said_no(w, *answer);
  w.attributes = std::move(answer->data);
  return true;
}

Result<void> remove(Work& w) { return send(w, "Delete"); }

Result<bool> gone(Work& w) {
  auto answer = TRY(await(w));
  if (!answer) return false;
  if (!answer->success) return said_no(w, *answer);
  return true;
}

}  // namespace

extern const ResourceType kCustomResource = {.name = "AWS::CloudFormation::CustomResource",
                                             .properties = "* ServiceToken! ServiceTimeout",
                                             .attributes = "*",
                                             .name_max = 255,
                                             .create = create,
                                             .update = update,
                                             .remove = remove,
                                             .ready = ready,
                                             .gone = gone};

}  // namespace drydock::cloudformation
