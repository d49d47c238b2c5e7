// AssumeRoleWithWebIdentity: a session of a role for whoever holds a token of an OpenID Connect
// provider that the role's account registered and the role trusts.
#include <algorithm>

#include "api/server.h"
#include "base/log.h"
#include "gen/iam.h"
#include "gen/sts_handlers.h"
#include "services/sts/issuer_keys.h"
#include "services/sts/jwt.h"
#include "services/sts/role_session.h"
#include "services/sts/session_input.h"
#include "services/sts/sessions.h"

namespace drydock::sts {
namespace {

constexpr int64_t kSkewSeconds = 300;
constexpr std::string_view kTagsClaim = "https://aws.amazon.com/tags";
constexpr std::string_view kSourceIdentityClaim = "https://aws.amazon.com/source_identity";

bool has(const std::vector<std::string>& list, const std::string& text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

// The provider of the token's issuer in the role's account, once the token is known to be one of
// its own.
Result<iam::FindOpenIDConnectProviderOutput> check_token(Call& call, const std::string& account,
                                                         const Jwt& token) {
  auto client = call.server().client_as_service("sts.amazonaws.com", {}, account, call.region());
  auto provider = TRY(client.call<iam::FindOpenIDConnectProvider>({.Issuer = token.issuer}));
  if (!provider.Exists) {
    return errors::InvalidIdentityToken("No OpenIDConnect provider found in your account for " +
                                        token.issuer);
  }
  const int64_t now = call.now().seconds();
  if (token.expires <= now) {
    return errors::ExpiredTokenException("Token expired: current date/time " + std::to_string(now) +
                                         " must be before the expiration date/time " +
                                         std::to_string(token.expires));
  }
  if (std::max(token.issued, token.not_before) > now + kSkewSeconds)
    return errors::InvalidIdentityToken("The ID Token provided is not valid yet.");
  const bool expected =
      std::any_of(token.audiences.begin(), token.audiences.end(),
                  [&](const std::string& a) { return has(provider.ClientIds, a); }) ||
      has(provider.ClientIds, token.authorized_party);
  if (!expected) return errors::InvalidIdentityToken("Incorrect token audience");
  auto keys = fetch_issuer_keys(provider.Url, call.server().settings().bundle_path);
  if (!keys) {
    log::info("no keys from " + provider.Url + ": " + keys.error());
    return errors::InvalidIdentityToken(
        "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements");
  }
  if (!is_signed_by(token, *keys))
    return errors::InvalidIdentityToken("The signature of the ID Token provided is not valid.");
  return provider;
}

// Session tags and the source identity that the provider put into the token.
FederatedClaims claimed_of(const Jwt& token) {
  FederatedClaims out;
  const Value* identity = token.claims.find(kSourceIdentityClaim);
  if (identity && identity->is_string()) out.source_identity = identity->as_string();
  const Value* claim = token.claims.find(kTagsClaim);
  if (!claim || !claim->is_object()) return out;
  const Value* tags = claim->find("principal_tags");
  if (tags && tags->is_object()) {
    for (const auto& [key, values] : tags->as_object()) {
      if (values.is_string()) out.tags.push_back({key, values.as_string()});
      if (values.is_list() && values.size() == 1 && values.as_list()[0].is_string())
        out.tags.push_back({key, values.as_list()[0].as_string()});
    }
  }
  const Value* keys = claim->find("transitive_tag_keys");
  if (keys && keys->is_list()) {
    for (const auto& key : keys->as_list()) {
      if (key.is_string()) out.transitive.push_back(key.as_string());
    }
  }
  return out;
}

// Asks the role's trust policy as the provider's principal. AWS does not say why it denies here.
Result<void> authorize(Call& call, const AssumeRoleWithWebIdentityInput& in, const Jwt& token,
                       const iam::FindOpenIDConnectProviderOutput& provider,
                       const FederatedClaims& claimed) {
  Context context;
  const bool for_another = !token.authorized_party.empty();
  if (for_another)
    context.add(provider.Name + ":aud", token.authorized_party);
  else
    context.add(provider.Name + ":aud", token.audiences);
  if (for_another) context.add(provider.Name + ":oaud", token.audiences);
  context.add(provider.Name + ":sub", token.subject);
  if (!token.methods.empty()) context.add(provider.Name + ":amr", token.methods);
  return authorize_federated(call, provider.Arn, provider.Name + ":" + token.subject, in.RoleArn,
                             "sts:AssumeRoleWithWebIdentity", in.RoleSessionName, claimed,
                             std::move(context));
}

}  // namespace

Result<AssumeRoleWithWebIdentityOutput> assume_role_with_web_identity(
    Call& call, const AssumeRoleWithWebIdentityInput& in) {
  if (!is_role_arn(in.RoleArn)) return errors::ValidationError(in.RoleArn + " is invalid");
  if (in.ProviderId) return not_implemented("Signing in with OAuth 2.0 access tokens");
  const Jwt token = TRY(parse_jwt(in.WebIdentityToken));
  auto provider = TRY(check_token(call, Arn::parse(in.RoleArn)->account, token));
  const FederatedClaims claimed = claimed_of(token);
  TRY(check_session_tags({}, claimed.tags, claimed.transitive));
  TRY(authorize(call, in, token, provider, claimed));
  auto role = TRY(find_role(call, in.RoleArn));
  if (!role) return errors::AccessDenied("Not authorized to perform sts:AssumeRoleWithWebIdentity");
  SessionRow row = role_session(call, in.RoleArn, *role, in.RoleSessionName,
                                TRY(role_seconds(in.DurationSeconds, role->most_seconds, false)));
  row.Provider = provider.Arn;
  if (!claimed.source_identity.empty()) row.SourceIdentity = claimed.source_identity;
  TRY(set_session_policies(call, row.Account, in.Policy, in.PolicyArns, row));
  set_session_tags({}, role->tags, claimed.tags, claimed.transitive, row);
  save_session(call, row);

  AssumeRoleWithWebIdentityOutput out;
  out.Credentials = credentials_of(row);
  out.SubjectFromWebIdentityToken = token.subject;
  out.AssumedRoleUser = AssumedRoleUser{row.UserId, row.Arn};
  out.PackedPolicySize = TRY(packed_size(row, claimed.tags));
  out.Provider = provider.Arn;
  out.Audience = token.authorized_party.empty() ? token.audiences.front() : token.authorized_party;
  out.SourceIdentity = row.SourceIdentity;
  return out;
}

}  // namespace drydock::sts
