// The in-process way through the door.
#include "api/client.h"

#include "api/server_impl.h"
#include "api/structs.h"

namespace drydock {

namespace {

const Operation* find_operation(std::string_view service, std::string_view name) {
  for (const Service* candidate : all_services())
    if (candidate->name == service)
      for (const Operation& operation : candidate->operations)
        if (operation.name == name) return &operation;
  return nullptr;
}

}  // namespace

Result<void> Client::finish(const Operation& operation, const void* input, void* output) const {
  auto& server = static_cast<ServerImpl&>(*server_);
  const std::string request_id = server.random().uuid();
  auto done = server.run(operation, caller_, region_, input, output, nullptr, nullptr, request_id);
  server.registry().tell_finished(&operation.service(), {.operation = &operation,
                                                         .caller = caller_,
                                                         .request_id = request_id,
                                                         .fault = done ? nullptr : &done.error(),
                                                         .input = input});
  return done;
}

Result<void> Client::run(const Operation& operation, const void* input, void* output) const {
  TRY(validate(operation.input(), to_value(operation.input(), input),
               operation.service().protocol));
  return finish(operation, input, output);
}

Result<Value> Client::call(std::string_view service, std::string_view operation,
                           Value input) const {
  const Operation* found = find_operation(service, operation);
  if (!found)
    return not_implemented("The operation " + std::string(operation) + " of " +
                           std::string(service));
  if (input.is_null()) input = Value(Value::Object{});
  TRY(validate(found->input(), input, found->service().protocol));
  Structs structs(*found);
  from_value(found->input(), std::move(input), structs.input);
  TRY(finish(*found, structs.input, structs.output));
  return to_value(found->output(), structs.output);
}

Client Client::saying(Map<std::string> keys) const {
  Client out = *this;
  out.caller_.principal.session_keys = std::move(keys);
  return out;
}

Result<Client> Client::assume_role(std::string_view role_arn, std::string_view session_name) const {
  Value output =
      TRY(call("sts", "AssumeRole",
               Value::object({{"RoleArn", role_arn}, {"RoleSessionName", session_name}})));
  const Value& credentials = output["Credentials"];
  Caller session = TRY(server_->caller_of(credentials["AccessKeyId"].as_string(),
                                          credentials["SessionToken"].as_string()));
  session.user_agent = caller_.principal.name;
  return Client(*server_, std::move(session), region_);
}

}  // namespace drydock
