// Policies given for a replay or a trial: what is accepted stands in for the store's policies of
// any request, and the fault of what is not says why.
#include "api/policy_changes.h"

#include "input.h"

using namespace drydock;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  auto value = parse_json(std::string(reinterpret_cast<const char*>(data), size));
  if (!value) return 0;
  auto changes = read_policy_changes(*value);
  if (!changes) {
    fuzz::require(!changes.error().message.empty());
    return 0;
  }
  static const Caller caller = [] {
    Caller c;
    c.principal.kind = Principal::Kind::kAssumedRole;
    c.principal.account = {"111111111111"};
    c.principal.arn = "arn:aws:sts::111111111111:assumed-role/deploy/s1";
    c.principal.role_arn = "arn:aws:iam::111111111111:role/deploy";
    return c;
  }();
  AuthorizationRequest request;
  request.caller = &caller;
  request.action = "kms:Decrypt";
  request.resource = "arn:aws:kms:us-east-1:111111111111:key/k";
  request.resource_account = "111111111111";
  AuthorizationRequest gone = request;
  changes->apply(request);
  (void)evaluate(request);
  Needs needs;
  needs.holder = gone.resource;
  needs.owner = "111111111111";
  changes->apply(gone, needs);
  (void)evaluate(gone);
  // Nobody is given a policy by an empty set.
  if (changes->empty()) fuzz::require(request.identity.empty() && !request.organization);
  return 0;
}
