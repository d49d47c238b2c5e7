"""A request that was allowed a moment ago is denied as soon as anything that it rested on changes, and allowed again when that is gone."""
import json
import time

import pytest

from expect import fails
from signed import json_call

MANAGEMENT = {"AccessKeyId": "000000000000", "SecretAccessKey": "test"}
TABLE = {"TableName": "table", "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}],
         "AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}], "BillingMode": "PAY_PER_REQUEST"}


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def statement(effect="Allow", action="dynamodb:GetItem", **more):
    return {"Effect": effect, "Action": action, "Resource": "*", **more}


class Reader:
    """Reads one item several times, so that what is remembered of a request is used."""

    def __init__(self, account, keys, **config):
        self.client = account.client("dynamodb", credentials=keys, **config)

    def allowed(self, key="x"):
        for _ in range(3):
            self.client.get_item(TableName="table", Key={"k": {"S": key}})

    def denied(self, key="x"):
        for _ in range(2):
            fails("AccessDeniedException", self.client.get_item, TableName="table", Key={"k": {"S": key}})


def make_iam(account):
    account.client("dynamodb").create_table(**TABLE)
    client = account.client("iam")
    client.create_user(UserName="reader")
    client.put_user_policy(UserName="reader", PolicyName="p", PolicyDocument=document(statement()))
    return client


def make_reader(account, iam):
    reader = Reader(account, iam.create_access_key(UserName="reader")["AccessKey"])
    reader.allowed()
    return reader


@pytest.fixture
def iam(account):
    return make_iam(account)


@pytest.fixture
def reader(account, iam):
    return make_reader(account, iam)


def test_identity_policies(iam, reader):
    iam.delete_user_policy(UserName="reader", PolicyName="p")
    reader.denied()
    iam.put_user_policy(UserName="reader", PolicyName="p", PolicyDocument=document(statement()))
    reader.allowed()
    iam.put_user_policy(UserName="reader", PolicyName="q", PolicyDocument=document(statement("Deny", "dynamodb:Get*")))
    reader.denied()


def test_a_boundary(account, iam, reader):
    boundary = iam.create_policy(PolicyName="b", PolicyDocument=document(statement(action="s3:*")))["Policy"]["Arn"]
    iam.put_user_permissions_boundary(UserName="reader", PermissionsBoundary=boundary)
    reader.denied()
    iam.create_policy_version(PolicyArn=boundary, PolicyDocument=document(statement()), SetAsDefault=True)
    reader.allowed()


def test_the_tables_own_policy(account, reader):
    arn = account.client("dynamodb").describe_table(TableName="table")["Table"]["TableArn"]
    deny = {"Effect": "Deny", "Principal": "*", "Action": "dynamodb:GetItem", "Resource": arn}
    json_call(account, "dynamodb", "DynamoDB_20120810.PutResourcePolicy", ResourceArn=arn, Policy=document(deny))
    reader.denied()
    json_call(account, "dynamodb", "DynamoDB_20120810.DeleteResourcePolicy", ResourceArn=arn)
    reader.allowed()


def test_conditions_are_looked_at_each_time(account, iam, reader):
    only_x = {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["x"]}}
    iam.put_user_policy(UserName="reader", PolicyName="p", PolicyDocument=document(statement(Condition=only_x)))
    for _ in range(3):
        reader.allowed("x")
        reader.denied("y")
    iam.put_user_policy(UserName="reader", PolicyName="p",
                        PolicyDocument=document(statement(), statement("Deny", Condition={"StringNotEquals": {"dynamodb:LeadingKeys": "x"}})))
    reader.allowed("x")
    reader.denied("y")


def test_a_condition_on_the_call_itself(account, iam, reader):
    """Two clients of one user that differ in nothing but what they say of themselves."""
    only_ours = {"StringLike": {"aws:UserAgent": "*ours*"}}
    iam.put_user_policy(UserName="reader", PolicyName="p", PolicyDocument=document(statement(Condition=only_ours)))
    keys = iam.create_access_key(UserName="reader")["AccessKey"]
    ours, other = Reader(account, keys, user_agent="ours/1"), Reader(account, keys, user_agent="other/1")
    for _ in range(3):
        ours.allowed()
        other.denied()


