// Condition keys that every request has: about principal, time and transport.
#include "auth/evaluate.h"
#include "base/text.h"

namespace drydock {
namespace {

std::string_view principal_type(Principal::Kind kind) {
  switch (kind) {
    case Principal::Kind::kAnonymous: return "Anonymous";
    case Principal::Kind::kRoot: return "Account";
    case Principal::Kind::kUser: return "User";
    case Principal::Kind::kAssumedRole: return "AssumedRole";
    case Principal::Kind::kFederatedUser: return "FederatedUser";
    case Principal::Kind::kService: return "";
  }
  return "";
}

void add_principal(Context& context, const Principal& p) {
  using Kind = Principal::Kind;
  if (p.kind == Kind::kService) {
    context.add("aws:PrincipalIsAWSService", "true");
    context.add("aws:PrincipalServiceName", p.name);
    context.add("aws:PrincipalServiceNamesList", p.name);
    return;
  }
  context.add("aws:PrincipalIsAWSService", "false");
  context.add("aws:PrincipalType", std::string(principal_type(p.kind)));
  if (p.kind == Kind::kAnonymous) {
    context.add("aws:userid", "anonymous");
    return;
  }
  // AWS does give the role here, not the session.
  context.add("aws:PrincipalArn", p.kind == Kind::kAssumedRole ? p.role_arn : p.arn);
  context.add("aws:PrincipalAccount", p.account.text);
  context.add("aws:userid", p.id);
  if (p.kind == Kind::kUser) context.add("aws:username", p.name);
  for (const auto& [key, value] : p.tags) context.add("aws:PrincipalTag/" + key, value);
  if (!p.source_identity.empty()) context.add("aws:SourceIdentity", p.source_identity);
  if (p.issued) {
    context.add("aws:TokenIssueTime", to_iso8601(Timestamp{p.issued->seconds() * 1000}));
    context.add("aws:MultiFactorAuthPresent", "false");
  }
}

}  // namespace

const std::vector<std::string>* Context::find(std::string_view key) const {
  for (const auto& [name, values] : entries) {
    if (name.size() == key.size() && equals_ignore_case(name, key)) return &values;
  }
  return nullptr;
}

void fill_global_context(Context& context, const Caller& caller, std::string_view region,
                         std::string_view resource_account, Timestamp now) {
  context.entries.reserve(context.entries.size() + 24 + caller.principal.tags.size());
  context.add("aws:CurrentTime", to_iso8601(Timestamp{now.seconds() * 1000}));
  context.add("aws:EpochTime", std::to_string(now.seconds()));
  context.add("aws:SecureTransport", caller.secure_transport ? "true" : "false");
  if (!region.empty()) context.add("aws:RequestedRegion", std::string(region));
  if (!caller.user_agent.empty()) context.add("aws:UserAgent", caller.user_agent);
  // A forwarded request comes from the service's own address, which no policy of a customer names.
  if (caller.called_via.empty() && !caller.source_ip.empty())
    context.add("aws:SourceIp", caller.source_ip);
  context.add("aws:ViaAWSService", caller.called_via.empty() ? "false" : "true");
  if (!caller.called_via.empty()) {
    context.add("aws:CalledVia", caller.called_via);
    context.add("aws:CalledViaFirst", caller.called_via.front());
    context.add("aws:CalledViaLast", caller.called_via.back());
  }
  add_principal(context, caller.principal);
  if (!resource_account.empty()) context.add("aws:ResourceAccount", std::string(resource_account));
  if (!caller.source_arn.empty()) context.add("aws:SourceArn", caller.source_arn);
  if (!caller.source_account.empty()) context.add("aws:SourceAccount", caller.source_account);
}

}  // namespace drydock
