"""CloudWatch Logs: groups, streams, events, filters, retention, tags."""
import time

import pytest
from botocore.exceptions import ClientError


def now_ms():
    return int(time.time() * 1000)


def error_of(call, **arguments):
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


@pytest.fixture
def logs(aws):
    return aws.client("logs")


@pytest.fixture
def stream(logs):
    logs.create_log_group(logGroupName="g")
    logs.create_log_stream(logGroupName="g", logStreamName="s")
    return dict(logGroupName="g", logStreamName="s")


def test_groups(aws, logs):
    logs.create_log_group(logGroupName="/aws/lambda/a", tags={"k": "v"})
    logs.create_log_group(logGroupName="/aws/lambda/b")
    logs.create_log_group(logGroupName="other")
    assert error_of(logs.create_log_group, logGroupName="other") == (
        "ResourceAlreadyExistsException", "The specified log group already exists")
    page = logs.describe_log_groups(logGroupNamePrefix="/aws/", limit=1)
    assert [g["logGroupName"] for g in page["logGroups"]] == ["/aws/lambda/a"]
    rest = logs.describe_log_groups(logGroupNamePrefix="/aws/", nextToken=page["nextToken"])
    assert [g["logGroupName"] for g in rest["logGroups"]] == ["/aws/lambda/b"]
    assert "nextToken" not in rest
    group = page["logGroups"][0]
    assert group["arn"] == f"arn:aws:logs:us-east-1:{aws.id}:log-group:/aws/lambda/a:*"
    assert "retentionInDays" not in group
    logs.delete_log_group(logGroupName="other")
    assert error_of(logs.delete_log_group, logGroupName="other") == (
        "ResourceNotFoundException", "The specified log group does not exist.")


def test_streams(aws, logs):
    logs.create_log_group(logGroupName="g")
    for name in ("b", "a", "c"):
        logs.create_log_stream(logGroupName="g", logStreamName=name)
    assert error_of(logs.create_log_stream, logGroupName="g", logStreamName="a") == (
        "ResourceAlreadyExistsException", "The specified log stream already exists")
    t = now_ms()
    for i, name in enumerate(("c", "a", "b")):
        logs.put_log_events(logGroupName="g", logStreamName=name, logEvents=[{"timestamp": t + i, "message": "x"}])
    names = lambda **more: [s["logStreamName"] for s in logs.describe_log_streams(logGroupName="g", **more)["logStreams"]]
    assert names() == ["a", "b", "c"]
    assert names(descending=True) == ["c", "b", "a"]
    assert names(orderBy="LastEventTime", descending=True) == ["b", "a", "c"]
    assert names(logStreamNamePrefix="b") == ["b"]
    assert error_of(logs.describe_log_streams, logGroupName="g", orderBy="LastEventTime", logStreamNamePrefix="b")[0] == "InvalidParameterException"
    page = logs.describe_log_streams(logGroupName="g", limit=2)
    rest = logs.describe_log_streams(logGroupName="g", nextToken=page["nextToken"])
    assert [s["logStreamName"] for s in page["logStreams"] + rest["logStreams"]] == ["a", "b", "c"]
    stream = page["logStreams"][0]
    assert stream["arn"] == f"arn:aws:logs:us-east-1:{aws.id}:log-group:g:log-stream:a"
    assert stream["firstEventTimestamp"] == stream["lastEventTimestamp"] == t + 1
    assert error_of(logs.put_log_events, logGroupName="g", logStreamName="none", logEvents=[{"timestamp": t, "message": "x"}]) == (
        "ResourceNotFoundException", "The specified log stream does not exist.")
    # A stream made again is empty.
    logs.delete_log_stream(logGroupName="g", logStreamName="a")
    logs.create_log_stream(logGroupName="g", logStreamName="a")
    assert logs.get_log_events(logGroupName="g", logStreamName="a")["events"] == []


def test_put_limits(logs, stream):
    t = now_ms()
    code, message = error_of(logs.put_log_events, **stream, logEvents=[{"timestamp": t, "message": "b"}, {"timestamp": t - 1, "message": "a"}])
    assert (code, message) == ("InvalidParameterException", "Log events in a single PutLogEvents request must be in chronological order.")
    code, message = error_of(logs.put_log_events, **stream, logEvents=[{"timestamp": t, "message": "x" * 200000}] * 6)
    assert (code, message) == ("InvalidParameterException", "Upload too large: 1200156 bytes exceeds limit of 1048576")
    day = 24 * 3600 * 1000
    old = logs.put_log_events(**stream, logEvents=[{"timestamp": t - 15 * day, "message": "old"}])
    assert old["rejectedLogEventsInfo"] == {"tooOldLogEventEndIndex": 1}
    mixed = logs.put_log_events(**stream, logEvents=[{"timestamp": t, "message": "ok"}, {"timestamp": t + 3 * 3600 * 1000, "message": "new"}])
    assert mixed["rejectedLogEventsInfo"] == {"tooNewLogEventStartIndex": 1}
    assert [e["message"] for e in logs.get_log_events(**stream)["events"]] == ["ok"]


