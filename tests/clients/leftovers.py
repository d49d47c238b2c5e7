"""What an account still holds: every kind of thing that a delivery could leave behind."""
import boto3
from botocore.config import Config

# The administrator that comes with an account, and what its making leaves there.
OWN = {"admin", "Administrator", "OrganizationAccountAccessRole"}


def left_in(url, account_id):
    """{kind: [names]} of what is there; empty when nothing is. Log groups of builds stay, as on AWS: no stack owns them."""

    def ask(service, operation, list_name, name, **input):
        client = boto3.client(service, endpoint_url=url, region_name="us-east-1", aws_access_key_id=account_id,
                              aws_secret_access_key="test", config=Config(retries={"total_max_attempts": 1}))
        if client.can_paginate(operation):
            found = client.get_paginator(operation).paginate(**input).build_full_result()[list_name]
        else:
            found = getattr(client, operation)(**input)[list_name]
        return [one if name is None else one[name] for one in found]

    def is_live(key):
        kms = boto3.client("kms", endpoint_url=url, region_name="us-east-1", aws_access_key_id=account_id, aws_secret_access_key="test")
        data = kms.describe_key(KeyId=key)["KeyMetadata"]
        return data["KeyManager"] == "CUSTOMER" and data["KeyState"] != "PendingDeletion"

    found = {
        "stacks": ask("cloudformation", "describe_stacks", "Stacks", "StackName"),
        "exports": ask("cloudformation", "list_exports", "Exports", "Name"),
        "buckets": ask("s3", "list_buckets", "Buckets", "Name"),
        "tables": ask("dynamodb", "list_tables", "TableNames", None),
        "functions": ask("lambda", "list_functions", "Functions", "FunctionName"),
        "apis": ask("apigateway", "get_rest_apis", "items", "name"),
        "repositories": ask("codecommit", "list_repositories", "repositories", "repositoryName"),
        "pipelines": ask("codepipeline", "list_pipelines", "pipelines", "name"),
        "projects": ask("codebuild", "list_projects", "projects", None),
        "rules": ask("events", "list_rules", "Rules", "Name"),
        "log groups": [g for g in ask("logs", "describe_log_groups", "logGroups", "logGroupName") if not g.startswith("/aws/codebuild/")],
        "keys": [k for k in ask("kms", "list_keys", "Keys", "KeyId") if is_live(k)],
        "aliases": [a for a in ask("kms", "list_aliases", "Aliases", "AliasName") if not a.startswith("alias/aws/")],
        "parameters": ask("ssm", "describe_parameters", "Parameters", "Name"),
        "secrets": ask("secretsmanager", "list_secrets", "SecretList", "Name"),
        "roles": [r for r in ask("iam", "list_roles", "Roles", "RoleName") if r not in OWN],
        "policies": ask("iam", "list_policies", "Policies", "PolicyName", Scope="Local"),
        "users": [u for u in ask("iam", "list_users", "Users", "UserName") if u not in OWN],
        "groups": ask("iam", "list_groups", "Groups", "GroupName"),
        "instance profiles": ask("iam", "list_instance_profiles", "InstanceProfiles", "InstanceProfileName"),
    }
    return {kind: names for kind, names in found.items() if names}
