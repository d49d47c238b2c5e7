// Global condition keys: about the principal, the network, the resource and the request.
#include <algorithm>

#include "auth/evaluate.h"
#include "auth/keys.h"
#include "base/text.h"

namespace drydock {
namespace {

std::string_view principal_type(Principal::Kind kind) {
  switch (kind) {
    case Principal::Kind::kRoot: return "Account";
    case Principal::Kind::kUser: return "User";
    case Principal::Kind::kAssumedRole: return "AssumedRole";
    case Principal::Kind::kFederatedUser: return "FederatedUser";
    case Principal::Kind::kAnonymous:
    case Principal::Kind::kFederated: return "Anonymous";
    case Principal::Kind::kService: return "";
  }
  return "";
}

std::string whole_seconds(Timestamp t) { return to_iso8601(Timestamp{t.seconds() * 1000}); }

void add_session(Context& context, const Principal& p, Timestamp now) {
  if (!p.source_identity.empty()) context.add("aws:SourceIdentity", p.source_identity);
  if (!p.federated_provider.empty()) context.add("aws:FederatedProvider", p.federated_provider);
  if (!p.issued) return;
  context.add("aws:TokenIssueTime", whole_seconds(*p.issued));
  // AWS has neither key for long-term credentials, and no age without a code.
  context.add("aws:MultiFactorAuthPresent", p.mfa_at ? "true" : "false");
  if (p.mfa_at)
    context.add("aws:MultiFactorAuthAge",
                std::to_string(std::max<int64_t>(0, now.seconds() - p.mfa_at->seconds())));
}

void add_principal(Context& context, const Principal& p, Timestamp now) {
  using Kind = Principal::Kind;
  if (p.kind == Kind::kService) {
    context.add("aws:PrincipalIsAWSService", "true");
    context.add("aws:PrincipalServiceName", p.name);
    context.add("aws:PrincipalServiceNamesList", p.name);
    return;
  }
  context.add("aws:PrincipalIsAWSService", "false");
  context.add("aws:PrincipalType", std::string(principal_type(p.kind)));
  if (p.kind == Kind::kAnonymous || p.kind == Kind::kFederated) {
    context.add("aws:userid", "anonymous");
    if (p.kind == Kind::kFederated) context.add("aws:FederatedProvider", p.name);
    return;
  }
  // AWS does give the role here, not the session.
  context.add("aws:PrincipalArn", p.kind == Kind::kAssumedRole ? p.role_arn : p.arn);
  context.add("aws:PrincipalAccount", p.account.text);
  context.add("aws:userid", p.id);
  if (p.kind == Kind::kUser) context.add("aws:username", p.name);
  for (const auto& [key, value] : p.tags) context.add("aws:PrincipalTag/" + key, value);
  add_session(context, p, now);
}

void add_organization(Context& context, const OrganizationPtr& organization, const char* id_key,
                      const char* path_key) {
  if (!organization || organization->id.empty()) return;
  context.add(id_key, organization->id);
  if (!organization->path.empty()) context.add(path_key, organization->path);
}

// Where the request came from and what it is for.
void add_request(Context& context, const AuthorizationRequest& request) {
  const Caller& caller = *request.caller;
  if (request.now.ms) {
    context.add("aws:CurrentTime", whole_seconds(request.now));
    context.add("aws:EpochTime", std::to_string(request.now.seconds()));
  }
  context.add("aws:SecureTransport", caller.secure_transport ? "true" : "false");
  if (!request.region.empty()) context.add("aws:RequestedRegion", request.region);
  if (!caller.user_agent.empty()) context.add("aws:UserAgent", caller.user_agent);
  if (!caller.referer.empty()) context.add("aws:referer", caller.referer);
  // A forwarded request comes from the service's own address, which no policy of a customer names.
  const bool forwarded = !caller.called_via.empty();
  if (!forwarded && !caller.source_ip.empty() && caller.principal.kind != Principal::Kind::kService)
    context.add("aws:SourceIp", caller.source_ip);
  context.add("aws:ViaAWSService", forwarded ? "true" : "false");
  if (forwarded) {
    context.add("aws:CalledVia", caller.called_via);
    context.add("aws:CalledViaFirst", caller.called_via.front());
    context.add("aws:CalledViaLast", caller.called_via.back());
  }
  if (!caller.source_arn.empty()) context.add("aws:SourceArn", caller.source_arn);
  if (!caller.source_account.empty()) {
    context.add("aws:SourceAccount", caller.source_account);
    context.add("aws:SourceOwner", caller.source_account);
    add_organization(context, request.source_organization, "aws:SourceOrgID", "aws:SourceOrgPaths");
  }
}

Context global_keys(const AuthorizationRequest& request) {
  Context context;
  const Caller& caller = *request.caller;
  context.entries.reserve(28 + caller.principal.tags.size());
  add_principal(context, caller.principal, request.now);
  if (request.only_given_keys) return context;
  add_request(context, request);
  add_organization(context, request.organization, "aws:PrincipalOrgID", "aws:PrincipalOrgPaths");
  if (!request.resource_account.empty())
    context.add("aws:ResourceAccount", request.resource_account);
  add_organization(context, request.resource_organization, "aws:ResourceOrgID",
                   "aws:ResourceOrgPaths");
  return context;
}

bool is_global(std::string_view key) {
  return key.size() > 4 && key[3] == ':' && equals_ignore_case(key.substr(0, 3), "aws");
}

}  // namespace

const std::vector<std::string>* Context::find(std::string_view key) const {
  for (const auto& [name, values] : entries) {
    if (name.size() == key.size() && equals_ignore_case(name, key)) return &values;
  }
  return nullptr;
}

const std::vector<std::string>* Keys::find(std::string_view key) const {
  if (const auto* given = request_->context.find(key)) return given;
  if (!is_global(key)) return nullptr;
  if (!made_) {
    global_ = global_keys(*request_);
    made_ = true;
  }
  return global_.find(key);
}

void add_global_keys(const AuthorizationRequest& request, Context& context) {
  for (auto& entry : global_keys(request).entries) {
    if (!context.find(entry.first)) context.entries.push_back(std::move(entry));
  }
}

}  // namespace drydock
