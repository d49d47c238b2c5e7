// Global condition keys: about the principal, the network, the resource and the request.
#include <algorithm>

#include "auth/assumed_root.h"
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

using Values = std::vector<std::string>;
using Kind = Principal::Kind;

Values one(const std::string& text) { return text.empty() ? Values{} : Values{text}; }
Values flag(bool value) { return {value ? "true" : "false"}; }

// Users, roles, roots and their sessions; services, the anonymous and web identities are not.
bool is_of_account(const Principal& p) { return !p.account.text.empty(); }

Values organization_id(const OrganizationPtr& o) { return o ? one(o->id) : Values{}; }
Values organization_path(const OrganizationPtr& o) { return o ? one(o->path) : Values{}; }

// A key, what it is for this request (nothing: the request does not have it), and what says so: who
// the caller is; the call with its time, address and path; or the resource and organizations.
enum class About { kCaller, kCall, kSurroundings };
struct GlobalKey {
  std::string_view name;
  About about;
  Values (*make)(const AuthorizationRequest& request, const Principal& p);
};
using Request = AuthorizationRequest;
constexpr GlobalKey kGlobalKeys[] = {
    {"aws:PrincipalArn", About::kCaller,
     [](const Request&, const Principal& p) {
       if (!is_of_account(p)) return Values{};
       // AWS does give the role here, not the session.
       return one(p.kind == Kind::kAssumedRole ? p.role_arn : p.arn);
     }},
    {"aws:PrincipalAccount", About::kCaller,
     [](const Request&, const Principal& p) { return one(p.account.text); }},
    {"aws:PrincipalType", About::kCaller,
     [](const Request&, const Principal& p) { return one(std::string(principal_type(p.kind))); }},
    {"aws:userid", About::kCaller,
     [](const Request&, const Principal& p) {
       if (p.kind == Kind::kService) return Values{};
       return is_of_account(p) ? one(p.id) : one("anonymous");
     }},
    {"aws:username", About::kCaller,
     [](const Request&, const Principal& p) {
       return p.kind == Kind::kUser ? one(p.name) : Values{};
     }},
    {"aws:PrincipalIsAWSService", About::kCaller,
     [](const Request&, const Principal& p) { return flag(p.kind == Kind::kService); }},
    {"aws:PrincipalServiceName", About::kCaller,
     [](const Request&, const Principal& p) {
       return p.kind == Kind::kService ? one(p.name) : Values{};
     }},
    {"aws:PrincipalServiceNamesList", About::kCaller,
     [](const Request&, const Principal& p) {
       return p.kind == Kind::kService ? one(p.name) : Values{};
     }},
    {"aws:SourceIdentity", About::kCaller,
     [](const Request&, const Principal& p) { return one(p.source_identity); }},
    {"aws:FederatedProvider", About::kCaller,
     [](const Request&, const Principal& p) {
       return one(p.kind == Kind::kFederated ? p.name : p.federated_provider);
     }},
    // AWS has it in such sessions alone: service control policies ask whether it is there.
    {kAssumedRootKey, About::kCaller,
     [](const Request&, const Principal& p) { return is_assumed_root(p) ? flag(true) : Values{}; }},
    {"aws:TokenIssueTime", About::kCaller,
     [](const Request&, const Principal& p) {
       return p.issued ? one(whole_seconds(*p.issued)) : Values{};
     }},
    // AWS has neither for long-term credentials, and no age without a code.
    {"aws:MultiFactorAuthPresent", About::kCaller,
     [](const Request&, const Principal& p) {
       return p.issued ? flag(p.mfa_at.has_value()) : Values{};
     }},
    {"aws:MultiFactorAuthAge", About::kCaller,
     [](const Request& r, const Principal& p) {
       if (!p.issued || !p.mfa_at) return Values{};
       return one(std::to_string(std::max<int64_t>(0, r.now.seconds() - p.mfa_at->seconds())));
     }},
    {"aws:PrincipalOrgID", About::kSurroundings,
     [](const Request& r, const Principal&) { return organization_id(r.organization); }},
    {"aws:PrincipalOrgPaths", About::kSurroundings,
     [](const Request& r, const Principal&) { return organization_path(r.organization); }},
    {"aws:ResourceAccount", About::kSurroundings,
     [](const Request& r, const Principal&) { return one(r.resource_account); }},
    {"aws:ResourceOrgID", About::kSurroundings,
     [](const Request& r, const Principal&) { return organization_id(r.resource_organization); }},
    {"aws:ResourceOrgPaths", About::kSurroundings,
     [](const Request& r, const Principal&) { return organization_path(r.resource_organization); }},
    {"aws:CurrentTime", About::kCall,
     [](const Request& r, const Principal&) {
       return r.now.ms ? one(whole_seconds(r.now)) : Values{};
     }},
    {"aws:EpochTime", About::kCall,
     [](const Request& r, const Principal&) {
       return r.now.ms ? one(std::to_string(r.now.seconds())) : Values{};
     }},
    {"aws:SecureTransport", About::kCall,
     [](const Request& r, const Principal&) { return flag(r.caller->secure_transport); }},
    {"aws:RequestedRegion", About::kCall,
     [](const Request& r, const Principal&) { return one(r.region); }},
    {"aws:UserAgent", About::kCall,
     [](const Request& r, const Principal&) { return one(r.caller->user_agent); }},
    {"aws:referer", About::kCall,
     [](const Request& r, const Principal&) { return one(r.caller->referer); }},
    // A forwarded request comes from the service's own address, which no policy of a customer
    // names.
    {"aws:SourceIp", About::kCall,
     [](const Request& r, const Principal& p) {
       const bool own = r.caller->called_via.empty() && p.kind != Kind::kService;
       return own ? one(r.caller->source_ip) : Values{};
     }},
    {"aws:ViaAWSService", About::kCall,
     [](const Request& r, const Principal&) { return flag(!r.caller->called_via.empty()); }},
    {"aws:CalledVia", About::kCall,
     [](const Request& r, const Principal&) { return r.caller->called_via; }},
    {"aws:CalledViaFirst", About::kCall,
     [](const Request& r, const Principal&) {
       const auto& via = r.caller->called_via;
       return via.empty() ? Values{} : one(via.front());
     }},
    {"aws:CalledViaLast", About::kCall,
     [](const Request& r, const Principal&) {
       const auto& via = r.caller->called_via;
       return via.empty() ? Values{} : one(via.back());
     }},
    {"aws:SourceArn", About::kCall,
     [](const Request& r, const Principal&) { return one(r.caller->source_arn); }},
    {"aws:SourceAccount", About::kCall,
     [](const Request& r, const Principal&) { return one(r.caller->source_account); }},
    // AWS fills it for a few older services alone (CloudWatch, API Gateway), which do not act so
    // here. The policy that every topic begins with trusts by it; S3 and EventBridge need one of
    // their own.
    {"aws:SourceOwner", About::kCall, [](const Request&, const Principal&) { return Values{}; }},
    {"aws:SourceOrgID", About::kSurroundings,
     [](const Request& r, const Principal&) { return organization_id(r.source_organization); }},
    {"aws:SourceOrgPaths", About::kSurroundings,
     [](const Request& r, const Principal&) { return organization_path(r.source_organization); }},
};
constexpr std::string_view kPrincipalTag = "aws:PrincipalTag/";

