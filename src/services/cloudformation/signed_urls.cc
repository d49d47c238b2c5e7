#include "services/cloudformation/signed_urls.h"

#include "base/encoding.h"
#include "base/text.h"
#include "services/cloudformation/tables.h"

namespace drydock::cloudformation {

namespace {

constexpr int64_t kUrlSeconds = 24 * 3600;

// {"wait"} -> the key of the signatures, of the whole installation.
const Table<std::string> kSecrets{"cloudformation.secret"};
constexpr std::string_view kSecret = "wait";

std::string signature_of(std::string_view key, std::string_view path, int64_t expires) {
  return to_hex(hmac_sha256(key, std::string(path) + "\n" + std::to_string(expires)));
}

}  // namespace

Result<std::string> signed_url(Server& server, const Space& space, std::string_view host,
                               const std::string& path) {
  std::string key;
  TRY(server.work_in(AccountId{space.account}, Region{space.region}, "cloudformation",
                     [&](Call& call) -> Result<void> {
                       auto known = kSecrets.get(call.txn(), kInstallation, {kSecret});
                       key = known ? *known : call.random().bytes(32);
                       if (!known) kSecrets.put(call.txn(), kInstallation, {kSecret}, key);
                       return {};
                     }));
  const int64_t expires = server.clock().now().seconds() + kUrlSeconds;
  return "https://" + std::string(host) + "/" + percent_encode(path, "/") +
         "?Expires=" + std::to_string(expires) + "&Signature=" + signature_of(key, path, expires);
}

std::expected<std::string, HttpResponse> signed_path(Server& server, const HttpRequest& request,
                                                     uint64_t most_bytes) {
  std::string given, key;
  int64_t expires = 0;
  for (auto& [name, value] : request.query()) {
    if (name == "Expires") expires = parse_int(value).value_or(0);
    if (name == "Signature") given = value;
  }
  {
    auto txn = server.engine().begin_read();
    key = kSecrets.get(*txn, kInstallation, {kSecret}).value_or("");
  }
  std::string path = percent_decode(request.raw_path());
  if (path.starts_with('/')) path.erase(0, 1);
  if (request.method != "PUT" || key.empty() ||
      !equal_in_constant_time(signature_of(key, path, expires), given))
    return std::unexpected(
        put_answer(403, "SignatureDoesNotMatch",
                   "The request signature we calculated does not match the signature you "
                   "provided. Check your key and signing method."));
  if (expires < server.clock().now().seconds())
    return std::unexpected(put_answer(403, "AccessDenied", "Request has expired"));
  if (request.body.size() > most_bytes)
    return std::unexpected(
        put_answer(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size"));
  return path;
}

HttpResponse put_answer(int status, const std::string& code, const std::string& message) {
  HttpResponse response;
  response.status = status;
  if (code.empty()) return response;
  response.headers = {{"Content-Type", "application/xml"}};
  response.body = Payload("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>" + code +
                          "</Code><Message>" + message + "</Message></Error>");
  return response;
}

std::optional<Space> space_of_stack(std::string_view stack_id) {
  const auto arn = Arn::parse(stack_id);
  if (!arn || arn->service != "cloudformation") return std::nullopt;
  return Space{arn->account, arn->region};
}

}  // namespace drydock::cloudformation
