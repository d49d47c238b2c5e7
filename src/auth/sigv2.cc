#include "auth/sigv2.h"

#include <algorithm>
#include <array>

#include "base/encoding.h"
#include "base/text.h"

namespace drydock::sigv2 {
namespace {

// Query parameters that are part of the resource, by S3's list.
constexpr std::array<std::string_view, 32> kSubresources = {"accelerate",
                                                            "acl",
                                                            "analytics",
                                                            "cors",
                                                            "defaultObjectAcl",
                                                            "delete",
                                                            "encryption",
                                                            "inventory",
                                                            "legal-hold",
                                                            "lifecycle",
                                                            "location",
                                                            "logging",
                                                            "metrics",
                                                            "notification",
                                                            "object-lock",
                                                            "partNumber",
                                                            "policy",
                                                            "replication",
                                                            "requestPayment",
                                                            "response-cache-control",
                                                            "response-content-disposition",
                                                            "response-content-encoding",
                                                            "response-content-language",
                                                            "response-content-type",
                                                            "response-expires",
                                                            "restore",
                                                            "tagging",
                                                            "torrent",
                                                            "uploadId",
                                                            "uploads",
                                                            "versionId",
                                                            "versioning"};

std::string hmac_sha1(std::string key, std::string_view message) {
  if (key.size() > 64) key = sha1(key);
  key.resize(64, '\0');
  std::string inner = key, outer = key;
  for (char& c : inner) c = static_cast<char>(c ^ 0x36);
  for (char& c : outer) c = static_cast<char>(c ^ 0x5c);
  return sha1(outer + sha1(inner.append(message)));
}

// The bucket of a virtual-hosted request is in the host and belongs to the resource.
std::string bucket_of_host(const std::string& host) {
  for (std::string_view mark : {".s3.", ".s3-"}) {
    if (auto at = host.find(mark); at != std::string::npos && at > 0) return host.substr(0, at);
  }
  return {};
}

std::string canonical_resource(const HttpRequest& request) {
  std::string out;
  if (auto bucket = bucket_of_host(request.host()); !bucket.empty()) out = "/" + bucket;
  out += request.raw_path();
  std::vector<std::string> parts;
  for (const auto& [name, value] : request.query()) {
    if (std::find(kSubresources.begin(), kSubresources.end(), name) == kSubresources.end())
      continue;
    parts.push_back(value.empty() ? name : name + "=" + value);
  }
  std::sort(parts.begin(), parts.end());
  if (!parts.empty()) out += "?" + join(parts, "&");
  return out;
}

std::string canonical_amz_headers(const HttpRequest& request) {
  Headers headers;
  auto add = [&](std::string name, std::string_view value) {
    for (auto& [known, text] : headers) {
      if (known == name) {
        (text += ',') += trim(value);
        return;
      }
    }
    headers.emplace_back(std::move(name), std::string(trim(value)));
  };
  for (const auto& [name, value] : request.headers) {
    if (auto lower = to_lower(name); lower.starts_with("x-amz-")) add(std::move(lower), value);
  }
  for (const auto& [name, value] : request.query()) {
    if (auto lower = to_lower(name); lower.starts_with("x-amz-")) add(std::move(lower), value);
  }
  std::sort(headers.begin(), headers.end());
  std::string out;
  for (const auto& [name, value] : headers) (((out += name) += ':') += value) += '\n';
  return out;
}

}  // namespace

Result<std::optional<sigv4::Claim>> parse(const HttpRequest& request) {
  std::optional<std::string> key, signature, expires, token;
  for (auto& [name, value] : request.query()) {
    if (name == "AWSAccessKeyId")
      key = value;
    else if (name == "Signature")
      signature = value;
    else if (name == "Expires")
      expires = value;
    else if (name == "x-amz-security-token")
      token = value;
  }
  if (!key || !signature) return std::nullopt;
  if (!expires) {
    return fault(
        "AccessDenied",
        "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters",
        403);
  }
  auto end = parse_int(*expires);
  if (!end || *end < 0)
    return fault("AccessDenied", "Invalid date (should be seconds since epoch): " + *expires, 403);
  sigv4::Claim claim;
  claim.form = sigv4::Form::kQueryV2;
  claim.access_key_id = *key;
  claim.service = "s3";
  claim.session_token = token.value_or("");
  claim.signature = *signature;
  claim.expires_seconds = *end;
  return claim;
}

Result<void> verify(const sigv4::Claim& claim, const HttpRequest& request, std::string_view secret,
                    Timestamp now) {
  std::string text = request.method;
  ((text += '\n') += request.header("content-md5")) += '\n';
  ((text += request.header("content-type")) += '\n') += std::to_string(claim.expires_seconds);
  (text += '\n') += canonical_amz_headers(request);
  text += canonical_resource(request);
  auto expected = to_base64(hmac_sha1(std::string(secret), text));
  if (!equal_in_constant_time(expected, claim.signature)) {
    Fault f{
        "BadSignature",
        "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
        403};
    f.members = Value::object({{"AWSAccessKeyId", claim.access_key_id},
                               {"StringToSign", text},
                               {"SignatureProvided", claim.signature}});
    return fault(std::move(f));
  }
  if (now.seconds() > claim.expires_seconds) {
    Fault f{"AccessDenied", "Request has expired", 403};
    f.members = Value::object({{"Expires", to_iso8601(Timestamp{claim.expires_seconds * 1000})},
                               {"ServerTime", to_iso8601(Timestamp{now.seconds() * 1000})}});
    return fault(std::move(f));
  }
  return {};
}

}  // namespace drydock::sigv2
