"""Custom resources: functions and topics that make what CloudFormation does not know."""
import json
import time

import pytest
from botocore.exceptions import WaiterError
from functions import make_function, make_role

import stacks

# Answers as it is told by Properties; says in its log what it was asked.
ANSWERING = """
import cfnresponse
def handler(event, context):
    print("ASKED " + __import__("json").dumps(event))
    p = event["ResourceProperties"]
    if event["RequestType"] == "Delete" and p.get("KeepsBack") == "true":
        return cfnresponse.send(event, context, cfnresponse.FAILED, {}, event["PhysicalResourceId"], reason="not yet")
    if p.get("Fails") == "true" and event["RequestType"] != "Delete":
        return cfnresponse.send(event, context, cfnresponse.FAILED, {}, "half-made", reason="no luck")
    cfnresponse.send(event, context, cfnresponse.SUCCESS, {"Size": p.get("Size", "none"), "Deep": {"Er": "x"}}, "thing-" + p["Name"])
"""


def function():
    """An inline function with its role, as templates have them."""
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
    logs = {"PolicyName": "logs", "PolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "logs:*", "Resource": "*"}]}}
    return {"Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": trust, "Policies": [logs]}},
            "Function": {"Type": "AWS::Lambda::Function", "Properties": {
                "FunctionName": "maker", "Runtime": "python3.12", "Handler": "index.handler", "Timeout": 30, "Role": {"Fn::GetAtt": ["Role", "Arn"]},
                "Code": {"ZipFile": ANSWERING}}}}


def thing(**properties):
    return {"Type": "Custom::Thing", "Properties": {"ServiceToken": {"Fn::GetAtt": ["Function", "Arn"]}, "Name": "a", **properties}}


def asked(account, count):
    """What the function was asked, when `count` requests have come."""
    logs = account.client("logs")
    until = time.time() + 60
    while True:
        events = []
        if logs.describe_log_groups(logGroupNamePrefix="/aws/lambda/maker")["logGroups"]:
            events = logs.filter_log_events(logGroupName="/aws/lambda/maker", filterPattern="ASKED")["events"]
        if len(events) >= count or time.time() > until:
            return [json.loads(e["message"].split("ASKED ", 1)[1]) for e in events]
        time.sleep(0.1)


def reasons(account, name, logical_id="Thing"):
    events = account.client("cloudformation").describe_stack_events(StackName=name)["StackEvents"]
    return [e.get("ResourceStatusReason", "") for e in events if e["LogicalResourceId"] == logical_id]


def test_made_changed_replaced_and_deleted(account):
    outputs = {"Id": {"Ref": "Thing"}, "Size": {"Fn::GetAtt": ["Thing", "Size"]}, "Deep": {"Fn::GetAtt": ["Thing", "Deep.Er"]}}
    got = stacks.deploy(account, "s", {**function(), "Thing": {"Version": "1.0", **thing(Size=3, Flag=True, List=[1, {"a": False}])}}, **outputs)
    assert got == {"Id": "thing-a", "Size": "3", "Deep": "x"}
    (made,) = asked(account, 1)
    assert made["RequestType"] == "Create" and made["ResourceType"] == "Custom::Thing" and made["LogicalResourceId"] == "Thing"
    assert made["ResponseURL"].startswith("https://cloudformation-custom-resource-response-useast1.s3.us-east-1.amazonaws.com/arn%3Aaws%3A")
    assert made["ResourceProperties"] == {"ServiceToken": f"arn:aws:lambda:us-east-1:{account.id}:function:maker", "Name": "a", "Size": "3",
                                          "Flag": "true", "List": ["1", {"a": "false"}]}
    assert "PhysicalResourceId" not in made

    stacks.update(account, "s", {**function(), "Thing": thing(Size=4)})
    changed = asked(account, 2)[1]
    assert (changed["RequestType"], changed["PhysicalResourceId"]) == ("Update", "thing-a")
    assert (changed["OldResourceProperties"]["Size"], changed["ResourceProperties"]["Size"]) == ("3", "4")

    stacks.update(account, "s", {**function(), "Thing": thing(Name="b")})
    update, delete = asked(account, 4)[2:]
    assert (update["RequestType"], update["PhysicalResourceId"]) == ("Update", "thing-a")
    assert (delete["RequestType"], delete["PhysicalResourceId"], delete["ResourceProperties"]["Name"]) == ("Delete", "thing-a", "a")
    assert "Requested update required the provider to create a new physical resource" in reasons(account, "s")
    resource = account.client("cloudformation").describe_stack_resource(StackName="s", LogicalResourceId="Thing")["StackResourceDetail"]
    assert (resource["PhysicalResourceId"], resource["ResourceType"]) == ("thing-b", "Custom::Thing")

    stacks.delete(account, "s")
    last = asked(account, 5)[4]
    assert (last["RequestType"], last["PhysicalResourceId"]) == ("Delete", "thing-b")


