// The table of authorizations that the models give: no served operation without one, and each as
// AWS's Service Authorization Reference has it.
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "shape/service.h"

namespace drydock {
namespace {

// Operations whose action is not "service:Operation". Service Authorization Reference, the page of
// each service; S3: "Required permissions for Amazon S3 API operations"; API Gateway: the action is
// the HTTP method.
const std::map<std::string, std::string> kOtherActions = {
    {"dynamodb.TransactGetItems", "dynamodb:GetItem"},
    {"dynamodb.TransactWriteItems", "dynamodb:PutItem"},
    {"kms.ReEncrypt", "kms:ReEncryptFrom"},
    {"lambda.Invoke", "lambda:InvokeFunction"},
    {"lambda.GetLayerVersionByArn", "lambda:GetLayerVersion"},
    {"sns.PublishBatch", "sns:Publish"},
    {"sqs.SendMessageBatch", "sqs:SendMessage"},
    {"sqs.DeleteMessageBatch", "sqs:DeleteMessage"},
    {"sqs.ChangeMessageVisibilityBatch", "sqs:ChangeMessageVisibility"},
    {"s3.ListBuckets", "s3:ListAllMyBuckets"},
    {"s3.HeadBucket", "s3:ListBucket"},
    {"s3.GetBucketEncryption", "s3:GetEncryptionConfiguration"},
    {"s3.PutBucketEncryption", "s3:PutEncryptionConfiguration"},
    {"s3.DeleteBucketEncryption", "s3:PutEncryptionConfiguration"},
    {"s3.GetBucketLifecycleConfiguration", "s3:GetLifecycleConfiguration"},
    {"s3.PutBucketLifecycleConfiguration", "s3:PutLifecycleConfiguration"},
    {"s3.DeleteBucketLifecycle", "s3:PutLifecycleConfiguration"},
    {"s3.DeleteBucketTagging", "s3:PutBucketTagging"},
    {"s3.GetPublicAccessBlock", "s3:GetBucketPublicAccessBlock"},
    {"s3.PutPublicAccessBlock", "s3:PutBucketPublicAccessBlock"},
    {"s3.DeletePublicAccessBlock", "s3:PutBucketPublicAccessBlock"},
    {"s3control.GetPublicAccessBlock", "s3:GetAccountPublicAccessBlock"},
    {"s3control.PutPublicAccessBlock", "s3:PutAccountPublicAccessBlock"},
    {"s3control.DeletePublicAccessBlock", "s3:PutAccountPublicAccessBlock"},
    {"s3.GetBucketCors", "s3:GetBucketCORS"},
    {"s3.PutBucketCors", "s3:PutBucketCORS"},
    {"s3.DeleteBucketCors", "s3:PutBucketCORS"},
    {"s3.DeleteBucketOwnershipControls", "s3:PutBucketOwnershipControls"},
    {"s3.GetBucketAccelerateConfiguration", "s3:GetAccelerateConfiguration"},
    {"s3.PutBucketAccelerateConfiguration", "s3:PutAccelerateConfiguration"},
    {"s3.GetBucketReplication", "s3:GetReplicationConfiguration"},
    {"s3.GetObjectLockConfiguration", "s3:GetBucketObjectLockConfiguration"},
    {"s3.PutObjectLockConfiguration", "s3:PutBucketObjectLockConfiguration"},
    {"s3.GetBucketNotificationConfiguration", "s3:GetBucketNotification"},
    {"s3.PutBucketNotificationConfiguration", "s3:PutBucketNotification"},
    {"s3.ListObjectsV2", "s3:ListBucket"},
    {"s3.ListObjects", "s3:ListBucket"},
    {"s3.ListObjectVersions", "s3:ListBucketVersions"},
    {"s3.HeadObject", "s3:GetObject"},
    {"s3.DeleteObjects", "s3:DeleteObject"},
    {"s3.CopyObject", "s3:PutObject"},
    {"s3.CreateMultipartUpload", "s3:PutObject"},
    {"s3.UploadPart", "s3:PutObject"},
    {"s3.UploadPartCopy", "s3:PutObject"},
    {"s3.CompleteMultipartUpload", "s3:PutObject"},
    {"s3.ListParts", "s3:ListMultipartUploadParts"},
    {"s3.ListMultipartUploads", "s3:ListBucketMultipartUploads"},
};

// Nobody needs permission for these: the STS API Reference says so of each. A role's trust policy
// is what decides AssumeRoleWithWebIdentity and …WithSAML, whose callers are no principals.
const std::set<std::string> kWithoutPermission = {"sts.GetCallerIdentity", "sts.GetSessionToken",
                                                  "sts.AssumeRoleWithWebIdentity",
                                                  "sts.AssumeRoleWithSAML"};

const std::set<std::string_view> kMethods = {"GET", "PUT", "POST", "PATCH", "DELETE"};

std::string name_of(const Service& service, const Operation& operation) {
  return std::string(service.name) + "." + std::string(operation.name);
}

template <class Check>
size_t each_served(Check check) {
  size_t count = 0;
  for (const Service* service : all_services()) {
    for (const Operation& operation : service->operations) {
      if (operation.internal) continue;
      check(*service, operation, name_of(*service, operation));
      ++count;
    }
  }
  return count;
}

std::string prefix_of(std::string_view action) {
  return std::string(action.substr(0, action.find(':') + 1));
}

TEST(AuthorizationTable, EveryOperationHasAnAuthorization) {
  const size_t count =
      each_served([](const Service&, const Operation& operation, const std::string& name) {
        EXPECT_EQ(operation.unauthorized, kWithoutPermission.contains(name)) << name;
        EXPECT_TRUE(operation.unauthorized || !operation.action.empty()) << name;
      });
  EXPECT_GT(count, 400u);
}

TEST(AuthorizationTable, ActionsAreThoseOfAws) {
  each_served([](const Service& service, const Operation& operation, const std::string& name) {
    if (operation.action.empty()) return;
    const std::string prefix = prefix_of(operation.action);
    const auto action = operation.action.substr(prefix.size());
    if (service.name == "apigateway") {
      EXPECT_EQ(prefix, "apigateway:") << name;
      EXPECT_TRUE(kMethods.contains(action)) << name;
      EXPECT_EQ(action, operation.http.method) << name;
    } else if (auto other = kOtherActions.find(name); other != kOtherActions.end()) {
      EXPECT_EQ(operation.action, other->second) << name;
    } else {
      EXPECT_EQ(action, operation.name) << name;
    }
  });
  std::set<std::string> served;
  each_served(
      [&](const Service&, const Operation&, const std::string& name) { served.insert(name); });
  for (const auto& [name, action] : kOtherActions)
    EXPECT_TRUE(served.contains(name)) << name << " is in the table, but not served";
}

// Operations that need more than one action: Service Authorization Reference, "Dependent actions"
// of the service's page; S3: "Required permissions for Amazon S3 API operations"; PassRole and
// tags: the operation's page in the service's API Reference.
const std::map<std::string, std::set<std::string>> kFurtherActions = {
    {"cloudformation.CreateStack", {"iam:PassRole", "cloudformation:TagResource"}},
    {"cloudformation.UpdateStack",
     {"iam:PassRole", "cloudformation:SetStackPolicy", "cloudformation:TagResource",
      "cloudformation:UntagResource"}},
    {"cloudformation.DescribeStacks", {"cloudformation:ListStacks"}},
    {"cloudformation.DeleteStack", {"iam:PassRole"}},
    {"cloudformation.CreateChangeSet",
     {"iam:PassRole", "cloudformation:TagResource", "cloudformation:UntagResource"}},
    {"cloudformation.ExecuteChangeSet",
     {"cloudformation:TagResource", "cloudformation:UntagResource"}},
    {"secretsmanager.CreateSecret",
     {"kms:GenerateDataKey", "kms:Decrypt", "secretsmanager:TagResource"}},
    {"secretsmanager.GetSecretValue", {"kms:Decrypt"}},
    {"secretsmanager.UpdateSecret", {"kms:GenerateDataKey", "kms:Decrypt"}},
    {"codebuild.CreateProject", {"iam:PassRole"}},
    {"codebuild.UpdateProject", {"iam:PassRole"}},
    {"codebuild.StartBuild", {"iam:PassRole"}},
    {"lambda.CreateFunction",
     {"iam:PassRole", "lambda:GetLayerVersion", "lambda:TagResource", "kms:Encrypt",
      "kms:CreateGrant", "kms:Decrypt"}},
    {"lambda.CreateEventSourceMapping", {"lambda:TagResource"}},
    {"lambda.UpdateFunctionConfiguration",
     {"iam:PassRole", "lambda:GetLayerVersion", "kms:Encrypt", "kms:CreateGrant", "kms:Decrypt"}},
    {"lambda.GetFunction", {"kms:Decrypt"}},
    {"lambda.GetFunctionConfiguration", {"kms:Decrypt"}},
    {"organizations.CreateOrganization", {"iam:CreateServiceLinkedRole"}},
    {"organizations.CreateAccount", {"organizations:TagResource"}},
    {"organizations.CreatePolicy", {"organizations:TagResource"}},
    {"organizations.CreateOrganizationalUnit", {"organizations:TagResource"}},
    {"organizations.PutResourcePolicy", {"organizations:TagResource"}},
    {"organizations.InviteAccountToOrganization", {"organizations:TagResource"}},
    {"ssm.PutParameter", {"ssm:AddTagsToResource"}},
    {"events.CreateEventBus",
     {"events:TagResource", "kms:DescribeKey", "kms:GenerateDataKeyWithoutPlaintext"}},
    {"events.DescribeRule", {"kms:Decrypt"}},
    {"dynamodb.CreateTable",
     {"dynamodb:TagResource", "dynamodb:PutResourcePolicy", "kms:DescribeKey", "kms:CreateGrant"}},
    {"dynamodb.UpdateTable", {"kms:DescribeKey", "kms:CreateGrant", "kms:Decrypt"}},
    {"dynamodb.UpdateTimeToLive", {"kms:Decrypt"}},
    {"dynamodb.PutItem", {"kms:Decrypt"}},
    {"dynamodb.GetItem", {"kms:Decrypt"}},
    {"dynamodb.Query", {"kms:Decrypt"}},
    {"dynamodb.BatchWriteItem", {"kms:Decrypt"}},
    {"dynamodb.TransactGetItems", {"kms:Decrypt"}},
    {"s3.CreateBucket",
     {"s3:PutBucketAcl", "s3:PutBucketOwnershipControls", "s3:PutBucketObjectLockConfiguration",
      "s3:PutBucketVersioning"}},
    {"s3.GetObject",
     {"s3:ListBucket", "kms:Decrypt", "s3:GetObjectRetention", "s3:GetObjectLegalHold"}},
    {"s3.HeadObject",
     {"s3:ListBucket", "kms:Decrypt", "s3:GetObjectRetention", "s3:GetObjectLegalHold"}},
    {"s3.DeleteObject", {"s3:DeleteObjectVersion", "s3:BypassGovernanceRetention"}},
    {"s3.DeleteObjects", {"s3:DeleteObjectVersion", "s3:BypassGovernanceRetention"}},
    {"s3.PutObjectRetention", {"s3:BypassGovernanceRetention"}},
    {"s3.GetObjectAttributes", {"s3:GetObject", "kms:Decrypt"}},
    {"s3.PutObject",
     {"s3:PutObjectAcl", "s3:PutObjectTagging", "s3:PutObjectRetention", "s3:PutObjectLegalHold",
      "kms:GenerateDataKey"}},
    {"s3.CreateMultipartUpload",
     {"s3:PutObjectAcl", "s3:PutObjectTagging", "s3:PutObjectRetention", "s3:PutObjectLegalHold",
      "kms:GenerateDataKey"}},
    {"s3.UploadPart", {"kms:Decrypt"}},
    {"s3.UploadPartCopy", {"s3:GetObject", "kms:Decrypt"}},
    {"s3.CopyObject",
     {"s3:GetObject", "s3:GetObjectTagging", "s3:PutObjectAcl", "s3:PutObjectTagging",
      "s3:PutObjectRetention", "s3:PutObjectLegalHold", "kms:Decrypt", "kms:GenerateDataKey"}},
};

TEST(AuthorizationTable, FurtherActionsAreThoseOfAws) {
  size_t found = 0;
  each_served([&](const Service&, const Operation& operation, const std::string& name) {
    auto row = kFurtherActions.find(name);
    if (row == kFurtherActions.end()) return;
    ++found;
    std::set<std::string> asked(operation.also.begin(), operation.also.end());
    if (!operation.tag_action.empty()) asked.insert(std::string(operation.tag_action));
    EXPECT_EQ(asked, row->second) << name;
  });
  EXPECT_EQ(found, kFurtherActions.size());
}

TEST(AuthorizationTable, ResourcesAreArnsOfTheirService) {
  each_served([](const Service&, const Operation& operation, const std::string& name) {
    const auto resource = operation.resource;
    if (resource.empty() || resource == "*" || resource.starts_with("{")) return;
    const std::string start = "arn:{partition}:" + prefix_of(operation.action);
    EXPECT_TRUE(resource.starts_with(start)) << name << ": " << resource;
    // IAM and Organizations have no region in their ARNs, API Gateway no account.
    const bool regional = resource.substr(start.size()).starts_with("{region}:");
    EXPECT_EQ(regional, !operation.service().global) << name << ": " << resource;
  });
}

TEST(AuthorizationTable, KeysAreOfTheServiceOrGlobal) {
  each_served([](const Service&, const Operation& operation, const std::string& name) {
    std::set<std::string_view> seen;
    for (const ConditionKey& key : operation.keys) {
      EXPECT_TRUE(key.name.starts_with(prefix_of(operation.action)) || key.name.starts_with("aws:"))
          << name << ": " << key.name;
      EXPECT_TRUE(seen.insert(key.name).second) << name << " has " << key.name << " twice";
    }
    for (auto action : operation.also) EXPECT_NE(action.find(':'), std::string::npos) << name;
  });
}

}  // namespace
}  // namespace drydock
