"""Members that manage the organization for its management account: its resource policy and delegated administrators."""
import json

import pytest
from conftest import new_account
from expect import aws_error, fails, fails_with

SCP = "SERVICE_CONTROL_POLICY"
NO_PERMISSION = "You don't have permissions to access this resource."


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(account, *actions, **more):
    return {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{account}:root"}, "Action": list(actions), "Resource": "*", **more}


@pytest.fixture
def mine(own_account):
    return own_account.client("organizations")


def test_the_resource_policy_lives(organizations, own_account):
    with aws_error("ResourcePolicyNotFoundException", status=400):
        organizations.describe_resource_policy()
    with aws_error("ResourcePolicyNotFoundException"):
        organizations.delete_resource_policy()
    content = document(allow(own_account.id, "organizations:ListAccounts"))
    made = organizations.put_resource_policy(Content=content, Tags=[{"Key": "k", "Value": "v"}])["ResourcePolicy"]
    id_ = made["ResourcePolicySummary"]["Id"]
    assert made["ResourcePolicySummary"]["Arn"] == f"arn:aws:organizations::000000000000:resourcepolicy/o-drydock000/{id_}"
    assert json.loads(made["Content"]) == json.loads(content)
    assert organizations.list_tags_for_resource(ResourceId=id_)["Tags"] == [{"Key": "k", "Value": "v"}]
    organizations.tag_resource(ResourceId=id_, Tags=[{"Key": "k", "Value": "w"}])
    assert organizations.list_tags_for_resource(ResourceId=id_)["Tags"] == [{"Key": "k", "Value": "w"}]
    with aws_error("InvalidInputException"):  # tags belong to the creation alone
        organizations.put_resource_policy(Content=content, Tags=[{"Key": "k", "Value": "v"}])
    again = organizations.put_resource_policy(Content=document(allow(own_account.id, "organizations:ListRoots")))["ResourcePolicy"]
    assert again["ResourcePolicySummary"]["Id"] == id_
    assert organizations.describe_resource_policy()["ResourcePolicy"] == again
    organizations.delete_resource_policy()
    with aws_error("ResourcePolicyNotFoundException"):
        organizations.describe_resource_policy()


@pytest.mark.parametrize("content, reason", [
    ("{", "INVALID_RESOURCE_POLICY_JSON"),
    (document({"Effect": "Allow", "Action": "organizations:ListRoots", "Resource": "*"}), "INVALID_RESOURCE_POLICY_JSON"),
    (document(allow("000000000000", "organizations:MoveAccount")), "UNSUPPORTED_ACTION_IN_RESOURCE_POLICY"),
    (document(allow("000000000000", "s3:GetObject")), "UNSUPPORTED_ACTION_IN_RESOURCE_POLICY"),
    (document({**allow("0", "organizations:ListRoots"), "Principal": {"AWS": "arn:aws:iam::000000000000:user/nobody"}}), "INVALID_PRINCIPAL"),
])
def test_what_no_resource_policy_may_say(organizations, content, reason):
    assert fails_with(400, "InvalidInputException", organizations.put_resource_policy, Content=content)["Reason"] == reason


def test_a_member_that_is_named_may_do_what_is_named(organizations, root, own_account, own_server, mine):
    with aws_error("AccessDeniedException", NO_PERMISSION, 400):
        mine.list_accounts()
    with aws_error("AccessDeniedException", NO_PERMISSION, 400):
        mine.describe_account(AccountId=own_account.id)
    organizations.put_resource_policy(Content=document(
        allow(own_account.id, "organizations:ListAccounts", "organizations:DescribeAccount", "organizations:AttachPolicy", "organizations:EnablePolicyType"),
        allow(own_account.id, "organizations:CreatePolicy", "organizations:ListPolicies", "organizations:DescribePolicy",
              Condition={"StringEquals": {"organizations:PolicyType": SCP}})))
    assert own_account.id in [a["Id"] for a in mine.list_accounts()["Accounts"]]
    assert mine.describe_account(AccountId="000000000000")["Account"]["Id"] == "000000000000"
    made = mine.create_policy(Name="p", Description="", Type=SCP, Content=document({"Effect": "Deny", "Action": "sqs:*", "Resource": "*"}))["Policy"]["PolicySummary"]
    mine.enable_policy_type(RootId=root, PolicyType=SCP)
    mine.attach_policy(PolicyId=made["Id"], TargetId=root)
    assert {p["Name"] for p in mine.list_policies(Filter=SCP)["Policies"]} == {"p", "FullAWSAccess"}
    assert mine.describe_policy(PolicyId="p-FullAWSAccess")["Policy"]["PolicySummary"]["AwsManaged"]
    # Not named: another type of policy, another action, another account, what can't be delegated at all.
    with aws_error("AccessDeniedException", NO_PERMISSION):
        mine.list_policies(Filter="RESOURCE_CONTROL_POLICY")
    with aws_error("AccessDeniedException", NO_PERMISSION):
        mine.detach_policy(PolicyId=made["Id"], TargetId=root)
    other = new_account(own_server)
    with aws_error("AccessDeniedException", NO_PERMISSION):
        other.client("organizations").list_accounts()
    for refused in (lambda: mine.move_account(AccountId=other.id, SourceParentId=root, DestinationParentId=root),
                    lambda: mine.create_organizational_unit(ParentId=root, Name="u"),
                    lambda: mine.put_resource_policy(Content=document(allow(other.id, "organizations:ListRoots"))),
                    lambda: mine.create_account(Email="a@example.com", AccountName="a")):
        with aws_error("AccessDeniedException", NO_PERMISSION):
            refused()


def test_the_member_must_allow_it_too(organizations, own_account):
    organizations.put_resource_policy(Content=document(allow(own_account.id, "organizations:*")))
    iam = own_account.client("iam")
    iam.create_user(UserName="u")
    theirs = own_account.client("organizations", credentials=iam.create_access_key(UserName="u")["AccessKey"])
    assert "because no identity-based policy allows the organizations:ListAccounts action" in fails("AccessDeniedException", theirs.list_accounts)
    message = fails("AccessDeniedException", theirs.describe_account, AccountId=own_account.id)
    assert "because no identity-based policy allows the organizations:DescribeAccount action" in message
    iam.put_user_policy(UserName="u", PolicyName="p", PolicyDocument=document(
        {"Effect": "Allow", "Action": ["organizations:ListAccounts", "organizations:DescribeAccount"], "Resource": "*"}))
    theirs.list_accounts()
    theirs.describe_account(AccountId=own_account.id)


def test_an_explicit_deny_of_the_resource_policy(organizations, own_account, mine):
    organizations.put_resource_policy(Content=document(
        allow(own_account.id, "organizations:*"), {**allow(own_account.id, "organizations:ListAccounts"), "Effect": "Deny"}))
    mine.list_roots()
    assert "with an explicit deny in a resource-based policy" in fails("AccessDeniedException", mine.list_accounts)


def test_delegated_administrators(organizations, own_account, own_server, mine):
    service = "config.amazonaws.com"
    register = {"AccountId": own_account.id, "ServicePrincipal": service}
    refused = fails_with(400, "ConstraintViolationException", organizations.register_delegated_administrator, **register)
    assert refused["Reason"] == "SERVICE_ACCESS_NOT_ENABLED"
    organizations.enable_aws_service_access(ServicePrincipal=service)
    refused = fails_with(400, "ConstraintViolationException", organizations.register_delegated_administrator,
                         AccountId="000000000000", ServicePrincipal=service)
    assert refused["Reason"] == "CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR"
    assert refused["Error"]["Message"] == "You cannot register master account/yourself as delegated administrator for your organization."
    for call in (lambda: organizations.register_delegated_administrator(AccountId=own_account.id, ServicePrincipal="nonsense"),
                 lambda: organizations.enable_aws_service_access(ServicePrincipal="nonsense"),
                 lambda: organizations.list_delegated_administrators(ServicePrincipal="nonsense")):
        with aws_error("InvalidInputException", "You specified an unrecognized service principal."):
            call()
    with aws_error("AccountNotFoundException"):
        organizations.register_delegated_administrator(AccountId="999999999999", ServicePrincipal=service)
    with aws_error("AccessDeniedException", NO_PERMISSION):
        mine.list_roots()
    organizations.register_delegated_administrator(**register)
    with aws_error("AccountAlreadyRegisteredException", "The provided account is already a delegated administrator for your organization."):
        organizations.register_delegated_administrator(**register)
    # It may read, with AWS's own policies and its delegations; it may change nothing.
    assert mine.list_roots()["Roots"]
    assert mine.describe_policy(PolicyId="p-FullAWSAccess")
    listed = mine.list_delegated_administrators()["DelegatedAdministrators"]
    assert [a["Id"] for a in listed] == [own_account.id] and listed[0]["DelegationEnabledDate"] and listed[0]["Status"] == "ACTIVE"
    assert mine.list_delegated_administrators(ServicePrincipal="sso.amazonaws.com")["DelegatedAdministrators"] == []
    assert [s["ServicePrincipal"] for s in mine.list_delegated_services_for_account(AccountId=own_account.id)["DelegatedServices"]] == [service]
    with aws_error("AccessDeniedException", NO_PERMISSION):
        mine.create_policy(Name="p", Description="", Type=SCP, Content=document({"Effect": "Deny", "Action": "sqs:*", "Resource": "*"}))
    with aws_error("AccessDeniedException", NO_PERMISSION):
        mine.register_delegated_administrator(**register)
    # While it is registered, it stays.
    for call in (lambda: organizations.remove_account_from_organization(AccountId=own_account.id),
                 lambda: organizations.close_account(AccountId=own_account.id), mine.leave_organization):
        assert fails_with(400, "ConstraintViolationException", call)["Reason"] == "CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG"
    other = new_account(own_server)
    not_registered = "The provided account is not a registered delegated administrator for your organization."
    with aws_error("AccountNotRegisteredException", not_registered):
        organizations.list_delegated_services_for_account(AccountId=other.id)
    with aws_error("AccountNotRegisteredException", not_registered):
        organizations.deregister_delegated_administrator(AccountId=other.id, ServicePrincipal=service)
    organizations.deregister_delegated_administrator(**register)
    with aws_error("AccessDeniedException", NO_PERMISSION):
        mine.list_roots()
    organizations.remove_account_from_organization(AccountId=own_account.id)