def test_a_failure_rolls_back_and_deletes_what_was_half_made(account):
    with pytest.raises(WaiterError):
        stacks.deploy(account, "s", {**function(), "Thing": thing(Fails=True)})
    create, delete = asked(account, 2)
    assert (create["RequestType"], delete["RequestType"], delete["PhysicalResourceId"]) == ("Create", "Delete", "half-made")
    assert f"Received response status [FAILED] from custom resource. Message returned: no luck (RequestId: {create['RequestId']})" in reasons(account, "s")


@pytest.mark.parametrize("style", ["callback", "promise"])
def test_node_answers_by_its_module_too(account, style):
    resources = function()
    begin = "exports.handler = async (event, context) => await " if style == "promise" else "exports.handler = (event, context) => { "
    end = ";" if style == "promise" else "; };"
    resources["Function"]["Properties"].update(Runtime="nodejs20.x", Code={"ZipFile": (
        "const response = require('cfn-response');\n" + begin + "response.send(event, context, response.SUCCESS, { Size: 7 }, 'by-node')" + end)})
    assert stacks.deploy(account, "s", {**resources, "Thing": thing()}, Id={"Ref": "Thing"}, Size={"Fn::GetAtt": ["Thing", "Size"]}) == \
        {"Id": "by-node", "Size": "7"}


def test_a_delete_that_is_refused(account):
    stacks.deploy(account, "s", {**function(), "Thing": thing(KeepsBack=True)})
    with pytest.raises(WaiterError):
        stacks.delete(account, "s")
    assert any(r.startswith("Received response status [FAILED] from custom resource. Message returned: not yet") for r in reasons(account, "s"))


def test_an_update_that_fails_is_taken_back(account):
    stacks.deploy(account, "s", {**function(), "Thing": thing(Size=1)})
    cfn = account.client("cloudformation")
    cfn.update_stack(StackName="s", Capabilities=["CAPABILITY_IAM"],
                     TemplateBody=json.dumps({"Resources": {**function(), "Thing": thing(Size=2, Fails=True)}}))
    until = time.time() + 60
    while cfn.describe_stacks(StackName="s")["Stacks"][0]["StackStatus"] != "UPDATE_ROLLBACK_COMPLETE":
        assert time.time() < until
        time.sleep(0.2)
    requests = asked(account, 3)
    assert [r["RequestType"] for r in requests] == ["Create", "Update", "Update"]
    assert requests[2]["ResourceProperties"]["Size"] == "1"


def test_an_attribute_that_the_answer_does_not_have(account):
    with pytest.raises(WaiterError):
        stacks.deploy(account, "s", {**function(), "Thing": thing()}, Missing={"Fn::GetAtt": ["Thing", "Other"]})
    events = account.client("cloudformation").describe_stack_events(StackName="s")["StackEvents"]
    assert any("Vendor response doesn't contain Other key in object" in e.get("ResourceStatusReason", "") for e in events)


def test_no_answer_in_time(own_account, own_server):
    role = make_role(own_account)
    arn = make_function(own_account, "def handler(event, context):\n    pass\n", role=role)["FunctionArn"]
    cfn = own_account.client("cloudformation")
    cfn.create_stack(StackName="s", OnFailure="DO_NOTHING", TemplateBody=json.dumps({"Resources": {
        "Thing": {"Type": "AWS::CloudFormation::CustomResource", "Properties": {"ServiceToken": arn, "ServiceTimeout": 90}}}}))
    own_server.advance(100)
    with pytest.raises(WaiterError):
        cfn.get_waiter("stack_create_complete").wait(StackName="s", WaiterConfig={"Delay": 1, "MaxAttempts": 60})
    assert any(r.startswith("CloudFormation did not receive a response from your Custom Resource. Please check your logs for requestId [")
               for r in reasons(own_account, "s"))


