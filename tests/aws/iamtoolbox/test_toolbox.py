"""AWS's IAM Toolbox, by plain signed requests: botocore's model of it is younger than Debian's botocore."""
import json
import urllib.error
import urllib.parse
import urllib.request

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError


def get(account, path, keys=None, signed_for="iam", **query):
    url = f"{account.url}{path}" + ("?" + urllib.parse.urlencode(query) if query else "")
    keys = keys or account.credentials
    request = AWSRequest("GET", url, headers={"Host": "iam-toolbox.us-east-1.amazonaws.com"})
    SigV4Auth(Credentials(keys["AccessKeyId"], keys["SecretAccessKey"]), signed_for, "us-east-1").add_auth(request)
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=dict(request.headers)), timeout=30) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, {**json.loads(error.read()), "type": error.headers.get("x-amzn-ErrorType", "")}


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def user(account, name, **policies):
    iam = account.client("iam")
    iam.create_user(UserName=name)
    for policy, text in policies.items():
        iam.put_user_policy(UserName=name, PolicyName=policy, PolicyDocument=text)
    return iam.create_access_key(UserName=name)["AccessKey"]


def denied_id(call, **kwargs):
    with pytest.raises(ClientError) as caught:
        call(**kwargs)
    return caught.value.response["Error"]["Message"].rsplit("authorization id: ", 1)[1]


ALL = {"Sid": "All", "Effect": "Allow", "Action": "*", "Resource": "*"}
NO_ROLES = {"Sid": "NoRoles", "Effect": "Deny", "Action": "iam:ListRoles", "Resource": "*"}


def test_an_explicit_deny_names_policies_and_statements(account):
    iam = account.client("iam")
    keys = user(account, "u", own=document(ALL))
    arn = iam.create_policy(PolicyName="No", PolicyDocument=document(NO_ROLES))["Policy"]["Arn"]
    iam.attach_user_policy(UserName="u", PolicyArn=arn)
    id_ = denied_id(account.client("iam", credentials=keys).list_roles)
    status, details = get(account, f"/authorization-details/{id_}")
    assert status == 200
    evaluation, = details["evaluations"]
    assert (evaluation["action"], evaluation["evaluatedEffect"]) == ("iam:ListRoles", "EXPLICIT_DENY")
    assert {"uri": arn, "matchedStatements": [{"sid": "NoRoles", "evaluatedEffect": "DENY"}]} in evaluation["matchedPolicies"]
    assert details["requestContext"]["aws:username"] == "u"
    user_arn = f"arn:aws:iam::{account.id}:user/u"
    assert {"uri": arn, "type": "IDENTITY_BASED_POLICY", "inline": False, "attachedTo": [{"arn": user_arn}]} in details["policies"]
    inline, = [p for p in details["policies"] if p["inline"]]
    assert inline["type"] == "IDENTITY_BASED_POLICY" and inline["attachedTo"] == [{"arn": user_arn}]


def test_the_policy_as_it_was(account):
    iam = account.client("iam")
    keys = user(account, "u", own=document(NO_ROLES))
    id_ = denied_id(account.client("iam", credentials=keys).list_roles)
    iam.put_user_policy(UserName="u", PolicyName="own", PolicyDocument=document(ALL))
    uri = get(account, f"/authorization-details/{id_}")[1]["policies"][0]["uri"]
    status, answer = get(account, f"/authorization-details/{id_}/policy", policyUri=uri)
    assert status == 200 and answer["policyDocument"] == json.loads(document(NO_ROLES))
    status, answer = get(account, f"/authorization-details/{id_}/policy", policyUri="inline:unknown")
    assert status == 404 and answer["type"].startswith("ResourceNotFoundException")


def test_an_implicit_deny_matches_nothing(account):
    keys = user(account, "u")
    evaluation, = get(account, "/authorization-details/" + denied_id(account.client("iam", credentials=keys).list_roles))[1]["evaluations"]
    assert evaluation["evaluatedEffect"] == "IMPLICIT_DENY" and not evaluation.get("matchedPolicies")


def test_who_may_ask(account):
    keys = user(account, "u")
    id_ = denied_id(account.client("iam", credentials=keys).list_roles)
    status, answer = get(account, f"/authorization-details/{id_}", keys=keys)
    assert status == 403 and "iam:GetRequestAuthorizationDetails" in (answer.get("message") or answer["Message"])


def test_signatures_and_the_event_history(account):
    """AWS's model signs for iam; the host's name is taken too. CloudTrail's source is the host's."""
    keys = user(account, "u")
    id_ = denied_id(account.client("iam", credentials=keys).list_roles)
    for name in ("iam", "iam-toolbox"):
        assert get(account, f"/authorization-details/{id_}", signed_for=name)[0] == 200
    status, answer = get(account, f"/authorization-details/{id_}", keys=keys)
    assert (status, answer["type"].split(":")[0]) == (403, "AccessDeniedException")
    events = account.client("cloudtrail").lookup_events(LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "GetRequestAuthorizationDetails"}])["Events"]
    assert [event["EventSource"] for event in events] == ["iam-toolbox.amazonaws.com"] * 3
    assert all(json.loads(event["CloudTrailEvent"])["requestParameters"] == {"authorizationId": id_} for event in events)


def test_unknown_ids(account):
    status, answer = get(account, "/authorization-details/0123456789abcdef")
    assert status == 404 and answer["type"].startswith("ResourceNotFoundException")
    status, answer = get(account, "/authorization-details/NOT-AN-ID")
    assert status == 400 and answer["type"].startswith("ValidationException")
