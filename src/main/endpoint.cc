// Finding and asking the running server.
#include <cstdio>
#include <cstdlib>

#include "http/client.h"
#include "main/commands.h"

namespace drydock {

namespace {
std::expected<Value, std::string> admin(const Endpoint& endpoint, const std::string& method,
                                        std::string_view path, const std::string& body) {
  HttpTarget target;
  target.url = endpoint.url + "/_drydock" + std::string(path);
  auto answer = http_request(target, method, {{"Content-Type", "application/json"}}, body);
  if (!answer)
    return std::unexpected("no server answers at " + endpoint.url + " (" + answer.error() +
                           "); start one with `drydock up`");
  auto value = parse_json(answer->body.read_all());
  if (!value) return std::unexpected(endpoint.url + " does not answer as Drydock does");
  if (answer->status >= 300) {
    std::string message = (*value)["message"].string_or("status " + std::to_string(answer->status));
    return std::unexpected(message);
  }
  return *value;
}
}  // namespace

Endpoint find_endpoint(const std::string& url_option) {
  std::string url = url_option;
  if (url.empty())
    if (const char* from_environment = std::getenv("DRYDOCK_URL")) url = from_environment;
  if (url.empty()) url = "http://127.0.0.1:4566";
  while (url.ends_with('/')) url.pop_back();
  return {url};
}

std::expected<Value, std::string> admin_get(const Endpoint& endpoint, std::string_view path) {
  return admin(endpoint, "GET", path, "");
}
std::expected<Value, std::string> admin_post(const Endpoint& endpoint, std::string_view path,
                                             const Value& body) {
  return admin(endpoint, "POST", path, to_json(body));
}

int failed(std::string_view text) {
  std::fprintf(stderr, "drydock: %.*s\n", static_cast<int>(text.size()), text.data());
  return 1;
}

}  // namespace drydock
