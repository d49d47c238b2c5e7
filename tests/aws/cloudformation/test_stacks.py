"""Stacks and change sets: what sls, `aws cloudformation deploy` and CDK rely on."""
import json

import pytest
from botocore.exceptions import ClientError


def template(**resources):
    return json.dumps({"Resources": {k: {"Type": v[0], **({"Properties": v[1]} if len(v) > 1 else {})} for k, v in resources.items()}})


GROUP = template(Group=("AWS::Logs::LogGroup", {"LogGroupName": "/cfn/one"}))
ROLE = {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "cloudformation.amazonaws.com"}, "Action": "sts:AssumeRole"}]}}


@pytest.fixture
def cfn(account):
    return account.client("cloudformation")


def message(call, code="ValidationError"):
    with pytest.raises(ClientError) as caught:
        call()
    assert caught.value.response["Error"]["Code"] == code
    return caught.value.response["Error"]["Message"]


def status(cfn, name):
    return cfn.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]


def events(cfn, name):
    """Oldest first: (logical id, status)."""
    return [(e["LogicalResourceId"], e["ResourceStatus"]) for e in reversed(cfn.describe_stack_events(StackName=name)["StackEvents"])]


def test_a_stack_is_complete_when_the_call_answers(account, cfn):
    id_ = cfn.create_stack(StackName="one", TemplateBody=GROUP, Tags=[{"Key": "team", "Value": "x"}])["StackId"]
    assert status(cfn, "one") == "CREATE_COMPLETE"
    assert events(cfn, id_) == [("one", "CREATE_IN_PROGRESS"), ("Group", "CREATE_IN_PROGRESS"), ("Group", "CREATE_IN_PROGRESS"),
                                ("Group", "CREATE_COMPLETE"), ("one", "CREATE_COMPLETE")]
    ids = [e["EventId"] for e in cfn.describe_stack_events(StackName="one")["StackEvents"]]
    assert len(set(ids)) == len(ids)
    assert cfn.get_template(StackName="one")["TemplateBody"] == json.loads(GROUP)
    tags = account.client("logs").list_tags_log_group(logGroupName="/cfn/one")["tags"]
    assert tags["team"] == "x" and tags["aws:cloudformation:stack-name"] == "one" and tags["aws:cloudformation:logical-id"] == "Group"
    cfn.delete_stack(StackName="one")
    assert "Stack with id one does not exist" in message(lambda: cfn.describe_stacks(StackName="one"))
    assert status(cfn, id_) == "DELETE_COMPLETE"
    assert account.client("logs").describe_log_groups()["logGroups"] == []


def test_texts_that_clients_match(cfn):
    assert message(lambda: cfn.describe_stacks(StackName="no")) == "Stack with id no does not exist"
    assert "does not exist" in message(lambda: cfn.describe_stack_events(StackName="no"))
    cfn.create_stack(StackName="one", TemplateBody=GROUP)
    assert message(lambda: cfn.update_stack(StackName="one", TemplateBody=GROUP)) == "No updates are to be performed."
    assert message(lambda: cfn.create_stack(StackName="one", TemplateBody=GROUP), "AlreadyExistsException") == "Stack [one] already exists"
    assert "does not exist for stack" in message(lambda: cfn.describe_stack_resource(StackName="one", LogicalResourceId="No"))
    assert message(lambda: cfn.describe_change_set(StackName="one", ChangeSetName="no"), "ChangeSetNotFound") == "ChangeSet [no] does not exist"
    cfn.delete_change_set(StackName="one", ChangeSetName="no")  # 200


def test_a_change_set_without_changes_fails(cfn):
    cfn.create_stack(StackName="one", TemplateBody=GROUP)
    cfn.create_change_set(StackName="one", ChangeSetName="same", TemplateBody=GROUP)
    set_ = cfn.describe_change_set(StackName="one", ChangeSetName="same")
    assert set_["Status"] == "FAILED" and set_["ExecutionStatus"] == "UNAVAILABLE"
    assert set_["StatusReason"].startswith("The submitted information didn't contain changes.")
    cfn.create_change_set(StackName="one", ChangeSetName="blank", TemplateBody=GROUP + "\n")
    assert "No updates are to be performed" in cfn.describe_change_set(StackName="one", ChangeSetName="blank")["StatusReason"]
    assert "cannot be executed in its current status of [FAILED]" in message(
        lambda: cfn.execute_change_set(StackName="one", ChangeSetName="same"), "InvalidChangeSetStatus")


