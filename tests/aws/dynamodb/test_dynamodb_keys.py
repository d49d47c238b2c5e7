"""Tables under customer managed keys: what DynamoDB asks of KMS, as whom, and what comes of a deny."""
import time

import pytest
from botocore.exceptions import ClientError
from customer_keys import (NO_IDENTITY, NO_RESOURCE, allow, denied, document, grants_of, key_policy, make_key, make_user, root,
                           set_user_policy, wait_for_grants)
from expect import fails
from signed import json_call
from stacks import delete, deploy

MODEL = "com.amazonaws.services.kms.model."
ITEM = {"id": {"S": "a"}}


def create(dynamodb, name, key=None, **specification):
    if key:
        specification = {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": key}
    more = {"SSESpecification": specification} if specification else {}
    return dynamodb.create_table(TableName=name, BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
                                 AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}], **more)["TableDescription"]


def change(dynamodb, name, key):
    return dynamodb.update_table(TableName=name, SSESpecification={"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": key})


def kms_fault(code, call, *args, **kwargs):
    """Calls, expects DynamoDB's error `code` that tells KMS's; gives (kind, exception, KMS's text, KMS's code)."""
    with pytest.raises(ClientError) as caught:
        call(*args, **kwargs)
    answer = caught.value.response
    assert (answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]) == (code, 400), caught.value
    message = answer["Error"]["Message"]
    told = message.split("; Request ID: ")[1]
    if "authorization id: " in message:  # what `drydock why` explains
        assert told == message.split("authorization id: ")[1].split(" ")[0] + "; Proxy: null)"
    elif code != "AccessDeniedException":
        assert told == answer["ResponseMetadata"]["RequestId"] + "; Proxy: null)"
    kind, rest = message.split(f": {MODEL}")
    exception, rest = rest.split(": ", 1)
    text, tail = rest.split(" (Service: AWSKMS; Status Code: 400; Error Code: ")
    return kind, exception, text.split(". Go to https://")[0], tail.split(";")[0]


def share(account, table, with_account):
    """The table's policy lets another account in."""
    statement = {**allow("dynamodb:*", resource=table), "Principal": root(with_account)}
    json_call(account, "dynamodb", "DynamoDB_20120810.PutResourcePolicy", ResourceArn=table, Policy=document(statement))


def access_denied(text):
    return "KMS key access denied error", "AWSKMSException", text, "AccessDeniedException"


def data_calls(dynamodb, table):
    """Each call that reads or writes items, with its arguments."""
    return [(dynamodb.put_item, {"TableName": table, "Item": ITEM}), (dynamodb.get_item, {"TableName": table, "Key": ITEM}),
            (dynamodb.update_item, {"TableName": table, "Key": ITEM}), (dynamodb.delete_item, {"TableName": table, "Key": ITEM}),
            (dynamodb.query, {"TableName": table, "KeyConditionExpression": "id = :a", "ExpressionAttributeValues": {":a": {"S": "a"}}}),
            (dynamodb.scan, {"TableName": table}),
            (dynamodb.batch_get_item, {"RequestItems": {table: {"Keys": [ITEM]}}}),
            (dynamodb.batch_write_item, {"RequestItems": {table: [{"PutRequest": {"Item": ITEM}}]}}),
            (dynamodb.transact_get_items, {"TransactItems": [{"Get": {"TableName": table, "Key": ITEM}}]}),
            (dynamodb.transact_write_items, {"TransactItems": [{"Put": {"TableName": table, "Item": ITEM}}]})]


