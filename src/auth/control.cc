#include "auth/control.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace drydock {
namespace {

// AWS's list of services with resource control policies, by action prefix (2026).
constexpr std::array<std::string_view, 62> kResourceControlled = {"aoss",
                                                                  "appconfig",
                                                                  "appstream",
                                                                  "autoscaling",
                                                                  "autoscaling-plans",
                                                                  "budgets",
                                                                  "clouddirectory",
                                                                  "cloudfront",
                                                                  "cloudsearch",
                                                                  "cloudtrail-data",
                                                                  "codeartifact",
                                                                  "codebuild",
                                                                  "codecommit",
                                                                  "codepipeline",
                                                                  "cognito-identity",
                                                                  "cognito-idp",
                                                                  "comprehend",
                                                                  "comprehendmedical",
                                                                  "compute-optimizer",
                                                                  "cost-optimization-hub",
                                                                  "dax",
                                                                  "dsql",
                                                                  "dynamodb",
                                                                  "ecr",
                                                                  "ecr-public",
                                                                  "events",
                                                                  "firehose",
                                                                  "fis",
                                                                  "fms",
                                                                  "gamelift",
                                                                  "health",
                                                                  "inspector-scan",
                                                                  "kendra",
                                                                  "kinesisvideo",
                                                                  "kms",
                                                                  "logs",
                                                                  "memorydb",
                                                                  "networkmonitor",
                                                                  "notifications",
                                                                  "opensearch",
                                                                  "pca-connector-ad",
                                                                  "personalize",
                                                                  "polly",
                                                                  "pricing",
                                                                  "resource-groups",
                                                                  "rolesanywhere",
                                                                  "s3",
                                                                  "secretsmanager",
                                                                  "servicediscovery",
                                                                  "signin",
                                                                  "sqs",
                                                                  "sts",
                                                                  "support",
                                                                  "swf",
                                                                  "textract",
                                                                  "timestream-influxdb",
                                                                  "transcribe",
                                                                  "transfer",
                                                                  "translate",
                                                                  "wafv2",
                                                                  "workspaces",
                                                                  "xray"};

bool is_service_linked(const Principal& p) {
  return p.kind == Principal::Kind::kAssumedRole &&
         p.role_arn.find(":role/aws-service-role/") != std::string::npos;
}

}  // namespace

bool bound_by_service_control(const AuthorizationRequest& request) {
  const auto& organization = request.organization;
  if (!organization || organization->is_management || organization->service_control.empty())
    return false;
  const Principal& p = request.caller->principal;
  return !p.account.text.empty() && !is_service_linked(p);
}

bool bound_by_resource_control(const AuthorizationRequest& request) {
  const auto& organization = request.resource_organization;
  if (!organization || organization->is_management || organization->resource_control.empty())
    return false;
  if (request.aws_managed || is_service_linked(request.caller->principal)) return false;
  // AWS does let a grant be retired whatever these policies say.
  if (equals_ignore_case(request.action, "kms:RetireGrant")) return false;
  const auto prefix = to_lower(request.action.substr(0, request.action.find(':')));
  return std::binary_search(kResourceControlled.begin(), kResourceControlled.end(), prefix);
}

}  // namespace drydock
