// Invoke: synchronous, asynchronous, dry.
#include "api/server.h"
#include "base/encoding.h"
#include "gen/lambda_handlers.h"
#include "services/lambda/asynchronous.h"
#include "services/lambda/runtime/fleet.h"
#include "services/lambda/tables.h"

namespace drydock::lambda {

namespace {
constexpr size_t kMaxSynchronousBytes = 6291456, kMaxAsynchronousBytes = 262144;

Result<void> check_payload(const std::string& payload, size_t limit) {
  if (payload.size() > limit)
    return errors::RequestTooLargeException(
        std::to_string(payload.size()) + " byte payload is too large for the " +
            (limit == kMaxSynchronousBytes ? "RequestResponse" : "Event") +
            " invocation type (limit " + std::to_string(limit) + " bytes)",
        user_type());
  if (auto json = parse_json(payload); !json)
    return errors::InvalidRequestContentException(
        "Could not parse request body into json: " + json.error().what, user_type());
  return {};
}
}  // namespace

Result<InvokeOutput> invoke(Call& call, const InvokeInput& in) {
  FunctionRef ref = TRY(permitted(call, "lambda:InvokeFunction", in.FunctionName, in.Qualifier,
                                  AskAbout::kQualified));
  // From here on rows are only read, in a view of their own: the function may be updated while it
  // runs.
  (void)call.commit();
  auto view = call.server().engine().begin_read();
  VersionRow version =
      TRY(find_version(*view, ref, static_cast<double>(call.random().next() >> 11) * 0x1p-53));
  FunctionRow function = TRY(find_function(*view, ref));
  view.reset();

  InvokeOutput out;
  std::string type = in.InvocationType.value_or("RequestResponse");
  if (type == "DryRun") {
    out.StatusCode = 204;
    return out;
  }
  std::string payload = in.Payload && !in.Payload->empty() ? *in.Payload : "{}";
  TRY(check_payload(payload, type == "Event" ? kMaxAsynchronousBytes : kMaxSynchronousBytes));
  std::string client_context;
  if (in.ClientContext)
    if (auto decoded = from_base64(*in.ClientContext)) client_context = *decoded;
  if (type == "Event") {
    queue_event(call, ref, payload, client_context);
    out.StatusCode = 202;
    return out;
  }
  Invocation invocation;
  invocation.function = ref;
  invocation.version = version;
  invocation.reserved = function.Reserved;
  invocation.request_id = call.request_id();
  invocation.event = std::move(payload);
  invocation.client_context = std::move(client_context);
  invocation.by = call.caller();
  InvocationResult result = TRY(fleet_of(call.server())->invoke(std::move(invocation)));
  out.StatusCode = 200;
  out.ExecutedVersion = version.Version;
  if (!result.function_error.empty()) out.FunctionError = result.function_error;
  if (in.LogType == "Tail") out.LogResult = to_base64(result.log_tail);
  out.Payload = std::move(result.payload);
  return out;
}

}  // namespace drydock::lambda
