// SAML 2.0: what an identity provider's metadata says of it, and what a response that it signed
// says of a person. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace drydock::sts {

struct SamlProvider {
  std::string entity_id;
  std::vector<std::string> certificates;  // DER, for signing
};
// Nothing when it is no metadata of an identity provider.
std::optional<SamlProvider> parse_saml_metadata(std::string_view document);

struct SamlAttribute {
  std::string name;
  std::vector<std::string> values;
};
struct SamlAssertion {
  std::string issuer, subject, subject_format;
  std::string recipient;  // of the subject's confirmation
  std::vector<std::string> audiences;
  std::optional<Timestamp> not_before, not_after;  // the narrowest of all conditions
  std::optional<Timestamp> session_not_after;
  std::vector<SamlAttribute> attributes;
  const std::vector<std::string>* find(std::string_view name) const;
};
// The assertion of a response, if the response or the assertion carries a valid signature of the
// provider: exclusive canonicalization, RSA with SHA-2. Only what is signed is read. Faults are
// InvalidIdentityToken with AWS's text.
Result<SamlAssertion> read_saml_response(std::string_view response, const SamlProvider& provider);

}  // namespace drydock::sts