def test_a_create_change_set_reviews_first(cfn):
    made = cfn.create_change_set(StackName="one", ChangeSetName="first", ChangeSetType="CREATE", TemplateBody=GROUP)
    assert status(cfn, "one") == "REVIEW_IN_PROGRESS"
    set_ = cfn.describe_change_set(ChangeSetName=made["Id"])
    assert [c["ResourceChange"]["Action"] for c in set_["Changes"]] == ["Add"]
    cfn.execute_change_set(ChangeSetName=made["Id"])
    assert status(cfn, "one") == "CREATE_COMPLETE"
    assert events(cfn, "one")[:2] == [("one", "REVIEW_IN_PROGRESS"), ("one", "CREATE_IN_PROGRESS")]


def test_capabilities(cfn):
    named = template(R=("AWS::IAM::Role", {**ROLE, "RoleName": "named"}))
    plain = template(R=("AWS::IAM::Role", ROLE))
    text = message(lambda: cfn.create_stack(StackName="one", TemplateBody=named, Capabilities=["CAPABILITY_IAM"]), "InsufficientCapabilitiesException")
    assert text == "Requires capabilities : [CAPABILITY_NAMED_IAM]"
    text = message(lambda: cfn.create_stack(StackName="one", TemplateBody=plain), "InsufficientCapabilitiesException")
    assert text == "Requires capabilities : [CAPABILITY_IAM]"
    assert cfn.validate_template(TemplateBody=plain)["CapabilitiesReason"] == "The following resource(s) require capabilities: [AWS::IAM::Role]"


def test_a_failed_creation_leaves_nothing(account, cfn):
    body = template(Group=("AWS::Logs::LogGroup", {"LogGroupName": "/cfn/x"}), Bad=("AWS::S3::BucketPolicy", {"Bucket": "no-such-bucket-0", "PolicyDocument": {}}))
    cfn.create_stack(StackName="one", TemplateBody=body)
    stack = cfn.describe_stacks(StackName="one")["Stacks"][0]
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    reasons = [e.get("ResourceStatusReason") for e in cfn.describe_stack_events(StackName="one")["StackEvents"]]
    assert "The following resource(s) failed to create: [Bad]. Rollback requested by user." in reasons
    assert account.client("logs").describe_log_groups()["logGroups"] == []
    assert "is in ROLLBACK_COMPLETE state and can not be updated." in message(lambda: cfn.update_stack(StackName="one", TemplateBody=GROUP))
    cfn.delete_stack(StackName="one")
    cfn.create_stack(StackName="gone", TemplateBody=body, OnFailure="DELETE")
    assert "does not exist" in message(lambda: cfn.describe_stacks(StackName="gone"))
    cfn.create_stack(StackName="kept", TemplateBody=body, OnFailure="DO_NOTHING")
    assert status(cfn, "kept") == "CREATE_FAILED"


def test_unknown_properties_and_types(cfn):
    cfn.create_stack(StackName="one", TemplateBody=template(G=("AWS::Logs::LogGroup", {"Colour": "red"})))
    reasons = [e.get("ResourceStatusReason") or "" for e in cfn.describe_stack_events(StackName="one")["StackEvents"]]
    assert "Properties validation failed for resource G with message:\n#: extraneous key [Colour] is not permitted" in reasons
    assert message(lambda: cfn.validate_template(TemplateBody=template(A=("AWS::No::Such",)))) == \
        "Template format error: Unrecognized resource types: [AWS::No::Such]"


def test_update_in_place_replacement_and_rollback(account, cfn):
    logs = account.client("logs")
    groups = lambda: {g["logGroupName"]: g.get("retentionInDays") for g in logs.describe_log_groups()["logGroups"]}
    cfn.create_stack(StackName="one", TemplateBody=GROUP)
    longer = template(Group=("AWS::Logs::LogGroup", {"LogGroupName": "/cfn/one", "RetentionInDays": "7"}))
    cfn.update_stack(StackName="one", TemplateBody=longer)
    assert status(cfn, "one") == "UPDATE_COMPLETE" and groups() == {"/cfn/one": 7}
    other = template(Group=("AWS::Logs::LogGroup", {"LogGroupName": "/cfn/two"}))
    cfn.create_change_set(StackName="one", ChangeSetName="c", TemplateBody=other)
    change = cfn.describe_change_set(StackName="one", ChangeSetName="c")["Changes"][0]["ResourceChange"]
    assert (change["Action"], change["Replacement"]) == ("Modify", "True")
    cfn.execute_change_set(StackName="one", ChangeSetName="c")
    assert groups() == {"/cfn/two": None}
    bad = json.loads(other)
    bad["Resources"]["Group"]["Properties"]["RetentionInDays"] = 3
    bad["Resources"]["New"] = {"Type": "AWS::Logs::LogGroup"}
    bad["Resources"]["Bad"] = {"Type": "AWS::S3::BucketPolicy", "DependsOn": ["Group", "New"], "Properties": {"Bucket": "no-such-bucket-0", "PolicyDocument": {}}}
    cfn.update_stack(StackName="one", TemplateBody=json.dumps(bad))
    assert status(cfn, "one") == "UPDATE_ROLLBACK_COMPLETE" and groups() == {"/cfn/two": None}
    assert [r["LogicalResourceId"] for r in cfn.list_stack_resources(StackName="one")["StackResourceSummaries"]] == ["Group"]
    assert cfn.get_template(StackName="one")["TemplateBody"] == json.loads(other)


