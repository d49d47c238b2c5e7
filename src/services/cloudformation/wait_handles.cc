#include "services/cloudformation/wait_handles.h"

#include "base/encoding.h"
#include "base/text.h"
#include "services/cloudformation/access.h"
#include "services/cloudformation/tables.h"

namespace drydock::cloudformation {

namespace {

constexpr std::string_view kHost = "cloudformation-waitcondition-";
constexpr int64_t kUrlSeconds = 24 * 3600;
constexpr uint64_t kMaxSignalBytes = 64 << 10;
constexpr int kMaxSignals = 1000;  // of one handle

const Table<std::string> kSecrets{"cloudformation.secret"};

std::string handle_signature(std::string_view key, std::string_view path, int64_t expires) {
  return to_hex(hmac_sha256(key, std::string(path) + "\n" + std::to_string(expires)));
}

HttpResponse s3_answer(int status, const std::string& code, const std::string& message) {
  HttpResponse response;
  response.status = status;
  if (code.empty()) return response;
  response.headers = {{"Content-Type", "application/xml"}};
  response.body = Payload("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>" + code +
                          "</Code><Message>" + message + "</Message></Error>");
  return response;
}

// "/arn%3Aaws%3A…%3Astack/NAME/UUID/HANDLE" to the stack's ARN and the handle.
bool split_path(std::string_view raw, std::string& stack_id, std::string& handle) {
  std::string path = percent_decode(raw);
  size_t last = path.rfind('/');
  if (!path.starts_with("/arn:") || last == std::string::npos || last < 5) return false;
  stack_id = path.substr(1, last - 1);
  handle = path.substr(last + 1);
  return !handle.empty();
}

HttpResponse take_signal(Server& server, HttpRequest& request) {
  std::string stack_id, handle, given, key;
  int64_t expires = 0;
  for (auto& [name, value] : request.query()) {
    if (name == "Expires") expires = parse_int(value).value_or(0);
    if (name == "Signature") given = value;
  }
  {
    auto txn = server.engine().begin_read();
    key = kSecrets.get(*txn, Space{}, {"wait"}).value_or("");
  }
  if (request.method != "PUT" || key.empty() || !split_path(request.raw_path(), stack_id, handle) ||
      !equal_in_constant_time(handle_signature(key, stack_id + "/" + handle, expires), given))
    return s3_answer(403, "SignatureDoesNotMatch",
                     "The request signature we calculated does not match the signature you "
                     "provided. Check your key and signing method.");
  if (expires < server.clock().now().seconds())
    return s3_answer(403, "AccessDenied", "Request has expired");
  if (request.body.size() > kMaxSignalBytes)
    return s3_answer(400, "EntityTooLarge",
                     "Your proposed upload exceeds the maximum allowed size");
  auto signal = parse_wait_signal(request.body.read_all());
  if (!signal) return s3_answer(400, "InvalidRequest", signal.error().message);
  auto parts = split(stack_id, ':');  // arn:aws:cloudformation:REGION:ACCOUNT:stack/…
  if (parts.size() != 6) return s3_answer(403, "AccessDenied", "Access Denied");
  Space space{std::string(parts[4]), std::string(parts[3])};
  auto done = server.work_in(
      AccountId{space.account}, Region{space.region}, "cloudformation",
      [&](Call& call) -> Result<void> {
        auto stack = find_stack(call.txn(), space, stack_id);
        if (!stack || !kResources.contains(call.txn(), space, {stack->Uuid, handle}))
          return fault("NoSuchKey", "The wait condition handle is gone.", 404);
        int count = 0;
        kSignals.each(call.txn(), space, {.prefix = {stack->Uuid, handle}},
                      [&](const auto&, const Signal&) { return ++count < kMaxSignals; });
        if (count >= kMaxSignals)
          return fault("SlowDown", "A handle takes " + std::to_string(kMaxSignals) + " signals.",
                       503);
        std::string id = signal->unique_id.empty() ? call.random().uuid() : signal->unique_id;
        kSignals.put(call.txn(), space, {stack->Uuid, handle, id},
                     Signal{.UniqueId = id,
                            .Status = signal->status,
                            .Data = signal->data,
                            .Reason = signal->reason});
        return {};
      });
  if (!done) return s3_answer(done.error().status, done.error().code, done.error().message);
  return s3_answer(200, "", "");
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
  std::string key;
  auto parts = split(stack_id, ':');
  TRY(server.work_in(AccountId{std::string(parts.size() > 4 ? parts[4] : "")}, Region{region},
                     "cloudformation", [&](Call& call) -> Result<void> {
                       auto known = kSecrets.get(call.txn(), Space{}, {"wait"});
                       key = known ? *known : call.random().bytes(32);
                       if (!known) kSecrets.put(call.txn(), Space{}, {"wait"}, key);
                       return {};
                     }));
  int64_t expires = server.clock().now().seconds() + kUrlSeconds;
  std::string path = stack_id + "/" + logical_id;
  return "https://" + std::string(kHost) + region + ".s3.amazonaws.com/" +
         percent_encode(path, "/") + "?Expires=" + std::to_string(expires) +
         "&Signature=" + handle_signature(key, path, expires);
}

std::string handle_of_url(std::string_view url) {
  url = url.substr(0, url.find('?'));
  if (!url.starts_with("https://" + std::string(kHost))) return {};
  return percent_decode(url.substr(url.rfind('/') + 1));
}

std::vector<Signal> signals_of(Server& server, const std::string& stack_id,
                               const std::string& logical_id) {
  auto parts = split(stack_id, ':');
  if (parts.size() != 6) return {};
  Space space{std::string(parts[4]), std::string(parts[3])};
  auto txn = server.engine().begin_read();
  auto stack = find_stack(*txn, space, stack_id);
  if (!stack) return {};
  return kSignals.scan(*txn, space, {.prefix = {stack->Uuid, logical_id}});
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
