#include "services/lambda/asynchronous.h"

#include "api/server.h"
#include "base/log.h"
#include "services/lambda/runtime/fleet.h"

namespace drydock::lambda {

namespace {
constexpr const char* kJob = "lambda.event";
constexpr int64_t kDefaultRetries = 2, kDefaultAgeSeconds = 21600;
constexpr int64_t kRetryPausesMs[] = {60000, 120000};
constexpr int64_t kThrottlePauseMs = 1000, kMaxThrottlePauseMs = 300000;

struct Event {
  Space space;
  std::string id;
  EventRow row;
  FunctionRef function;
};

// Sends the outcome to a destination, as the function's role. Destinations that fail are logged and
// forgotten, as on AWS.
void send_outcome(Server& server, const Event& event, const VersionRow& version,
                  const std::string& target, Value record) {
  auto arn = Arn::parse(target);
  if (!arn) return;
  auto role = server
                  .client_as_service("lambda.amazonaws.com", event.function.arn(),
                                     event.space.account, Region{event.space.region})
                  .assume_role(version.Role, role_session_name(version.Name));
  if (!role) return;
  Client client = role->in_region(Region{arn->region});
  std::string text = to_json(record);
  Result<Value> sent = Value();
  if (arn->service == "sqs")
    sent =
        client.call("sqs", "SendMessage",
                    Value::object({{"QueueUrl", "https://sqs." + arn->region + ".amazonaws.com/" +
                                                    arn->account + "/" + arn->resource},
                                   {"MessageBody", text}}));
  else if (arn->service == "sns")
    sent = client.call("sns", "Publish", Value::object({{"TopicArn", target}, {"Message", text}}));
  else if (arn->service == "lambda")
    sent = client.call(
        "lambda", "Invoke",
        Value::object({{"FunctionName", target}, {"InvocationType", "Event"}, {"Payload", text}}));
  else if (arn->service == "events")
    sent = client.call(
        "events", "PutEvents",
        Value::object(
            {{"Entries",
              Value::list({Value::object(
                  {{"Source", "lambda"},
                   {"DetailType", record["requestContext"]["condition"] == Value("Success")
                                      ? "Lambda Function Invocation Result - Success"
                                      : "Lambda Function Invocation Result - Failure"},
                   {"Detail", text},
                   {"EventBusName", target}})})}}));
  if (!sent)
    log::warning("lambda: outcome of " + event.id + " not sent to " + target + ": " +
                 sent.error().code + ": " + sent.error().message);
}

Value outcome_record(const Event& event, const VersionRow& version, std::string_view condition,
                     int64_t tries, const InvocationResult* result, Timestamp now) {
  Value record = Value::object({{"version", "1.0"}, {"timestamp", to_iso8601_ms(now)}});
  Value context = Value::object({{"requestId", event.id},
                                 {"functionArn", event.function.arn() + ":" + version.Version},
                                 {"condition", condition},
                                 {"approximateInvokeCount", tries}});
  record.set("requestContext", std::move(context));
  auto payload = parse_json(event.row.Payload);
  record.set("requestPayload", payload ? std::move(*payload) : Value());
  if (result) {
    Value response = Value::object({{"statusCode", 200}, {"executedVersion", version.Version}});
    if (!result->function_error.empty()) response.set("functionError", result->function_error);
    record.set("responseContext", std::move(response));
    auto answer = parse_json(result->payload);
    record.set("responsePayload", answer ? std::move(*answer) : Value());
  }
  return record;
}

Next finish(Server& server, const Event& event) {
  (void)transact(server.engine(), [&](Txn& txn) -> Result<void> {
    kEvents.erase(txn, event.space, {event.id});
    return {};
  });
  return Next::done();
}

// One try. The payload carries how many were made.
Next step(Server& server, const Job& job) {
  Event event;
  event.space = {job.payload["Account"].string_or(""), job.payload["Region"].string_or("")};
  event.id = job.payload["Id"].string_or("");
  int64_t tries = job.payload["Tries"].int_or(0), throttles = job.payload["Throttles"].int_or(0);
  auto view = server.engine().begin_read();
  auto row = kEvents.get(*view, event.space, {event.id});
  if (!row) return Next::done();
  event.row = std::move(*row);
  event.function = {event.space, event.row.Function, event.row.Qualifier};
  auto version = find_version(*view, event.function,
                              static_cast<double>(server.random().next() >> 11) * 0x1p-53);
  auto function = find_function(*view, event.function);
  if (!version || !function) return finish(server, event);  // deleted meanwhile
  std::string qualifier = event.row.Qualifier == "$LATEST" ? "" : event.row.Qualifier;
  EventConfigRow config = kEventConfigs.get(*view, event.space, {event.row.Function, qualifier})
                              .value_or(EventConfigRow{});
  view.reset();

  Invocation invocation;
  invocation.function = event.function;
  invocation.version = *version;
  invocation.reserved = function->Reserved;
  invocation.request_id = event.id;
  invocation.event = event.row.Payload;
  invocation.client_context = event.row.ClientContext.value_or("");
  auto result = fleet_of(server)->invoke(std::move(invocation));
  if (server.jobs().stopping()) return Next::again(server.clock().now());

  Timestamp now = server.clock().now();
  int64_t age_limit_ms = config.MaximumEventAgeInSeconds.value_or(kDefaultAgeSeconds) * 1000;
  auto again = [&](int64_t pause_ms) {
    return Next::again(now + pause_ms, Value::object({{"Account", event.space.account},
                                                      {"Region", event.space.region},
                                                      {"Id", event.id},
                                                      {"Tries", tries},
                                                      {"Throttles", throttles}}));
  };
  if (!result) {  // never ran: throttled, or the role or the sandbox failed
    int64_t pause =
        std::min(kMaxThrottlePauseMs, kThrottlePauseMs << std::min<int64_t>(throttles++, 16));
    if (now.ms + pause - event.row.Accepted <= age_limit_ms) return again(pause);
    if (config.OnFailure)
      send_outcome(server, event, *version, *config.OnFailure,
                   outcome_record(event, *version, "EventAgeExceeded", tries, nullptr, now));
    return finish(server, event);
  }
  ++tries;
  if (result->function_error.empty()) {
    if (config.OnSuccess)
      send_outcome(server, event, *version, *config.OnSuccess,
                   outcome_record(event, *version, "Success", tries, &*result, now));
    return finish(server, event);
  }
  int64_t retries = config.MaximumRetryAttempts.value_or(kDefaultRetries);
  if (tries <= retries) {
    int64_t pause = kRetryPausesMs[std::min<int64_t>(tries, 2) - 1];
    if (now.ms + pause - event.row.Accepted <= age_limit_ms) return again(pause);
  }
  if (config.OnFailure)
    send_outcome(server, event, *version, *config.OnFailure,
                 outcome_record(event, *version, "RetriesExhausted", tries, &*result, now));
  if (version->DeadLetterTarget) {
    auto payload = parse_json(event.row.Payload);
    send_outcome(server, event, *version, *version->DeadLetterTarget,
                 payload ? std::move(*payload) : Value());
  }
  return finish(server, event);
}
}  // namespace

void queue_event(Call& call, const FunctionRef& ref, const std::string& payload,
                 const std::string& client_context) {
  EventRow row{.Function = ref.name,
               .Qualifier = ref.qualifier,
               .Payload = payload,
               .Accepted = call.now().ms};
  if (!client_context.empty()) row.ClientContext = client_context;
  kEvents.put(call.txn(), ref.space, {call.request_id()}, row);
  call.start_job(kJob, call.request_id(), call.now(),
                 Value::object({{"Account", ref.space.account},
                                {"Region", ref.space.region},
                                {"Id", call.request_id()}}));
}

void register_asynchronous(Registry& registry) {
  Server& server = registry.server();
  registry.job_kind(kJob, [&server](const Job& job) { return step(server, job); });
}

}  // namespace drydock::lambda
