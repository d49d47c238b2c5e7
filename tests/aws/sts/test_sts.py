"""Sessions: who may become whom, for how long, and with what."""
import json

from conftest import new_account
from expect import aws_error

ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"


def statement(**more):
    return {"Effect": "Allow", **more}


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def trust(principal, action="sts:AssumeRole", **more):
    return document(statement(Principal={"AWS": principal} if isinstance(principal, (str, list)) else principal, Action=action, **more))


def make_role(account, name, trust_policy, policy=None, **more):
    iam = account.client("iam")
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust_policy, **more)["Role"]
    if policy:
        iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=policy)
    return role


def make_user(account, name, *statements):
    iam = account.client("iam")
    iam.create_user(UserName=name)
    if statements:
        iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=document(*statements))
    return iam.create_access_key(UserName=name)["AccessKey"]


def assume(account, role_arn, credentials=None, name="session", **more):
    return account.client("sts", credentials=credentials).assume_role(RoleArn=role_arn, RoleSessionName=name, **more)


def test_caller_identity(account):
    identity = account.client("sts").get_caller_identity()
    assert identity["Arn"] == f"arn:aws:iam::{account.id}:user/admin" and identity["Account"] == account.id
    assert identity["UserId"].startswith("AIDA")


def test_a_session_is_of_its_role(account):
    role = make_role(account, "r", trust(account.id), document(statement(Action="iam:ListRoles", Resource="*")), Path="/p/")
    made = assume(account, role["Arn"])
    assert made["AssumedRoleUser"] == {"AssumedRoleId": role["RoleId"] + ":session", "Arn": f"arn:aws:sts::{account.id}:assumed-role/r/session"}
    credentials = made["Credentials"]
    assert credentials["AccessKeyId"].startswith("ASIA")
    for region in ("us-east-1", "eu-west-1"):
        identity = account.client("sts", region=region, credentials=credentials).get_caller_identity()
        assert identity["Arn"] == made["AssumedRoleUser"]["Arn"]
    iam = account.client("iam", credentials=credentials)
    iam.list_roles()
    with aws_error("AccessDenied", f"User: arn:aws:sts::{account.id}:assumed-role/r/session is not authorized to perform: iam:ListUsers on "
                   f"resource: arn:aws:iam::{account.id}:user/ because no identity-based policy allows the iam:ListUsers action"):
        iam.list_users()


def test_in_one_account_naming_the_caller_is_enough_naming_the_account_is_not(account):
    keys = make_user(account, "u")
    by_name = make_role(account, "named", trust(f"arn:aws:iam::{account.id}:user/u"))
    by_account = make_role(account, "delegated", trust(f"arn:aws:iam::{account.id}:root"))
    assume(account, by_name["Arn"], keys)
    with aws_error("AccessDenied", f"User: arn:aws:iam::{account.id}:user/u is not authorized to perform: sts:AssumeRole on resource: "
                   f"{by_account['Arn']} because no identity-based policy allows the sts:AssumeRole action", 403):
        assume(account, by_account["Arn"], keys)
    stranger = make_role(account, "stranger", trust({"Service": "lambda.amazonaws.com"}))
    with aws_error("AccessDenied", f"User: arn:aws:iam::{account.id}:user/admin is not authorized to perform: sts:AssumeRole on resource: "
                   f"{stranger['Arn']} because no role trust policy allows the sts:AssumeRole action"):
        assume(account, stranger["Arn"])


def test_across_accounts_both_must_allow(account, other_account):
    role = make_role(other_account, "target", trust(f"arn:aws:iam::{account.id}:root"), document(statement(Action="iam:ListRoles", Resource="*")))
    allowed = make_user(account, "allowed", statement(Action="sts:AssumeRole", Resource=role["Arn"]))
    plain = make_user(account, "plain")
    credentials = assume(account, role["Arn"], allowed)["Credentials"]
    assert "target" in [r["RoleName"] for r in account.client("iam", credentials=credentials).list_roles()["Roles"]]
    denied = "User: arn:aws:iam::{}:user/{} is not authorized to perform: sts:AssumeRole on resource: {} because no {} allows the sts:AssumeRole action"
    with aws_error("AccessDenied", denied.format(account.id, "plain", role["Arn"], "identity-based policy"), 403):
        assume(account, role["Arn"], plain)
    # One that is not there answers as one that trusts someone else.
    absent = f"arn:aws:iam::{other_account.id}:role/absent"
    closed = make_role(other_account, "closed", trust(other_account.id))["Arn"]
    for arn in (absent, closed):
        with aws_error("AccessDenied", denied.format(account.id, "admin", arn, "role trust policy")):
            assume(account, arn)


