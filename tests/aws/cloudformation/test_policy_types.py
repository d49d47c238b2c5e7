"""Types that are policies of other resources, and the small parts of IAM."""
import json

import pytest
from botocore.exceptions import ClientError, WaiterError
from conftest import new_account
from signed import json_call
from stacks import delete, deploy, update


def letting(principal, action, **more):
    return {"Version": "2012-10-17", "Statement": [{"Sid": "s", "Effect": "Allow", "Principal": principal, "Action": action, **more}]}


def test_secrets(account, other_account):
    secrets = account.client("secretsmanager")
    template = {
        "Secret": {"Type": "AWS::SecretsManager::Secret", "Properties": {"Description": "d", "Tags": [{"Key": "k", "Value": "v"}], "GenerateSecretString": {
            "SecretStringTemplate": '{"username": "admin"}', "GenerateStringKey": "password", "PasswordLength": 20, "ExcludePunctuation": True}}},
        "Policy": {"Type": "AWS::SecretsManager::ResourcePolicy", "Properties": {
            "SecretId": {"Ref": "Secret"}, "BlockPublicPolicy": True,
            "ResourcePolicy": letting({"AWS": other_account.id}, "secretsmanager:DescribeSecret", Resource="*")}}}
    arn = deploy(account, "secrets", template, Arn={"Ref": "Secret"})["Arn"]
    value = json.loads(secrets.get_secret_value(SecretId=arn)["SecretString"])
    assert value["username"] == "admin" and len(value["password"]) == 20 and value["password"].isalnum()
    assert other_account.client("secretsmanager").describe_secret(SecretId=arn)["Description"] == "d"
    template["Secret"]["Properties"] = {"SecretString": "plain"}
    del template["Policy"]
    update(account, "secrets", template)
    assert secrets.get_secret_value(SecretId=arn)["SecretString"] == "plain"
    assert "ResourcePolicy" not in secrets.get_resource_policy(SecretId=arn)
    delete(account, "secrets")
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        secrets.describe_secret(SecretId=arn)


def test_buses(account, other_account):
    template = {
        "Bus": {"Type": "AWS::Events::EventBus", "Properties": {"Name": "orders", "Tags": [{"Key": "k", "Value": "v"}]}},
        "Whole": {"Type": "AWS::Events::EventBusPolicy", "Properties": {"EventBusName": {"Ref": "Bus"}, "StatementId": "whole", "Statement": {
            "Effect": "Allow", "Principal": {"AWS": other_account.id}, "Action": "events:PutEvents", "Resource": {"Fn::GetAtt": ["Bus", "Arn"]}}}},
        "Short": {"Type": "AWS::Events::EventBusPolicy", "DependsOn": "Whole", "Properties": {
            "EventBusName": {"Ref": "Bus"}, "StatementId": "short", "Action": "events:PutEvents", "Principal": "210987654321"}}}
    arn = deploy(account, "bus", template, Arn={"Fn::GetAtt": ["Bus", "Arn"]})["Arn"]
    sids = lambda: sorted(s["Sid"] for s in json.loads(account.client("events").describe_event_bus(Name="orders").get("Policy", '{"Statement": []}'))["Statement"])
    assert sids() == ["short", "whole"]
    put = lambda: other_account.client("events").put_events(Entries=[{"EventBusName": arn, "Source": "s", "DetailType": "t", "Detail": "{}"}])
    assert put()["FailedEntryCount"] == 0
    del template["Whole"], template["Short"]["DependsOn"]
    update(account, "bus", template)
    assert sids() == ["short"]
    with pytest.raises(ClientError, match="AccessDeniedException"):
        put()
    delete(account, "bus")


