// CodeCommit's git signature: SigV4 over the words GIT, path and host, carried as Basic user and
// password.
#include "auth/canonical.h"
#include "auth/signing_key.h"
#include "auth/sigv4.h"
#include "base/encoding.h"
#include "base/text.h"

namespace drydock::sigv4 {
namespace {

constexpr int64_t kValidMs = 15 * 60 * 1000;
constexpr size_t kTimeLength = 15;  // 20260102T030405, with or without Z behind it

std::string expected_signature(const Claim& claim, std::string_view path, std::string_view host,
                               std::string_view secret) {
  std::string canonical = "GIT\n";
  // No payload line: the text ends with the newline behind the list of signed headers.
  (((canonical += path) += "\n\nhost:") += host) += "\n\nhost\n";
  auto time = to_basic_iso8601(claim.time);
  time.pop_back();  // signed without the Z
  auto text = string_to_sign(time, scope_text(claim.date, claim.region, claim.service), canonical);
  return to_hex(hmac_sha256(signing_key(secret, claim.date, claim.region, claim.service), text));
}

}  // namespace

std::optional<Claim> parse_git(std::string_view user, std::string_view password,
                               std::string_view region) {
  auto percent = user.find('%');
  auto key = user.substr(0, percent);
  if (key.empty() || password.size() < kTimeLength + 64) return std::nullopt;
  auto time = parse_basic_iso8601(std::string(password.substr(0, kTimeLength)) + "Z");
  auto signature = password.substr(kTimeLength);
  if (signature.starts_with('Z')) signature.remove_prefix(1);
  if (!time || signature.size() != 64 || !from_hex(signature)) return std::nullopt;
  Claim claim;
  claim.form = Form::kGit;
  claim.access_key_id = std::string(key);
  if (percent != std::string_view::npos) {
    claim.session_token = std::string(user.substr(percent + 1));
    // git-remote-codecommit quotes the token once more in its URL.
    if (claim.session_token.find('%') != std::string::npos)
      claim.session_token = percent_decode(claim.session_token);
  }
  claim.date = to_basic_date(*time);
  claim.region = std::string(region);
  claim.service = "codecommit";
  claim.signed_headers = {"host"};
  claim.signature = to_lower(signature);
  claim.time = *time;
  return claim;
}

Result<void> verify_git(const Claim& claim, std::string_view path, std::string_view host,
                        std::string_view secret, Timestamp now) {
  if (claim.time + kValidMs < now || claim.time > now + kValidMs) {
    return fault("SignatureExpired",
                 "Signature expired: " + to_basic_iso8601(claim.time) + " is now earlier than " +
                     to_basic_iso8601(now + -kValidMs) + " (" + to_basic_iso8601(now) +
                     " - 15 min.)",
                 403);
  }
  if (equal_in_constant_time(expected_signature(claim, path, host, secret), claim.signature))
    return {};
  // The CLI's credential program strips the port before it signs; git-remote-codecommit does not.
  if (auto colon = host.rfind(':'); colon != std::string_view::npos) {
    if (equal_in_constant_time(expected_signature(claim, path, host.substr(0, colon), secret),
                               claim.signature))
      return {};
  }
  return fault(
      "BadSignature",
      "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access "
      "Key and signing method. Consult the service documentation for details.",
      403);
}

}  // namespace drydock::sigv4