def test_retained_resources_stay(account, cfn):
    body = json.loads(GROUP)
    body["Resources"]["Group"]["DeletionPolicy"] = "Retain"
    cfn.create_stack(StackName="one", TemplateBody=json.dumps(body))
    cfn.delete_stack(StackName="one")
    assert [g["logGroupName"] for g in account.client("logs").describe_log_groups()["logGroups"]] == ["/cfn/one"]


def test_a_full_bucket_is_not_deleted(account, cfn):
    cfn.create_stack(StackName="one", TemplateBody=template(B=("AWS::S3::Bucket",)))
    bucket = cfn.describe_stack_resource(StackName="one", LogicalResourceId="B")["StackResourceDetail"]["PhysicalResourceId"]
    assert bucket.startswith("one-b-")
    account.client("s3").put_object(Bucket=bucket, Key="k", Body=b"x")
    cfn.delete_stack(StackName="one")
    assert status(cfn, "one") == "DELETE_FAILED"
    cfn.delete_stack(StackName="one", RetainResources=["B"])
    assert "does not exist" in message(lambda: cfn.describe_stacks(StackName="one"))


def test_termination_protection(cfn):
    cfn.create_stack(StackName="one", TemplateBody=GROUP, EnableTerminationProtection=True)
    assert message(lambda: cfn.delete_stack(StackName="one")) == "Stack [one] cannot be deleted while TerminationProtection is enabled"
    cfn.update_termination_protection(StackName="one", EnableTerminationProtection=False)
    cfn.delete_stack(StackName="one")


def test_exports_and_imports(cfn):
    out = {**json.loads(GROUP), "Outputs": {"Name": {"Value": {"Ref": "Group"}, "Export": {"Name": "group"}}}}
    cfn.create_stack(StackName="one", TemplateBody=json.dumps(out))
    user = template(P=("AWS::SSM::Parameter", {"Name": "/cfn/p", "Type": "String", "Value": {"Fn::ImportValue": "group"}}))
    cfn.create_stack(StackName="two", TemplateBody=user)
    assert status(cfn, "two") == "CREATE_COMPLETE"
    assert cfn.list_imports(ExportName="group")["Imports"] == ["two"]
    assert message(lambda: cfn.delete_stack(StackName="one")) == "Export group cannot be deleted as it is in use by two"
    cfn.delete_stack(StackName="two")
    cfn.delete_stack(StackName="one")
    assert cfn.list_exports()["Exports"] == []


