"""Service and resource control policies: their life and where they hang."""
import json

from expect import aws_error

SCP, RCP = "SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


DENY_LIST = {"Effect": "Deny", "Action": "s3:ListAllMyBuckets", "Resource": "*"}


def make(organizations, name, *statements, type_=SCP):
    return organizations.create_policy(Name=name, Description="", Type=type_, Content=document(*statements))["Policy"]["PolicySummary"]


def test_policy_life(organizations, root, own_account):
    made = organizations.create_policy(Name="p", Description="d", Type=SCP, Content=document(DENY_LIST), Tags=[{"Key": "k", "Value": "v"}])["Policy"]
    summary = made["PolicySummary"]
    assert summary["Arn"] == f"arn:aws:organizations::000000000000:policy/o-drydock000/service_control_policy/{summary['Id']}"
    assert summary["AwsManaged"] is False and json.loads(made["Content"])["Statement"] == [DENY_LIST]
    with aws_error("DuplicatePolicyException", "A policy with the same name already exists."):
        make(organizations, "p", DENY_LIST)
    with aws_error("MalformedPolicyDocumentException",
                   "The provided policy document does not meet the requirements of the specified policy type."):
        organizations.create_policy(Name="q", Description="", Type=SCP, Content="{}")
    with aws_error("ConstraintViolationException"):
        make(organizations, "big", *[{"Effect": "Deny", "Action": "s3:" + "x" * 1000, "Resource": "*"} for _ in range(11)])
    with aws_error("PolicyTypeNotEnabledException", "This operation can be performed only for enabled policy types."):
        organizations.attach_policy(PolicyId=summary["Id"], TargetId=root)
    updated = organizations.update_policy(PolicyId=summary["Id"], Name="renamed", Description="e")["Policy"]["PolicySummary"]
    assert (updated["Name"], updated["Description"]) == ("renamed", "e")
    listed = organizations.list_policies(Filter=SCP)["Policies"]
    assert {p["Name"] for p in listed} == {"FullAWSAccess", "renamed"}
    assert next(p for p in listed if p["AwsManaged"])["Arn"] == "arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess"
    assert [p["Id"] for p in organizations.list_policies(Filter=RCP)["Policies"]] == ["p-RCPFullAWSAccess"]
    assert organizations.list_policies(Filter="TAG_POLICY")["Policies"] == []
    organizations.delete_policy(PolicyId=summary["Id"])
    with aws_error("PolicyNotFoundException", "We can't find a policy with the PolicyId that you specified."):
        organizations.describe_policy(PolicyId=summary["Id"])
    with aws_error("AccessDeniedException"):
        own_account.client("organizations").list_policies(Filter=SCP)


def test_attachments(organizations, root, own_account):
    with aws_error("RootNotFoundException"):
        organizations.enable_policy_type(RootId="r-0000", PolicyType=SCP)
    organizations.enable_policy_type(RootId=root, PolicyType=SCP)
    with aws_error("PolicyTypeAlreadyEnabledException", "The specified policy type is already enabled."):
        organizations.enable_policy_type(RootId=root, PolicyType=SCP)
    assert organizations.list_roots()["Roots"][0]["PolicyTypes"] == [{"Type": SCP, "Status": "ENABLED"}]
    unit = organizations.create_organizational_unit(ParentId=root, Name="u")["OrganizationalUnit"]["Id"]
    for target in (root, unit, own_account.id, "000000000000"):
        assert [p["Name"] for p in organizations.list_policies_for_target(TargetId=target, Filter=SCP)["Policies"]] == ["FullAWSAccess"]
    ids = [make(organizations, f"p{n}", DENY_LIST)["Id"] for n in range(5)]
    for id_ in ids[:4]:
        organizations.attach_policy(PolicyId=id_, TargetId=unit)
    with aws_error("ConstraintViolationException"):
        organizations.attach_policy(PolicyId=ids[4], TargetId=unit)
    with aws_error("DuplicatePolicyAttachmentException"):
        organizations.attach_policy(PolicyId=ids[0], TargetId=unit)
    with aws_error("PolicyInUseException"):
        organizations.delete_policy(PolicyId=ids[0])
    assert organizations.list_targets_for_policy(PolicyId=ids[0])["Targets"] == [
        {"TargetId": unit, "Arn": f"arn:aws:organizations::000000000000:ou/o-drydock000/{unit}", "Name": "u", "Type": "ORGANIZATIONAL_UNIT"}]
    organizations.detach_policy(PolicyId=ids[0], TargetId=unit)
    with aws_error("PolicyNotAttachedException"):
        organizations.detach_policy(PolicyId=ids[0], TargetId=unit)
    with aws_error("ConstraintViolationException",
                   "You cannot remove the last policy attached to the specified target. You must have at least one attached at all times."):
        organizations.detach_policy(PolicyId="p-FullAWSAccess", TargetId=root)
    with aws_error("TargetNotFoundException"):
        organizations.attach_policy(PolicyId=ids[0], TargetId="999999999999")
    organizations.disable_policy_type(RootId=root, PolicyType=SCP)
    assert organizations.list_targets_for_policy(PolicyId=ids[1])["Targets"] == []
    with aws_error("PolicyTypeNotEnabledException"):
        organizations.disable_policy_type(RootId=root, PolicyType=SCP)


def test_what_resource_control_policies_of_ones_own_may_not_say(organizations):
    """Organizations User Guide, "RCP syntax": Allow and the action "*" are RCPFullAWSAccess's alone."""
    everything = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}
    make(organizations, "good", everything, type_=RCP)
    for wrong in ({"Action": "*"}, {"Action": ["s3:*", "*"]}, {"Effect": "Allow"}, {"Effect": "Allow", "Action": "*"},
                  {"Principal": {"AWS": "000000000000"}}):
        with aws_error("MalformedPolicyDocumentException",
                       "The provided policy document does not meet the requirements of the specified policy type."):
            make(organizations, "wrong", {**everything, **wrong}, type_=RCP)
