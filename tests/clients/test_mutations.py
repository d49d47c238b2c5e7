"""Every permission that the example's delivery needs: without it the delivery stops at the step that needs it, and the
explanation names the policy that lacks it and the account to change it in.

By default a part is run; DRYDOCK_ALL_MUTATIONS=1 runs all (two minutes).
"""
import os

import pytest

from mutations import NOTHING, rehearse, without, without_action

IDENTITY, RESOURCE, TRUST = "identity-based policy", "resource-based policy", "role trust policy"
DEPLOY, CHECKOUT, START, TEST = "Deploy / Deploy", "Source / Checkout", "pipeline product-catalog-main", "Test / AskTheApi"


def dropped(template, policy, sid, action, step, denied=None, who=None, account="target"):
    """A row for an action taken out of a statement of an identity policy."""
    return (f"{policy}: {sid}: {action}", template, lambda text: without_action(text, sid, action, policy), step,
            denied or action, IDENTITY, who, account)


DEPLOYMENT = [
    dropped("deployment-role.yml", "DeploymentPolicy", sid, action, DEPLOY, denied, "product-catalog-deployment")
    for sid, action, denied in [
        ("HandTheExecutionRoleToCloudFormation", "iam:PassRole", "iam:PassRole"),
        ("OperateStacks", "cloudformation:*", "cloudformation:DescribeStacks"),
        ("MovePackages", "s3:*", "s3:PutObject"),
        ("ReadApis", "apigateway:GET", "apigateway:GET"),
        ("TagStages", "apigateway:PUT", "apigateway:PUT")]]
EXECUTION = [
    dropped("execution-role.yml", "ExecutionPolicy", sid, action, DEPLOY, denied, "product-catalog-execution")
    for sid, action, denied in [
        ("RolesOfFunctions", "iam:*Role*", "iam:CreateRole"),
        ("Packages", "s3:*", "s3:CreateBucket"),
        ("Service", "apigateway:*", "apigateway:POST"),
        ("Service", "lambda:*", "lambda:CreateFunction"),
        ("Service", "dynamodb:*", "dynamodb:CreateTable"),
        ("Service", "logs:*", "logs:CreateLogGroup")]]
BUILD = [
    dropped("pipeline.yml", "BuildPolicy", sid, action, DEPLOY, None, "product-catalog-build", "tools")
    for sid, action in [
        ("Logs", "logs:CreateLogGroup"), ("Logs", "logs:CreateLogStream"),
        ("Artifacts", "s3:GetObject"), ("Artifacts", "s3:PutObject"),
        ("ArtifactKey", "kms:Decrypt"), ("ArtifactKey", "kms:GenerateDataKey"),
        ("CrossIntoTheTarget", "sts:AssumeRole")]]
PIPELINE = [
    dropped("pipeline.yml", "PipelinePolicy", sid, action, step, denied, "product-catalog-pipeline", "tools")
    for sid, action, denied, step in [
        ("Source", "codecommit:GetBranch", None, CHECKOUT), ("Source", "codecommit:GetCommit", None, CHECKOUT),
        ("Source", "codecommit:UploadArchive", None, CHECKOUT), ("Source", "codecommit:GetUploadArchiveStatus", None, CHECKOUT),
        ("Artifacts", "s3:PutObject*", "s3:PutObject", CHECKOUT),
        ("ArtifactKey", "kms:GenerateDataKey", None, CHECKOUT),
        ("ArtifactKey", "kms:Decrypt", None, CHECKOUT),  # the source is uploaded in parts
        ("Builds", "codebuild:StartBuild", None, DEPLOY), ("Builds", "codebuild:BatchGetBuilds", None, DEPLOY)]]


def changed(what, template, old, new, step, denied, kind, who, account):
    """A row for a change of a resource's or role's own policy, or of an inline one."""
    return (what, template, lambda text: without(text, old, new), step, denied, kind, who, account)


