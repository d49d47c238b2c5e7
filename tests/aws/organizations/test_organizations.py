"""The organization, its accounts and its tree."""
import pytest
from conftest import new_account
from expect import aws_error, fails_with

MANAGEMENT = {"AccessKeyId": "000000000000", "SecretAccessKey": "test"}
PATTERN = "You provided a value that does not match the required pattern."


def test_accounts(account, server):
    organizations = account.client("organizations", credentials=MANAGEMENT)
    organization = organizations.describe_organization()["Organization"]
    assert organization["MasterAccountId"] == "000000000000" and organization["FeatureSet"] == "ALL"
    ids = [a["Id"] for page in organizations.get_paginator("list_accounts").paginate() for a in page["Accounts"]]
    assert account.id in ids and "000000000000" in ids
    assert organizations.describe_account(AccountId=account.id)["Account"]["Status"] == "ACTIVE"
    with aws_error("AccountNotFoundException", "You specified an account that doesn't exist."):
        organizations.describe_account(AccountId="999999999999")
    with aws_error("InvalidInputException", PATTERN):
        organizations.describe_account(AccountId="x")
    with aws_error("AccessDeniedException", "You don't have permissions to access this resource.", 400):
        account.client("organizations").list_accounts()
    assert account.client("organizations").describe_organization()["Organization"]["Id"] == organization["Id"]
    with aws_error("AlreadyInOrganizationException", "The AWS account is already a member of an organization."):
        account.client("organizations").create_organization(FeatureSet="ALL")


def test_a_created_account_can_be_entered(account, server):
    organizations = account.client("organizations", credentials=MANAGEMENT)
    email = f"{account.id}@example.com"
    status = organizations.create_account(Email=email, AccountName="made", Tags=[{"Key": "k", "Value": "v"}])["CreateAccountStatus"]
    assert status["State"] == "SUCCEEDED"
    assert organizations.describe_create_account_status(CreateAccountRequestId=status["Id"])["CreateAccountStatus"]["AccountId"] == status["AccountId"]
    assert organizations.list_tags_for_resource(ResourceId=status["AccountId"])["Tags"] == [{"Key": "k", "Value": "v"}]
    role = f"arn:aws:iam::{status['AccountId']}:role/OrganizationAccountAccessRole"
    admin = server.admin("GET", "accounts/000000000000")
    session = account.client("sts", credentials=admin).assume_role(RoleArn=role, RoleSessionName="entered")["Credentials"]
    users = account.client("iam", credentials=session).list_users()["Users"]
    assert [u["UserName"] for u in users] == ["admin"]
    # A name may be there twice, an e-mail address not.
    assert organizations.create_account(Email="x" + email, AccountName="made")["CreateAccountStatus"]["State"] == "SUCCEEDED"
    again = organizations.create_account(Email=email, AccountName="other")["CreateAccountStatus"]
    assert (again["State"], again["FailureReason"]) == ("FAILED", "EMAIL_ALREADY_EXISTS")
    failed = [s["Id"] for page in organizations.get_paginator("list_create_account_status").paginate(States=["FAILED"])
              for s in page["CreateAccountStatuses"]]
    assert again["Id"] in failed and status["Id"] not in failed
    with aws_error("CreateAccountStatusNotFoundException"):
        organizations.describe_create_account_status(CreateAccountRequestId="car-00000000000000000000000000000000")


def test_accounts_of_the_command_line_are_the_same(server, account):
    admin = server.admin("GET", "accounts/000000000000")
    role = f"arn:aws:iam::{account.id}:role/OrganizationAccountAccessRole"
    account.client("sts", credentials=admin).assume_role(RoleArn=role, RoleSessionName="session")