def test_outsiders_are_told_nothing(own_account, own_server):
    """Across organizations a deny names no policy."""
    outsider = new_account(own_server)
    outsider.client("organizations").leave_organization()
    role = make_role(own_account, "r", trust(own_account.id, Condition={"StringEquals": {"aws:PrincipalOrgID": "o-0000000000"}}))
    for arn in (role["Arn"], f"arn:aws:iam::{own_account.id}:role/absent"):
        with aws_error("AccessDenied", f"User: arn:aws:iam::{outsider.id}:user/admin is not authorized to perform: sts:AssumeRole on resource: {arn}"):
            assume(outsider, arn)


def test_root_users_assume_no_roles(account, server):
    role = make_role(account, "r", trust(account.id))
    with aws_error("AccessDenied", "Roles may not be assumed by root accounts.", 403):
        assume(account, role["Arn"], {"AccessKeyId": account.id, "SecretAccessKey": "test"})


def test_external_id(account, other_account):
    role = make_role(other_account, "r", trust(account.id, Condition={"StringEquals": {"sts:ExternalId": "secret-42"}}))
    with aws_error("AccessDenied"):
        assume(account, role["Arn"])
    with aws_error("AccessDenied"):
        assume(account, role["Arn"], ExternalId="wrong")
    assume(account, role["Arn"], ExternalId="secret-42")


def test_session_name_is_a_condition_key(account):
    role = make_role(account, "r", trust(account.id, Condition={"StringLike": {"sts:RoleSessionName": "ci-*"}}))
    assume(account, role["Arn"], name="ci-1")
    with aws_error("AccessDenied"):
        assume(account, role["Arn"], name="me")


def test_durations(account, server):
    role = make_role(account, "r", trust(account.id), MaxSessionDuration=7200)
    with aws_error("ValidationError", "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.", 400):
        assume(account, role["Arn"], DurationSeconds=7201)
    with aws_error("ValidationError"):
        assume(account, role["Arn"], DurationSeconds=899)
    credentials = assume(account, role["Arn"], DurationSeconds=7200)["Credentials"]
    short = assume(account, role["Arn"], DurationSeconds=900)["Credentials"]
    account.client("sts", credentials=short).get_caller_identity()
    server.advance(901)
    account.client("sts", credentials=credentials).get_caller_identity()
    with aws_error("ExpiredToken", "The security token included in the request is expired", 403):
        account.client("sts", credentials=short).get_caller_identity()


def test_an_old_token_is_expired_not_unknown(own_account, own_server):
    """SDKs renew their credentials when they hear ExpiredToken, and on nothing else; whatever removes old sessions must not be noticed."""
    role = make_role(own_account, "r", trust(own_account.id))
    short = assume(own_account, role["Arn"], DurationSeconds=900)["Credentials"]
    own_server.advance(12 * 3600)
    assume(own_account, role["Arn"])
    own_server.advance(3600)
    for _ in range(3):
        with aws_error("ExpiredToken", "The security token included in the request is expired", 403):
            own_account.client("sts", credentials=short).get_caller_identity()
    with aws_error("ExpiredToken", "The provided token has expired.", 400):
        own_account.client("s3", credentials=short).list_buckets()
    with aws_error("ExpiredTokenException", "The security token included in the request is expired", 400):
        own_account.client("dynamodb", credentials=short).list_tables()


def test_long_session_policies(account):
    """STS API Reference: 2,048 characters; AssumeRole says how much it is of the space there is."""
    role = make_role(account, "r", trust(account.id))
    policy = document(statement(Action="s3:*", Resource=["arn:aws:s3:::" + "x" * 60 + str(n) for n in range(40)]))
    with aws_error("PackedPolicyTooLarge", f"Packed policy consumes {len(policy) * 100 // 2048}% of allotted space, please use smaller policy.", 400):
        assume(account, role["Arn"], Policy=policy)
    with aws_error("ValidationError", f"1 validation error detected: Value '{policy}' at 'policy' failed to satisfy constraint: "
                                      "Member must have length less than or equal to 2048", 400):
        account.client("sts").get_federation_token(Name="bob", Policy=policy)


def test_chained_sessions_last_an_hour(account):
    first = make_role(account, "first", trust(account.id), document(statement(Action="sts:AssumeRole", Resource="*")))
    second = make_role(account, "second", trust(account.id), MaxSessionDuration=43200)
    credentials = assume(account, first["Arn"])["Credentials"]
    with aws_error("ValidationError", "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining"):
        assume(account, second["Arn"], credentials, DurationSeconds=3601)
    assume(account, second["Arn"], credentials, DurationSeconds=3600)


