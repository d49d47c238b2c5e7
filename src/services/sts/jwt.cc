#include "services/sts/jwt.h"

#include "base/signature.h"
#include "base/text.h"
#include "gen/sts.h"

namespace drydock::sts {
namespace {

constexpr size_t kMostKeys = 100;

Unexpected no_jwt() {
  return errors::InvalidIdentityToken(
      "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)");
}

std::optional<Value> json_part(std::string_view part) {
  auto bytes = from_base64url(part);
  auto value = parse_json(bytes, {.max_depth = kMostTokenDepth, .reject_duplicate_keys = true});
  if (!value || !value->is_object()) return std::nullopt;
  return std::move(*value);
}

std::string text_of(const Value& object, std::string_view name) {
  const Value* member = object.find(name);
  return member && member->is_string() ? member->as_string() : std::string();
}

std::vector<std::string> texts_of(const Value& object, std::string_view name) {
  std::vector<std::string> out;
  const Value* member = object.find(name);
  if (!member) return out;
  if (member->is_string()) out.push_back(member->as_string());
  if (member->is_list()) {
    for (const auto& item : member->as_list()) {
      if (item.is_string()) out.push_back(item.as_string());
    }
  }
  return out;
}

int64_t seconds_of(const Value& object, std::string_view name) {
  const Value* member = object.find(name);
  if (!member || !member->is_number()) return 0;
  const double seconds = member->as_double();
  return seconds > 0 && seconds < 1e12 ? static_cast<int64_t>(seconds) : 0;
}

bool verifies(const Jwt& token, const Value& key) {
  const int bits = token.algorithm == "RS256" || token.algorithm == "ES256"   ? 256
                   : token.algorithm == "RS384" || token.algorithm == "ES384" ? 384
                                                                              : 512;
  const auto number = [&](std::string_view name) { return from_base64url(text_of(key, name)); };
  const std::string type = text_of(key, "kty");
  if (token.algorithm.starts_with("RS") && type == "RSA")
    return verify_rsa(number("n"), number("e"), bits, token.signed_part, token.signature);
  if (token.algorithm.starts_with("ES") && type == "EC")
    return verify_ecdsa(text_of(key, "crv"), number("x"), number("y"), bits, token.signed_part,
                        token.signature);
  return false;
}

}  // namespace

Result<Jwt> parse_jwt(std::string_view token) {
  auto first = token.find('.');
  auto second = first == std::string_view::npos ? first : token.find('.', first + 1);
  if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos)
    return no_jwt();
  auto header = json_part(token.substr(0, first));
  auto claims = json_part(token.substr(first + 1, second - first - 1));
  if (!header || !claims) return no_jwt();
  Jwt out;
  out.algorithm = text_of(*header, "alg");
  constexpr std::string_view kKnown[] = {"RS256", "RS384", "RS512", "ES256", "ES384", "ES512"};
  bool known = false;
  for (auto name : kKnown) known = known || out.algorithm == name;
  if (!known) return no_jwt();
  out.key_id = text_of(*header, "kid");
  out.issuer = text_of(*claims, "iss");
  out.subject = text_of(*claims, "sub");
  if (out.issuer.empty()) return errors::InvalidIdentityToken("Missing a required claim: iss");
  if (out.subject.empty()) return errors::InvalidIdentityToken("Missing a required claim: sub");
  out.audiences = texts_of(*claims, "aud");
  if (out.audiences.empty()) return errors::InvalidIdentityToken("Missing a required claim: aud");
  out.authorized_party = text_of(*claims, "azp");
  out.methods = texts_of(*claims, "amr");
  out.expires = seconds_of(*claims, "exp");
  if (!out.expires) return errors::InvalidIdentityToken("Missing a required claim: exp");
  out.issued = seconds_of(*claims, "iat");
  out.not_before = seconds_of(*claims, "nbf");
  out.claims = std::move(*claims);
  out.signed_part = token.substr(0, second);
  out.signature = from_base64url(token.substr(second + 1));
  if (out.signature.empty()) return no_jwt();
  return out;
}

bool is_signed_by(const Jwt& token, const Value& key_set) {
  const Value* keys = key_set.find("keys");
  if (!keys || !keys->is_list() || keys->size() > kMostKeys) return false;
  for (const auto& key : keys->as_list()) {
    if (!key.is_object()) continue;
    const std::string id = text_of(key, "kid");
    if (!token.key_id.empty() && !id.empty() && id != token.key_id) continue;
    if (verifies(token, key)) return true;
  }
  return false;
}

}  // namespace drydock::sts
