#include "services/iam/aws_managed.h"

#include <gtest/gtest.h>

#include <set>

#include "auth/policy.h"

namespace drydock::iam {
namespace {

TEST(AwsManaged, EveryDocumentIsAPolicy) {
  std::set<std::string> arns, ids;
  for (const auto& policy : aws_managed_policies()) {
    auto parsed = parse_policy(policy.document, PolicyUse::kIdentity);
    EXPECT_TRUE(parsed) << policy.name << ": " << (parsed ? "" : parsed.error().message);
    EXPECT_TRUE(arns.insert(policy.arn()).second) << policy.name;
    EXPECT_TRUE(ids.insert(policy.id()).second) << policy.name;
    EXPECT_EQ(find_aws_managed(policy.arn()), &policy);
  }
  EXPECT_EQ(find_aws_managed("arn:aws:iam::aws:policy/AWSLambdaBasicExecutionRole"), nullptr)
      << "its path is part of the ARN";
}

}  // namespace
}  // namespace drydock::iam