def test_bad_input(account):
    with aws_error("ValidationError", "arn:aws:iam::nonsense:role/x is invalid"):
        assume(account, "arn:aws:iam::nonsense:role/x")
    with aws_error("ValidationError", "1 validation error detected: Value 'a b' at 'roleSessionName' failed to satisfy constraint: Member must "
                   "satisfy regular expression pattern: [\\w+=,.@-]*"):
        assume(account, f"arn:aws:iam::{account.id}:role/x", name="a b")


def test_session_policies_narrow(account):
    role = make_role(account, "r", trust(account.id), document(statement(Action="iam:*", Resource="*")))
    narrow = document(statement(Action="iam:ListRoles", Resource="*"))
    made = assume(account, role["Arn"], Policy=narrow)
    assert made["PackedPolicySize"] >= 1
    iam = account.client("iam", credentials=made["Credentials"])
    iam.list_roles()
    with aws_error("AccessDenied", f"User: arn:aws:sts::{account.id}:assumed-role/r/session is not authorized to perform: iam:ListUsers on "
                   f"resource: arn:aws:iam::{account.id}:user/ because no session policy allows the iam:ListUsers action"):
        iam.list_users()
    by_arn = assume(account, role["Arn"], PolicyArns=[{"arn": "arn:aws:iam::aws:policy/IAMReadOnlyAccess"}])["Credentials"]
    account.client("iam", credentials=by_arn).list_users()
    with aws_error("AccessDenied"):
        account.client("iam", credentials=by_arn).create_user(UserName="x")
    with aws_error("MalformedPolicyDocument"):
        assume(account, role["Arn"], Policy="{}")


def test_session_tags(account):
    by_tag = document(statement(Action="iam:ListRoles", Resource="*", Condition={"StringEquals": {"aws:PrincipalTag/team": "blue"}}),
                      statement(Action=["sts:AssumeRole", "sts:TagSession"], Resource="*"))
    both = ["sts:AssumeRole", "sts:TagSession"]
    role = make_role(account, "r", trust(account.id, both), by_tag, Tags=[{"Key": "Team", "Value": "red"}])
    second = make_role(account, "s", trust(account.id, both), by_tag)
    plain = assume(account, role["Arn"])["Credentials"]
    with aws_error("AccessDenied"):
        account.client("iam", credentials=plain).list_roles()
    blue = assume(account, role["Arn"], Tags=[{"Key": "team", "Value": "blue"}], TransitiveTagKeys=["team"])["Credentials"]
    account.client("iam", credentials=blue).list_roles()
    handed_down = assume(account, second["Arn"], blue)["Credentials"]
    account.client("iam", credentials=handed_down).list_roles()
    with aws_error("InvalidParameterValue", "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag "
                   "key from the calling session."):
        assume(account, second["Arn"], blue, Tags=[{"Key": "team", "Value": "green"}])
    with aws_error("InvalidParameterValue", "The specified transitive tag key must be included in the requested tags."):
        assume(account, role["Arn"], TransitiveTagKeys=["team"])
    with aws_error("InvalidParameterValue", "Duplicate tag keys found. Please note that Tag keys are case insensitive."):
        assume(account, role["Arn"], Tags=[{"Key": "a", "Value": "1"}, {"Key": "A", "Value": "2"}])
    untagged = make_role(account, "untagged", trust(account.id))
    with aws_error("AccessDenied", f"User: arn:aws:iam::{account.id}:user/admin is not authorized to perform: sts:TagSession on resource: "
                   f"{untagged['Arn']} because no role trust policy allows the sts:TagSession action"):
        assume(account, untagged["Arn"], Tags=[{"Key": "a", "Value": "1"}])


def test_source_identity_stays(account):
    all_of = ["sts:AssumeRole", "sts:SetSourceIdentity"]
    permit = document(statement(Action="sts:*", Resource="*"))
    first = make_role(account, "first", trust(account.id, all_of), permit)
    second = make_role(account, "second", trust(account.id, all_of, Condition={"StringEquals": {"sts:SourceIdentity": "ann"}}))
    made = assume(account, first["Arn"], SourceIdentity="ann")
    assert made["SourceIdentity"] == "ann"
    assert assume(account, second["Arn"], made["Credentials"])["SourceIdentity"] == "ann"
    with aws_error("AccessDenied"):
        assume(account, second["Arn"], made["Credentials"], SourceIdentity="bob")


