"""Resource policies of CloudWatch Logs: kept, limited, and asked for services that write to groups."""
import json
import time

from expect import aws_error
from signed import json_call


def policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def for_service(service, resource="*", **more):
    return {"Effect": "Allow", "Principal": {"Service": service}, "Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": resource, **more}


def until(condition):
    deadline = time.monotonic() + 120
    while not (held := condition()):
        assert time.monotonic() < deadline, "it never came to be"
        time.sleep(0.1)
    return held


def test_kept_and_limited(account):
    logs = account.client("logs")
    for i in range(10):
        answer = logs.put_resource_policy(policyName=f"p{i}", policyDocument=policy(for_service("events.amazonaws.com")))["resourcePolicy"]
        assert answer["policyName"] == f"p{i}" and json.loads(answer["policyDocument"])["Statement"] and answer["lastUpdatedTime"] > 0
    with aws_error("LimitExceededException", "Resource limit exceeded.", 400):
        logs.put_resource_policy(policyName="p10", policyDocument=policy(for_service("events.amazonaws.com")))
    logs.put_resource_policy(policyName="p9", policyDocument=policy(for_service("es.amazonaws.com")))  # one that is there may change
    page = logs.describe_resource_policies(limit=4)
    assert [p["policyName"] for p in page["resourcePolicies"]] == ["p0", "p1", "p2", "p3"]
    rest = logs.describe_resource_policies(nextToken=page["nextToken"])["resourcePolicies"]
    assert [p["policyName"] for p in rest] == ["p4", "p5", "p6", "p7", "p8", "p9"] and "es.amazonaws.com" in rest[-1]["policyDocument"]
    logs.delete_resource_policy(policyName="p0")
    with aws_error("ResourceNotFoundException", status=400):
        logs.delete_resource_policy(policyName="p0")
    assert account.client("logs", region="eu-west-1").describe_resource_policies()["resourcePolicies"] == []


def test_refused(account):
    logs = account.client("logs")
    for document in ["{", "{}", policy({"Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": "*"}),
                     policy({"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{account.id}:role/none"}, "Action": "logs:PutLogEvents", "Resource": "*"})]:
        with aws_error("InvalidParameterException", status=400):
            logs.put_resource_policy(policyName="p", policyDocument=document)
    with aws_error("InvalidParameterException", status=400):
        logs.put_resource_policy(policyName="p", policyDocument=policy(for_service("events.amazonaws.com", "arn:aws:logs:" + "x" * 5120)))
    assert logs.describe_resource_policies()["resourcePolicies"] == []


def test_events_write_where_the_policy_lets_them(account):
    """Two rules want one event; only one of their groups lets EventBridge write, for one of the rules."""
    events, logs = account.client("events"), account.client("logs")
    for name in "open", "shut":
        logs.create_log_group(logGroupName=name)
        events.put_rule(Name=name, EventPattern=json.dumps({"source": ["test"]}))
        events.put_targets(Rule=name, Targets=[{"Id": "log", "Arn": f"arn:aws:logs:us-east-1:{account.id}:log-group:{name}"}])
    rule = f"arn:aws:events:us-east-1:{account.id}:rule/open"
    logs.put_resource_policy(policyName="p", policyDocument=policy(
        for_service("events.amazonaws.com", f"arn:aws:logs:us-east-1:{account.id}:log-group:*:*", Condition={"ArnEquals": {"aws:SourceArn": rule}})))
    def messages(group):
        return [json.loads(e["message"])["detail"] for e in logs.filter_log_events(logGroupName=group)["events"]]
    for n in 1, 2:
        events.put_events(Entries=[{"Source": "test", "DetailType": "t", "Detail": json.dumps({"n": n})}])
        until(lambda: {"n": n} in messages("open"))
    assert logs.describe_log_streams(logGroupName="shut")["logStreams"] == []


def test_they_are_for_services_alone(account, other_account):
    """AWS does ask these policies for no user and no role, neither to allow nor to deny."""
    logs = account.client("logs")
    logs.create_log_group(logGroupName="g")
    logs.put_resource_policy(policyName="p", policyDocument=policy(
        {"Effect": "Allow", "Principal": {"AWS": other_account.id}, "Action": "logs:*", "Resource": "*"},
        {"Effect": "Deny", "Principal": "*", "Action": "logs:CreateLogStream", "Resource": "*"}))
    logs.create_log_stream(logGroupName="g", logStreamName="s")
    with aws_error("AccessDeniedException", status=400):
        other_account.client("logs").filter_log_events(logGroupIdentifier=f"arn:aws:logs:us-east-1:{account.id}:log-group:g")


def test_a_policy_of_one_group(account, other_account):
    events, logs = account.client("events"), account.client("logs")
    events.put_rule(Name="r", EventPattern=json.dumps({"source": ["test"]}))
    arns = {}
    for name in "open", "shut":
        logs.create_log_group(logGroupName=name)
        arns[name] = f"arn:aws:logs:us-east-1:{account.id}:log-group:{name}"
        events.put_targets(Rule="r", Targets=[{"Id": name, "Arn": arns[name]}])
    call = lambda operation, **members: json_call(account, "logs", f"Logs_20140328.{operation}", **members)
    document = policy(for_service("events.amazonaws.com"))
    made = call("PutResourcePolicy", policyName="p", policyDocument=document, resourceArn=arns["open"])
    shown = made["resourcePolicy"]
    assert (shown["policyScope"], shown["resourceArn"], shown["revisionId"]) == ("RESOURCE", arns["open"], made["revisionId"])
    events.put_events(Entries=[{"Source": "test", "DetailType": "t", "Detail": "{}"}])
    until(lambda: logs.filter_log_events(logGroupName="open")["events"])
    assert logs.describe_log_streams(logGroupName="shut")["logStreams"] == []

    for group in "shut", "open":
        found = call("DescribeResourcePolicies", resourceArn=arns[group])["resourcePolicies"]
        assert [p["policyName"] for p in found] == (["p"] if group == "open" else [])
    assert call("DescribeResourcePolicies")["resourcePolicies"] == []
    call("PutResourcePolicy", policyName="q", policyDocument=document, resourceArn=arns["shut"])
    page = call("DescribeResourcePolicies", policyScope="RESOURCE", limit=1)
    assert [p["policyName"] for p in page["resourcePolicies"]] == ["p"]
    assert [p["policyName"] for p in call("DescribeResourcePolicies", policyScope="RESOURCE", limit=1, nextToken=page["nextToken"])["resourcePolicies"]] == ["q"]

    with aws_error("OperationAbortedException", status=400):
        call("PutResourcePolicy", policyName="p", policyDocument=document, resourceArn=arns["open"])
    again = call("PutResourcePolicy", policyName="p", policyDocument=document, resourceArn=arns["open"], expectedRevisionId=made["revisionId"])
    with aws_error("OperationAbortedException", status=400):
        call("DeleteResourcePolicy", resourceArn=arns["open"], expectedRevisionId=made["revisionId"])
    call("DeleteResourcePolicy", resourceArn=arns["open"], expectedRevisionId=again["revisionId"])
    with aws_error("ResourceNotFoundException", status=400):
        call("DeleteResourcePolicy", resourceArn=arns["open"])
    with aws_error("ResourceNotFoundException", status=400):
        json_call(other_account, "logs", "Logs_20140328.DescribeResourcePolicies", resourceArn=arns["shut"])
    with aws_error("InvalidParameterException", status=400):
        call("DescribeResourcePolicies", resourceArn=f"arn:aws:logs:us-east-1:{account.id}:destination:d")
