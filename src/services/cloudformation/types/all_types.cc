// Every resource type that is served.
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
    kEcrRegistryPolicy, kOrganizationPolicy, kLambdaLayerPermission, kLambdaUrl, kLambdaMapping;

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
                                             &kLambdaMapping};
  return kAll;
}

const ResourceType* find_type(std::string_view name) {
  for (const ResourceType* type : all_types())
    if (type->name == name) return type;
  return nullptr;
}

}  // namespace drydock::cloudformation