OTHER = "arn:aws:iam::999999999999:root"
OTHERS = [
    changed("trigger: may start nothing", "pipeline.yml", "codepipeline:StartPipelineExecution", NOTHING,
            START, "codepipeline:StartPipelineExecution", IDENTITY, "product-catalog-trigger", "tools"),
    changed("deployment role: trusts another account", "deployment-role.yml", "arn:aws:iam::${ToolsAccountId}:root", OTHER,
            DEPLOY, "sts:AssumeRole", TRUST, "product-catalog-build", "target"),
    changed("execution role: trusts Lambda", "execution-role.yml", "Service: cloudformation.amazonaws.com", "Service: lambda.amazonaws.com",
            DEPLOY, "sts:AssumeRole", TRUST, "cloudformation.amazonaws.com", "target"),
    changed("build role: trusts Lambda", "pipeline.yml", "Service: codebuild.amazonaws.com", "Service: lambda.amazonaws.com",
            "stack pipeline in tools", "sts:AssumeRole", TRUST, "codebuild.amazonaws.com", "tools"),  # AWS does ask at once
    changed("pipeline role: trusts Lambda", "pipeline.yml", "Service: codepipeline.amazonaws.com", "Service: lambda.amazonaws.com",
            "stack pipeline in tools", "sts:AssumeRole", TRUST, "codepipeline.amazonaws.com", "tools"),
    changed("trigger role: trusts Lambda", "pipeline.yml", "Service: events.amazonaws.com", "Service: lambda.amazonaws.com",
            START, "sts:AssumeRole", TRUST, "events.amazonaws.com", "tools"),
    changed("artifact key: no deciphering", "pipeline.yml", "            Action: kms:*\n",
            "            Action: ['kms:Put*', 'kms:Create*', 'kms:Describe*', 'kms:Get*', 'kms:List*', 'kms:Enable*', 'kms:Tag*', "
            "'kms:Schedule*', 'kms:Generate*', 'kms:Encrypt']\n",
            CHECKOUT, "kms:Decrypt", RESOURCE, "product-catalog-pipeline", "tools"),
    changed("artifact bucket: denied when encrypted", "pipeline.yml", "aws:SecureTransport: false", "aws:SecureTransport: true",
            CHECKOUT, "s3:", RESOURCE, "product-catalog-pipeline", "tools"),
]

# What the delivered service itself needs; the pipeline's last stage asks it.
SERVICE = [
    changed("API: may not invoke the function", "../service/template.yml", "Principal: apigateway.amazonaws.com", "Principal: events.amazonaws.com",
            TEST, "lambda:InvokeFunction", RESOURCE, "apigateway.amazonaws.com", "target"),
    changed("function: may not write", "../service/template.yml", "dynamodb:GetItem, dynamodb:PutItem", "dynamodb:GetItem",
            TEST, "dynamodb:PutItem", IDENTITY, "product-catalog-function", "target"),
    changed("function: may not read", "../service/template.yml", "dynamodb:GetItem, dynamodb:PutItem", "dynamodb:PutItem",
            TEST, "dynamodb:GetItem", IDENTITY, "product-catalog-function", "target"),
    changed("function role: trusts EventBridge", "../service/template.yml", "Service: lambda.amazonaws.com", "Service: events.amazonaws.com",
            DEPLOY, "sts:AssumeRole", TRUST, "lambda.amazonaws.com", "target"),
]

