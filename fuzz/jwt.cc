// Tokens of OpenID Connect issuers: whatever arrives, nothing is signed by a key set that has no
// valid key for it.
#include "services/sts/jwt.h"
#include "base/signature.h"
#include "input.h"

using namespace drydock;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  fuzz::Input input(data, size);
  auto token = sts::parse_jwt(input.rest());
  if (!token) {
    fuzz::require(!token.error().message.empty());
    return 0;
  }
  fuzz::require(!token->issuer.empty() && !token->subject.empty() && !token->audiences.empty());
  static const Value keys = *parse_json(
      R"({"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB"},{"kty":"EC","crv":"P-256","x":"AA","y":"AA"},{"kty":1},7]})");
  fuzz::require(!sts::is_signed_by(*token, keys));
  return 0;
}