def test_choosing_a_key_asks_for_the_key_and_a_grant(account):
    key = make_key(account)
    user, credentials = make_user(account, allow("dynamodb:*"))
    mine = account.client("dynamodb", credentials=credentials)
    assert kms_fault("AccessDeniedException", create, mine, "orders", key) == access_denied(denied(user, "kms:DescribeKey", key, NO_IDENTITY))
    set_user_policy(account, user, allow("dynamodb:*"), allow("kms:DescribeKey"))
    assert kms_fault("AccessDeniedException", create, mine, "orders", key) == access_denied(denied(user, "kms:CreateGrant", key, NO_IDENTITY))
    fails("ResourceNotFoundException", mine.describe_table, TableName="orders")
    assert grants_of(account, key) == []
    # Neither may the user call these itself, nor DynamoDB make any other grant for it.
    set_user_policy(account, user, allow("dynamodb:*"), allow(
        "kms:DescribeKey", "kms:CreateGrant", StringEquals={"kms:ViaService": "dynamodb.us-east-1.amazonaws.com", "kms:CallerAccount": account.id}))
    assert create(mine, "orders", key)["SSEDescription"] == {"Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": key}
    fails("AccessDeniedException", account.client("kms", credentials=credentials).describe_key, KeyId=key)
    [grant] = grants_of(account, key)
    assert grant["GranteePrincipal"] == grant["RetiringPrincipal"] == "dynamodb.us-east-1.amazonaws.com"
    assert sorted(grant["Operations"]) == ["Decrypt", "DescribeKey", "Encrypt", "GenerateDataKey", "ReEncryptFrom", "ReEncryptTo", "RetireGrant"]
    assert grant["Constraints"] == {"EncryptionContextSubset": {"aws:dynamodb:tableName": "orders", "aws:dynamodb:subscriberId": account.id}}
    assert grant["IssuingAccount"] == root(account)["AWS"]


def test_conditions_of_the_grant_in_key_policies(account):
    key = make_key(account, {**allow("kms:DescribeKey"), "Principal": root(account)},
                   {**allow("kms:CreateGrant", Bool={"kms:GrantIsForAWSResource": "true"},
                            **{"ForAllValues:StringEquals": {"kms:GrantOperations": ["Decrypt"]}}), "Principal": root(account)})
    kms, dynamodb = account.client("kms"), account.client("dynamodb")
    # Statements of key policies: kms:Create* of the account's statement allows grants, so it goes first.
    def put(*statements):
        policy = key_policy(account, *statements).replace('"kms:Create*"', '"kms:CreateAlias"')
        kms.put_key_policy(KeyId=key, PolicyName="default", Policy=policy)
    grants = {**allow("kms:CreateGrant", Bool={"kms:GrantIsForAWSResource": "true"}), "Principal": root(account)}
    put({**grants, "Condition": {**grants["Condition"], "ForAllValues:StringEquals": {"kms:GrantOperations": ["Decrypt"]}}})
    kind, _, text, _ = kms_fault("AccessDeniedException", create, dynamodb, "tab", key)
    assert kind == "KMS key access denied error" and f"kms:CreateGrant on resource: {key} because {NO_RESOURCE}" in text
    put({**grants, "Condition": {**grants["Condition"], "StringEquals": {
        "kms:GranteePrincipal": "dynamodb.us-east-1.amazonaws.com", "kms:RetiringPrincipal": "dynamodb.us-east-1.amazonaws.com",
        "kms:GrantConstraintType": "EncryptionContextSubset"}}})
    create(dynamodb, "tab", key)
    assert NO_RESOURCE in fails("AccessDeniedException", kms.create_grant, KeyId=key, Operations=["Decrypt"],
                                GranteePrincipal=root(account)["AWS"])


def test_items_are_read_and_written_with_the_table_key_opened_as_the_caller(account):
    user, credentials = make_user(account, allow("dynamodb:*"))
    key = make_key(account, {"Sid": "ThroughDynamo", "Effect": "Allow", "Principal": {"AWS": user}, "Action": "kms:Decrypt", "Resource": "*", "Condition": {
        "StringLike": {"kms:ViaService": "dynamodb.*.amazonaws.com"},
        "StringEquals": {"kms:EncryptionContext:aws:dynamodb:tableName": "open", "kms:EncryptionContext:aws:dynamodb:subscriberId": account.id,
                         "kms:CallerAccount": account.id}}})
    dynamodb, mine = account.client("dynamodb"), account.client("dynamodb", credentials=credentials)
    create(dynamodb, "open", key), create(dynamodb, "shut", key), create(dynamodb, "plain")
    for call, arguments in data_calls(mine, "open"):
        call(**arguments)
    for call, arguments in data_calls(mine, "shut"):
        assert kms_fault("AccessDeniedException", call, **arguments) == access_denied(denied(user, "kms:Decrypt", key, NO_RESOURCE))
    for call, arguments in data_calls(mine, "plain"):
        call(**arguments)
    # The administrator has kms:* by IAM, which this key's policy does not heed. Looking at a table needs no key.
    kms_fault("AccessDeniedException", dynamodb.get_item, TableName="open", Key=ITEM)
    assert dynamodb.describe_table(TableName="shut")["Table"]["TableStatus"] == "ACTIVE"
    kms_fault("AccessDeniedException", mine.update_time_to_live, TableName="shut", TimeToLiveSpecification={"Enabled": True, "AttributeName": "t"})
    mine.update_time_to_live(TableName="open", TimeToLiveSpecification={"Enabled": True, "AttributeName": "t"})
    # Several tables in one call: each is opened.
    mixed = [{"Put": {"TableName": name, "Item": ITEM}} for name in ("plain", "open", "shut")]
    kms_fault("AccessDeniedException", mine.transact_write_items, TransactItems=mixed)
    mine.transact_write_items(TransactItems=mixed[:2])