def test_time_passes(own_account):
    iam = make_iam(own_account)
    reader = make_reader(own_account, iam)
    until = {"DateLessThan": {"aws:CurrentTime": str(int(time.time()) + 36000)}}
    iam.put_user_policy(UserName="reader", PolicyName="p", PolicyDocument=document(statement(Condition=until)))
    reader.allowed()
    own_account.server.advance(36001)
    reader.denied()


def test_a_variable(account, iam, reader):
    own = {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["${aws:username}"]}}
    iam.put_user_policy(UserName="reader", PolicyName="p", PolicyDocument=document(statement(Condition=own)))
    for _ in range(3):
        reader.allowed("reader")
        reader.denied("writer")


def test_sessions_of_one_name_with_other_tags(account, iam, reader):
    trust = document({"Effect": "Allow", "Principal": {"AWS": account.id}, "Action": ["sts:AssumeRole", "sts:TagSession"]})
    role = iam.create_role(RoleName="tagged", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    iam.put_role_policy(RoleName="tagged", PolicyName="p",
                        PolicyDocument=document(statement(Condition={"StringEquals": {"aws:PrincipalTag/team": "blue"}})))

    def session(team):
        made = account.client("sts").assume_role(RoleArn=role, RoleSessionName="same", Tags=[{"Key": "team", "Value": team}])
        return Reader(account, made["Credentials"])
    blue, red = session("blue"), session("red")
    for _ in range(3):
        blue.allowed()
        red.denied()


def test_a_tag_of_the_table(account, iam, reader):
    arn = account.client("dynamodb").describe_table(TableName="table")["Table"]["TableArn"]
    iam.put_user_policy(UserName="reader", PolicyName="p",
                        PolicyDocument=document(statement(), statement("Deny", Condition={"StringEquals": {"aws:ResourceTag/closed": "yes"}})))
    reader.allowed()
    account.client("dynamodb").tag_resource(ResourceArn=arn, Tags=[{"Key": "closed", "Value": "yes"}])
    reader.denied()


def test_a_service_control_policy(own_account):
    reader = make_reader(own_account, make_iam(own_account))
    organizations = own_account.client("organizations", credentials=MANAGEMENT)
    organizations.enable_policy_type(RootId=organizations.list_roots()["Roots"][0]["Id"], PolicyType="SERVICE_CONTROL_POLICY")
    reader.allowed()
    made = organizations.create_policy(Name="no reads", Description="", Type="SERVICE_CONTROL_POLICY",
                                       Content=document(statement("Deny")))["Policy"]["PolicySummary"]["Id"]
    organizations.attach_policy(PolicyId=made, TargetId=own_account.id)
    reader.denied()
    organizations.detach_policy(PolicyId=made, TargetId=own_account.id)
    reader.allowed()


def test_sessions_of_one_name(account, iam, reader):
    trust = document({"Effect": "Allow", "Principal": {"AWS": account.id}, "Action": "sts:AssumeRole"})
    role = iam.create_role(RoleName="role", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    iam.put_role_policy(RoleName="role", PolicyName="p", PolicyDocument=document(statement()))

    def session(**more):
        return Reader(account, account.client("sts").assume_role(RoleArn=role, RoleSessionName="same", **more)["Credentials"])
    whole, limited = session(), session(Policy=document(statement(action="s3:*")))
    for _ in range(2):
        whole.allowed()
        limited.denied()
    iam.delete_role_policy(RoleName="role", PolicyName="p")
    whole.denied()


def test_a_table_made_anew(account, iam, reader):
    dynamodb = account.client("dynamodb")
    arn = dynamodb.describe_table(TableName="table")["Table"]["TableArn"]
    iam.put_user_policy(UserName="reader", PolicyName="p", PolicyDocument=document(statement(action="s3:*")))
    user = iam.get_user(UserName="reader")["User"]["Arn"]
    allow = {"Effect": "Allow", "Principal": {"AWS": user}, "Action": "dynamodb:GetItem", "Resource": arn}
    json_call(account, "dynamodb", "DynamoDB_20120810.PutResourcePolicy", ResourceArn=arn, Policy=document(allow))
    reader.allowed()
    dynamodb.delete_table(TableName="table")
    dynamodb.get_waiter("table_not_exists").wait(TableName="table", WaiterConfig={"Delay": 1})
    dynamodb.create_table(**TABLE)
    reader.denied()
