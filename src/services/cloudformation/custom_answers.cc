#include "services/cloudformation/custom_answers.h"

#include "base/text.h"
#include "services/cloudformation/access.h"
#include "services/cloudformation/signed_urls.h"
#include "services/cloudformation/tables.h"

namespace drydock::cloudformation {

namespace {

constexpr std::string_view kAnswerHost = "cloudformation-custom-resource-response-";
// S3 would take more; what is longer than kMostAnswerBytes is refused when it is read.
constexpr uint64_t kMostPutBytes = 1 << 20;
constexpr size_t kMostAnswerBytes = 4096, kLongestPhysicalId = 1024;

std::string path_of(const CustomRequest& request) {
  return request.stack_id + "|" + request.logical_id + "|" + request.request_id;
}

// The request that a path speaks of, and the account and region of its stack.
struct Addressed {
  CustomRequest request;
  Space space;
};
std::optional<Addressed> request_of(std::string_view path) {
  const auto parts = split(path, '|');
  if (parts.size() != 3) return std::nullopt;
  auto space = space_of_stack(parts[0]);
  if (!space) return std::nullopt;
  return Addressed{{std::string(parts[0]), std::string(parts[1]), std::string(parts[2])},
                   std::move(*space)};
}

HttpResponse take_answer(Server& server, HttpRequest& http) {
  auto path = signed_path(server, http, kMostPutBytes);
  if (!path) return std::move(path).error();
  const auto to = request_of(*path);
  if (!to) return put_answer(403, "AccessDenied", "Access Denied");
  const std::string body = http.body.read_all();
  const CustomRequest& request = to->request;
  auto done =
      server.work_in(AccountId{to->space.account}, Region{to->space.region}, "cloudformation",
                     [&](Call& call) -> Result<void> {
                       auto stack = find_stack(call.txn(), to->space, request.stack_id);
                       if (stack)
                         kAnswers.put(call.txn(), to->space,
                                      {stack->Uuid, request.logical_id, request.request_id}, body);
                       return {};
                     });
  if (!done) return put_answer(done.error().status, done.error().code, done.error().message);
  return put_answer(200, "", "");
}

void add_data(const std::string& prefix, const Value& data, Value& out) {
  for (const auto& [name, value] : data.as_object()) {
    if (value.is_object()) add_data(prefix + name + ".", value, out);
    out.set(prefix + name,
            value.is_list() || value.is_object() ? value : Value(value.scalar_text()));
  }
}

}  // namespace

Result<std::string> answer_url(Server& server, const CustomRequest& request) {
  const auto space = space_of_stack(request.stack_id);
  if (!space) return fault("ValidationError", "No stack has the id " + request.stack_id);
  std::string short_region = space->region;
  std::erase(short_region, '-');
  return signed_url(
      server, *space,
      std::string(kAnswerHost) + short_region + ".s3." + space->region + ".amazonaws.com",
      path_of(request));
}

std::optional<std::string> answer_to(Server& server, const CustomRequest& request) {
  const auto space = space_of_stack(request.stack_id);
  if (!space) return std::nullopt;
  auto txn = server.engine().begin_read();
  auto stack = find_stack(*txn, *space, request.stack_id);
  if (!stack) return std::nullopt;
  return kAnswers.get(*txn, *space, {stack->Uuid, request.logical_id, request.request_id});
}

Door answer_door(Server& server) {
  Door door;
  door.name = "cloudformation-custom-resource";
  door.matches = [](const HttpRequest& head) {
    std::string host = head.host();
    return host.starts_with(kAnswerHost) && host.find(".s3.") != std::string::npos;
  };
  door.serve = [&server](HttpRequest& request) { return take_answer(server, request); };
  return door;
}

Result<CustomAnswer> read_answer(std::string_view body) {
  auto invalid = [](std::string text) { return fault("Reason", std::move(text)); };
  if (body.size() > kMostAnswerBytes) return invalid("Response object is too long.");
  auto json = parse_json(body);
  if (!json || !json->is_object()) return invalid("Invalid response object: no valid JSON object.");
  CustomAnswer answer;
  const std::string status = (*json)["Status"].scalar_text();
  answer.success = status == "SUCCESS";
  answer.reason = (*json)["Reason"].scalar_text();
  answer.physical_id = (*json)["PhysicalResourceId"].scalar_text();
  if (!answer.success && status != "FAILED")
    return invalid("Invalid response object: Value of property Status must be SUCCESS or FAILED.");
  if (answer.success &&
      (answer.physical_id.empty() || answer.physical_id.size() > kLongestPhysicalId))
    return invalid("Invalid PhysicalResourceId");
  const Value& data = (*json)["Data"];
  if (!data.is_null() && !data.is_object())
    return invalid("Invalid response object: Value of property Data must be an object");
  if (data.is_object()) add_data("", data, answer.data);
  return answer;
}

}  // namespace drydock::cloudformation