def test_keys_that_cannot_be_used(account, other_account):
    kms, dynamodb = account.client("kms"), account.client("dynamodb")
    disabled, dying, missing = make_key(account), make_key(account), f"arn:aws:kms:us-east-1:{account.id}:key/11111111-2222-3333-4444-555555555555"
    kms.create_alias(AliasName="alias/off", TargetKeyId=disabled)
    kms.disable_key(KeyId=disabled)
    kms.schedule_key_deletion(KeyId=dying, PendingWindowInDays=7)
    create(dynamodb, "there")
    def both(code, key):
        found = kms_fault(code, create, dynamodb, "tab", key)
        assert found == kms_fault(code, change, dynamodb, "there", key)
        return found
    off = ("KMS key disabled error", "DisabledException", f"{disabled} is disabled.", "DisabledException")
    assert both("ValidationException", disabled) == off and both("ValidationException", "alias/off") == off
    def invalid(exception, text):
        return "KMS validation error", exception, text, exception
    assert both("ValidationException", dying) == invalid("KMSInvalidStateException", f"{dying} is pending deletion.")
    assert both("ValidationException", missing) == invalid("NotFoundException", f"Key '{missing}' does not exist")
    assert both("ValidationException", "alias/none") == invalid("NotFoundException", f"Alias arn:aws:kms:us-east-1:{account.id}:alias/none is not found.")
    assert both("ValidationException", make_key(account, region="us-west-2")) == invalid("NotFoundException", "Invalid arn us-west-2")
    kind, _, text, _ = both("AccessDeniedException", make_key(other_account))
    assert kind == "KMS key access denied error" and "is not authorized to perform: kms:DescribeKey" in text
    kind, _, text, _ = both("AccessDeniedException", "alias/aws/s3")
    assert kind == "KMS key access denied error" and "kms:CreateGrant" in text and NO_RESOURCE in text
    fails("ResourceNotFoundException", dynamodb.describe_table, TableName="tab")
    assert "SSEDescription" not in dynamodb.describe_table(TableName="there")["Table"]


def test_specifications(account):
    dynamodb = account.client("dynamodb")
    invalid = "One or more parameter values were invalid: "
    for specification, message in [
            ({"Enabled": False, "SSEType": "KMS"}, "SSEType can not be specified if Enabled is false"),
            ({"Enabled": False, "KMSMasterKeyId": "alias/x"}, "KMSMasterKeyId can not be specified if Enabled is false"),
            ({"Enabled": True, "SSEType": "AES256"}, "SSEType AES256 is not supported"),
            ({"Enabled": True, "KMSMasterKeyId": "alias/x"}, "SSEType KMS is required if KMSMasterKeyId is specified")]:
        assert fails("ValidationException", create, dynamodb, "tab", **specification) == invalid + message
    assert "SSEDescription" not in create(dynamodb, "default", Enabled=False)
    assert create(dynamodb, "managed", SSEType="KMS")["SSEDescription"]["SSEType"] == "KMS"
    assert fails("ValidationException", dynamodb.update_table, TableName="default", SSESpecification={"Enabled": False}) == \
        invalid + "Table is already encrypted by default"
    key = make_key(account)
    account.client("kms").create_alias(AliasName="alias/mine", TargetKeyId=key)
    assert change(dynamodb, "default", "alias/mine")["TableDescription"]["SSEDescription"]["KMSMasterKeyArn"] == key
    assert fails("ValidationException", change, dynamodb, "default", key) == \
        invalid + "Table is already encrypted with given KMSMasterKeyId. Use KMSMasterKeyId parameter if you want to change Master Key"
    change(dynamodb, "default", key.split("/")[1])  # AWS does take any other name of it for a change
    wait_for_grants(account, key, 1)
    dynamodb.update_table(TableName="default", SSESpecification={"Enabled": False})
    assert "SSEDescription" not in dynamodb.describe_table(TableName="default")["Table"]
    wait_for_grants(account, key, 0)


