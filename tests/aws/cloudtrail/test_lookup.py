"""CloudTrail's event history: who called what, from the calls of clients and of services."""
import json

import pytest
from botocore.exceptions import ClientError
from expect import fails


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def trust(principal):
    return document({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"})


def events(account, want=1, region="us-east-1", **attribute):
    """The events with one attribute, newest first: every call that was answered before is among them."""
    (key, value), = attribute.items()
    found = account.client("cloudtrail", region=region).lookup_events(LookupAttributes=[{"AttributeKey": key, "AttributeValue": value}])["Events"]
    assert len(found) >= want, f"no {want} events with {attribute}: {found}"
    return found


def record(event):
    return json.loads(event["CloudTrailEvent"])


def test_a_call_of_a_user(account):
    iam = account.client("iam", user_agent="my-tool/1.0")
    answer = iam.create_role(RoleName="mine", AssumeRolePolicyDocument=trust({"Service": "lambda.amazonaws.com"}), Tags=[{"Key": "a", "Value": "b"}])
    event, = events(account, EventName="CreateRole")
    assert (event["EventSource"], event["Username"], event["ReadOnly"]) == ("iam.amazonaws.com", "admin", "false")
    assert event["AccessKeyId"] == account.credentials["AccessKeyId"]
    assert event["Resources"] == [{"ResourceType": "AWS::IAM::Role", "ResourceName": "mine"}]
    told = record(event)
    assert told["userIdentity"] == {"type": "IAMUser", "principalId": told["userIdentity"]["principalId"], "accountId": account.id, "userName": "admin",
                                    "arn": f"arn:aws:iam::{account.id}:user/admin", "accessKeyId": account.credentials["AccessKeyId"]}
    assert (told["eventName"], told["awsRegion"], told["sourceIPAddress"], told["userAgent"]) == ("CreateRole", "us-east-1", "127.0.0.1", "my-tool/1.0")
    assert told["requestID"] == answer["ResponseMetadata"]["RequestId"]
    assert told["requestParameters"]["roleName"] == "mine" and told["requestParameters"]["tags"] == [{"key": "a", "value": "b"}]
    assert told["responseElements"]["role"]["arn"] == answer["Role"]["Arn"]
    assert (told["readOnly"], told["managementEvent"], told["eventCategory"], told["recipientAccountId"]) == (False, True, "Management", account.id)
    for attribute, value in (("EventId", event["EventId"]), ("ResourceName", "mine"), ("ResourceType", "AWS::IAM::Role"), ("EventSource", "iam.amazonaws.com")):
        assert event["EventId"] in [e["EventId"] for e in events(account, **{attribute: value})]


def test_an_error(account):
    message = fails("NoSuchEntity", account.client("iam").get_role, RoleName="none")
    told = record(events(account, EventName="GetRole")[0])
    assert (told["errorCode"], told["errorMessage"]) == ("NoSuchEntity", message)
    assert told["responseElements"] is None and told["readOnly"] is True


def test_sessions_and_both_accounts(account, other_account):
    role = other_account.client("iam").create_role(RoleName="far", AssumeRolePolicyDocument=trust({"AWS": f"arn:aws:iam::{account.id}:root"}))["Role"]
    other_account.client("iam").put_role_policy(RoleName="far", PolicyName="p", PolicyDocument=document({"Effect": "Allow", "Action": "*", "Resource": "*"}))
    session = account.client("sts").assume_role(RoleArn=role["Arn"], RoleSessionName="me")["Credentials"]
    other_account.client("logs", credentials=session).create_log_group(logGroupName="g")
    told = record(events(other_account, EventName="CreateLogGroup")[0])
    identity = told["userIdentity"]
    assert (identity["type"], identity["arn"]) == ("AssumedRole", f"arn:aws:sts::{other_account.id}:assumed-role/far/me")
    assert identity["sessionContext"]["sessionIssuer"] == {"type": "Role", "principalId": role["RoleId"], "arn": role["Arn"],
                                                           "accountId": other_account.id, "userName": "far"}
    ours, theirs = (record(events(one, EventName="AssumeRole")[0]) for one in (account, other_account))
    assert ours["sharedEventID"] == theirs["sharedEventID"] and ours["eventID"] != theirs["eventID"]
    assert ours["userIdentity"]["type"] == "IAMUser" and theirs["userIdentity"]["type"] == "AWSAccount"
    assert theirs["userIdentity"]["accountId"] == account.id and theirs["recipientAccountId"] == other_account.id
    assert ours["resources"] == [{"accountId": other_account.id, "type": "AWS::IAM::Role", "ARN": role["Arn"]}]
    text = json.dumps(ours)
    assert session["SecretAccessKey"] not in text and session["SessionToken"] not in text
    assert ours["responseElements"]["credentials"]["accessKeyId"] == session["AccessKeyId"]


def test_what_services_call(account):
    stacks = account.client("cloudformation")
    stacks.create_stack(StackName="s", TemplateBody=json.dumps({"Resources": {"G": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "made"}}}}))
    stacks.get_waiter("stack_create_complete").wait(StackName="s", WaiterConfig={"Delay": 1, "MaxAttempts": 30})
    told = record(events(account, EventName="CreateLogGroup")[0])
    assert told["userIdentity"]["invokedBy"] == told["sourceIPAddress"] == told["userAgent"] == "cloudformation.amazonaws.com"
    assert told["userIdentity"]["arn"] == f"arn:aws:iam::{account.id}:user/admin"


