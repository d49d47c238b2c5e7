#include "auth/message.h"

#include "base/text.h"

namespace drydock {
namespace {

bool may_tell_reason(const AuthorizationRequest& request) {
  const auto& account = request.caller->principal.account.text;
  if (account.empty() || request.resource_account.empty() || account == request.resource_account)
    return true;
  const auto &ours = request.organization, &theirs = request.resource_organization;
  return ours && theirs && !ours->id.empty() && ours->id == theirs->id;
}

// AWS does spell the actions of two services in its own way: sqs:sendmessage, SNS:Publish.
std::string spelled_action(const AuthorizationRequest& request) {
  std::string action = request.action;
  if (action.starts_with("sqs:")) return to_lower(action);
  if (action.starts_with("sns:")) action.replace(0, 3, "SNS");
  return action;
}

std::string reason(const AuthorizationRequest& request, const Decision& decision) {
  std::string kind = decision.kind;
  bool explicit_deny = decision.effect == Effect::kExplicitDeny;
  // AWS does word a service control policy that merely allows nothing as an explicit deny.
  if (explicit_deny || kind == kServiceControlPolicy) {
    std::string article = kind == kIdentityPolicy ? "an" : kind == kTrustPolicy ? "the" : "a";
    std::string text = " with an explicit deny in " + article + " " + kind;
    if (!decision.policy_arn.empty()) text += ": " + decision.policy_arn;
    return text;
  }
  return " because no " + kind + " allows the " + spelled_action(request) + " action";
}

}  // namespace

std::string deny_message(const AuthorizationRequest& request, const Decision& decision) {
  const auto& principal = request.caller->principal;
  std::string who = !principal.arn.empty()    ? principal.arn
                    : !principal.name.empty() ? principal.name
                                              : "anonymous";
  std::string text = "User: " + who + " is not authorized to perform: " + spelled_action(request);
  if (!request.resource.empty()) {
    // S3 alone quotes the resource.
    bool quoted = request.action.starts_with("s3:");
    text += std::string(" on resource: ") + (quoted ? "\"" : "") + request.resource +
            (quoted ? "\"" : "");
  }
  if (may_tell_reason(request)) text += reason(request, decision);
  return text;
}

std::string authorization_tail(const AuthorizationRequest& request, std::string_view id) {
  if (!may_tell_reason(request)) return {};
  const auto* region = request.context.find("aws:RequestedRegion");
  const std::string r = region && !region->empty() ? region->front() : "us-east-1";
  std::string text = ". Go to https://" + r + ".console.aws.amazon.com/iam/home?region=" + r;
  text += "#/authorization-details/";
  text += id;
  text +=
      " for complete details, or call the GetRequestAuthorizationDetails API with the following "
      "authorization id: ";
  return text += id;
}

}  // namespace drydock