ALL = DEPLOYMENT + EXECUTION + BUILD + PIPELINE + OTHERS + SERVICE
# One of each role and of each kind of policy.
SOME = [DEPLOYMENT[0], EXECUTION[3], BUILD[4], BUILD[6], PIPELINE[2], PIPELINE[6], *OTHERS, SERVICE[0], SERVICE[1]]
CASES = ALL if os.environ.get("DRYDOCK_ALL_MUTATIONS") else SOME


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_without(case):
    _, template, change, step, action, kind, who, account = case
    summary = rehearse(template, change)
    assert not summary["succeeded"]
    failed = [one["step"] for one in summary["steps"] if one["status"] == "failed"]
    assert failed and failed[0] == step
    found = [deny for deny in summary["deniedCalls"] if deny["action"].startswith(action)]
    assert found, [(deny["action"], deny["principal"]) for deny in summary["deniedCalls"]]
    deny = found[-1]  # the first that happened
    assert deny["kind"] == kind and who in deny["principal"], deny["message"]
    # What to change, and where.
    accounts = {"tools": summary["outputs"]["accounts.tools.id"], "target": summary["outputs"]["accounts.target.id"]}
    if deny["effect"] == "IMPLICIT_DENY":
        assert deny["fix"]["account"] == accounts[account], deny["fix"]
        assert deny["fix"]["statement"]["Action"] == deny["action"]
    else:
        assert deny["sid"] == "OnlyEncryptedTransport"


# What the delivery goes on without, as on AWS: log lines are lost, nothing else. The deny is recorded all the same.
LOST_LOGS = [
    dropped("pipeline.yml", "BuildPolicy", "Logs", "logs:PutLogEvents", None, None, "product-catalog-build", "tools"),
    changed("function: may not log", "../service/template.yml", "[logs:CreateLogStream, logs:PutLogEvents]", f"['{NOTHING}']",
            None, "logs:CreateLogStream", IDENTITY, "product-catalog-function", "target"),
    changed("function: may not write log lines", "../service/template.yml", "[logs:CreateLogStream, logs:PutLogEvents]", "[logs:CreateLogStream]",
            None, "logs:PutLogEvents", IDENTITY, "product-catalog-function", "target"),
]


@pytest.mark.parametrize("case", LOST_LOGS if os.environ.get("DRYDOCK_ALL_MUTATIONS") else LOST_LOGS[:2], ids=lambda case: case[0])
def test_goes_on_without(case):
    _, template, change, _, action, kind, who, account = case
    summary = rehearse(template, change)
    assert summary["succeeded"], summary.get("reason")
    found = [deny for deny in summary["deniedCalls"] if deny["action"] == action]
    assert found and all(who in deny["principal"] and deny["kind"] == kind for deny in found), summary["deniedCalls"]
    assert found[-1]["fix"]["account"] == summary["outputs"][f"accounts.{account}.id"]


# What the example grants because AWS's guides do, and what this delivery never asks for, here or by any of the actions it uses:
# CodePipeline's own reading of artifacts belongs to actions like CloudFormation and S3 deployment, a build reads its input by key
# without a version, and the rest is looked up by consoles.
UNASKED = [("PipelinePolicy", "Artifacts", action) for action in ("s3:GetObject*", "s3:GetBucket*", "s3:ListBucket")] + [
    ("PipelinePolicy", "ArtifactKey", "kms:DescribeKey"),
    ("PipelinePolicy", "Source", "codecommit:CancelUploadArchive"),
    ("BuildPolicy", "Artifacts", "s3:GetObjectVersion"), ("BuildPolicy", "Artifacts", "s3:GetBucketLocation"),
    ("BuildPolicy", "ArtifactKey", "kms:DescribeKey")]


def test_what_is_never_asked_for():
    """Without all of it at once nothing is denied."""
    def change(text):
        for policy, sid, action in UNASKED:
            text = without_action(text, sid, action.replace("'", ""), policy)
        return text

    summary = rehearse("pipeline.yml", change)
    assert summary["succeeded"] and not summary.get("deniedCalls"), summary


def test_undisturbed():
    """The same rehearsal with nothing taken out succeeds: so what fails above, fails for what was taken out."""
    summary = rehearse("pipeline.yml", lambda text: text)
    assert summary["succeeded"] and not summary.get("deniedCalls"), summary