def test_secrets_are_left_out(account):
    account.client("secretsmanager").create_secret(Name="s", SecretString="very-secret-text")
    account.client("ssm").put_parameter(Name="p", Value="very-secret-text", Type="String")
    account.client("iam").create_access_key()
    for name in ("CreateSecret", "PutParameter"):
        text = events(account, EventName=name)[0]["CloudTrailEvent"]
        assert "very-secret-text" not in text and "HIDDEN_DUE_TO_SECURITY_REASONS" in text
    assert "secretAccessKey" not in events(account, EventName="CreateAccessKey")[0]["CloudTrailEvent"]


def test_times_buckets_and_resources_in_records(account):
    user = account.client("iam").create_user(UserName="u")["User"]
    told = record(events(account, EventName="CreateUser")[0])["responseElements"]["user"]["createDate"]
    made = user["CreateDate"]
    assert told == f"{made:%b} {made.day}, {made.year} {(made.hour + 11) % 12 + 1}:{made:%M:%S %p}"
    bucket, s3 = f"bucket-{account.id}", account.client("s3")
    s3.create_bucket(Bucket=bucket)
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": account.id}, "Action": "s3:*", "Resource": f"arn:aws:s3:::{bucket}"}]}
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))
    told = record(events(account, EventName="PutBucketPolicy")[0])
    assert told["requestParameters"] == {"bucketName": bucket, "bucketPolicy": policy}
    assert record(events(account, EventName="CreateBucket")[0])["responseElements"] is None
    # A secret has no name yet when IAM is asked; a role that is asked about three times is one resource.
    account.client("secretsmanager").create_secret(Name="s", SecretString="x")
    assert "resources" not in record(events(account, EventName="CreateSecret")[0])
    role = account.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument=document(
        {"Effect": "Allow", "Principal": {"AWS": account.id}, "Action": ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]}))["Role"]["Arn"]
    account.client("sts").assume_role(RoleArn=role, RoleSessionName="me", SourceIdentity="joe", Tags=[{"Key": "a", "Value": "b"}])
    assert record(events(account, EventName="AssumeRole")[0])["resources"] == [{"accountId": account.id, "type": "AWS::IAM::Role", "ARN": role}]


def test_who_let_a_federated_user_in(account):
    iam = account.client("iam")
    user = iam.create_user(UserName="u")["User"]
    policy = document({"Effect": "Allow", "Action": "*", "Resource": "*"})
    iam.put_user_policy(UserName="u", PolicyName="p", PolicyDocument=policy)
    keys = iam.create_access_key(UserName="u")["AccessKey"]
    session = account.client("sts", credentials=keys).get_federation_token(Name="bob", Policy=policy)["Credentials"]
    account.client("logs", credentials=session).create_log_group(logGroupName="g")
    identity = record(events(account, EventName="CreateLogGroup")[0])["userIdentity"]
    assert (identity["type"], identity["arn"]) == ("FederatedUser", f"arn:aws:sts::{account.id}:federated-user/bob")
    assert identity["sessionContext"]["sessionIssuer"] == {
        "type": "IAMUser", "principalId": user["UserId"], "arn": user["Arn"], "accountId": account.id, "userName": "u"}


def test_keys_of_maps_keep_their_spelling(account):
    account.client("logs").create_log_group(logGroupName="g", tags={"CostCenter": "A", "password": "is a key here"})
    told = record(events(account, EventName="CreateLogGroup")[0])
    assert told["requestParameters"] == {"logGroupName": "g", "tags": {"CostCenter": "A", "password": "is a key here"}}


def test_values_of_parameters_are_secret_their_tags_not(account):
    account.client("ssm").put_parameter(Name="p", Value="very-secret-text", Type="String", Tags=[{"Key": "Team", "Value": "a"}])
    told = record(events(account, EventName="PutParameter")[0])["requestParameters"]
    assert told["value"] == "HIDDEN_DUE_TO_SECURITY_REASONS" and told["tags"] == [{"key": "Team", "value": "a"}]


