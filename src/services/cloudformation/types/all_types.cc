// Every resource type that is served.
#include <algorithm>

#include "services/cloudformation/types/type.h"

namespace drydock::cloudformation {

extern const ResourceType kS3Bucket, kS3BucketPolicy, kIamRole, kIamPolicy, kIamManagedPolicy,
    kIamUser, kIamGroup, kIamAccessKey, kIamInstanceProfile, kKmsKey, kKmsAlias,
    kCodeCommitRepository, kCodeBuildProject, kCodePipelinePipeline, kEventsRule, kLogsLogGroup,
    kSsmParameter, kLambdaFunction, kLambdaVersion, kLambdaAlias, kLambdaPermission,
    kLambdaEventInvokeConfig, kLambdaLayerVersion, kApiGatewayRestApi, kApiGatewayResource,
    kApiGatewayAccount, kApiGatewayMethod, kApiGatewayDeployment, kApiGatewayStage, kDynamoDbTable,
    kCloudFormationStack, kWaitConditionHandle, kWaitCondition, kCdkMetadata, kSqsQueue,
    kSqsQueuePolicy, kSnsTopic, kSnsTopicPolicy, kSnsSubscription, kEcrRepository,
    kSecretsManagerSecret, kSecretPolicy, kParameterPolicy, kLogsResourcePolicy, kLogsLogStream,
    kQueueInlinePolicy, kEventBus, kEventBusPolicy, kIamRolePolicy, kIamUserPolicy, kIamGroupPolicy,
    kIamUserToGroupAddition, kIamOidcProvider, kIamSamlProvider, kIamServiceLinkedRole,
    kEcrRegistryPolicy, kOrganizationPolicy, kLambdaLayerPermission, kLambdaUrl, kLambdaMapping,
    kCustomResource;

namespace {

// "Custom::" and a name of one's own: at most 60 letters, digits and _@-.
bool is_custom_name(std::string_view name) {
  constexpr std::string_view kStart = "Custom::";
  constexpr size_t kLongest = 60;
  if (!name.starts_with(kStart)) return false;
  name.remove_prefix(kStart.size());
  return !name.empty() && name.size() <= kLongest && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '@' || c == '-';
  });
}

}  // namespace

std::span<const ResourceType* const> all_types() {
  static const ResourceType* const kAll[] = {&kS3Bucket,
                                             &kS3BucketPolicy,
                                             &kIamRole,
                                             &kIamPolicy,
                                             &kIamManagedPolicy,
                                             &kIamUser,
                                             &kIamGroup,
                                             &kIamAccessKey,
                                             &kIamInstanceProfile,
                                             &kKmsKey,
                                             &kKmsAlias,
                                             &kCodeCommitRepository,
                                             &kCodeBuildProject,
                                             &kCodePipelinePipeline,
                                             &kEventsRule,
                                             &kLogsLogGroup,
                                             &kSsmParameter,
                                             &kLambdaFunction,
                                             &kLambdaVersion,
                                             &kLambdaAlias,
                                             &kLambdaPermission,
                                             &kLambdaEventInvokeConfig,
                                             &kLambdaLayerVersion,
                                             &kApiGatewayRestApi,
                                             &kApiGatewayResource,
                                             &kApiGatewayAccount,
                                             &kApiGatewayMethod,
                                             &kApiGatewayDeployment,
                                             &kApiGatewayStage,
                                             &kDynamoDbTable,
                                             &kCloudFormationStack,
                                             &kWaitConditionHandle,
                                             &kWaitCondition,
                                             &kCdkMetadata,
                                             &kSqsQueue,
                                             &kSqsQueuePolicy,
                                             &kSnsTopic,
                                             &kSnsTopicPolicy,
                                             &kSnsSubscription,
                                             &kEcrRepository,
                                             &kSecretsManagerSecret,
                                             &kSecretPolicy,
                                             &kParameterPolicy,
                                             &kLogsResourcePolicy,
                                             &kLogsLogStream,
                                             &kQueueInlinePolicy,
                                             &kEventBus,
                                             &kEventBusPolicy,
                                             &kIamRolePolicy,
                                             &kIamUserPolicy,
                                             &kIamGroupPolicy,
                                             &kIamUserToGroupAddition,
                                             &kIamOidcProvider,
                                             &kIamSamlProvider,
                                             &kIamServiceLinkedRole,
                                             &kEcrRegistryPolicy,
                                             &kOrganizationPolicy,
                                             &kLambdaLayerPermission,
                                             &kLambdaUrl,
                                             &kLambdaMapping,
                                             &kCustomResource};
  return kAll;
}

const ResourceType* find_type(std::string_view name) {
  if (is_custom_name(name)) return &kCustomResource;
  for (const ResourceType* type : all_types())
    if (type->name == name) return type;
  return nullptr;
}

}  // namespace drydock::cloudformation
