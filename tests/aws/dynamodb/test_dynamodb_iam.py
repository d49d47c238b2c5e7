"""Fine-grained access: the condition keys of DynamoDB."""
import json
import random

import boto3
import pytest
from ddb_helpers import REGION, client_for, fails, index


@pytest.fixture
def limited(ddb_url, keys, make_table):
    """limited(statement…) -> (client of a user with this policy, table)"""
    iam = boto3.client("iam", endpoint_url=ddb_url, region_name=REGION, aws_access_key_id=keys["AccessKeyId"],
                       aws_secret_access_key=keys["SecretAccessKey"], aws_session_token=keys.get("SessionToken"))

    def make(*actions, resource="", **condition):
        table = make_table("id S", extra=["g S"], globals_=[index("by-g", "g")])
        user = f"user-{random.randrange(10**12)}"
        iam.create_user(UserName=user)
        statement = {"Effect": "Allow", "Action": list(actions), "Resource": f"arn:aws:dynamodb:*:{keys['Id']}:table/{table}{resource}"}
        if condition:
            statement["Condition"] = condition
        iam.put_user_policy(UserName=user, PolicyName="limited", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
        return client_for(ddb_url, iam.create_access_key(UserName=user)["AccessKey"]), table
    return make


def key(text):
    return {"id": {"S": text}}


def test_leading_keys(limited):
    client, table = limited("dynamodb:*", **{"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["mine"]}})
    client.put_item(TableName=table, Item=key("mine"))
    assert client.get_item(TableName=table, Key=key("mine"))["Item"] == key("mine")
    assert client.query(TableName=table, KeyConditionExpression="id = :a", ExpressionAttributeValues={":a": {"S": "mine"}})["Count"] == 1
    denied = fails("AccessDeniedException", client.get_item, TableName=table, Key=key("theirs"))
    assert denied.startswith("User: arn:aws:iam::") and "is not authorized to perform: dynamodb:GetItem on resource: arn:aws:dynamodb:" in denied
    fails("AccessDeniedException", client.put_item, TableName=table, Item=key("theirs"))
    fails("AccessDeniedException", client.batch_get_item, RequestItems={table: {"Keys": [key("mine"), key("theirs")]}})
    fails("AccessDeniedException", client.transact_write_items, TransactItems=[{"Put": {"TableName": table, "Item": key("theirs")}}])


def test_attributes(limited):
    client, table = limited("dynamodb:GetItem", **{"ForAllValues:StringEquals": {"dynamodb:Attributes": ["id", "open"]},
                                                   "StringEquals": {"dynamodb:Select": "SPECIFIC_ATTRIBUTES"}})
    client.get_item(TableName=table, Key=key("a"), ProjectionExpression="id, #o", ExpressionAttributeNames={"#o": "open"})
    fails("AccessDeniedException", client.get_item, TableName=table, Key=key("a"), ProjectionExpression="secret")
    fails("AccessDeniedException", client.get_item, TableName=table, Key=key("a"))


def test_indexes_are_resources_of_their_own(limited):
    client, table = limited("dynamodb:Query", resource="/index/by-g")
    values = {":a": {"S": "x"}}
    assert client.query(TableName=table, IndexName="by-g", KeyConditionExpression="g = :a", ExpressionAttributeValues=values)["Count"] == 0
    fails("AccessDeniedException", client.query, TableName=table, KeyConditionExpression="id = :a", ExpressionAttributeValues=values)


def test_transactions_need_the_action_of_each_item(limited):
    client, table = limited("dynamodb:PutItem")
    client.transact_write_items(TransactItems=[{"Put": {"TableName": table, "Item": key("a")}}])
    fails("AccessDeniedException", client.transact_write_items, TransactItems=[
        {"Put": {"TableName": table, "Item": key("b")}}, {"Delete": {"TableName": table, "Key": key("a")}}])
    denied = fails("AccessDeniedException", client.transact_write_items, TransactItems=[
        {"ConditionCheck": {"TableName": table, "Key": key("a"), "ConditionExpression": "attribute_exists(id)"}}])
    assert "dynamodb:ConditionCheckItem" in denied


def test_missing_tables_are_hidden_from_those_who_may_not_look(limited):
    client, table = limited("dynamodb:GetItem")
    fails("AccessDeniedException", client.get_item, TableName=table + "x", Key=key("a"))
