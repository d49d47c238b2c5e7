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
    assert result["EvalDecisionDetails"] == {} and "EvalDecisionDetails" not in result["ResourceSpecificResults"][0]
    (specific,) = result["ResourceSpecificResults"]
    assert (specific["EvalResourceName"], specific["EvalResourceDecision"]) == ("arn:aws:s3:::b/k", "allowed")
    result = one(iam, [policy], "s3:PutObject")
    assert result["EvalDecision"] == "explicitDeny" and result["MatchedStatements"][0]["EndPosition"]["Line"] == 3
    result = one(iam, [policy], "sqs:SendMessage")
    assert result["EvalDecision"] == "implicitDeny" and result["MatchedStatements"] == []


# What AWS's command line shows in its examples, and people in theirs.
@pytest.mark.parametrize("policy, start, end", [
    ('{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"dynamodb:*","Resource":"*","Condition":'
     '{"DateGreaterThan":{"aws:CurrentTime":"2018-08-16T12:00:00Z"}}}}', (1, 38), (1, 167)),
    (document(allow("dynamodb:*")), (1, 41), None),
    ('{\n    "Version": "2012-10-17",\n    "Statement": [\n        {\n            "Effect": "Allow",\n            "Action": [\n'
     '                "dynamodb:*"\n            ], "Resource": "*"\n        }\n    ]\n}', (3, 19), (9, 10)),
    ('{"Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"},\n {"Effect":"Allow","Action":"dynamodb:*","Resource":"*"}]}',
     (1, 64), (2, 57))])
def test_where_statements_begin_and_end(iam, policy, start, end):
    (matched,) = one(iam, [policy], "dynamodb:CreateBackup", ContextEntries=[
        {"ContextKeyName": "aws:CurrentTime", "ContextKeyValues": ["2019-04-25T11:00:00Z"], "ContextKeyType": "date"}])["MatchedStatements"]
    assert (matched["StartPosition"]["Line"], matched["StartPosition"]["Column"]) == start
    assert end is None or (matched["EndPosition"]["Line"], matched["EndPosition"]["Column"]) == end


def test_every_action_on_every_resource_in_pages(iam):
    asked = {"PolicyInputList": [document(allow("s3:Get*", "arn:aws:s3:::b/*"))], "ActionNames": ["s3:GetObject", "s3:PutObject"],
             "ResourceArns": ["arn:aws:s3:::b/k", "arn:aws:s3:::c/k"]}
    results = [r for page in iam.get_paginator("simulate_custom_policy").paginate(**asked, PaginationConfig={"PageSize": 1})
               for r in page["EvaluationResults"]]
    assert [(r["EvalActionName"], r["EvalDecision"]) for r in results] == [("s3:GetObject", "implicitDeny"), ("s3:PutObject", "implicitDeny")]
    assert [(s["EvalResourceName"][13], s["EvalResourceDecision"]) for r in results for s in r["ResourceSpecificResults"]] == [
        ("b", "allowed"), ("c", "implicitDeny"), ("b", "implicitDeny"), ("c", "implicitDeny")]
    page = iam.simulate_custom_policy(PolicyInputList=[document(allow("*"))], ActionNames=[f"s3:Get{n}" for n in range(101)])
    assert len(page["EvaluationResults"]) == 100 and page["IsTruncated"]


def test_context_and_what_is_missing_of_it(iam):
    policy = document(allow("s3:GetObject", Condition={"StringEquals": {"aws:RequestTag/team": "blue"}}),
                      allow("s3:GetObject", "arn:aws:s3:::b/${aws:username}/*"), allow("ec2:*", Condition={"Bool": {"ec2:x": "true"}}))
    result = one(iam, [policy], "s3:GetObject", "arn:aws:s3:::b/ann/k")
    assert result["EvalDecision"] == "implicitDeny" and result["MissingContextValues"] == []
    assert result["ResourceSpecificResults"][0]["MissingContextValues"] == ["aws:RequestTag/team"]
    result = one(iam, [policy], "s3:GetObject")
    assert result["MissingContextValues"] == ["aws:RequestTag/team"] and "EvalDecisionDetails" not in result
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
                 ResourceOwner="arn:aws:iam::999999999999:root")
    assert result["EvalDecision"] == "implicitDeny" and result["EvalDecisionDetails"] == {"IAM Policy": "implicitDeny", "Resource Policy": "allowed"}


    # The ARN says whose the resource is.
    grant = document({"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{account.id}:root"}, "Action": "sqs:*", "Resource": "*"})
    queue = "arn:aws:sqs:us-east-1:999999999999:q"
    result = one(iam, [document(allow("ec2:*"))], "sqs:SendMessage", queue, CallerArn=caller, ResourcePolicy=grant)
    assert result["EvalDecision"] == "implicitDeny" and result["EvalDecisionDetails"] == {"IAM Policy": "implicitDeny", "Resource Policy": "allowed"}


def test_what_simulations_refuse(account, iam):
    policy, grant = document(allow("s3:*")), document({"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"})
    for error, more in [("ResourceNames are not in a valid ARN format: foo.", {"ResourceArns": ["foo"]}),
                        ("'123456789012' is not a valid as a Resource Owner.", {"ResourceOwner": "123456789012"}),
                        (None, {"ResourcePolicy": grant}),
                        (None, {"ResourcePolicy": grant, "CallerArn": f"arn:aws:iam::{account.id}:role/r"}),
                        (None, {"CallerArn": f"arn:aws:sts::{account.id}:assumed-role/r/s"})]:
        with aws_error("InvalidInput", *([error] if error else [])):
            iam.simulate_custom_policy(PolicyInputList=[policy], ActionNames=["s3:GetObject"], **more)
    with aws_error("ValidationError"):
        one(iam, [policy], "s3:GetObject", ContextEntries=[{"ContextKeyName": "a:b", "ContextKeyValues": ["1"], "ContextKeyType": "number"}])
    user = f"arn:aws:iam::{account.id}:user/admin"
    assert iam.simulate_principal_policy(PolicySourceArn=user, ActionNames=["s3:GetObject"], ResourcePolicy=grant,
                                         ResourceArns=["arn:aws:s3:::b/k"])["EvaluationResults"][0]["EvalDecision"] == "allowed"


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
