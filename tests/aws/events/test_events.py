import io
import json
import time
import zipfile

import pytest
from botocore.exceptions import ClientError

from expect import fails

PATTERN = {"source": ["my.app"], "detail": {"state": ["done"], "n": [{"numeric": [">", 5]}]}}


def error_of(call, **arguments):
    with pytest.raises(ClientError) as failure:
        call(**arguments)
    return failure.value.response["Error"]


def test_rules_and_targets(aws):
    events = aws.client("events")
    arn = events.put_rule(Name="r", EventPattern=json.dumps(PATTERN), Description="d", Tags=[{"Key": "k", "Value": "v"}])["RuleArn"]
    assert arn == f"arn:aws:events:us-east-1:{aws.id}:rule/r"
    rule = events.describe_rule(Name="r")
    assert rule["State"] == "ENABLED" and json.loads(rule["EventPattern"]) == PATTERN and rule["EventBusName"] == "default"
    target = {"Id": "1", "Arn": f"arn:aws:lambda:us-east-1:{aws.id}:function:f", "InputPath": "$.detail"}
    assert events.put_targets(Rule="r", Targets=[target])["FailedEntryCount"] == 0
    assert events.list_targets_by_rule(Rule="r")["Targets"] == [target]
    assert events.list_rule_names_by_target(TargetArn=target["Arn"])["RuleNames"] == ["r"]
    assert error_of(events.delete_rule, Name="r") == {"Code": "ValidationException", "Message": "Rule can't be deleted since it has targets."}
    events.disable_rule(Name="r")
    assert events.list_rules()["Rules"][0]["State"] == "DISABLED"
    assert events.list_tags_for_resource(ResourceARN=arn)["Tags"] == [{"Key": "k", "Value": "v"}]
    events.remove_targets(Rule="r", Ids=["1"])
    events.delete_rule(Name="r")
    assert error_of(events.describe_rule, Name="r") == {"Code": "ResourceNotFoundException", "Message": "Rule r does not exist on EventBus default."}


@pytest.mark.parametrize("arguments, code", [
    ({}, "ValidationException"),
    ({"EventPattern": '{"source": "x"}'}, "InvalidEventPatternException"),
    ({"ScheduleExpression": "rate(1 minutes)"}, "ValidationException"),
])
def test_bad_rules(aws, arguments, code):
    assert error_of(aws.client("events").put_rule, Name="r", **arguments)["Code"] == code


def test_codepipeline_target_needs_a_role(aws):
    events = aws.client("events")
    events.put_rule(Name="r", EventPattern=json.dumps(PATTERN))
    arn = f"arn:aws:codepipeline:us-east-1:{aws.id}:p"
    error = error_of(events.put_targets, Rule="r", Targets=[{"Id": "1", "Arn": arn}])
    assert error == {"Code": "ValidationException", "Message": f"RoleArn is required for target {arn}."}


def test_test_event_pattern(aws):
    events = aws.client("events")
    event = {"id": "1", "account": aws.id, "source": "my.app", "time": "2026-01-01T00:00:00Z", "region": "us-east-1", "resources": [],
             "detail-type": "t", "detail": {"state": "done", "n": 6}}
    assert events.test_event_pattern(EventPattern=json.dumps(PATTERN), Event=json.dumps(event))["Result"] is True
    event["detail"]["n"] = 5
    assert events.test_event_pattern(EventPattern=json.dumps(PATTERN), Event=json.dumps(event))["Result"] is False


def test_put_events_and_buses(aws):
    events = aws.client("events")
    answer = events.put_events(Entries=[{"Source": "my.app", "DetailType": "t", "Detail": "{}"}, {"Source": "aws.ec2", "DetailType": "t", "Detail": "{}"},
                                        {"Source": "my.app", "DetailType": "t", "Detail": "no"}])
    assert answer["FailedEntryCount"] == 2 and answer["Entries"][0]["EventId"]
    assert [e.get("ErrorCode") for e in answer["Entries"]] == [None, "NotAuthorizedForSourceException", "MalformedDetail"]
    events.create_event_bus(Name="mine")
    assert [b["Name"] for b in events.list_event_buses()["EventBuses"]] == ["default", "mine"]
    events.put_rule(Name="r", EventBusName="mine", EventPattern=json.dumps(PATTERN))
    assert events.describe_rule(Name="r", EventBusName="mine")["Arn"].endswith(":rule/mine/r")
    assert error_of(events.delete_event_bus, Name="mine")["Code"] == "ValidationException"
    assert error_of(events.list_rules, EventBusName="none")["Code"] == "ResourceNotFoundException"


