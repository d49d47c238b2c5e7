// The client's half of Signature Version 4: for our command line and tests.
#include <algorithm>

#include "auth/canonical.h"
#include "auth/signing_key.h"
#include "auth/sigv4.h"
#include "base/encoding.h"
#include "base/text.h"

namespace drydock::sigv4 {
namespace {

PathRule rule_of(std::string_view service) {
  return service == "s3" ? PathRule::kOnce : PathRule::kTwiceNormalized;
}

std::string hash_of(const Payload& body) {
  Digest digest(Digest::Kind::kSha256);
  body.each_piece([&](std::string_view piece) {
    digest.update(piece);
    return true;
  });
  return to_hex(digest.finish());
}

std::string signature_of(const Credentials& credentials, std::string_view region,
                         std::string_view service, Timestamp now, std::string_view canonical) {
  auto date = to_basic_date(now);
  auto text = string_to_sign(to_basic_iso8601(now), scope_text(date, region, service), canonical);
  return to_hex(
      hmac_sha256(signing_key(credentials.secret_access_key, date, region, service), text));
}

}  // namespace

void sign(HttpRequest& request, const Credentials& credentials, std::string_view region,
          std::string_view service, Timestamp now) {
  set_header(request.headers, "X-Amz-Date", to_basic_iso8601(now));
  if (!credentials.session_token.empty())
    set_header(request.headers, "X-Amz-Security-Token", credentials.session_token);
  if (service == "s3" && request.header("x-amz-content-sha256").empty()) {
    set_header(request.headers, "X-Amz-Content-Sha256", hash_of(request.body));
  }
  auto declared = request.header("x-amz-content-sha256");
  auto hash = declared.empty() ? hash_of(request.body) : std::string(declared);
  std::vector<std::string> names;
  for (const auto& [name, value] : request.headers) {
    auto lower = to_lower(name);
    if (lower == "host" || lower == "content-type" || lower.starts_with("x-amz-"))
      names.push_back(std::move(lower));
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  auto canonical = canonical_request(request, rule_of(service), names, hash, {});
  auto signature = signature_of(credentials, region, service, now, canonical);
  set_header(request.headers, "Authorization",
             "AWS4-HMAC-SHA256 Credential=" + credentials.access_key_id + "/" +
                 scope_text(to_basic_date(now), region, service) +
                 ", SignedHeaders=" + join(names, ";") + ", Signature=" + signature);
}

std::string presign(const HttpRequest& request, const Credentials& credentials,
                    std::string_view region, std::string_view service, Timestamp now,
                    int64_t expires_seconds) {
  HttpRequest copy = request;
  auto add = [&](std::string_view name, std::string_view value) {
    copy.target += copy.target.find('?') == std::string::npos ? '?' : '&';
    ((copy.target += name) += '=') += percent_encode(value);
  };
  add("X-Amz-Algorithm", "AWS4-HMAC-SHA256");
  add("X-Amz-Credential",
      credentials.access_key_id + "/" + scope_text(to_basic_date(now), region, service));
  add("X-Amz-Date", to_basic_iso8601(now));
  add("X-Amz-Expires", std::to_string(expires_seconds));
  add("X-Amz-SignedHeaders", "host");
  if (!credentials.session_token.empty()) add("X-Amz-Security-Token", credentials.session_token);
  auto hash = service == "s3" ? std::string("UNSIGNED-PAYLOAD") : hash_of(request.body);
  auto canonical = canonical_request(copy, rule_of(service), {"host"}, hash, {});
  add("X-Amz-Signature", signature_of(credentials, region, service, now, canonical));
  return copy.target;
}

}  // namespace drydock::sigv4
