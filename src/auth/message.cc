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
  std::string action(request.action);
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

// IAM names what it has by kind and name ("role deploy"), what is to be made, tagged or passed by
// its ARN.
std::string iam_resource(const AuthorizationRequest& request) {
  const std::string arn(request.resource);
  std::string_view action = request.action.substr(4);
  const size_t slash = arn.rfind('/');
  if (!arn.starts_with("arn:") || slash == std::string::npos || slash + 1 == arn.size()) return arn;
  std::string_view resource = std::string_view(arn).substr(arn.rfind(':', slash) + 1);
  const std::string name = arn.substr(slash + 1);
  if (resource.starts_with("policy/")) return "policy " + (action == "CreatePolicy" ? name : arn);
  for (std::string_view verb :
       {"CreateRole", "CreateUser", "CreateGroup", "CreateInstanceProfile", "CreateService",
        "DeleteService", "PassRole", "Tag", "Untag", "Simulate", "Generate", "GetContextKeys"})
    if (action.starts_with(verb)) return arn;
  for (std::string_view kind : {"role", "user", "group"})
    if (resource.starts_with(std::string(kind) + "/")) return std::string(kind) + " " + name;
  return resource.starts_with("instance-profile/") ? "instance profile " + name : arn;
}

std::string resource_text(const AuthorizationRequest& request) {
  if (request.action.starts_with("iam:")) return iam_resource(request);
  // S3 alone quotes the resource.
  std::string text(request.resource);
  return request.action.starts_with("s3:") ? "\"" + text + "\"" : text;
}

// S3 alone tells nothing at all outside of the organization, nor to who does not sign.
bool is_untold(const AuthorizationRequest& request) {
  return request.action.starts_with("s3:") &&
         (!may_tell_reason(request) ||
          request.caller->principal.kind == Principal::Kind::kAnonymous);
}

}  // namespace

std::string deny_message(const AuthorizationRequest& request, const Decision& decision) {
  if (is_untold(request)) return "Access Denied";
  const auto& principal = request.caller->principal;
  std::string who = !principal.arn.empty()    ? principal.arn
                    : !principal.name.empty() ? principal.name
                                              : "anonymous";
  std::string text = "User: " + who + " is not authorized to perform: " + spelled_action(request);
  if (!request.resource.empty()) text += " on resource: " + resource_text(request);
  if (may_tell_reason(request)) text += reason(request, decision);
  return text;
}

std::string authorization_tail(const AuthorizationRequest& request, std::string_view id) {
  if (!may_tell_reason(request) || is_untold(request)) return {};
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