FUNCTION = """import boto3, json, os
def handler(event, context):
    boto3.client("s3").put_object(Bucket=os.environ["BUCKET"], Key=event["id"], Body=json.dumps(event))
"""


def listener(aws, pattern):
    """A rule whose events a function writes down; gives what arrived, oldest first."""
    iam, s3, lambda_, events = (aws.client(n) for n in ("iam", "s3", "lambda", "events"))
    bucket = f"seen-{aws.id}"
    s3.create_bucket(Bucket=bucket)
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
    role = iam.create_role(RoleName="Seen", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    iam.put_role_policy(RoleName="Seen", PolicyName="p", PolicyDocument=json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["s3:PutObject", "logs:*"], "Resource": "*"}]}))
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("f.py", FUNCTION)
    function = lambda_.create_function(FunctionName="seen", Runtime="python3.11", Handler="f.handler", Role=role, Timeout=30, Code={"ZipFile": code.getvalue()},
                                       Environment={"Variables": {"BUCKET": bucket}})["FunctionArn"]
    rule = events.put_rule(Name="seen", **pattern)["RuleArn"]
    lambda_.add_permission(FunctionName="seen", StatementId="1", Action="lambda:InvokeFunction", Principal="events.amazonaws.com", SourceArn=rule)
    events.put_targets(Rule="seen", Targets=[{"Id": "1", "Arn": function}])

    def seen():
        objects = s3.list_objects_v2(Bucket=bucket).get("Contents", [])
        return [json.loads(s3.get_object(Bucket=bucket, Key=o["Key"])["Body"].read()) for o in sorted(objects, key=lambda o: o["LastModified"])]
    return seen


def until(ready, seconds=10):
    end = time.monotonic() + seconds
    while True:
        result = ready()
        if result or time.monotonic() > end:
            return result
        time.sleep(0.05)


def test_codecommit_events(aws):
    seen = listener(aws, {"EventPattern": json.dumps({"source": ["aws.codecommit"]})})
    codecommit = aws.client("codecommit")
    repository = codecommit.create_repository(repositoryName="app")["repositoryMetadata"]
    first = codecommit.put_file(repositoryName="app", branchName="main", filePath="a", fileContent=b"1")["commitId"]
    event = until(seen)[0]
    assert set(event) == {"version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail"}
    assert event["detail-type"] == "CodeCommit Repository State Change" and event["resources"] == [repository["Arn"]] and event["account"] == aws.id
    assert event["detail"] == {"event": "referenceCreated", "repositoryName": "app", "repositoryId": repository["repositoryId"], "referenceType": "branch",
                               "referenceName": "main", "referenceFullName": "refs/heads/main", "commitId": first}
    second = codecommit.put_file(repositoryName="app", branchName="main", filePath="a", fileContent=b"2", parentCommitId=first)["commitId"]
    event = next(e for e in until(lambda: len(seen()) == 2 and seen()) if e["detail"]["commitId"] == second)
    assert event["detail"]["event"] == "referenceUpdated" and event["detail"]["oldCommitId"] == first and event["detail"]["commitId"] == second


def test_schedule(aws, server):
    seen = listener(aws, {"ScheduleExpression": "rate(5 minutes)"})
    server.advance(299)
    assert seen() == []
    server.advance(2)
    event = until(seen)[0]
    assert event["source"] == "aws.events" and event["detail-type"] == "Scheduled Event" and event["resources"][0].endswith(":rule/seen")


def test_the_account_that_made_a_rule(aws):
    """Service Authorization Reference, "events:creatorAccount"."""
    events, iam = aws.client("events"), aws.client("iam")
    events.put_rule(Name="made", EventPattern='{"source": ["s"]}')
    iam.create_user(UserName="u")
    limited = aws.client("events", credentials=iam.create_access_key(UserName="u")["AccessKey"])
    for account, allowed in ("${aws:PrincipalAccount}", True), ("111122223333", False):
        iam.put_user_policy(UserName="u", PolicyName="p", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "events:DescribeRule", "Resource": "*", "Condition": {"StringEquals": {"events:creatorAccount": account}}}]}))
        if allowed:
            assert limited.describe_rule(Name="made")["Name"] == "made"
        else:
            fails("AccessDeniedException", limited.describe_rule, Name="made")