def test_policies_of_queues_parameters_and_log_groups(account, other_account):
    services = letting({"Service": "events.amazonaws.com"}, ["logs:CreateLogStream", "logs:PutLogEvents"], Resource="*")
    template = {
        "Queue": {"Type": "AWS::SQS::Queue"},
        "QueuePolicy": {"Type": "AWS::SQS::QueueInlinePolicy", "Properties": {
            "Queue": {"Ref": "Queue"}, "PolicyDocument": letting({"AWS": other_account.id}, "sqs:SendMessage", Resource="*")}},
        "Logs": {"Type": "AWS::Logs::ResourcePolicy", "Properties": {"PolicyName": "p", "PolicyDocument": json.dumps(services)}},
        "Group": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "g", "ResourcePolicyDocument": services}},
        "Stream": {"Type": "AWS::Logs::LogStream", "Properties": {"LogGroupName": {"Ref": "Group"}, "LogStreamName": "st"}}}
    account.client("ssm").put_parameter(Name="/p", Value="v", Type="String", Tier="Advanced")
    parameter = account.client("ssm").get_parameter(Name="/p")["Parameter"]["ARN"]
    template["Parameter"] = {"Type": "AWS::SSM::ResourcePolicy", "Properties": {
        "ResourceArn": parameter, "Policy": letting({"AWS": other_account.id}, "ssm:GetParameter", Resource=parameter)}}
    url = deploy(account, "policies", template, Url={"Ref": "Queue"})["Url"]
    other_account.client("sqs").send_message(QueueUrl=url, MessageBody="x")
    assert other_account.client("ssm").get_parameter(Name=parameter)["Parameter"]["Value"] == "v"
    logs = account.client("logs")
    assert [p["policyName"] for p in logs.describe_resource_policies()["resourcePolicies"]] == ["p"]
    of_group = lambda: json_call(account, "logs", "Logs_20140328.DescribeResourcePolicies", policyScope="RESOURCE")["resourcePolicies"]
    assert [p["policyName"] for p in of_group()] == ["Group"]
    assert [s["logStreamName"] for s in logs.describe_log_streams(logGroupName="g")["logStreams"]] == ["st"]
    template["Parameter"]["Properties"]["Policy"] = letting({"AWS": other_account.id}, "ssm:GetParameterHistory", Resource=parameter)
    template["Group"]["Properties"].pop("ResourcePolicyDocument")
    del template["QueuePolicy"], template["Logs"], template["Stream"]
    update(account, "policies", template)
    for refused in (lambda: other_account.client("sqs").send_message(QueueUrl=url, MessageBody="x"), lambda: other_account.client("ssm").get_parameter(Name=parameter)):
        with pytest.raises(ClientError, match="AccessDenied"):
            refused()
    assert of_group() == [] and logs.describe_resource_policies()["resourcePolicies"] == []
    assert logs.describe_log_streams(logGroupName="g")["logStreams"] == []
    delete(account, "policies")


def test_the_one_policy_of_a_registry_and_of_an_organization(own_server):
    account, other = new_account(own_server), new_account(own_server)
    account.client("organizations").leave_organization()
    account.client("organizations").create_organization()
    ecr, organizations = account.client("ecr"), account.client("organizations")
    every = f"arn:aws:ecr:us-east-1:{account.id}:repository/*"
    template = {
        "Registry": {"Type": "AWS::ECR::RegistryPolicy", "Properties": {"PolicyText": letting({"AWS": other.id}, "ecr:DescribeRepositories", Resource=every)}},
        "Organization": {"Type": "AWS::Organizations::ResourcePolicy", "Properties": {
            "Content": letting({"AWS": other.id}, "organizations:ListRoots", Resource="*"), "Tags": [{"Key": "k", "Value": "v"}]}}}
    made = deploy(account, "whole", template, Registry={"Ref": "Registry"}, Organization={"Ref": "Organization"}, Arn={"Fn::GetAtt": ["Organization", "Arn"]})
    assert made["Registry"] == account.id
    summary = organizations.describe_resource_policy()["ResourcePolicy"]["ResourcePolicySummary"]
    assert (summary["Id"], summary["Arn"]) == (made["Organization"], made["Arn"])
    assert {"Key": "k", "Value": "v"} in organizations.list_tags_for_resource(ResourceId=summary["Id"])["Tags"]
    assert other.client("ecr").describe_repositories(registryId=account.id)["repositories"] == []
    cfn = account.client("cloudformation")
    with pytest.raises(WaiterError, match="ROLLBACK"):
        deploy(account, "second", {"Registry": template["Registry"]})
    reasons = [e.get("ResourceStatusReason", "") for e in cfn.describe_stack_events(StackName="second")["StackEvents"]]
    assert any("already exists" in reason for reason in reasons)
    assert ecr.get_registry_policy()["registryId"] == account.id
    template["Registry"]["Properties"]["PolicyText"] = letting({"AWS": other.id}, "ecr:ListImages", Resource=every)
    template["Organization"]["Properties"] = {"Content": letting({"AWS": other.id}, "organizations:ListAccounts", Resource="*")}
    update(account, "whole", template)
    with pytest.raises(ClientError, match="AccessDenied"):
        other.client("ecr").describe_repositories(registryId=account.id)
    policy = organizations.describe_resource_policy()["ResourcePolicy"]
    assert policy["ResourcePolicySummary"]["Id"] == made["Organization"] and "ListAccounts" in policy["Content"]
    assert "k" not in [t["Key"] for t in organizations.list_tags_for_resource(ResourceId=made["Organization"])["Tags"]]
    delete(account, "whole")
    for gone in ecr.get_registry_policy, organizations.describe_resource_policy:
        with pytest.raises(ClientError, match="PolicyNotFound"):
            gone()


