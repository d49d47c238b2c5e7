"""What operations on stacks ask besides their own action: after the Service Authorization Reference's table of operations (2026)."""
import json

import pytest
from botocore.exceptions import ClientError

TEMPLATE = json.dumps({"Resources": {"Parameter": {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": "v"}}}})
TAG = [{"Key": "team", "Value": "x"}]


def caller(account, *statements):
    """A client of a user who may do all but tag stacks, and `statements`."""
    iam = account.client("iam")
    iam.create_user(UserName="deployer")
    may(account, *statements)
    return account.client("cloudformation", credentials=iam.create_access_key(UserName="deployer")["AccessKey"])


def may(account, *statements):
    base = {"Effect": "Allow", "NotAction": ["cloudformation:TagResource", "cloudformation:UntagResource"], "Resource": "*"}
    account.client("iam").put_user_policy(UserName="deployer", PolicyName="p", PolicyDocument=json.dumps(
        {"Version": "2012-10-17", "Statement": [base, *statements]}))


def tagging(action, create_action, **condition):
    return {"Effect": "Allow", "Action": f"cloudformation:{action}", "Resource": "arn:aws:cloudformation:*:*:stack/s/*",
            "Condition": {"StringEquals": {"cloudformation:CreateAction": create_action, **condition}}}


def denied(action, call, **arguments):
    with pytest.raises(ClientError) as raised:
        call(**arguments)
    error = raised.value.response["Error"]
    assert error["Code"] == "AccessDenied" and f"not authorized to perform: cloudformation:{action} on resource: arn:aws:cloudformation:" in error["Message"]


def settled(account, cfn, waiter):
    cfn.get_waiter(waiter).wait(StackName="s", WaiterConfig={"Delay": 1, "MaxAttempts": 60})


def test_tags_at_creation(account):
    cfn = caller(account)
    denied("TagResource", cfn.create_stack, StackName="s", TemplateBody=TEMPLATE, Tags=TAG)
    may(account, tagging("TagResource", "CreateStack", **{"aws:RequestTag/team": "y"}))
    denied("TagResource", cfn.create_stack, StackName="s", TemplateBody=TEMPLATE, Tags=TAG)
    may(account, tagging("TagResource", "CreateStack", **{"aws:RequestTag/team": "x"}))
    cfn.create_stack(StackName="s", TemplateBody=TEMPLATE, Tags=TAG)


def test_stacks_without_tags_need_neither(account):
    cfn = caller(account)
    cfn.create_stack(StackName="s", TemplateBody=TEMPLATE)
    settled(account, cfn, "stack_create_complete")
    cfn.update_stack(StackName="s", TemplateBody=TEMPLATE.replace('"v"', '"w"'))


def test_tags_at_updates(account):
    admin = account.client("cloudformation")
    admin.create_stack(StackName="s", TemplateBody=TEMPLATE, Tags=TAG)
    settled(account, admin, "stack_create_complete")
    cfn = caller(account)
    denied("UntagResource", cfn.update_stack, StackName="s", UsePreviousTemplate=True, Tags=[])
    denied("TagResource", cfn.update_stack, StackName="s", UsePreviousTemplate=True, Tags=[{"Key": "team", "Value": "z"}])
    cfn.update_stack(StackName="s", TemplateBody=TEMPLATE.replace('"v"', '"w"'), Tags=TAG)  # the same tags
    settled(account, admin, "stack_update_complete")
    may(account, tagging("UntagResource", "UpdateStack", **{"aws:TagKeys": "team", "aws:ResourceTag/team": "x"}))
    cfn.update_stack(StackName="s", UsePreviousTemplate=True, Tags=[])
    settled(account, admin, "stack_update_complete")
    assert admin.describe_stacks(StackName="s")["Stacks"][0]["Tags"] == []


def test_tags_of_change_sets(account):
    cfn = caller(account)
    new = {"StackName": "s", "ChangeSetName": "c", "ChangeSetType": "CREATE", "TemplateBody": TEMPLATE, "Tags": TAG}
    denied("TagResource", cfn.create_change_set, **new)
    may(account, tagging("TagResource", "CreateChangeSet"))
    cfn.create_change_set(**new)
    denied("TagResource", cfn.execute_change_set, StackName="s", ChangeSetName="c")
    may(account, tagging("TagResource", "ExecuteChangeSet", **{"aws:RequestTag/team": "x"}))
    cfn.execute_change_set(StackName="s", ChangeSetName="c")
    settled(account, cfn, "stack_create_complete")


def only(account, name, *actions):
    iam = account.client("iam")
    iam.create_user(UserName=name)
    iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": [f"cloudformation:{action}" for action in actions] + ["ssm:*"], "Resource": "*"}]}))
    return account.client("cloudformation", credentials=iam.create_access_key(UserName=name)["AccessKey"])


def test_all_stacks_are_a_list(account):
    one = only(account, "one", "CreateStack", "DescribeStacks")
    one.create_stack(StackName="s", TemplateBody=TEMPLATE)
    assert one.describe_stacks(StackName="s")["Stacks"]
    denied_on_all("ListStacks", one.describe_stacks)
    assert only(account, "both", "DescribeStacks", "ListStacks").describe_stacks()["Stacks"]


def denied_on_all(action, call):
    with pytest.raises(ClientError, match=f"not authorized to perform: cloudformation:{action} on resource"):
        call()


def test_a_stack_policy_with_an_update(account):
    admin = account.client("cloudformation")
    admin.create_stack(StackName="s", TemplateBody=TEMPLATE)
    settled(account, admin, "stack_create_complete")
    policy = json.dumps({"Statement": [{"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"}]})
    changed = {"StackName": "s", "TemplateBody": TEMPLATE.replace('"v"', '"w"')}
    cfn = only(account, "updater", "UpdateStack")
    for member in "StackPolicyBody", "StackPolicyDuringUpdateBody":
        denied("SetStackPolicy", cfn.update_stack, **changed, **{member: policy})
    only(account, "setter", "UpdateStack", "SetStackPolicy").update_stack(**changed, StackPolicyBody=policy)