def test_get_tokens(logs, stream):
    t = now_ms()
    logs.put_log_events(**stream, logEvents=[{"timestamp": t + i, "message": str(i)} for i in range(10)])
    messages = lambda page: [e["message"] for e in page["events"]]
    last = logs.get_log_events(**stream, limit=4)
    assert messages(last) == ["6", "7", "8", "9"]
    assert last["nextForwardToken"].startswith("f/") and last["nextBackwardToken"].startswith("b/")
    before = logs.get_log_events(**stream, limit=4, nextToken=last["nextBackwardToken"])
    assert messages(before) == ["2", "3", "4", "5"]
    first = logs.get_log_events(**stream, limit=4, startFromHead=True)
    assert messages(first) == ["0", "1", "2", "3"]
    end = logs.get_log_events(**stream, nextToken=last["nextForwardToken"])
    assert messages(end) == [] and end["nextForwardToken"] == last["nextForwardToken"]
    logs.put_log_events(**stream, logEvents=[{"timestamp": t + 20, "message": "late"}])
    assert messages(logs.get_log_events(**stream, nextToken=end["nextForwardToken"])) == ["late"]
    # endTime is exclusive here, startTime inclusive.
    assert messages(logs.get_log_events(**stream, startTime=t + 3, endTime=t + 5, startFromHead=True)) == ["3", "4"]
    assert messages(logs.get_log_events(**stream, startTime=t + 3, endTime=t + 5)) == ["3", "4"]


def test_filter_merges_streams(logs):
    logs.create_log_group(logGroupName="g")
    t = now_ms()
    for name, times in (("a1", (0, 3, 6)), ("a2", (1, 4)), ("b", (2, 5))):
        logs.create_log_stream(logGroupName="g", logStreamName=name)
        logs.put_log_events(logGroupName="g", logStreamName=name,
                            logEvents=[{"timestamp": t + i, "message": f"{'ERROR' if i % 2 else 'INFO'} {i}"} for i in times])
    messages = lambda **more: [e["message"][-1] for e in logs.filter_log_events(logGroupName="g", **more)["events"]]
    assert messages() == list("0123456")
    assert messages(logStreamNames=["a1", "b"]) == list("02356")
    assert messages(logStreamNamePrefix="a") == list("01346")
    assert messages(startTime=t + 2, endTime=t + 4) == list("234")
    assert messages(filterPattern="ERROR") == list("135")
    collected, ids, token = [], set(), {}
    while True:
        page = logs.filter_log_events(logGroupName="g", limit=2, interleaved=True, **token)
        collected += [e["message"][-1] for e in page["events"]]
        ids |= {e["eventId"] for e in page["events"]}
        if "nextToken" not in page:
            break
        token = {"nextToken": page["nextToken"]}
    assert collected == list("0123456") and len(ids) == 7
    again = logs.filter_log_events(logGroupName="g")["events"]
    assert {e["eventId"] for e in again} == ids
    assert again[0]["logStreamName"] == "a1" and len(again[0]["eventId"]) == 56
    assert error_of(logs.filter_log_events, logGroupName="none")[1] == "The specified log group does not exist."


def test_retention_and_tags(aws, logs, stream):
    t, day = now_ms(), 24 * 3600 * 1000
    logs.put_log_events(**stream, logEvents=[{"timestamp": t - 2 * day, "message": "old"}])
    logs.put_log_events(**stream, logEvents=[{"timestamp": t, "message": "new"}])
    code, message = error_of(logs.put_retention_policy, logGroupName="g", retentionInDays=2)
    assert code == "InvalidParameterException" and "Value '2' at 'retentionInDays'" in message
    logs.put_retention_policy(logGroupName="g", retentionInDays=1)
    assert logs.describe_log_groups()["logGroups"][0]["retentionInDays"] == 1
    assert [e["message"] for e in logs.get_log_events(**stream, startFromHead=True)["events"]] == ["new"]
    logs.delete_retention_policy(logGroupName="g")
    assert "retentionInDays" not in logs.describe_log_groups()["logGroups"][0]
    arn = f"arn:aws:logs:us-east-1:{aws.id}:log-group:g"
    logs.tag_log_group(logGroupName="g", tags={"a": "1", "b": "2"})
    logs.untag_resource(resourceArn=arn, tagKeys=["a"])
    logs.tag_resource(resourceArn=arn, tags={"c": "3"})
    assert logs.list_tags_for_resource(resourceArn=arn)["tags"] == {"b": "2", "c": "3"}
    assert logs.list_tags_log_group(logGroupName="g")["tags"] == {"b": "2", "c": "3"}
