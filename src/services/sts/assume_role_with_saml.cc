// AssumeRoleWithSAML: a session of a role for whom a registered SAML provider vouches, in a
// response that it signed.
#include <algorithm>

#include "api/server.h"
#include "base/encoding.h"
#include "base/text.h"
#include "gen/iam.h"
#include "gen/sts_handlers.h"
#include "services/sts/role_session.h"
#include "services/sts/saml.h"
#include "services/sts/session_input.h"
#include "services/sts/sessions.h"

namespace drydock::sts {
namespace {

constexpr std::string_view kAttributes = "https://aws.amazon.com/SAML/Attributes/";
constexpr std::string_view kSignIn = "https://signin.aws.amazon.com/saml";
constexpr std::string_view kWebServices = "urn:amazon:webservices";

Unexpected refused(std::string_view action) {
  return errors::AccessDenied("Not authorized to perform " + std::string(action));
}

std::string attribute_of(const SamlAssertion& assertion, std::string_view name) {
  const auto* values = assertion.find(std::string(kAttributes) + std::string(name));
  return values && !values->empty() ? values->front() : std::string();
}

// The provider offers pairs of role and provider, in either order.
bool offers(const SamlAssertion& assertion, const AssumeRoleWithSAMLInput& in) {
  const auto* pairs = assertion.find(std::string(kAttributes) + "Role");
  if (!pairs) return false;
  return std::any_of(pairs->begin(), pairs->end(), [&](const std::string& pair) {
    auto comma = pair.find(',');
    if (comma == std::string::npos) return false;
    const auto first = trim(std::string_view(pair).substr(0, comma));
    const auto second = trim(std::string_view(pair).substr(comma + 1));
    return (first == in.RoleArn && second == in.PrincipalArn) ||
           (second == in.RoleArn && first == in.PrincipalArn);
  });
}

// When and for whom the assertion holds.
Result<void> check_conditions(Call& call, const SamlAssertion& assertion) {
  const Timestamp now = call.now();
  if ((assertion.not_after && *assertion.not_after <= now) ||
      (assertion.not_before && now < *assertion.not_before))
    return errors::ExpiredTokenException("Token must be redeemed within 5 minutes of issuance");
  if (assertion.recipient != kSignIn)
    return errors::InvalidIdentityToken("The recipient of the assertion is not AWS");
  const bool for_aws = std::any_of(
      assertion.audiences.begin(), assertion.audiences.end(),
      [](const std::string& audience) { return audience == kSignIn || audience == kWebServices; });
  if (!assertion.audiences.empty() && !for_aws)
    return errors::InvalidIdentityToken("The audience of the assertion is not AWS");
  if (assertion.subject.empty())
    return errors::InvalidIdentityToken("The assertion names no subject");
  return {};
}

struct Claimed : FederatedClaims {
  std::string session_name;
};
Claimed claimed_of(const SamlAssertion& assertion) {
  Claimed out;
  out.session_name = attribute_of(assertion, "RoleSessionName");
  out.source_identity = attribute_of(assertion, "SourceIdentity");
  const std::string tag_prefix = std::string(kAttributes) + "PrincipalTag:";
  for (const auto& attribute : assertion.attributes) {
    if (attribute.name.starts_with(tag_prefix) && attribute.values.size() == 1)
      out.tags.push_back({attribute.name.substr(tag_prefix.size()), attribute.values.front()});
    if (attribute.name == std::string(kAttributes) + "TransitiveTagKeys")
      out.transitive = attribute.values;
  }
  return out;
}

bool is_session_name(const std::string& name) {
  if (name.size() < 2 || name.size() > 64) return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("_=,.@-+").find(c) != std::string_view::npos;
  });
}

// "persistent", "transient", or the format itself.
std::string type_of(const std::string& format) {
  for (std::string_view known : {"persistent", "transient"}) {
    if (format.ends_with(known)) return std::string(known);
  }
  return format;
}

