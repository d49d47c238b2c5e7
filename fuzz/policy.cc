// Policies: what the grammar accepts can be decided upon, with and without a trace, to the same
// end.
#include "auth/evaluate.h"
#include "auth/explain.h"
#include "input.h"

using namespace drydock;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  fuzz::Input input(data, size);
  const auto use = static_cast<PolicyUse>(input.byte() % 7);
  auto policy = parse_policy(input.rest(), use);
  if (!policy) {
    fuzz::require(!policy.error().message.empty());
    return 0;
  }
  static const Caller caller = [] {
    Caller c;
    c.principal.kind = Principal::Kind::kAssumedRole;
    c.principal.account = {"111111111111"};
    c.principal.arn = "arn:aws:sts::111111111111:assumed-role/deploy/s1";
    c.principal.role_arn = "arn:aws:iam::111111111111:role/deploy";
    c.principal.role_id = "AROADEPLOYDEPLOYDEPL";
    c.principal.id = c.principal.role_id + ":s1";
    return c;
  }();
  AuthorizationRequest request;
  request.caller = &caller;
  request.action = "s3:GetObject";
  request.resource = "arn:aws:s3:::bucket/${key}";
  request.region = "us-east-1";
  request.resource_account = "111111111111";
  request.now = Timestamp{1772366400000};
  auto organization = std::make_shared<OrganizationFacts>();
  AppliedPolicy applied{*policy, "", "p", "x"};
  switch (use) {
    case PolicyUse::kIdentity: request.identity = {applied}; break;
    case PolicyUse::kBoundary: request.boundary = {applied}; break;
    case PolicyUse::kSession: request.session = {applied}; break;
    case PolicyUse::kServiceControl: organization->service_control = {{applied}}; break;
    case PolicyUse::kResourceControl: organization->resource_control = {{applied}}; break;
    default: request.resource_policies = {applied};
  }
  request.organization = request.resource_organization = organization;
  auto decision = evaluate(request);
  std::vector<StatementTrace> trace;
  auto traced = evaluate(request, trace);
  fuzz::require(decision.effect == traced.effect && decision.message == traced.message);
  fuzz::require(decision.allowed() == decision.message.empty());
  explanation_text(explain(request, traced, std::move(trace)));
  return 0;
}
