"""The accounts of the installation."""
from expect import aws_error

MANAGEMENT = {"AccessKeyId": "000000000000", "SecretAccessKey": "test"}


def test_accounts(account, server):
    organizations = account.client("organizations", credentials=MANAGEMENT)
    assert organizations.describe_organization()["Organization"]["MasterAccountId"] == "000000000000"
    ids = [a["Id"] for page in organizations.get_paginator("list_accounts").paginate() for a in page["Accounts"]]
    assert account.id in ids and "000000000000" in ids
    assert organizations.describe_account(AccountId=account.id)["Account"]["Status"] == "ACTIVE"
    with aws_error("AccountNotFoundException", "You specified an account that doesn't exist."):
        organizations.describe_account(AccountId="999999999999")
    with aws_error("AccessDeniedException"):
        account.client("organizations").list_accounts()


def test_a_created_account_can_be_entered(account, server):
    organizations = account.client("organizations", credentials=MANAGEMENT)
    status = organizations.create_account(Email="a@example.com", AccountName=f"made-{account.id}")["CreateAccountStatus"]
    assert status["State"] == "SUCCEEDED"
    assert organizations.describe_create_account_status(CreateAccountRequestId=status["Id"])["CreateAccountStatus"]["AccountId"] == status["AccountId"]
    role = f"arn:aws:iam::{status['AccountId']}:role/OrganizationAccountAccessRole"
    admin = server.admin("GET", "accounts/000000000000")
    session = account.client("sts", credentials=admin).assume_role(RoleArn=role, RoleSessionName="entered")["Credentials"]
    users = account.client("iam", credentials=session).list_users()["Users"]
    assert [u["UserName"] for u in users] == ["admin"]
    again = organizations.create_account(Email="b@example.com", AccountName=f"made-{account.id}")["CreateAccountStatus"]
    assert again["State"] == "FAILED"