def test_the_managed_key_is_for_callers_of_the_account(account, other_account):
    dynamodb = account.client("dynamodb")
    table = create(dynamodb, "tab", Enabled=True)
    arn = table["SSEDescription"]["KMSMasterKeyArn"]
    assert account.client("kms").describe_key(KeyId="alias/aws/dynamodb")["KeyMetadata"]["Arn"] == arn
    user, credentials = make_user(account, allow("dynamodb:*"))
    account.client("dynamodb", credentials=credentials).put_item(TableName="tab", Item=ITEM)
    share(account, table["TableArn"], other_account)
    kind, _, text, _ = kms_fault("AccessDeniedException", other_account.client("dynamodb").get_item, TableName=table["TableArn"], Key=ITEM)
    assert kind == "KMS key access denied error" and "kms:Decrypt" in text


def test_another_accounts_key_and_another_accounts_table(account, other_account):
    use = ["kms:DescribeKey", "kms:CreateGrant", "kms:Decrypt"]
    key = make_key(other_account, {**allow(*use, StringEquals={"kms:ViaService": "dynamodb.us-east-1.amazonaws.com", "kms:CallerAccount": account.id}),
                                   "Principal": root(account)})
    dynamodb = account.client("dynamodb")
    table = create(dynamodb, "tab", key)
    assert table["SSEDescription"]["KMSMasterKeyArn"] == key
    [grant] = grants_of(other_account, key)
    assert grant["IssuingAccount"] == root(account)["AWS"]
    dynamodb.put_item(TableName="tab", Item=ITEM)
    # The key's own account, let in by the table's policy, must be let in by the key as well; here it comes from the other account.
    share(account, table["TableArn"], other_account)
    theirs = other_account.client("dynamodb")
    who = other_account.client("sts").get_caller_identity()["Arn"]
    assert kms_fault("AccessDeniedException", theirs.get_item, TableName=table["TableArn"], Key=ITEM) == \
        access_denied(denied(who, "kms:Decrypt", key, NO_RESOURCE))
    other_account.client("kms").put_key_policy(KeyId=key, PolicyName="default", Policy=key_policy(other_account, {
        **allow("kms:Decrypt", StringEquals={"kms:EncryptionContext:aws:dynamodb:subscriberId": account.id, "kms:CallerAccount": other_account.id}),
        "Principal": root(other_account)}))
    assert theirs.get_item(TableName=table["TableArn"], Key=ITEM)["Item"] == ITEM
    kms_fault("AccessDeniedException", dynamodb.get_item, TableName="tab", Key=ITEM)
    dynamodb.delete_table(TableName="tab")
    wait_for_grants(other_account, key, 0)


def test_a_disabled_key_makes_a_table_inaccessible(account):
    kms, dynamodb, key = account.client("kms"), account.client("dynamodb"), make_key(account)
    create(dynamodb, "tab", key)
    dynamodb.put_item(TableName="tab", Item=ITEM)
    kms.disable_key(KeyId=key)
    off = ("KMS key disabled error", "DisabledException", f"{key} is disabled.", "DisabledException")
    for call, arguments in data_calls(dynamodb, "tab"):
        assert kms_fault("ValidationException", call, **arguments) == off
    table = dynamodb.describe_table(TableName="tab")["Table"]
    assert table["TableStatus"] == "INACCESSIBLE_ENCRYPTION_CREDENTIALS" and table["SSEDescription"]["Status"] == "ENABLED"
    since = table["SSEDescription"]["InaccessibleEncryptionDateTime"]
    assert dynamodb.describe_table(TableName="tab")["Table"]["SSEDescription"]["InaccessibleEncryptionDateTime"] == since
    # Of changes only those of the key fail, and they name the old key.
    assert kms_fault("ValidationException", change, dynamodb, "tab", make_key(account)) == off
    dynamodb.update_table(TableName="tab", BillingMode="PROVISIONED", ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 1})
    dynamodb.tag_resource(ResourceArn=table["TableArn"], Tags=[{"Key": "a", "Value": "b"}])
    kms.enable_key(KeyId=key)
    assert dynamodb.get_item(TableName="tab", Key=ITEM)["Item"] == ITEM
    table = dynamodb.describe_table(TableName="tab")["Table"]
    assert table["TableStatus"] == "ACTIVE" and "InaccessibleEncryptionDateTime" not in table["SSEDescription"]
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    assert kms_fault("ValidationException", dynamodb.get_item, TableName="tab", Key=ITEM) == (
        "KMS validation error", "KMSInvalidStateException", f"{key} is pending deletion.", "KMSInvalidStateException")


