#include "services/iam/aws_managed.h"

#include <map>

namespace drydock::iam {

namespace {

// Name (with its path) to what it allows on every resource. Only policies whose effect is stated in full here.
std::string allow_all_of(std::string_view actions) {
  return "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":[" + std::string(actions) + "],\"Resource\":\"*\"}]}";
}

const std::map<std::string, std::string, std::less<>>& table() {
  static const std::map<std::string, std::string, std::less<>> made = [] {
    std::map<std::string, std::string, std::less<>> t;
    auto add = [&](std::string_view name, std::string document) { t["arn:aws:iam::aws:policy/" + std::string(name)] = std::move(document); };
    add("AdministratorAccess", allow_all_of(R"("*")"));
    add("PowerUserAccess",
        R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","NotAction":["iam:*","organizations:*","account:*"],"Resource":"*"},)"
        R"({"Effect":"Allow","Action":["account:GetAccountInformation","account:GetPrimaryEmail","account:ListRegions","iam:CreateServiceLinkedRole","iam:DeleteServiceLinkedRole","iam:ListRoles","organizations:DescribeOrganization"],"Resource":"*"}]})");
    add("IAMFullAccess", allow_all_of(R"("iam:*","organizations:DescribeAccount","organizations:DescribeOrganization","organizations:DescribeOrganizationalUnit","organizations:DescribePolicy","organizations:ListChildren","organizations:ListParents","organizations:ListPoliciesForTarget","organizations:ListRoots","organizations:ListPolicies","organizations:ListTargetsForPolicy")"));
    add("IAMReadOnlyAccess", allow_all_of(R"("iam:GenerateCredentialReport","iam:GenerateServiceLastAccessedDetails","iam:Get*","iam:List*","iam:SimulateCustomPolicy","iam:SimulatePrincipalPolicy")"));
    add("AmazonS3FullAccess", allow_all_of(R"("s3:*","s3-object-lambda:*")"));
    add("AmazonS3ReadOnlyAccess", allow_all_of(R"("s3:Get*","s3:List*","s3:Describe*","s3-object-lambda:Get*","s3-object-lambda:List*")"));
    add("AmazonDynamoDBReadOnlyAccess", allow_all_of(R"("dynamodb:BatchGetItem","dynamodb:Describe*","dynamodb:List*","dynamodb:GetAbacStatus","dynamodb:GetItem","dynamodb:GetResourcePolicy","dynamodb:Query","dynamodb:Scan","dynamodb:PartiQLSelect")"));
    add("AmazonDynamoDBFullAccess_v2", allow_all_of(R"("dynamodb:*","dax:*","application-autoscaling:*","cloudwatch:DeleteAlarms","cloudwatch:DescribeAlarmHistory","cloudwatch:DescribeAlarms","cloudwatch:DescribeAlarmsForMetric","cloudwatch:GetMetricData","cloudwatch:GetMetricStatistics","cloudwatch:ListMetrics","cloudwatch:PutMetricAlarm")"));
    add("AWSCloudFormationFullAccess", allow_all_of(R"("cloudformation:*")"));
    add("AWSCloudFormationReadOnlyAccess", allow_all_of(R"("cloudformation:Describe*","cloudformation:EstimateTemplateCost","cloudformation:Get*","cloudformation:List*","cloudformation:ValidateTemplate","cloudformation:Detect*")"));
    add("CloudWatchLogsFullAccess", allow_all_of(R"("logs:*","cloudwatch:GenerateQuery")"));
    add("AmazonAPIGatewayAdministrator",
        R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["apigateway:*"],"Resource":"arn:aws:apigateway:*::/*"}]})");
    add("AmazonAPIGatewayInvokeFullAccess",
        R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["execute-api:Invoke","execute-api:ManageConnections"],"Resource":"arn:aws:execute-api:*:*:*"}]})");
    add("service-role/AWSLambdaBasicExecutionRole", allow_all_of(R"("logs:CreateLogGroup","logs:CreateLogStream","logs:PutLogEvents")"));
    add("service-role/AWSLambdaDynamoDBExecutionRole", allow_all_of(R"("dynamodb:DescribeStream","dynamodb:GetRecords","dynamodb:GetShardIterator","dynamodb:ListStreams","logs:CreateLogGroup","logs:CreateLogStream","logs:PutLogEvents")"));
    add("service-role/AWSLambdaRole", allow_all_of(R"("lambda:InvokeFunction")"));
    add("service-role/AmazonAPIGatewayPushToCloudWatchLogs", allow_all_of(R"("logs:CreateLogGroup","logs:CreateLogStream","logs:DescribeLogGroups","logs:DescribeLogStreams","logs:PutLogEvents","logs:GetLogEvents","logs:FilterLogEvents")"));
    return t;
  }();
  return made;
}

}  // namespace

const std::string* aws_managed_document(std::string_view arn) {
  auto found = table().find(arn);
  return found == table().end() ? nullptr : &found->second;
}

void each_aws_managed(const std::function<void(const std::string&, const std::string&)>& visit) {
  for (const auto& [arn, document] : table()) visit(arn, document);
}

}  // namespace drydock::iam
