#include "services/sts/issuer_keys.h"

#include "base/text.h"
#include "http/client.h"
#include "services/sts/jwt.h"

namespace drydock::sts {
namespace {

constexpr int kSeconds = 5;
constexpr size_t kMostBytes = 256 << 10;

std::expected<Value, std::string> fetch(const std::string& url, const std::string& ca_file) {
  HttpTarget target;
  target.url = url;
  target.ca_file = ca_file;
  target.timeout_seconds = kSeconds;
  auto answer = http_request(target, "GET", {{"Accept", "application/json"}}, "");
  if (!answer) return std::unexpected(answer.error());
  if (answer->status != 200)
    return std::unexpected(url + " answered " + std::to_string(answer->status));
  if (answer->body.size() > kMostBytes)
    return std::unexpected(url + " answered more than " + std::to_string(kMostBytes) + " bytes");
  auto value = parse_json(answer->body.read_all(), {.max_depth = kMostTokenDepth});
  if (!value || !value->is_object()) return std::unexpected(url + " answered no JSON object");
  return std::move(*value);
}

}  // namespace

bool is_issuer_url(std::string_view url) {
  if (url.starts_with("https://")) return url.size() > 8;
  for (std::string_view here : {"http://127.0.0.1", "http://localhost"}) {
    if (!url.starts_with(here)) continue;
    auto rest = url.substr(here.size());
    return rest.empty() || rest[0] == ':' || rest[0] == '/';
  }
  return false;
}

std::expected<Value, std::string> fetch_issuer_keys(const std::string& issuer,
                                                    const std::string& ca_file) {
  if (!is_issuer_url(issuer)) return std::unexpected("not an issuer: " + issuer);
  std::string base = issuer;
  while (base.ends_with('/')) base.pop_back();
  auto configuration = fetch(base + "/.well-known/openid-configuration", ca_file);
  if (!configuration) return configuration;
  const Value* keys = configuration->find("jwks_uri");
  if (!keys || !keys->is_string() || !is_issuer_url(keys->as_string()))
    return std::unexpected(issuer + " names no jwks_uri");
  return fetch(keys->as_string(), ca_file);
}

}  // namespace drydock::sts