def test_a_revoked_grant_makes_a_table_inaccessible_until_it_has_another_key(account):
    kms, dynamodb, key, next_key = account.client("kms"), account.client("dynamodb"), make_key(account), make_key(account)
    create(dynamodb, "tab", key)
    dynamodb.put_item(TableName="tab", Item=ITEM)
    kms.revoke_grant(KeyId=key, GrantId=grants_of(account, key)[0]["GrantId"])
    assert dynamodb.describe_table(TableName="tab")["Table"]["TableStatus"] == "INACCESSIBLE_ENCRYPTION_CREDENTIALS"
    change(dynamodb, "tab", next_key)
    assert dynamodb.describe_table(TableName="tab")["Table"]["TableStatus"] == "ACTIVE"
    assert dynamodb.get_item(TableName="tab", Key=ITEM)["Item"] == ITEM
    assert len(grants_of(account, next_key)) == 1
    dynamodb.delete_table(TableName="tab")
    wait_for_grants(account, next_key, 0)


def test_dynamodb_itself_opens_tables_by_its_grant(own_account, own_server):
    """Expired items go, and new indexes are filled, without anybody's permission."""
    dynamodb = own_account.client("dynamodb")
    key = make_key(own_account, {**allow("kms:DescribeKey", "kms:CreateGrant", "kms:Decrypt"), "Principal": root(own_account)})
    create(dynamodb, "tab", key)
    dynamodb.update_time_to_live(TableName="tab", TimeToLiveSpecification={"Enabled": True, "AttributeName": "t"})
    now = int(time.time())
    dynamodb.put_item(TableName="tab", Item={"id": {"S": "old"}, "t": {"N": str(now - 10)}, "g": {"S": "x"}})
    dynamodb.put_item(TableName="tab", Item={"id": {"S": "new"}, "t": {"N": str(now + 10**6)}, "g": {"S": "x"}})
    own_account.client("kms").put_key_policy(KeyId=key, PolicyName="default", Policy=key_policy(own_account))
    own_server.advance(120)
    end = time.monotonic() + 120
    while dynamodb.describe_table(TableName="tab")["Table"]["ItemCount"] != 1:
        assert time.monotonic() < end
        time.sleep(0.02)
    dynamodb.update_table(TableName="tab", AttributeDefinitions=[{"AttributeName": "g", "AttributeType": "S"}], GlobalSecondaryIndexUpdates=[{"Create": {
        "IndexName": "by-g", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}}])
    while True:
        [index] = dynamodb.describe_table(TableName="tab")["Table"]["GlobalSecondaryIndexes"]
        if index["IndexStatus"] == "ACTIVE":
            break
        assert time.monotonic() < end
        time.sleep(0.02)
    assert index["ItemCount"] == 1
    kms_fault("AccessDeniedException", dynamodb.scan, TableName="tab")


def test_cloudformation_forwards_its_caller_through_dynamodb(account):
    key = make_key(account)
    properties = {"BillingMode": "PAY_PER_REQUEST", "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                  "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                  "SSESpecification": {"SSEEnabled": True, "SSEType": "KMS", "KMSMasterKeyId": key}}
    deploy(account, "keys", {"Table": {"Type": "AWS::DynamoDB::Table", "Properties": {**properties, "TableName": "made"}}})
    assert account.client("dynamodb").describe_table(TableName="made")["Table"]["SSEDescription"]["KMSMasterKeyArn"] == key
    assert len(grants_of(account, key)) == 1
    delete(account, "keys")
    wait_for_grants(account, key, 0)