def test_the_tree(own_account, organizations, root):
    assert organizations.list_roots()["Roots"][0]["PolicyTypes"] == []
    unit = organizations.create_organizational_unit(ParentId=root, Name="a", Tags=[{"Key": "k", "Value": "v"}])["OrganizationalUnit"]
    assert unit["Arn"] == f"arn:aws:organizations::000000000000:ou/o-drydock000/{unit['Id']}"
    with aws_error("DuplicateOrganizationalUnitException", "An OU with the same name already exists."):
        organizations.create_organizational_unit(ParentId=root, Name="a")
    inner = organizations.create_organizational_unit(ParentId=unit["Id"], Name="a")["OrganizationalUnit"]
    organizations.update_organizational_unit(OrganizationalUnitId=inner["Id"], Name="b")
    assert organizations.describe_organizational_unit(OrganizationalUnitId=inner["Id"])["OrganizationalUnit"]["Name"] == "b"
    id_ = own_account.id
    assert organizations.list_parents(ChildId=id_)["Parents"] == [{"Id": root, "Type": "ROOT"}]
    organizations.move_account(AccountId=id_, SourceParentId=root, DestinationParentId=inner["Id"])
    with aws_error("SourceParentNotFoundException"):
        organizations.move_account(AccountId=id_, SourceParentId=root, DestinationParentId=unit["Id"])
    with aws_error("DestinationParentNotFoundException"):
        organizations.move_account(AccountId=id_, SourceParentId=inner["Id"], DestinationParentId="ou-dryd-00000000")
    with aws_error("DuplicateAccountException"):
        organizations.move_account(AccountId=id_, SourceParentId=inner["Id"], DestinationParentId=inner["Id"])
    assert organizations.list_parents(ChildId=id_)["Parents"] == [{"Id": inner["Id"], "Type": "ORGANIZATIONAL_UNIT"}]
    assert [a["Id"] for a in organizations.list_accounts_for_parent(ParentId=inner["Id"])["Accounts"]] == [id_]
    assert organizations.list_children(ParentId=inner["Id"], ChildType="ACCOUNT")["Children"] == [{"Id": id_, "Type": "ACCOUNT"}]
    assert [c["Id"] for c in organizations.list_children(ParentId=unit["Id"], ChildType="ORGANIZATIONAL_UNIT")["Children"]] == [inner["Id"]]
    assert [o["Id"] for o in organizations.list_organizational_units_for_parent(ParentId=root)["OrganizationalUnits"]] == [unit["Id"]]
    with aws_error("OrganizationalUnitNotEmptyException"):
        organizations.delete_organizational_unit(OrganizationalUnitId=inner["Id"])
    organizations.move_account(AccountId=id_, SourceParentId=inner["Id"], DestinationParentId=root)
    organizations.delete_organizational_unit(OrganizationalUnitId=inner["Id"])
    with aws_error("OrganizationalUnitNotFoundException", "You specified an organizational unit that doesn't exist."):
        organizations.describe_organizational_unit(OrganizationalUnitId=inner["Id"])
    with aws_error("ParentNotFoundException", "You specified parent that doesn't exist."):
        organizations.list_accounts_for_parent(ParentId=inner["Id"])
    with aws_error("ChildNotFoundException"):
        organizations.list_parents(ChildId=inner["Id"])


def test_units_are_five_deep(organizations, root):
    parent = root
    for depth in range(5):
        parent = organizations.create_organizational_unit(ParentId=parent, Name=f"u{depth}")["OrganizationalUnit"]["Id"]
    with aws_error("ConstraintViolationException"):
        organizations.create_organizational_unit(ParentId=parent, Name="too deep")


def test_pages(organizations, root):
    made = {organizations.create_organizational_unit(ParentId=root, Name=f"u{n}")["OrganizationalUnit"]["Id"] for n in range(25)}
    pages = list(organizations.get_paginator("list_organizational_units_for_parent").paginate(ParentId=root))
    assert [len(p["OrganizationalUnits"]) for p in pages] == [20, 5]
    assert {o["Id"] for p in pages for o in p["OrganizationalUnits"]} == made
    with aws_error("InvalidInputException", "You specified an invalid value for NextToken."):
        organizations.list_roots(NextToken="!")