def test_a_deleted_role_takes_its_sessions_along(account):
    trusting = trust(account.id)
    policy = document(statement(Action="iam:ListRoles", Resource="*"))
    role = make_role(account, "r", trusting, policy)
    credentials = assume(account, role["Arn"])["Credentials"]
    admin = account.client("iam")
    admin.delete_role_policy(RoleName="r", PolicyName="p")
    admin.delete_role(RoleName="r")
    make_role(account, "r", trusting, policy)
    with aws_error("AccessDenied"):
        account.client("iam", credentials=credentials).list_roles()


def test_a_role_made_anew_is_not_trusted(account, other_account):
    caller = make_role(account, "caller", trust(account.id), document(statement(Action="sts:AssumeRole", Resource="*")))
    target = make_role(other_account, "target", trust(caller["Arn"]))
    assume(account, target["Arn"], assume(account, caller["Arn"])["Credentials"])
    admin = account.client("iam")
    admin.delete_role_policy(RoleName="caller", PolicyName="p")
    admin.delete_role(RoleName="caller")
    make_role(account, "caller", trust(account.id), document(statement(Action="sts:AssumeRole", Resource="*")))
    with aws_error("AccessDenied"):
        assume(account, target["Arn"], assume(account, caller["Arn"])["Credentials"])
    shown = other_account.client("iam").get_role(RoleName="target")["Role"]["AssumeRolePolicyDocument"]
    assert shown["Statement"][0]["Principal"]["AWS"] == caller["RoleId"]


def test_a_wrong_token_is_refused(account):
    role = make_role(account, "r", trust(account.id))
    credentials = assume(account, role["Arn"])["Credentials"]
    for token in (None, credentials["SessionToken"][:-8] + "AAAAAAA="):
        with aws_error("InvalidClientTokenId", "The security token included in the request is invalid.", 403):
            account.client("sts", credentials={**credentials, "SessionToken": token}).get_caller_identity()
    with aws_error("SignatureDoesNotMatch", status=403):
        account.client("sts", credentials={**credentials, "SecretAccessKey": "x" * 40}).get_caller_identity()


INVALID = "The security token included in the request is invalid."


def test_session_tokens_of_users(account):
    """They keep away from IAM, and of STS have AssumeRole and GetCallerIdentity."""
    keys = make_user(account, "u", statement(Action=["iam:ListRoles", "ssm:*", "sts:*"], Resource="*"))
    token = account.client("sts", credentials=keys).get_session_token(DurationSeconds=900)["Credentials"]
    sts = account.client("sts", credentials=token)
    assert sts.get_caller_identity()["Arn"] == f"arn:aws:iam::{account.id}:user/u"
    account.client("ssm", credentials=token).describe_parameters()
    with aws_error("InvalidClientTokenId", INVALID, 403):
        account.client("iam", credentials=token).list_roles()
    assume(account, make_role(account, "r", trust(account.id))["Arn"], token)
    for call in (sts.get_session_token, lambda: sts.get_federation_token(Name="guest")):
        with aws_error("AccessDenied", status=403):
            call()


def test_federation(account):
    keys = make_user(account, "u", statement(Action=["ssm:*", "logs:*", "sts:GetFederationToken"], Resource="*"))
    sts = account.client("sts", credentials=keys)
    made = sts.get_federation_token(Name="guest", Policy=document(statement(Action=["ssm:*", "iam:*", "sts:*"], Resource="*")))
    assert made["FederatedUser"] == {"FederatedUserId": f"{account.id}:guest", "Arn": f"arn:aws:sts::{account.id}:federated-user/guest"}
    guest = made["Credentials"]
    account.client("ssm", credentials=guest).describe_parameters()
    with aws_error("AccessDeniedException"):
        account.client("logs", credentials=guest).describe_log_groups()
    with aws_error("InvalidClientTokenId", INVALID):
        account.client("iam", credentials=guest).list_roles()
    with aws_error("AccessDenied"):
        assume(account, make_role(account, "r", trust(account.id))["Arn"], guest)
    account.client("sts", credentials=guest).get_caller_identity()
    without = sts.get_federation_token(Name="guest")["Credentials"]
    with aws_error("AccessDeniedException"):
        account.client("ssm", credentials=without).describe_parameters()


def test_key_info_and_messages(account):
    sts = account.client("sts")
    role = make_role(account, "r", trust(account.id))
    key = assume(account, role["Arn"])["Credentials"]["AccessKeyId"]
    assert sts.get_access_key_info(AccessKeyId=key)["Account"] == account.id
    with aws_error("InvalidAuthorizationMessageException"):
        sts.decode_authorization_message(EncodedMessage="x")
