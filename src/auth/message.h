// The words of a denial: "User: … is not authorized to perform: … on resource: … because …".
#pragma once

#include <string>

#include "auth/evaluate.h"

namespace drydock {

// The kinds of policy, in AWS's words.
inline constexpr std::string_view kIdentityPolicy = "identity-based policy";
inline constexpr std::string_view kResourcePolicy = "resource-based policy";
inline constexpr std::string_view kTrustPolicy = "role trust policy";
inline constexpr std::string_view kBoundaryPolicy = "permissions boundary";
inline constexpr std::string_view kSessionPolicy = "session policy";
inline constexpr std::string_view kServiceControlPolicy = "service control policy";
inline constexpr std::string_view kResourceControlPolicy = "resource control policy";

// For a decision whose effect, kind and policy_arn are known. The reason is left out when caller
// and resource belong to different accounts outside one organization, as AWS does.
std::string deny_message(const AuthorizationRequest& request, const Decision& decision);
// What AWS appends for who may look the decision up: ". Go to https://… authorization id: …". Empty
// where the reason is left out as well.
std::string authorization_tail(const AuthorizationRequest& request, std::string_view id);

}  // namespace drydock