def test_parts_of_iam(account):
    iam = account.client("iam")
    inline = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}]}
    template = {
        "Role": {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "r", "AssumeRolePolicyDocument": {
            "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}}},
        "User": {"Type": "AWS::IAM::User", "Properties": {"UserName": "u"}},
        "Group": {"Type": "AWS::IAM::Group", "Properties": {"GroupName": "g"}},
        "OfRole": {"Type": "AWS::IAM::RolePolicy", "Properties": {"PolicyName": "p", "RoleName": {"Ref": "Role"}, "PolicyDocument": inline}},
        "OfUser": {"Type": "AWS::IAM::UserPolicy", "Properties": {"PolicyName": "p", "UserName": {"Ref": "User"}, "PolicyDocument": inline}},
        "OfGroup": {"Type": "AWS::IAM::GroupPolicy", "Properties": {"PolicyName": "p", "GroupName": {"Ref": "Group"}, "PolicyDocument": inline}},
        "Member": {"Type": "AWS::IAM::UserToGroupAddition", "Properties": {"GroupName": {"Ref": "Group"}, "Users": [{"Ref": "User"}]}},
        "Issuer": {"Type": "AWS::IAM::OIDCProvider", "Properties": {
            "Url": "https://token.example.com", "ClientIdList": ["a", "b"], "ThumbprintList": ["1" * 40], "Tags": [{"Key": "k", "Value": "v"}]}},
        "Linked": {"Type": "AWS::IAM::ServiceLinkedRole", "Properties": {"AWSServiceName": "organizations.amazonaws.com"}}}
    made = deploy(account, "parts", template, Issuer={"Ref": "Issuer"}, Linked={"Ref": "Linked"}, OfRole={"Ref": "OfRole"})
    assert made == {"Issuer": f"arn:aws:iam::{account.id}:oidc-provider/token.example.com", "Linked": "AWSServiceRoleForOrganizations", "OfRole": "p|r"}
    assert iam.list_role_policies(RoleName="r")["PolicyNames"] == iam.list_user_policies(UserName="u")["PolicyNames"] == iam.list_group_policies(GroupName="g")["PolicyNames"] == ["p"]
    assert [u["UserName"] for u in iam.get_group(GroupName="g")["Users"]] == ["u"]
    template["Issuer"]["Properties"]["ClientIdList"] = ["b", "c"]
    del template["OfUser"], template["Member"]
    update(account, "parts", template)
    assert sorted(iam.get_open_id_connect_provider(OpenIDConnectProviderArn=made["Issuer"])["ClientIDList"]) == ["b", "c"]
    assert iam.list_user_policies(UserName="u")["PolicyNames"] == [] and iam.get_group(GroupName="g")["Users"] == []
    delete(account, "parts")
    assert iam.list_open_id_connect_providers()["OpenIDConnectProviderList"] == []
