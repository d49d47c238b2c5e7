// Reading and checking the signature of one request; canonical.cc holds the spelling,
// signing_key.cc the key.
#include "auth/sigv4.h"

#include <algorithm>

#include "auth/canonical.h"
#include "auth/signing_key.h"
#include "auth/sigv2.h"
#include "base/encoding.h"
#include "base/text.h"

namespace drydock::sigv4 {
namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";
constexpr int64_t kSkewMs = 15 * 60 * 1000;
constexpr int64_t kMostExpiresSeconds = 7 * 24 * 3600;
constexpr size_t kMostSignedHeaders = 128;

Result<void> read_credential(std::string_view credential, Claim& claim) {
  auto parts = split(credential, '/');
  if (parts.size() < 5) {
    return fault(
        "IncompleteSignature",
        "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '" +
            std::string(credential) + "'");
  }
  // The key id comes first and may itself hold no slash; the scope is the last four parts.
  size_t first = parts.size() - 4;
  claim.access_key_id =
      std::string(credential.substr(0, parts[first].data() - credential.data() - 1));
  claim.date = std::string(parts[first]);
  claim.region = std::string(parts[first + 1]);
  claim.service = std::string(parts[first + 2]);
  if (parts[first + 3] != "aws4_request") {
    return fault("BadSignature",
                 "Credential should be scoped with a valid terminator: 'aws4_request', not '" +
                     std::string(parts[first + 3]) + "'.",
                 403);
  }
  return {};
}

Result<void> read_signed_headers(std::string_view list, Claim& claim) {
  for (auto name : split(list, ';')) {
    if (claim.signed_headers.size() >= kMostSignedHeaders) {
      return fault("IncompleteSignature", "SignedHeaders names more than 128 headers.");
    }
    claim.signed_headers.push_back(to_lower(name));
  }
  return {};
}

Result<std::optional<Claim>> parse_header(const HttpRequest& request,
                                          std::string_view authorization) {
  if (authorization.starts_with("AWS4-ECDSA-P256-SHA256")) {
    return not_implemented("Signature Version 4A (AWS4-ECDSA-P256-SHA256)");
  }
  if (!authorization.starts_with(kAlgorithm)) {
    if (authorization.starts_with("AWS ")) {
      return fault(
          "InvalidRequest",
          "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.");
    }
    // Basic, Bearer and others are no signature of AWS; doors read them.
    return std::nullopt;
  }
  Claim claim;
  std::string_view credential, headers, signature;
  for (auto piece : split(authorization.substr(kAlgorithm.size()), ',')) {
    piece = trim(piece);
    if (piece.starts_with("Credential="))
      credential = piece.substr(11);
    else if (piece.starts_with("SignedHeaders="))
      headers = piece.substr(14);
    else if (piece.starts_with("Signature="))
      signature = piece.substr(10);
  }
  auto date = request.header("x-amz-date");
  auto http_date = request.header("date");
  std::string missing;
  if (credential.empty()) missing += "Authorization header requires 'Credential' parameter. ";
  if (signature.empty()) missing += "Authorization header requires 'Signature' parameter. ";
  if (headers.empty()) missing += "Authorization header requires 'SignedHeaders' parameter. ";
  if (date.empty() && http_date.empty()) {
    missing +=
        "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ";
  }
  if (!missing.empty()) {
    // The signature is the caller's secret of this request; AWS echoes the header hashed, we leave
    // it out.
    missing.pop_back();
    return fault("IncompleteSignature", std::move(missing));
  }
  TRY(read_credential(credential, claim));
  TRY(read_signed_headers(headers, claim));
  auto time = parse_basic_iso8601(date.empty() ? http_date : date);
  if (!time && date.empty()) time = parse_http_date(http_date);
  if (!time) {
    return fault("IncompleteSignature", "Date must be in ISO-8601 'basic format'. Got '" +
                                            std::string(date.empty() ? http_date : date) +
                                            "'. See http://en.wikipedia.org/wiki/ISO_8601");
  }
  claim.time = *time;
  claim.signature = std::string(signature);
  claim.session_token = std::string(request.header("x-amz-security-token"));
  claim.payload_hash = std::string(request.header("x-amz-content-sha256"));
  return claim;
}

Result<int64_t> read_expires(const std::string& text) {
  constexpr auto kCode = "AuthorizationQueryParametersError";
  auto seconds = parse_int(text);
  if (!seconds) return fault(kCode, "X-Amz-Expires should be a number");
  if (*seconds < 0) return fault(kCode, "X-Amz-Expires must be non-negative");
  if (*seconds > kMostExpiresSeconds) {
    return fault(
        kCode,
        "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less "
        "than 604800 seconds");
  }
  return *seconds;
}

Result<std::optional<Claim>> parse_query(const HttpRequest& request) {
  std::optional<std::string> algorithm, credential, date, expires, headers, signature, token;
  for (auto& [name, value] : request.query()) {
    if (!name.starts_with("X-Amz-")) continue;
    if (name == "X-Amz-Algorithm")
      algorithm = value;
    else if (name == "X-Amz-Credential")
      credential = value;
    else if (name == "X-Amz-Date")
      date = value;
    else if (name == "X-Amz-Expires")
      expires = value;
    else if (name == "X-Amz-SignedHeaders")
      headers = value;
    else if (name == "X-Amz-Signature")
      signature = value;
    else if (name == "X-Amz-Security-Token")
      token = value;
  }
  if (!algorithm && !signature && !credential) return std::nullopt;
  if (algorithm == "AWS4-ECDSA-P256-SHA256")
    return not_implemented("Signature Version 4A (AWS4-ECDSA-P256-SHA256)");
  constexpr auto kCode = "AuthorizationQueryParametersError";
  bool is_s3 = credential && credential->find("/s3/") != std::string::npos;
  if (!algorithm || !credential || !signature || !date || !headers || (is_s3 && !expires)) {
    return fault(
        kCode,
        "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, "
        "X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.");
  }
  if (*algorithm != kAlgorithm)
    return fault(kCode, "X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256\"");
  Claim claim;
  claim.form = Form::kQuery;
  if (split(*credential, '/').size() < 5) {
    return fault(
        kCode,
        "Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; expecting "
        "\"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".");
  }
  TRY(read_credential(*credential, claim));
  TRY(read_signed_headers(*headers, claim));
  auto time = parse_basic_iso8601(*date);
  if (!time)
    return fault(kCode, "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"");
  claim.time = *time;
  claim.expires_seconds = expires ? TRY(read_expires(*expires)) : kSkewMs / 1000;
  claim.signature = *signature;
  claim.session_token = token.value_or("");
  claim.payload_hash = std::string(request.header("x-amz-content-sha256"));
  return claim;
}

Result<void> check_scope_date(const Claim& claim) {
  auto date = to_basic_date(claim.time);
  if (date == claim.date) return {};
  return fault(
      "BadSignature",
      "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '" +
          claim.date + "' != '" + date + "', from '" + to_basic_iso8601(claim.time) + "'.",
      403);
}

Result<void> check_header_time(const Claim& claim, Timestamp now, bool is_s3) {
  if (claim.time + kSkewMs >= now && claim.time <= now + kSkewMs) return {};
  if (is_s3) {
    Fault f{"RequestTimeTooSkewed",
            "The difference between the request time and the current time is too large.", 403};
    f.members = Value::object({{"RequestTime", to_basic_iso8601(claim.time)},
                               {"ServerTime", to_iso8601(Timestamp{now.seconds() * 1000})},
                               {"MaxAllowedSkewMilliseconds", kSkewMs}});
    return fault(std::move(f));
  }
  auto at = to_basic_iso8601(claim.time), here = to_basic_iso8601(now);
  if (claim.time < now) {
    return fault("SignatureExpired",
                 "Signature expired: " + at + " is now earlier than " +
                     to_basic_iso8601(now + -kSkewMs) + " (" + here + " - 15 min.)",
                 403);
  }
  return fault("SignatureExpired",
               "Signature not yet current: " + at + " is still later than " +
                   to_basic_iso8601(now + kSkewMs) + " (" + here + " + 15 min.)",
               403);
}

Result<void> check_query_time(const Claim& claim, Timestamp now, bool is_s3) {
  auto end = claim.time + claim.expires_seconds * 1000;
  if (claim.time > now + kSkewMs) {
    if (is_s3) return fault("AccessDenied", "Request is not valid yet", 403);
    return check_header_time(claim, now, is_s3);
  }
  if (end >= now) return {};
  if (!is_s3) {
    return fault("SignatureExpired",
                 "Signature expired: " + to_basic_iso8601(claim.time) + " is now earlier than " +
                     to_basic_iso8601(now + -claim.expires_seconds * 1000) + " (" +
                     to_basic_iso8601(now) + " - " + std::to_string(claim.expires_seconds / 60) +
                     " min.)",
                 403);
  }
  Fault f{"AccessDenied", "Request has expired", 403};
  f.members = Value::object({{"X-Amz-Expires", claim.expires_seconds},
                             {"Expires", to_iso8601(end)},
                             {"ServerTime", to_iso8601(Timestamp{now.seconds() * 1000})}});
  return fault(std::move(f));
}

bool is_signed(const Claim& claim, std::string_view lower_name) {
  return std::find(claim.signed_headers.begin(), claim.signed_headers.end(), lower_name) !=
         claim.signed_headers.end();
}

// S3 refuses x-amz- headers outside the signature: somebody on the way could have added them.
Result<void> check_signed_headers(const Claim& claim, const HttpRequest& request, bool is_s3) {
  if (!is_signed(claim, "host")) {
    return fault("BadSignature",
                 "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.", 403);
  }
  if (!is_s3) return {};
  std::string unsigned_names;
  for (const auto& [name, value] : request.headers) {
    if (name.size() < 6 || !equals_ignore_case(std::string_view(name).substr(0, 6), "x-amz-"))
      continue;
    auto lower = to_lower(name);
    if (lower == "x-amz-content-sha256" && claim.form == Form::kQuery) continue;
    if (is_signed(claim, lower)) continue;
    if (!unsigned_names.empty()) unsigned_names += ", ";
    unsigned_names += lower;
  }
  if (unsigned_names.empty()) return {};
  Fault f{"AccessDenied", "There were headers present in the request which were not signed", 403};
  f.members = Value::object({{"HeadersNotSigned", unsigned_names}});
  return fault(std::move(f));
}

std::string body_hash(const HttpRequest& request) {
  if (request.body.size() == 0) return std::string(kEmptySha256);
  if (request.body.in_memory()) return to_hex(sha256(request.body.view()));
  Digest digest(Digest::Kind::kSha256);
  request.body.each_piece([&](std::string_view piece) {
    digest.update(piece);
    return true;
  });
  return to_hex(digest.finish());
}

// The hash that goes into the canonical request. S3 signs what the client declares; the others what
// came.
Result<std::string> payload_hash(const Claim& claim, const HttpRequest& request, bool is_s3) {
  if (!is_s3) return body_hash(request);
  const auto& declared = claim.payload_hash;
  if (declared.empty()) {
    if (claim.form == Form::kQuery) return "UNSIGNED-PAYLOAD";
    return fault("InvalidRequest",
                 "Missing required header for this request: x-amz-content-sha256");
  }
  if (declared == "UNSIGNED-PAYLOAD" || declared.starts_with("STREAMING-")) return declared;
  if (declared.size() != 64 || !from_hex(declared)) {
    return fault(
        "InvalidArgument",
        "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, "
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a valid sha256 value.");
  }
  return declared;
}

Fault bad_signature(const Claim& claim, std::string_view text, std::string_view canonical,
                    bool is_s3) {
  if (!is_s3) {
    return {
        "BadSignature",
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access "
        "Key and signing method. Consult the service documentation for details.",
        403};
  }
  Fault f{
      "BadSignature",
      "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
      403};
  f.members = Value::object({{"AWSAccessKeyId", claim.access_key_id},
                             {"StringToSign", text},
                             {"SignatureProvided", claim.signature},
                             {"StringToSignBytes", to_hex(text)},
                             {"CanonicalRequest", canonical},
                             {"CanonicalRequestBytes", to_hex(canonical)}});
  return f;
}

}  // namespace

Result<std::optional<Claim>> parse(const HttpRequest& request) {
  if (auto authorization = request.header("authorization"); !authorization.empty()) {
    return parse_header(request, authorization);
  }
  auto query = request.raw_query();
  if (query.empty()) return std::nullopt;
  if (query.find("X-Amz-") != std::string_view::npos) return parse_query(request);
  if (query.find("AWSAccessKeyId=") != std::string_view::npos) return sigv2::parse(request);
  return std::nullopt;
}

Result<void> verify(const Claim& claim, const HttpRequest& request, std::string_view secret,
                    Timestamp now, bool is_s3) {
  if (claim.form == Form::kQueryV2) {
    if (!is_s3) return fault("IncompleteSignature", "Signature version 2 is accepted by S3 only.");
    return sigv2::verify(claim, request, secret, now);
  }
  TRY(check_scope_date(claim));
  TRY(check_signed_headers(claim, request, is_s3));
  if (claim.form == Form::kHeader) TRY(check_header_time(claim, now, is_s3));
  auto hash = TRY(payload_hash(claim, request, is_s3));
  auto canonical = canonical_request(request, is_s3 ? PathRule::kOnce : PathRule::kTwiceNormalized,
                                     claim.signed_headers, hash,
                                     claim.form == Form::kQuery ? "X-Amz-Signature" : "");
  auto scope = scope_text(claim.date, claim.region, claim.service);
  auto text = string_to_sign(to_basic_iso8601(claim.time), scope, canonical);
  auto expected =
      to_hex(hmac_sha256(signing_key(secret, claim.date, claim.region, claim.service), text));
  if (!equal_in_constant_time(expected, claim.signature))
    return fault(bad_signature(claim, text, canonical, is_s3));
  // AWS does judge the age of a presigned request only after its signature.
  if (claim.form == Form::kQuery) TRY(check_query_time(claim, now, is_s3));
  if (is_s3 && hash.size() == 64) {
    if (auto computed = body_hash(request); !equals_ignore_case(computed, hash)) {
      Fault f{"XAmzContentSHA256Mismatch",
              "The provided 'x-amz-content-sha256' header does not match what was computed."};
      f.members = Value::object(
          {{"ClientComputedContentSHA256", hash}, {"S3ComputedContentSHA256", computed}});
      return fault(std::move(f));
    }
  }
  return {};
}

}  // namespace drydock::sigv4
