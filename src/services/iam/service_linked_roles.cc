// Service-linked roles: made by name of the service, and not to be changed by anyone.
#include "gen/iam_handlers.h"
#include "services/iam/attachments.h"
#include "services/iam/aws_managed.h"
#include "services/iam/documents.h"
#include "services/iam/entities.h"
#include "services/iam/roles.h"

namespace drydock::iam {
namespace {

struct LinkedService {
  std::string_view principal, suffix, description;
  std::string_view policy = {};  // in /aws-service-role/; empty where its text is not known here
};
// The name AWS gives cannot be derived from the service's, so only these are known.
constexpr LinkedService kLinkedServices[] = {
    {"ops.apigateway.amazonaws.com", "APIGateway",
     "The Service Linked Role is used by Amazon API Gateway.", "APIGatewayServiceRolePolicy"},
    {"autoscaling.amazonaws.com", "AutoScaling",
     "Default Service-Linked Role enables access to AWS Services and Resources used or managed by Auto Scaling",
     "AutoScalingServiceRolePolicy"},
    {"dynamodb.application-autoscaling.amazonaws.com", "ApplicationAutoScaling_DynamoDBTable", "",
     "AWSApplicationAutoscalingDynamoDBTablePolicy"},
    {"replication.dynamodb.amazonaws.com", "DynamoDBReplication", "",
     "DynamoDBReplicationServiceRolePolicy"},
    {"replicator.lambda.amazonaws.com", "LambdaReplicator", "", "AWSLambdaReplicator"},
    {"apidestinations.events.amazonaws.com", "AmazonEventBridgeApiDestinations", "",
     "AmazonEventBridgeApiDestinationsServiceRolePolicy"},
    {"codestar-notifications.amazonaws.com", "CodeStarNotifications", "",
     "AWSCodeStarNotificationsServiceRolePolicy"},
    {"stacksets.cloudformation.amazonaws.com", "CloudFormationStackSetsOrgAdmin", "",
     "CloudFormationStackSetsOrgAdminServiceRolePolicy"},
    {"member.org.stacksets.cloudformation.amazonaws.com", "CloudFormationStackSetsOrgMember", "",
     "CloudFormationStackSetsOrgMemberServiceRolePolicy"},
    {"organizations.amazonaws.com", "Organizations", "", "AWSOrganizationsServiceTrustPolicy"},
    {"ecs.amazonaws.com", "ECS", "Role to enable Amazon ECS to manage your cluster."},
    {"elasticloadbalancing.amazonaws.com", "ElasticLoadBalancing", ""},
    {"rds.amazonaws.com", "RDS", ""},
};

const LinkedService* find_service(std::string_view principal) {
  for (const auto& service : kLinkedServices) {
    if (service.principal == principal) return &service;
  }
  return nullptr;
}

constexpr std::string_view kTaskPrefix = "task/aws-service-role/";

}  // namespace

Result<CreateServiceLinkedRoleOutput> create_service_linked_role(
    Call& call, const CreateServiceLinkedRoleInput& in) {
  auto* service = find_service(in.AWSServiceName);
  RoleRow row;
  row.Path = "/aws-service-role/" + in.AWSServiceName + "/";
  row.Name = "AWSServiceRoleFor" + std::string(service ? service->suffix : "");
  if (in.CustomSuffix) row.Name += "_" + *in.CustomSuffix;
  Context context;
  context.add("iam:AWSServiceName", in.AWSServiceName);
  TRY(call.authorize("iam:CreateServiceLinkedRole", arn_of(call.account().text, row),
                     std::move(context)));
  if (!service) return not_implemented("A service-linked role for " + in.AWSServiceName);
  if (in.CustomSuffix && service->suffix != "AutoScaling") {
    return errors::InvalidInput("Custom suffix is not allowed for " + in.AWSServiceName);
  }
  if (kRoles.contains(call.txn(), call.global_space(), {to_lower(row.Name)})) {
    return errors::InvalidInput("Service role name " + row.Name +
                                " has been taken in this account, please try a different suffix.");
  }
  row.Description = in.Description;
  if (!row.Description && !service->description.empty())
    row.Description = std::string(service->description);
  row.Trust = to_json(Value::object(
      {{"Version", "2012-10-17"},
       {"Statement",
        Value::list({Value::object({{"Effect", "Allow"},
                                    {"Principal", Value::object({{"Service", in.AWSServiceName}})},
                                    {"Action", "sts:AssumeRole"}})})}}));
  put_new_role(call, row);
  if (!service->policy.empty()) {
    TRY(attach_to(call, row, std::string(kLinkedPolicyPrefix) + std::string(service->policy)));
    save(call, row);
  }
  return CreateServiceLinkedRoleOutput{.Role = role_of(call.txn(), call.account().text, row)};
}

Result<DeleteServiceLinkedRoleOutput> delete_service_linked_role(
    Call& call, const DeleteServiceLinkedRoleInput& in) {
  auto row = TRY(find<RoleRow>(call, in.RoleName));
  if (!is_service_linked(row))
    return errors::InvalidInput("Role " + row.Name + " is not a service-linked role.");
  for (const auto& arn : row.Attached)
    kAttachments.erase(call.txn(), call.global_space(), use_key(arn, row));
  erase_role(call, row);
  auto service = row.Path.substr(std::string_view("/aws-service-role").size());
  return DeleteServiceLinkedRoleOutput{std::string(kTaskPrefix) + service.substr(1) + row.Name +
                                       "/" + call.random().uuid()};
}

// No service here uses such a role, so a deletion is done when it is answered; and roles that are
// there were not deleted.
Result<GetServiceLinkedRoleDeletionStatusOutput> get_service_linked_role_deletion_status(
    Call& call, const GetServiceLinkedRoleDeletionStatusInput& in) {
  auto parts = split(in.DeletionTaskId, '/');
  auto name = parts.size() == 5 ? std::string(parts[3]) : std::string();
  TRY(call.authorize(
      "iam:GetServiceLinkedRoleDeletionStatus",
      entity_arn(call.account().text, "role",
                 parts.size() == 5 ? "/aws-service-role/" + std::string(parts[2]) + "/" : "/",
                 name)));
  if (!in.DeletionTaskId.starts_with(kTaskPrefix) || name.empty())
    return errors::InvalidInput("Invalid deletion task id.");
  if (kRoles.contains(call.txn(), call.global_space(), {to_lower(name)})) {
    return errors::NoSuchEntity("No deletion task " + in.DeletionTaskId + " was found.");
  }
  return GetServiceLinkedRoleDeletionStatusOutput{"SUCCEEDED"};
}

}  // namespace drydock::iam
