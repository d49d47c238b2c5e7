import json

import pytest
from botocore.exceptions import ClientError

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
