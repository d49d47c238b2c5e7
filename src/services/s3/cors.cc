// CORS rules: checked, matched with what a page asks, and told in headers; preflights.
#include "services/s3/cors.h"

#include <algorithm>

#include "api/server.h"
#include "base/encoding.h"
#include "base/text.h"
#include "gen/s3_handlers.h"
#include "services/s3/access.h"
#include "services/s3/tables.h"
#include "wire/s3_address.h"
#include "wire/wire.h"
#include "wire/xml_in.h"

namespace drydock::s3 {

namespace {

constexpr std::string_view kCorsMethods[] = {"GET", "PUT", "POST", "DELETE", "HEAD"};
constexpr size_t kMaxAskedHeadersBytes = 8 << 10;
constexpr size_t kMaxCorsBytes = 64 << 10;  // of all the texts in a bucket's rules

// Texts of rules become headers: a line break would begin another one.
bool has_control(const CORSTexts& texts) {
  for (const std::string& text : texts)
    for (char c : text)
      if (static_cast<unsigned char>(c) < ' ' || c == 0x7f) return true;
  return false;
}

size_t cors_bytes(const CORSTexts& texts) {
  size_t bytes = 0;
  for (const std::string& text : texts) bytes += text.size();
  return bytes;
}

Result<void> check_wildcards(const char* element, const CORSTexts& texts) {
  for (const std::string& text : texts)
    if (std::count(text.begin(), text.end(), '*') > 1)
      return fault("InvalidRequest",
                   std::string(element) + " \"" + text + "\" can not have more than one wildcard.");
  return {};
}

// At most one `*`, which stands for anything.
bool cors_match(std::string_view pattern, std::string_view text) {
  const size_t star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == text;
  return text.size() + 1 >= pattern.size() && text.starts_with(pattern.substr(0, star)) &&
         text.ends_with(pattern.substr(star + 1));
}

const std::string* origin_of_rule(const CORSRule& rule, const CorsQuestion& question) {
  for (const std::string& origin : rule.AllowedOrigins)
    if (cors_match(origin, question.origin)) return &origin;
  return nullptr;
}

bool allows_rest(const CORSRule& rule, const CorsQuestion& question) {
  if (std::find(rule.AllowedMethods.begin(), rule.AllowedMethods.end(), question.method) ==
      rule.AllowedMethods.end())
    return false;
  return std::all_of(question.headers.begin(), question.headers.end(), [&](const auto& header) {
    return rule.AllowedHeaders &&
           std::any_of(rule.AllowedHeaders->begin(), rule.AllowedHeaders->end(),
                       [&](const auto& allowed) { return cors_match(to_lower(allowed), header); });
  });
}

Unexpected not_allowed(const HttpRequest& request, const char* why) {
  Fault refused{"AccessForbidden", std::string("CORSResponse: ") + why, 403};
  refused.members =
      Value::object({{"Method", std::string(request.header("Access-Control-Request-Method"))},
                     {"ResourceType", !addressed(request).raw_key.empty() ? "OBJECT" : "BUCKET"}});
  return fault(std::move(refused));
}

Result<HttpResponse> preflight(Server& server, const HttpRequest& request) {
  const std::string_view origin = request.header("Origin");
  if (origin.empty())
    return fault("BadRequest", "Insufficient information. Origin request header needed.");
  CorsQuestion question{origin, request.header("Access-Control-Request-Method"), {}};
  if (std::find(std::begin(kCorsMethods), std::end(kCorsMethods), question.method) ==
      std::end(kCorsMethods))
    return fault("BadRequest",
                 "Invalid Access-Control-Request-Method: " +
                     (question.method.empty() ? "null" : std::string(question.method)));
  const std::string_view asked = request.header("Access-Control-Request-Headers");
  if (asked.size() > kMaxAskedHeadersBytes)
    return fault("BadRequest", "Access-Control-Request-Headers of " + std::to_string(asked.size()) +
                                   " bytes are over the limit of " +
                                   std::to_string(kMaxAskedHeadersBytes) + ".");
  for (std::string_view header : split(asked, ','))
    if (!trim(header).empty()) question.headers.push_back(to_lower(trim(header)));
  auto txn = server.engine().begin_read();
  auto bucket = kBuckets.get(*txn, kInstallation, {addressed(request).bucket});
  if (!bucket) return not_allowed(request, "Bucket not found");
  const CORSRules rules = cors_rules_of(*bucket);
  if (rules.empty()) return not_allowed(request, "CORS is not enabled for this bucket.");
  HttpResponse response;
  response.headers = cors_answer(rules, question);
  if (response.headers.empty())
    return not_allowed(request,
                       "This CORS request is not allowed. This is usually because the evalution of "
                       "Origin, request method / Access-Control-Request-Method or "
                       "Access-Control-Request-Headers are not whitelisted by the resource's CORS "
                       "spec.");
  if (!question.headers.empty())
    set_header(response.headers, "Access-Control-Allow-Headers", join(question.headers, ", "));
  return response;
}

}  // namespace

Result<void> check_cors_rules(const CORSRules& rules) {
  size_t bytes = 0;
  for (const CORSRule& rule : rules) {
    const CORSTexts none;
    for (const CORSTexts* texts : {&rule.AllowedMethods, &rule.AllowedOrigins,
                                   rule.AllowedHeaders ? &*rule.AllowedHeaders : &none,
                                   rule.ExposeHeaders ? &*rule.ExposeHeaders : &none}) {
      bytes += cors_bytes(*texts);
      if (bytes > kMaxCorsBytes || has_control(*texts))
        return errors::MalformedXML(
            "The XML you provided was not well-formed or did not validate against our published "
            "schema");
    }
    for (const std::string& method : rule.AllowedMethods)
      if (std::find(std::begin(kCorsMethods), std::end(kCorsMethods), method) ==
          std::end(kCorsMethods))
        return fault(
            "InvalidRequest",
            "Found unsupported HTTP method in CORS config. Unsupported method is " + method);
    TRY(check_wildcards("AllowedOrigin", rule.AllowedOrigins));
    if (rule.AllowedHeaders) TRY(check_wildcards("AllowedHeader", *rule.AllowedHeaders));
  }
  return {};
}

CORSRules cors_rules_of(const BucketRow& bucket) {
  if (bucket.Cors) return *bucket.Cors;
  if (!bucket.Raw) return {};
  for (const auto& [name, document] : *bucket.Raw) {
    if (name != "cors") continue;
    auto value = wire::parse_xml_body(shape_of<CORSConfiguration>(), document);
    // Nothing was checked when it was kept: what is no configuration has no rules.
    if (!value || !validate(shape_of<CORSConfiguration>(), *value, Protocol::kRestXml)) return {};
    CORSRules rules = from_value<CORSConfiguration>(std::move(*value)).CORSRules;
    return check_cors_rules(rules) ? std::move(rules) : CORSRules{};
  }
  return {};
}

Headers cors_answer(const CORSRules& rules, const CorsQuestion& question) {
  for (const CORSRule& rule : rules) {
    const std::string* allowed = origin_of_rule(rule, question);
    if (!allowed || !allows_rest(rule, question)) continue;
    const bool anybody = *allowed == "*";
    Headers told{{"Access-Control-Allow-Origin", anybody ? "*" : std::string(question.origin)},
                 {"Access-Control-Allow-Methods", join(rule.AllowedMethods, ", ")}};
    if (rule.ExposeHeaders && !rule.ExposeHeaders->empty())
      told.emplace_back("Access-Control-Expose-Headers", join(*rule.ExposeHeaders, ", "));
    if (rule.MaxAgeSeconds)
      told.emplace_back("Access-Control-Max-Age", std::to_string(*rule.MaxAgeSeconds));
    if (!anybody) told.emplace_back("Access-Control-Allow-Credentials", "true");
    told.emplace_back("Vary",
                      "Origin, Access-Control-Request-Headers, Access-Control-Request-Method");
    return told;
  }
  return {};
}

void add_cors_headers(Server& server, const Finished& finished) {
  const std::string_view origin = finished.request ? finished.request->header("Origin") : "";
  if (origin.empty()) return;
  auto txn = server.engine().begin_read();
  auto bucket = kBuckets.get(*txn, kInstallation, {addressed(*finished.request).bucket});
  if (!bucket) return;
  Headers told = cors_answer(cors_rules_of(*bucket), {origin, finished.request->method, {}});
  for (auto& [name, value] : told) set_header(finished.response->headers, name, std::move(value));
}

Door preflight_door(Server& server) {
  Door door;
  door.name = "s3-preflight";
  door.matches = [](const HttpRequest& head) {
    if (head.method != "OPTIONS" || head.target.starts_with("/_")) return false;
    const std::string host = head.host();
    // Another AWS service's host is not a bucket in a path.
    return wire::s3_host(host).is_s3 ||
           (!host.ends_with(".amazonaws.com") && !host.ends_with(".amazonaws.com.cn"));
  };
  door.serve = [&server](HttpRequest& request) {
    auto answer = preflight(server, request);
    if (answer) return std::move(*answer);
    return wire::encode_fault(&PutBucketCors::operation().service(), answer.error(),
                              server.random().uuid());
  };
  return door;
}

}  // namespace drydock::s3
