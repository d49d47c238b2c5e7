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
            DEPLOY, "kms:Decrypt", RESOURCE, "product-catalog-build", "tools"),
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


def test_undisturbed():
    """The same rehearsal with nothing taken out succeeds: so what fails above, fails for what was taken out."""
    summary = rehearse("pipeline.yml", lambda text: text)
    assert summary["succeeded"] and not summary.get("deniedCalls"), summary