Result<void> authorize(Call& call, const AssumeRoleWithSAMLInput& in,
                       const SamlAssertion& assertion, const Claimed& claimed,
                       const std::string& document, const std::string& qualifier) {
  Context context;
  context.add("saml:aud", assertion.recipient);
  context.add("saml:iss", assertion.issuer);
  context.add("saml:sub", assertion.subject);
  context.add("saml:sub_type", type_of(assertion.subject_format));
  context.add("saml:namequalifier", qualifier);
  context.add("saml:doc", document);
  return authorize_federated(call, in.PrincipalArn, assertion.subject, in.RoleArn,
                             "sts:AssumeRoleWithSAML", claimed.session_name, claimed,
                             std::move(context));
}

// What is asked, but not longer than the provider's own session.
Result<int64_t> seconds_of(Call& call, const AssumeRoleWithSAMLInput& in,
                           const SamlAssertion& assertion, int64_t most_seconds) {
  int64_t seconds = TRY(role_seconds(in.DurationSeconds, most_seconds, false));
  if (assertion.session_not_after)
    seconds = std::min(seconds, (assertion.session_not_after->ms - call.now().ms) / 1000);
  if (seconds > 0) return seconds;
  return errors::ExpiredTokenException("Token must be redeemed within 5 minutes of issuance");
}

}  // namespace

Result<AssumeRoleWithSAMLOutput> assume_role_with_saml(Call& call,
                                                       const AssumeRoleWithSAMLInput& in) {
  if (!is_role_arn(in.RoleArn)) return errors::ValidationError(in.RoleArn + " is invalid");
  const std::string account = Arn::parse(in.RoleArn)->account;
  auto client = call.server().client_as_service("sts.amazonaws.com", {}, account, call.region());
  auto found = TRY(client.call<iam::FindSAMLProvider>({.Arn = in.PrincipalArn}));
  auto provider = found.Exists ? parse_saml_metadata(found.Metadata) : std::nullopt;
  if (!provider) return errors::InvalidIdentityToken("Specified provider doesn't exist");
  auto response = from_base64(in.SAMLAssertion);
  if (!response) return errors::InvalidIdentityToken("Invalid base64 SAMLResponse");
  const SamlAssertion assertion = TRY(read_saml_response(*response, *provider));
  TRY(check_conditions(call, assertion));
  const Claimed claimed = claimed_of(assertion);
  if (!is_session_name(claimed.session_name))
    return errors::InvalidIdentityToken("RoleSessionName is required in AuthnResponse");
  if (!offers(assertion, in)) return refused("sts:AssumeRoleWithSAML");
  TRY(check_session_tags({}, claimed.tags, claimed.transitive));
  const std::string document = account + "/" + found.Name;
  const std::string qualifier = to_base64(sha1(assertion.issuer + document));
  TRY(authorize(call, in, assertion, claimed, document, qualifier));
  auto role = TRY(find_role(call, in.RoleArn));
  if (!role) return refused("sts:AssumeRoleWithSAML");
  SessionRow row = role_session(call, in.RoleArn, *role, claimed.session_name,
                                TRY(seconds_of(call, in, assertion, role->most_seconds)));
  row.Provider = in.PrincipalArn;
  if (!claimed.source_identity.empty()) row.SourceIdentity = claimed.source_identity;
  TRY(set_session_policies(call, row.Account, in.Policy, in.PolicyArns, row));
  set_session_tags({}, role->tags, claimed.tags, claimed.transitive, row);
  save_session(call, row);

  AssumeRoleWithSAMLOutput out;
  out.Credentials = credentials_of(row);
  out.AssumedRoleUser = AssumedRoleUser{row.UserId, row.Arn};
  out.PackedPolicySize = TRY(packed_size(row, claimed.tags));
  out.Subject = assertion.subject;
  out.SubjectType = type_of(assertion.subject_format);
  out.Issuer = assertion.issuer;
  out.Audience = assertion.recipient;
  out.NameQualifier = qualifier;
  out.SourceIdentity = row.SourceIdentity;
  return out;
}

}  // namespace drydock::sts
