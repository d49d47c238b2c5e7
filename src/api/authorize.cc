// Gathers what IAM must know of one request, asks the evaluator, and keeps the explanation of a
// deny.
#include "api/allowed_before.h"
#include "api/least_privilege.h"
#include "api/server_impl.h"
#include "auth/evaluate.h"
#include "auth/explain.h"
#include "auth/generation.h"
#include "auth/message.h"
#include "auth/pattern.h"
#include "base/log.h"

namespace drydock {

namespace {

// The action's own account side: the owner of the resource, from its facts, its ARN, or the caller.
std::string owner_of(const std::optional<ResourceFacts>& facts, const std::optional<Arn>& arn,
                     const Caller& caller) {
  if (facts && !facts->owner_account.empty()) return facts->owner_account;
  // "aws" owns AWS's managed policies, which every account may use as its own.
  if (arn && !arn->account.empty() && arn->account != "aws") return arn->account;
  return caller.principal.account.text.empty() ? caller.source_account
                                               : caller.principal.account.text;
}

OrganizationPtr organization_of(const Registry::OrganizationHook& hook, Txn& txn,
                                const std::string& account) {
  return hook && !account.empty() ? hook(txn, account) : nullptr;
}

// AWS does let the root user of the account that owns a bucket or queue see and mend its policy,
// whatever that policy denies. Control policies and the session's own still hold.
bool mends_own_policy(const AuthorizationRequest& request) {
  const Principal& p = request.caller->principal;
  if (p.kind != Principal::Kind::kRoot || request.resource_account != p.account.text) return false;
  for (std::string_view action :
       {"s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy",
        "sqs:GetQueueAttributes", "sqs:SetQueueAttributes"})
    if (request.action == action) return true;
  return false;
}

// What the resource itself brings to the question.
void add_facts(ResourceFacts& facts, AuthorizationRequest& request) {
  if (!facts.for_services_alone || request.caller->principal.kind == Principal::Kind::kService)
    request.resource_policies = std::move(facts.policies);
  request.resource_policy_mandatory = facts.policy_mandatory;
  request.owner_account_only = facts.owner_account_only;
  request.is_trust = facts.is_trust;
  request.aws_managed = facts.aws_managed;
  for (const auto& [key, value] : facts.tags) request.context.add("aws:ResourceTag/" + key, value);
  for (auto& entry : facts.keys.entries) request.context.entries.push_back(std::move(entry));
}

}  // namespace

uint64_t RegistryImpl::facts_version_of(std::string_view resource) const {
  const ArnParts arn = split_arn(resource);
  if (arn.count != 6) return 0;
  auto hook = versions.find(arn.part[2]);
  return hook == versions.end() ? 0 : hook->second(resource);
}

AuthorizationRequest ServerImpl::gather(Txn& txn, const Caller& caller, const Region& region,
                                        std::string_view action, std::string_view resource,
                                        Context context, Timestamp now,
                                        std::optional<IdentityPolicies>& policies) {
  AuthorizationRequest request;
  request.caller = &caller;
  request.action = action;
  request.resource = resource;

  auto arn = Arn::parse(resource);
  std::optional<ResourceFacts> facts;
  if (arn)
    if (auto hook = registry_.resources.find(arn->service); hook != registry_.resources.end())
      facts = hook->second(txn, action, *arn, context);
  request.resource_account = owner_of(facts, arn, caller);
  request.context = std::move(context);
  if (facts) add_facts(*facts, request);
  if (mends_own_policy(request)) request.resource_policies.clear();
  if (!policies)
    policies = registry_.policies ? registry_.policies(txn, caller.principal) : IdentityPolicies{};
  request.identity = policies->identity.borrowed();
  request.boundary = policies->boundary.borrowed();
  request.session = policies->session.borrowed();
  const auto& callers = caller.principal.account.text;
  request.organization = organization_of(registry_.organization, txn, callers);
  request.resource_organization =
      request.resource_account == callers
          ? OrganizationPtr(OrganizationPtr(), request.organization.get())  // not counted twice
          : organization_of(registry_.organization, txn, request.resource_account);
  request.source_organization = organization_of(registry_.organization, txn, caller.source_account);
  request.region = region.text;
  request.now = now;
  return request;
}

Result<void> ServerImpl::decide(Txn& txn, const Caller& caller, const Region& region,
                                const std::string& request_id, std::string_view action,
                                std::string_view resource, Context context,
                                std::optional<IdentityPolicies>& policies) {
  if (settings_.enforcement >= Enforcement::kAuthenticate) return {};
  const Timestamp now = clock_->now();
  const bool recorded = !is_own_call(caller);
  QuestionView question{request_id, now, region.text, caller, action, resource, context.entries};
  const uint64_t key = Decisions::key_of_use(question);
  const AllowedBefore::Grounds grounds{this, authorization_generation(),
                                       registry_.facts_version_of(resource)};
  const bool may_remember = grounds.facts != 0 && !on_trial_.load(std::memory_order_acquire);
  const bool allowed_before = may_remember && AllowedBefore::knows(key, question, grounds);
  std::optional<uint64_t> first_of_its_kind;
  if (allowed_before) {
    if (recorded) first_of_its_kind = decisions_.record(question, Outcome::kAllowed, key);
    if (journal_.knows(caller)) journal_.note(question, Journal::Outcome::kAllowed, {});
    if (!first_of_its_kind) return {};
  }
  const size_t given = context.entries.size();
  AuthorizationRequest request =
      gather(txn, caller, region, action, resource, std::move(context), now, policies);
  // What the resource added follows from the store.
  question.context = std::span(request.context.entries).first(given);
  apply_trial(request);
  AskedKeys asked;
  Decision decision = evaluate(request, asked);
  if (decision.allowed() && may_remember) AllowedBefore::remember(key, question, grounds, asked);
  if (recorded && !allowed_before)
    first_of_its_kind =
        decisions_.record(question, decision.allowed() ? Outcome::kAllowed : Outcome::kDenied, key);
  if (decision.allowed()) {
    if (!allowed_before && journal_.knows(caller))
      journal_.note(question, Journal::Outcome::kAllowed, {});
    if (first_of_its_kind) decisions_.note_needs(*first_of_its_kind, needs_of(request));
    return {};
  }
  std::vector<StatementTrace> trace;
  decision = evaluate(request, trace);
  add_global_keys(request, request.context);
  const std::string authorization_id = random_.base36(32);
  const bool passes = settings_.enforcement == Enforcement::kAudit;
  if (journal_.knows(caller))
    journal_.note(question, passes ? Journal::Outcome::kLetPass : Journal::Outcome::kDenied,
                  authorization_id);
  // What passes is worth a policy that allows it.
  if (passes && first_of_its_kind)
    decisions_.note_needs(*first_of_its_kind, needs_to_allow(request));
  if (recorded) {
    Value explanation = explain(request, decision, std::move(trace));
    explanation.set("chain", decisions_.chain_of(caller.principal));
    explanation.set("passed", passes);
    decisions_.record_deny(request_id, authorization_id, now, std::move(explanation));
  }
  if (passes) {
    log::warning("would deny: " + decision.message);
    return {};
  }
  if (recorded) log::info("denied " + request_id + ": " + decision.message);
  Fault denied{"AccessDenied", decision.message + authorization_tail(request, authorization_id),
               403};
  denied.authorization_id = authorization_id;
  return fault(std::move(denied));
}

Value ServerImpl::explain_again(Txn& txn, const Question& question) {
  std::optional<IdentityPolicies> policies;
  AuthorizationRequest request =
      gather(txn, question.caller, question.region, question.action, question.resource,
             question.context, question.time, policies);
  apply_trial(request);
  std::vector<StatementTrace> trace;
  const Decision decision = evaluate(request, trace);
  add_global_keys(request, request.context);
  Value out = explain(request, decision, std::move(trace));
  if (Value* considered = out.find("policies"))
    for (Value& policy : considered->as_list()) policy.erase("document");
  out.set("chain", decisions_.chain_of(question.caller.principal));
  out.set("requestId", question.request_id);
  out.set("time", to_iso8601_ms(question.time));
  return out;
}

Result<void> ServerImpl::authorize(const Caller& caller, const Region& region,
                                   std::string_view action, std::string_view resource,
                                   Context context) {
  auto txn = engine_->begin_read();
  std::optional<IdentityPolicies> policies;
  return decide(*txn, caller, region, random_.uuid(), action, resource, std::move(context),
                policies);
}

Decisions& decisions(Server& server) { return static_cast<ServerImpl&>(server).decisions(); }

}  // namespace drydock