Values principal_tag(const Principal& p, std::string_view name) {
  for (const auto& [key, value] : p.tags)
    if (equals_ignore_case(key, name)) return {value};
  return {};
}

bool is_principal_tag(std::string_view key) {
  return key.size() > kPrincipalTag.size() &&
         equals_ignore_case(key.substr(0, kPrincipalTag.size()), kPrincipalTag);
}

const GlobalKey* global_key(std::string_view key) {
  for (const auto& known : kGlobalKeys)
    if (known.name.size() == key.size() && equals_ignore_case(known.name, key)) return &known;
  return nullptr;
}

Values make_key(const AuthorizationRequest& request, std::string_view key) {
  const Principal& p = request.caller->principal;
  if (is_principal_tag(key)) return principal_tag(p, key.substr(kPrincipalTag.size()));
  const GlobalKey* known = global_key(key);
  if (!known || (request.only_given_keys && known->about != About::kCaller)) return {};
  return known->make(request, p);
}

const std::string* session_key(const Principal& p, std::string_view key) {
  for (const auto& [name, value] : p.session_keys)
    if (name.size() == key.size() && equals_ignore_case(name, key)) return &value;
  return nullptr;
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

void AskedKeys::add(std::string_view key) {
  for (std::string_view known : names())
    if (known.size() == key.size() && equals_ignore_case(known, key)) return;
  if (count_ == kMost)
    more_ = true;
  else
    names_[count_++] = key;
}

std::optional<std::vector<std::string>> key_of_call(std::string_view key, const Caller& caller,
                                                    std::string_view region, Timestamp now) {
  if (is_principal_tag(key))
    return principal_tag(caller.principal, key.substr(kPrincipalTag.size()));
  if (!is_global(key)) {
    const std::string* value = session_key(caller.principal, key);
    return value ? Values{*value} : Values{};
  }
  const GlobalKey* known = global_key(key);
  if (!known || known->about == About::kSurroundings) return std::nullopt;
  AuthorizationRequest call;
  call.caller = &caller;
  call.region = region;
  call.now = now;
  return known->make(call, caller.principal);
}

const std::vector<std::string>* Keys::find(std::string_view key) const {
  if (asked_) asked_->add(key);
  if (const auto* given = request_->context.find(key)) return given;
  const bool global = is_global(key);
  if (!global && request_->caller->principal.session_keys.empty()) return nullptr;
  for (const auto& made : made_)
    if (made.key.size() == key.size() && equals_ignore_case(made.key, key))
      return made.values.empty() ? nullptr : &made.values;
  if (global) {
    made_.push_front({key, make_key(*request_, key)});
  } else {
    const std::string* value = session_key(request_->caller->principal, key);
    made_.push_front({key, value ? Values{*value} : Values{}});
  }
  return made_.front().values.empty() ? nullptr : &made_.front().values;
}

void add_global_keys(const AuthorizationRequest& request, Context& context) {
  const Principal& p = request.caller->principal;
  auto add = [&](std::string key, Values values) {
    if (!values.empty() && !context.find(key)) context.add(std::move(key), std::move(values));
  };
  for (const auto& known : kGlobalKeys) {
    if (request.only_given_keys && known.about != About::kCaller) continue;
    add(std::string(known.name), known.make(request, p));
  }
  for (const auto& [key, value] : p.tags) add(std::string(kPrincipalTag) + key, {value});
  for (const auto& [key, value] : p.session_keys) add(key, {value});
}

}  // namespace drydock
