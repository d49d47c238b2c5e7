"""The policy simulators: the evaluator, asked without doing anything."""
import json

import pytest
from expect import aws_error


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action, resource="*", **more):
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action, resource="*", **more):
    return {**allow(action, resource, **more), "Effect": "Deny"}


@pytest.fixture
def iam(account):
    return account.client("iam")


def one(iam, policies, action, resource=None, **more):
    if resource:
        more["ResourceArns"] = [resource]
    (result,) = iam.simulate_custom_policy(PolicyInputList=policies, ActionNames=[action], **more)["EvaluationResults"]
    return result


def test_what_decided_and_where_it_stands(iam):
    policy = '{"Version":"2012-10-17","Statement":[\n  {"Effect":"Allow","Action":"s3:*","Resource":"*"},\n  {"Effect":"Deny","Action":"s3:PutObject","Resource":"*"}\n]}'
    result = one(iam, [document(allow("ec2:*")), policy], "s3:GetObject", "arn:aws:s3:::b/k")
    assert (result["EvalActionName"], result["EvalResourceName"], result["EvalDecision"]) == ("s3:GetObject", "arn:aws:s3:::b/k", "allowed")
    (matched,) = result["MatchedStatements"]
    assert (matched["SourcePolicyId"], matched["SourcePolicyType"]) == ("PolicyInputList.2", "IAM Policy")
    assert matched["StartPosition"]["Line"] == matched["EndPosition"]["Line"] == 2
    assert matched["StartPosition"]["Column"] < matched["EndPosition"]["Column"]
    (specific,) = result["ResourceSpecificResults"]
    assert (specific["EvalResourceName"], specific["EvalResourceDecision"]) == ("arn:aws:s3:::b/k", "allowed")
    result = one(iam, [policy], "s3:PutObject")
    assert result["EvalDecision"] == "explicitDeny" and result["MatchedStatements"][0]["StartPosition"]["Line"] == 3
    result = one(iam, [policy], "sqs:SendMessage")
    assert result["EvalDecision"] == "implicitDeny" and result["MatchedStatements"] == []


def test_every_action_on_every_resource_in_pages(iam):
    asked = {"PolicyInputList": [document(allow("s3:Get*", "arn:aws:s3:::b/*"))], "ActionNames": ["s3:GetObject", "s3:PutObject"],
             "ResourceArns": ["arn:aws:s3:::b/k", "arn:aws:s3:::c/k"]}
    results = [r for page in iam.get_paginator("simulate_custom_policy").paginate(**asked, PaginationConfig={"PageSize": 3})
               for r in page["EvaluationResults"]]
    assert [(r["EvalActionName"][3:6], r["EvalResourceName"][13], r["EvalDecision"]) for r in results] == [
        ("Get", "b", "allowed"), ("Get", "c", "implicitDeny"), ("Put", "b", "implicitDeny"), ("Put", "c", "implicitDeny")]


def test_context_and_what_is_missing_of_it(iam):
    policy = document(allow("s3:GetObject", Condition={"StringEquals": {"aws:RequestTag/team": "blue"}}),
                      allow("s3:GetObject", "arn:aws:s3:::b/${aws:username}/*"), allow("ec2:*", Condition={"Bool": {"ec2:x": "true"}}))
    result = one(iam, [policy], "s3:GetObject", "arn:aws:s3:::b/ann/k")
    assert result["EvalDecision"] == "implicitDeny" and result["MissingContextValues"] == ["aws:RequestTag/team"]
    entry = {"ContextKeyName": "aws:RequestTag/team", "ContextKeyValues": ["blue"], "ContextKeyType": "string"}
    result = one(iam, [policy], "s3:GetObject", "arn:aws:s3:::b/ann/k", ContextEntries=[entry])
    assert result["EvalDecision"] == "allowed" and result["MissingContextValues"] == []


def test_boundaries(iam):
    result = one(iam, [document(allow("s3:*"))], "s3:GetObject", PermissionsBoundaryPolicyInputList=[document(allow("ec2:*"))])
    assert result["EvalDecision"] == "implicitDeny" and result["PermissionsBoundaryDecisionDetail"] == {"AllowedByPermissionsBoundary": False}
    result = one(iam, [document(allow("s3:*"))], "s3:GetObject", PermissionsBoundaryPolicyInputList=[document(allow("*"))])
    assert result["EvalDecision"] == "allowed" and result["PermissionsBoundaryDecisionDetail"] == {"AllowedByPermissionsBoundary": True}


