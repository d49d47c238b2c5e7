// OpenID Connect tokens: what one says, and whether a key of its issuer signed it. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/value.h"

namespace drydock::sts {

inline constexpr int kMostTokenDepth = 16;  // of JSON in tokens and key sets

struct Jwt {
  std::string algorithm;  // "RS256"
  std::string key_id;     // empty: not said
  std::string issuer, subject;
  std::vector<std::string> audiences;
  std::string authorized_party;
  std::vector<std::string> methods;  // amr
  int64_t expires = 0;               // seconds
  int64_t issued = 0;                // seconds; 0: not said
  int64_t not_before = 0;
  Value claims;
  std::string signed_part, signature;
};

// Faults are InvalidIdentityToken with AWS's text.
Result<Jwt> parse_jwt(std::string_view token);
// Whether one of the keys of a JWKS document ({"keys": [...]}) signed it.
bool is_signed_by(const Jwt& token, const Value& key_set);

}  // namespace drydock::sts