def test_the_stacks_role_must_be_allowed_to_invoke(account):
    arn = make_function(account, "def handler(event, context):\n    pass\n")["FunctionArn"]
    role = make_role(account, name="stack-role", actions=("s3:*",), service="cloudformation.amazonaws.com")
    cfn = account.client("cloudformation")
    cfn.create_stack(StackName="s", RoleARN=role, TemplateBody=json.dumps({"Resources": {
        "Thing": {"Type": "Custom::Thing", "Properties": {"ServiceToken": arn}}}}))
    with pytest.raises(WaiterError):
        cfn.get_waiter("stack_create_complete").wait(StackName="s", WaiterConfig={"Delay": 1, "MaxAttempts": 60})
    text = f"is not authorized to perform: lambda:InvokeFunction on resource: {arn} because no identity-based policy allows the lambda:InvokeFunction action"
    assert any(text in r and "Error Code: AccessDeniedException; Request ID: " in r for r in reasons(account, "s"))


def test_a_topic_is_asked_too(account):
    sns, sqs = account.client("sns"), account.client("sqs")
    topic = sns.create_topic(Name="requests")["TopicArn"]
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": "*"}]}
    url = sqs.create_queue(QueueName="q", Attributes={"Policy": json.dumps(policy)})["QueueUrl"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=f"arn:aws:sqs:us-east-1:{account.id}:q", Attributes={"RawMessageDelivery": "true"})
    cfn = account.client("cloudformation")
    cfn.create_stack(StackName="s", TemplateBody=json.dumps({"Resources": {
        "Thing": {"Type": "Custom::Thing", "Properties": {"ServiceToken": topic}}}, "Outputs": {"Id": {"Value": {"Ref": "Thing"}}}}))
    (message,) = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20)["Messages"]
    request = json.loads(message["Body"])
    assert (request["RequestType"], request["LogicalResourceId"]) == ("Create", "Thing")
    answer = {"Status": "SUCCESS", "PhysicalResourceId": "by-topic"}
    assert put(account, request["ResponseURL"] + "x", answer) == 403
    assert put(account, request["ResponseURL"], answer) == 200
    cfn.get_waiter("stack_create_complete").wait(StackName="s", WaiterConfig={"Delay": 1, "MaxAttempts": 60})
    assert cfn.describe_stacks(StackName="s")["Stacks"][0]["Outputs"][0]["OutputValue"] == "by-topic"


def put(account, url, answer):
    """Whoever holds the URL may answer; outside of `drydock shell` its host leads to AWS, so it is named in the request alone."""
    import http.client
    import urllib.parse
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(account.server.url.split("//")[1], timeout=60)
    connection.request("PUT", f"{parts.path}?{parts.query}", body=json.dumps(answer), headers={"Host": parts.netloc})
    return connection.getresponse().status


@pytest.mark.parametrize("answer, reason", [
    ("no json", "Invalid response object"),
    ({"Status": "MAYBE"}, "Value of property Status must be SUCCESS or FAILED"),
    ({"Status": "SUCCESS"}, "Invalid PhysicalResourceId"),
    ({"Status": "SUCCESS", "PhysicalResourceId": "x", "Data": [1]}, "Value of property Data must be an object"),
    ({"Status": "SUCCESS", "PhysicalResourceId": "x", "Data": {"a": "x" * 5000}}, "Response object is too long."),
])
def test_answers_that_are_none(account, answer, reason):
    text = answer if isinstance(answer, str) else json.dumps(answer)
    code = f"""
import urllib.request
def handler(event, context):
    urllib.request.urlopen(urllib.request.Request(event["ResponseURL"], data={text!r}.encode(), method="PUT", headers={{"Content-Type": ""}}))
"""
    arn = make_function(account, code)["FunctionArn"]
    cfn = account.client("cloudformation")
    cfn.create_stack(StackName="s", OnFailure="DO_NOTHING", TemplateBody=json.dumps({"Resources": {
        "Thing": {"Type": "Custom::Thing", "Properties": {"ServiceToken": arn}}}}))
    with pytest.raises(WaiterError):
        cfn.get_waiter("stack_create_complete").wait(StackName="s", WaiterConfig={"Delay": 1, "MaxAttempts": 60})
    assert any(reason in r for r in reasons(account, "s"))