def test_resource_policies_across_accounts(account, iam):
    caller = f"arn:aws:iam::{account.id}:user/ann"
    grant = document({"Effect": "Allow", "Principal": {"AWS": caller}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"})
    result = one(iam, [document(allow("s3:*"))], "s3:GetObject", "arn:aws:s3:::b/k", CallerArn=caller, ResourcePolicy=grant,
                 ResourceOwner="arn:aws:iam::999999999999:root")
    assert result["EvalDecision"] == "allowed" and result["EvalDecisionDetails"] == {"IAM Policy": "allowed", "Resource Policy": "allowed"}
    result = one(iam, [document(allow("ec2:*"))], "s3:GetObject", "arn:aws:s3:::b/k", CallerArn=caller, ResourcePolicy=grant,
                 ResourceOwner="999999999999")
    assert result["EvalDecision"] == "implicitDeny" and result["EvalDecisionDetails"] == {"IAM Policy": "implicitDeny", "Resource Policy": "allowed"}


def test_the_policies_of_a_principal(account, iam):
    iam.create_user(UserName="ann", Tags=[{"Key": "team", "Value": "blue"}])
    iam.put_user_policy(UserName="ann", PolicyName="own", PolicyDocument=document(
        allow("s3:*", Condition={"StringEquals": {"aws:PrincipalTag/team": "blue", "aws:username": "ann"}})))
    iam.create_group(GroupName="g")
    iam.add_user_to_group(GroupName="g", UserName="ann")
    iam.attach_group_policy(GroupName="g", PolicyArn="arn:aws:iam::aws:policy/IAMReadOnlyAccess")
    user = f"arn:aws:iam::{account.id}:user/ann"
    s3, users, ec2 = iam.simulate_principal_policy(PolicySourceArn=user, ActionNames=["s3:GetObject", "iam:ListUsers", "ec2:RunInstances"],
                                                   PolicyInputList=[document(deny("ec2:*"))])["EvaluationResults"]
    assert s3["EvalDecision"] == "allowed" and s3["MatchedStatements"][0]["SourcePolicyId"] == "user_ann_own" and not s3["MissingContextValues"]
    assert users["EvalDecision"] == "allowed" and users["MatchedStatements"][0]["SourcePolicyId"] == "IAMReadOnlyAccess"
    assert ec2["EvalDecision"] == "explicitDeny" and ec2["MatchedStatements"][0]["SourcePolicyId"] == "PolicyInputList.1"
    with aws_error("NoSuchEntity", "The user with name absent cannot be found."):
        iam.simulate_principal_policy(PolicySourceArn=f"arn:aws:iam::{account.id}:user/absent", ActionNames=["s3:GetObject"])
    with aws_error("InvalidInput"):
        one(iam, ["{}"], "s3:GetObject")


def test_organizations_take_part(own_account, own_server):
    organizations = own_account.client("organizations", credentials={"AccessKeyId": "000000000000", "SecretAccessKey": "test"})
    root = organizations.list_roots()["Roots"][0]["Id"]
    organizations.enable_policy_type(RootId=root, PolicyType="SERVICE_CONTROL_POLICY")
    made = organizations.create_policy(Name="p", Description="", Type="SERVICE_CONTROL_POLICY", Content=document(deny("s3:*")))
    organizations.attach_policy(PolicyId=made["Policy"]["PolicySummary"]["Id"], TargetId=own_account.id)
    (s3, logs) = own_account.client("iam").simulate_principal_policy(
        PolicySourceArn=f"arn:aws:iam::{own_account.id}:user/admin", ActionNames=["s3:GetObject", "logs:PutLogEvents"])["EvaluationResults"]
    assert s3["EvalDecision"] == "explicitDeny" and s3["OrganizationsDecisionDetail"] == {"AllowedByOrganizations": False}
    assert logs["EvalDecision"] == "allowed" and logs["OrganizationsDecisionDetail"] == {"AllowedByOrganizations": True}