def test_tags(organizations, root):
    organizations.tag_resource(ResourceId=root, Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
    organizations.untag_resource(ResourceId=root, TagKeys=["a"])
    assert organizations.list_tags_for_resource(ResourceId=root)["Tags"] == [{"Key": "b", "Value": "2"}]
    with aws_error("TargetNotFoundException", "You specified a target that doesn't exist."):
        organizations.tag_resource(ResourceId="999999999999", Tags=[{"Key": "a", "Value": "1"}])
    with aws_error("InvalidInputException"):
        organizations.tag_resource(ResourceId=root, Tags=[{"Key": "aws:a", "Value": "1"}])


@pytest.mark.parametrize("operation, input, reason", [
    ("create_organizational_unit", {"Name": "x"}, "INPUT_REQUIRED"),
    ("create_organizational_unit", {"ParentId": "r-dryd", "Name": ""}, "MIN_LENGTH_EXCEEDED"),
    ("create_organizational_unit", {"ParentId": "r-dryd", "Name": "x" * 129}, "MAX_LENGTH_EXCEEDED"),
    ("create_organizational_unit", {"ParentId": "x", "Name": "x"}, "INVALID_PATTERN"),
    ("create_account", {"Email": "nonsense", "AccountName": "x"}, "INVALID_PATTERN"),
    ("create_account", {"Email": "a@example.com", "AccountName": "x", "RoleName": "AWSServiceRoleForX"}, "INVALID_ROLE_NAME"),
    ("list_accounts", {"MaxResults": 0}, "MIN_VALUE_EXCEEDED"),
    ("list_accounts", {"MaxResults": 21}, "MAX_VALUE_EXCEEDED"),
    ("list_accounts", {"NextToken": "!"}, "INVALID_PAGINATION_TOKEN"),
    ("list_children", {"ParentId": "r-dryd", "ChildType": "X"}, "INVALID_ENUM"),
    ("tag_resource", {"ResourceId": "r-dryd", "Tags": [{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}]}, "DUPLICATE_TAG_KEY"),
    ("list_tags_for_resource", {"ResourceId": "p-FullAWSAccess"}, "INVALID_PATTERN"),
])
def test_reasons_of_invalid_input(organizations, operation, input, reason):
    """Organizations API Reference, InvalidInputException: the service has no ValidationException."""
    refused = fails_with(400, "InvalidInputException", getattr(organizations, operation), **input)
    assert refused["Reason"] == reason


def test_fifty_tags_at_most(organizations, root):
    refused = fails_with(400, "ConstraintViolationException", organizations.tag_resource, ResourceId=root,
                         Tags=[{"Key": f"k{n}", "Value": "v"} for n in range(51)])
    assert refused["Reason"] == "MAX_TAG_LIMIT_EXCEEDED"


def test_service_access(organizations):
    organizations.enable_aws_service_access(ServicePrincipal="sso.amazonaws.com")
    assert [p["ServicePrincipal"] for p in organizations.list_aws_service_access_for_organization()["EnabledServicePrincipals"]] == ["sso.amazonaws.com"]
    organizations.disable_aws_service_access(ServicePrincipal="sso.amazonaws.com")
    assert organizations.list_aws_service_access_for_organization()["EnabledServicePrincipals"] == []


def test_leaving_and_coming_back(own_server, own_account, organizations):
    mine = own_account.client("organizations")
    organizations.remove_account_from_organization(AccountId=own_account.id)
    with aws_error("AWSOrganizationsNotInUseException", "Your account is not a member of an organization."):
        mine.describe_organization()
    with aws_error("AccountNotFoundException"):
        organizations.describe_account(AccountId=own_account.id)
    invited = organizations.invite_account_to_organization(Target={"Id": own_account.id, "Type": "ACCOUNT"}, Notes="come")["Handshake"]
    with aws_error("DuplicateHandshakeException"):
        organizations.invite_account_to_organization(Target={"Id": own_account.id, "Type": "ACCOUNT"})
    assert [h["Id"] for h in mine.list_handshakes_for_account()["Handshakes"]] == [invited["Id"]]
    assert mine.describe_handshake(HandshakeId=invited["Id"])["Handshake"]["State"] == "OPEN"
    with aws_error("HandshakeNotFoundException"):
        organizations.accept_handshake(HandshakeId=invited["Id"])
    assert mine.accept_handshake(HandshakeId=invited["Id"])["Handshake"]["State"] == "ACCEPTED"
    with aws_error("InvalidHandshakeTransitionException"):
        organizations.cancel_handshake(HandshakeId=invited["Id"])
    assert organizations.describe_account(AccountId=own_account.id)["Account"]["JoinedMethod"] == "INVITED"
    other = new_account(own_server)
    with aws_error("HandshakeConstraintViolationException"):
        organizations.invite_account_to_organization(Target={"Id": other.id, "Type": "ACCOUNT"})
    with aws_error("MasterCannotLeaveOrganizationException"):
        organizations.leave_organization()


def test_closing_an_account(own_account, organizations):
    """Its principals may do nothing any more, the root user included; it stays a SUSPENDED member."""
    own_account.client("s3").list_buckets()
    organizations.close_account(AccountId=own_account.id)
    told = organizations.describe_account(AccountId=own_account.id)["Account"]
    assert told["Status"] == "SUSPENDED"
    for keys in (None, {"AccessKeyId": own_account.id, "SecretAccessKey": "test"}):
        with aws_error("AccessDenied", status=403):
            own_account.client("s3", credentials=keys).list_buckets()
    with aws_error("AccountAlreadyClosedException"):
        organizations.close_account(AccountId=own_account.id)
    with aws_error("AccountNotFoundException"):
        organizations.close_account(AccountId="999999999999")
    with aws_error("ConstraintViolationException"):
        organizations.close_account(AccountId=organizations.describe_organization()["Organization"]["MasterAccountId"])


def test_an_organization_of_ones_own(own_server, own_account, organizations):
    other = new_account(own_server)
    for account in (own_account, other):
        account.client("organizations").leave_organization()
    mine = own_account.client("organizations")
    made = mine.create_organization()["Organization"]
    assert made["MasterAccountId"] == own_account.id and made["Id"] != "o-drydock000"
    invited = mine.invite_account_to_organization(Target={"Id": other.id, "Type": "ACCOUNT"})["Handshake"]
    other.client("organizations").accept_handshake(HandshakeId=invited["Id"])
    with aws_error("OrganizationNotEmptyException", "To delete an organization you must first remove all member accounts (except the master)."):
        mine.delete_organization()
    mine.remove_account_from_organization(AccountId=other.id)
    mine.delete_organization()
    with aws_error("AWSOrganizationsNotInUseException"):
        mine.describe_organization()
