#include "services/cloudformation/wait_handles.h"

#include "base/encoding.h"
#include "base/text.h"
#include "services/cloudformation/access.h"
#include "services/cloudformation/signed_urls.h"
#include "services/cloudformation/tables.h"

namespace drydock::cloudformation {

namespace {

constexpr std::string_view kHost = "cloudformation-waitcondition-";
constexpr uint64_t kMaxSignalBytes = 64 << 10;
constexpr int kMaxSignals = 1000;  // of one handle

HttpResponse take_signal(Server& server, HttpRequest& request) {
  auto path = signed_path(server, request, kMaxSignalBytes);
  if (!path) return std::move(path).error();
  const size_t last = path->rfind('/');  // STACK-ARN/HANDLE
  if (last == std::string::npos) return put_answer(403, "AccessDenied", "Access Denied");
  const std::string stack_id = path->substr(0, last), handle = path->substr(last + 1);
  auto signal = parse_wait_signal(request.body.read_all());
  if (!signal) return put_answer(400, "InvalidRequest", signal.error().message);
  const auto space = space_of_stack(stack_id);
  if (!space || handle.empty()) return put_answer(403, "AccessDenied", "Access Denied");
  auto done = server.work_in(
      AccountId{space->account}, Region{space->region}, "cloudformation",
      [&](Call& call) -> Result<void> {
        auto stack = find_stack(call.txn(), *space, stack_id);
        if (!stack || !kResources.contains(call.txn(), *space, {stack->Uuid, handle}))
          return fault("NoSuchKey", "The wait condition handle is gone.", 404);
        int count = 0;
        kSignals.each(call.txn(), *space, {.prefix = {stack->Uuid, handle}},
                      [&](const auto&, const Signal&) { return ++count < kMaxSignals; });
        if (count >= kMaxSignals)
          return fault("SlowDown", "A handle takes " + std::to_string(kMaxSignals) + " signals.",
                       503);
        std::string id = signal->unique_id.empty() ? call.random().uuid() : signal->unique_id;
        kSignals.put(call.txn(), *space, {stack->Uuid, handle, id},
                     Signal{.UniqueId = id,
                            .Status = signal->status,
                            .Data = signal->data,
                            .Reason = signal->reason});
        return {};
      });
  if (!done) return put_answer(done.error().status, done.error().code, done.error().message);
  return put_answer(200, "", "");
}

}  // namespace

Result<WaitSignal> parse_wait_signal(std::string_view text) {
  auto body = parse_json(text);
  if (!body || !body->is_object())
    return fault("InvalidRequest", "A signal is a JSON object with Status, UniqueId, Data, Reason");
  WaitSignal signal{.status = (*body)["Status"].scalar_text(),
                    .unique_id = (*body)["UniqueId"].scalar_text(),
                    .data = (*body)["Data"].scalar_text(),
                    .reason = (*body)["Reason"].scalar_text()};
  if (signal.status != "SUCCESS" && signal.status != "FAILURE")
    return fault("InvalidRequest", "The Status of a signal is SUCCESS or FAILURE");
  return signal;
}

Result<std::string> wait_handle_url(Server& server, const std::string& region,
                                    const std::string& stack_id, const std::string& logical_id) {
  const auto space = space_of_stack(stack_id);
  if (!space) return fault("ValidationError", "No stack has the id " + stack_id);
  return signed_url(server, *space, std::string(kHost) + region + ".s3.amazonaws.com",
                    stack_id + "/" + logical_id);
}

std::string handle_of_url(std::string_view url) {
  url = url.substr(0, url.find('?'));
  if (!url.starts_with("https://" + std::string(kHost))) return {};
  return percent_decode(url.substr(url.rfind('/') + 1));
}

std::vector<Signal> signals_of(Server& server, const std::string& stack_id,
                               const std::string& logical_id) {
  const auto space = space_of_stack(stack_id);
  if (!space) return {};
  auto txn = server.engine().begin_read();
  auto stack = find_stack(*txn, *space, stack_id);
  if (!stack) return {};
  return kSignals.scan(*txn, *space, {.prefix = {stack->Uuid, logical_id}});
}

Door wait_door(Server& server) {
  Door door;
  door.name = "cloudformation-wait";
  door.matches = [](const HttpRequest& head) {
    std::string host = head.host();
    return host.starts_with(kHost) && host.find(".s3.") != std::string::npos;
  };
  door.serve = [&server](HttpRequest& request) { return take_signal(server, request); };
  return door;
}

}  // namespace drydock::cloudformation