def test_ssm_parameters_and_previous_values(account, cfn):
    account.client("ssm").put_parameter(Name="/cfn/name", Type="String", Value="/from/ssm")
    body = json.dumps({"Parameters": {"N": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/cfn/name"}, "Secret": {"Type": "String", "NoEcho": True}},
                       "Resources": {"G": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": {"Ref": "N"}}}}})
    cfn.create_stack(StackName="one", TemplateBody=body, Parameters=[{"ParameterKey": "Secret", "ParameterValue": "s"}])
    shown = {p["ParameterKey"]: p for p in cfn.describe_stacks(StackName="one")["Stacks"][0]["Parameters"]}
    assert shown["N"]["ParameterValue"] == "/cfn/name" and shown["N"]["ResolvedValue"] == "/from/ssm" and shown["Secret"]["ParameterValue"] == "****"
    previous = [{"ParameterKey": k, "UsePreviousValue": True} for k in ("N", "Secret")]
    assert message(lambda: cfn.update_stack(StackName="one", UsePreviousTemplate=True, Parameters=previous)) == "No updates are to be performed."


def test_a_role_that_may_not_create_fails_the_resource(account, cfn):
    roles = template(R=("AWS::IAM::Role", {**ROLE, "RoleName": "weak"}))
    cfn.create_stack(StackName="roles", TemplateBody=roles, Capabilities=["CAPABILITY_NAMED_IAM"])
    arn = f"arn:aws:iam::{account.id}:role/weak"
    cfn.create_stack(StackName="one", TemplateBody=GROUP, RoleARN=arn)
    assert status(cfn, "one") == "ROLLBACK_COMPLETE"
    reason = next(e["ResourceStatusReason"] for e in cfn.describe_stack_events(StackName="one")["StackEvents"] if e["ResourceStatus"] == "CREATE_FAILED")
    assert f"User: arn:aws:sts::{account.id}:assumed-role/weak/AWSCloudFormation is not authorized to perform: logs:CreateLogGroup" in reason
    assert "HandlerErrorCode: AccessDenied" in reason
    none = f"arn:aws:iam::{account.id}:role/none-such"
    assert "is invalid or cannot be assumed" in message(lambda: cfn.create_stack(StackName="two", TemplateBody=GROUP, RoleARN=none))


def test_nested_stacks(account, cfn):
    s3 = account.client("s3")
    bucket = f"templates-{account.id}"
    s3.create_bucket(Bucket=bucket)
    inner = {**json.loads(GROUP), "Outputs": {"Name": {"Value": {"Ref": "Group"}}}}
    s3.put_object(Bucket=bucket, Key="inner.json", Body=json.dumps(inner))
    outer = {"Resources": {"Inner": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": f"https://s3.amazonaws.com/{bucket}/inner.json"}}},
             "Outputs": {"Name": {"Value": {"Fn::GetAtt": ["Inner", "Outputs.Name"]}}}}
    cfn.create_stack(StackName="outer", TemplateBody=json.dumps(outer))
    stack = cfn.describe_stacks(StackName="outer")["Stacks"][0]
    assert stack["StackStatus"] == "CREATE_COMPLETE", cfn.describe_stack_events(StackName="outer")
    assert stack["Outputs"][0]["OutputValue"] == "/cfn/one"
    cfn.delete_stack(StackName="outer")
    assert cfn.describe_stacks()["Stacks"] == []


def test_inline_function_and_its_parts(account, cfn):
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
    body = template(Role=("AWS::IAM::Role", {"AssumeRolePolicyDocument": trust}),
                    F=("AWS::Lambda::Function", {"Runtime": "python3.12", "Handler": "index.handler", "Role": {"Fn::GetAtt": ["Role", "Arn"]},
                                                 "Code": {"ZipFile": "def handler(event, context):\n    return 'hello'\n"}, "Timeout": "5"}),
                    V=("AWS::Lambda::Version", {"FunctionName": {"Ref": "F"}}),
                    A=("AWS::Lambda::Alias", {"FunctionName": {"Ref": "F"}, "Name": "live", "FunctionVersion": {"Fn::GetAtt": ["V", "Version"]}}))
    cfn.create_stack(StackName="one", TemplateBody=body, Capabilities=["CAPABILITY_IAM"])
    assert status(cfn, "one") == "CREATE_COMPLETE", cfn.describe_stack_events(StackName="one")
    ids = {r["LogicalResourceId"]: r["PhysicalResourceId"] for r in cfn.list_stack_resources(StackName="one")["StackResourceSummaries"]}
    assert ids["V"].endswith(":1") and ids["A"].endswith(":live")
    cfn.delete_stack(StackName="one")
    assert account.client("lambda").list_functions()["Functions"] == []


def test_stack_policy_denies(cfn):
    cfn.create_stack(StackName="one", TemplateBody=GROUP)
    cfn.set_stack_policy(StackName="one", StackPolicyBody=json.dumps({"Statement": [{"Effect": "Deny", "Action": "Update:*", "Principal": "*", "Resource": "*"}]}))
    longer = template(Group=("AWS::Logs::LogGroup", {"LogGroupName": "/cfn/one", "RetentionInDays": 7}))
    assert message(lambda: cfn.update_stack(StackName="one", TemplateBody=longer)).startswith("Action denied by stack policy: Statement [#1] does not allow [Update:Modify]")


def test_a_bucket_with_owners_and_an_acl(account, cfn):
    """The controls that let a bucket have an ACL are set before it."""
    name = f"cfn-acl-{account.id}"
    properties = {"BucketName": name, "OwnershipControls": {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}, "AccessControl": "PublicRead",
                  "PublicAccessBlockConfiguration": {"BlockPublicAcls": False}}
    cfn.create_stack(StackName="b", TemplateBody=template(Bucket=("AWS::S3::Bucket", properties)))
    assert status(cfn, "b") == "CREATE_COMPLETE"
    s3 = account.client("s3")
    assert s3.get_bucket_ownership_controls(Bucket=name)["OwnershipControls"]["Rules"] == [{"ObjectOwnership": "ObjectWriter"}]
    assert [g["Permission"] for g in s3.get_bucket_acl(Bucket=name)["Grants"]] == ["FULL_CONTROL", "READ"]
    properties["AccessControl"] = "Private"
    cfn.update_stack(StackName="b", TemplateBody=template(Bucket=("AWS::S3::Bucket", properties)))
    assert [g["Permission"] for g in s3.get_bucket_acl(Bucket=name)["Grants"]] == ["FULL_CONTROL"]
    cfn.delete_stack(StackName="b")
    assert name not in [b["Name"] for b in s3.list_buckets()["Buckets"]]


def test_a_bucket_that_locks(account, cfn):
    name = f"cfn-lock-{account.id}"
    properties = {"BucketName": name, "ObjectLockEnabled": True, "ObjectLockConfiguration": {
        "ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": "1"}}}}
    cfn.create_stack(StackName="b", TemplateBody=template(Bucket=("AWS::S3::Bucket", properties)))
    assert status(cfn, "b") == "CREATE_COMPLETE", cfn.describe_stack_events(StackName="b")
    s3 = account.client("s3")
    configuration = s3.get_object_lock_configuration(Bucket=name)["ObjectLockConfiguration"]
    assert configuration == {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}}
    assert s3.get_bucket_versioning(Bucket=name)["Status"] == "Enabled"
    del properties["ObjectLockConfiguration"]
    cfn.update_stack(StackName="b", TemplateBody=template(Bucket=("AWS::S3::Bucket", properties)))
    assert s3.get_object_lock_configuration(Bucket=name)["ObjectLockConfiguration"] == {"ObjectLockEnabled": "Enabled"}


def test_a_bucket_that_is_a_website(account, cfn):
    name = f"cfn-site-{account.id}"
    properties = {"BucketName": name, "WebsiteConfiguration": {"IndexDocument": "index.html", "ErrorDocument": "error.html", "RoutingRules": [
        {"RoutingRuleCondition": {"KeyPrefixEquals": "old/"}, "RedirectRule": {"ReplaceKeyPrefixWith": "new/"}}]}}
    cfn.create_stack(StackName="b", TemplateBody=template(Bucket=("AWS::S3::Bucket", properties)))
    assert status(cfn, "b") == "CREATE_COMPLETE", cfn.describe_stack_events(StackName="b")
    s3 = account.client("s3")
    website = s3.get_bucket_website(Bucket=name)
    assert (website["IndexDocument"], website["ErrorDocument"]) == ({"Suffix": "index.html"}, {"Key": "error.html"})
    assert website["RoutingRules"] == [{"Condition": {"KeyPrefixEquals": "old/"}, "Redirect": {"ReplaceKeyPrefixWith": "new/"}}]
    del properties["WebsiteConfiguration"]
    cfn.update_stack(StackName="b", TemplateBody=template(Bucket=("AWS::S3::Bucket", properties)))
    assert message(lambda: s3.get_bucket_website(Bucket=name), "NoSuchWebsiteConfiguration") == "The specified bucket does not have a website configuration"


def test_a_bucket_with_acceleration(account, cfn):
    name = f"cfn-fast-{account.id}"
    properties = {"BucketName": name, "AccelerateConfiguration": {"AccelerationStatus": "Enabled"}}
    cfn.create_stack(StackName="b", TemplateBody=template(Bucket=("AWS::S3::Bucket", properties)))
    assert status(cfn, "b") == "CREATE_COMPLETE", cfn.describe_stack_events(StackName="b")
    s3 = account.client("s3")
    assert s3.get_bucket_accelerate_configuration(Bucket=name)["Status"] == "Enabled"
    del properties["AccelerateConfiguration"]
    cfn.update_stack(StackName="b", TemplateBody=template(Bucket=("AWS::S3::Bucket", properties)))
    assert s3.get_bucket_accelerate_configuration(Bucket=name)["Status"] == "Suspended"