def test_what_is_too_large_is_left_out(account):
    account.client("iam").create_user(UserName="u")
    with pytest.raises(ClientError):
        account.client("iam").put_user_policy(UserName="u", PolicyName="p", PolicyDocument="x" * 120_000)
    account.client("events").put_rule(Name="r", EventPattern='{"source":["a"]}', Description="short")
    assert record(events(account, EventName="PutRule")[0])["requestParameters"]["description"] == "short"
    told = record(events(account, EventName="PutUserPolicy")[0])
    assert told["errorCode"] and len(json.dumps(told)) < 110_000


def test_calls_that_cannot_be_read_and_calls_of_nobody(account):
    """Who calls is known: recorded without parameters. Not signed rightly: in nobody's history, as on AWS."""
    fails("InvalidParameterException", account.client("logs").create_log_group, logGroupName="*?")
    told = record(events(account, EventName="CreateLogGroup")[0])
    assert told["errorCode"] and told["requestParameters"] is None and told["userIdentity"]["userName"] == "admin"
    wrong = {**account.credentials, "SecretAccessKey": "wrong"}
    with pytest.raises(ClientError, match="signature"):
        account.client("logs", credentials=wrong).delete_log_group(logGroupName="g")
    assert not account.client("cloudtrail").lookup_events(LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "DeleteLogGroup"}])["Events"]


def test_what_a_session_may_not_call_at_all(account):
    """GetSessionToken's credentials may not call IAM: that is refused before any policy, and recorded."""
    session = account.client("sts").get_session_token()["Credentials"]
    with pytest.raises(ClientError):
        account.client("iam", credentials=session).list_users()
    assert record(events(account, EventName="ListUsers")[0])["errorCode"]


def test_data_events_are_no_part_of_it(account):
    s3 = account.client("s3")
    s3.create_bucket(Bucket=f"bucket-{account.id}")
    s3.put_object(Bucket=f"bucket-{account.id}", Key="k", Body=b"x")
    table = account.client("dynamodb")
    table.create_table(TableName="table", KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}], BillingMode="PAY_PER_REQUEST",
                       AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}])
    table.put_item(TableName="table", Item={"k": {"S": "a"}})
    s3.get_bucket_location(Bucket=f"bucket-{account.id}")
    events(account, EventName="GetBucketLocation")
    names = {e["EventName"] for e in account.client("cloudtrail").lookup_events()["Events"]}
    assert {"CreateBucket", "CreateTable", "GetBucketLocation"} <= names and not names & {"PutObject", "PutItem"}


def test_pages_and_times(account):
    logs = account.client("logs", region="eu-west-1")
    for i in range(7):
        logs.create_log_group(logGroupName=f"g{i}")
    events(account, want=7, region="eu-west-1", EventName="CreateLogGroup")
    trail = account.client("cloudtrail", region="eu-west-1")
    seen, token = [], {}
    while True:
        page = trail.lookup_events(MaxResults=3, LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "CreateLogGroup"}], **token)
        seen += page["Events"]
        if "NextToken" not in page:
            break
        assert len(page["Events"]) == 3
        token = {"NextToken": page["NextToken"]}
    assert [record(e)["requestParameters"]["logGroupName"] for e in seen] == [f"g{i}" for i in reversed(range(7))]
    assert trail.lookup_events(EndTime=seen[0]["EventTime"].timestamp() - 3600)["Events"] == []
    assert trail.lookup_events(StartTime=seen[0]["EventTime"].timestamp() + 3600)["Events"] == []
    # Not in another region.
    assert "CreateLogGroup" not in {e["EventName"] for e in account.client("cloudtrail").lookup_events()["Events"]}


@pytest.mark.parametrize("code, arguments", [
    ("InvalidMaxResultsException", {"MaxResults": 51}),
    ("InvalidNextTokenException", {"NextToken": "nonsense"}),
    ("InvalidTimeRangeException", {"StartTime": 2000, "EndTime": 1000}),
    ("InvalidEventCategoryException", {"EventCategory": "other"}),
    ("InvalidLookupAttributesException", {"LookupAttributes": [{"AttributeKey": "EventName", "AttributeValue": "a"}] * 2}),
])
def test_what_it_refuses(account, code, arguments):
    fails(code, account.client("cloudtrail").lookup_events, **arguments)


def test_it_needs_permission(account):
    iam = account.client("iam")
    iam.create_user(UserName="u")
    keys = iam.create_access_key(UserName="u")["AccessKey"]
    with pytest.raises(ClientError, match="not authorized to perform: cloudtrail:LookupEvents"):
        account.client("cloudtrail", credentials=keys).lookup_events()
