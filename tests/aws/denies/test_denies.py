"""Each kind of policy denies in each service, within one account and across two: code, whole text and HTTP status of the answer.

The texts: IAM User Guide, "Troubleshoot access denied error messages" (contexts by kind of policy); the AWS Security Blog, "Enhanced access denied error
messages with policy ARNs"; S3 User Guide, "Troubleshoot access denied (403 Forbidden) errors" (quoted resources; no details outside of an organization).
Codes and statuses by protocol: the services' API References, "Common Error Types".
"""
import json

import pytest
from conftest import Server, new_account
from expect import aws_error
from functions import make_function
from signed import json_call

MANAGEMENT = {"AccessKeyId": "000000000000", "SecretAccessKey": "test"}


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def statement(effect, action="*", resource="*", **more):
    return {"Effect": effect, "Action": action, "Resource": resource, **more}


ALL = statement("Allow")
QUERY, JSON, REST = ("AccessDenied", 403), ("AccessDeniedException", 400), ("AccessDeniedException", 403)

# Organizations User Guide, "List of AWS services that support RCPs": of those here. "*" is not for one's own RCPs ("RCP syntax").
UNDER_RCPS = ("codebuild", "codecommit", "codepipeline", "dynamodb", "ecr", "events", "kms", "logs", "s3", "secretsmanager", "sqs", "sts")


class World:
    """Two accounts of one organization and one outside of it; a resource of each service in `home`; callers, each denied by one kind of policy."""

    def __init__(self, server):
        self.home, self.other, self.outsider = new_account(server), new_account(server), new_account(server)
        self.organizations = self.home.client("organizations", credentials=MANAGEMENT)
        self.organizations.remove_account_from_organization(AccountId=self.outsider.id)
        self.account = self.home.id
        self.callers = {}  # kind: (account, credentials, ARN)
        self.contexts = {}  # kind: how the message ends; {action} in it
        self.make_callers()
        self.make_resources()

    def managed(self, name, *statements):
        return self.home.client("iam").create_policy(PolicyName=name, PolicyDocument=document(*statements))["Policy"]["Arn"]

    def user(self, kind, context, *statements, account=None, boundary=None):
        account = account or self.home
        iam = account.client("iam")
        made = iam.create_user(UserName=kind, **({"PermissionsBoundary": boundary} if boundary else {}))["User"]
        if statements:
            iam.put_user_policy(UserName=kind, PolicyName="p", PolicyDocument=document(*statements))
        self.callers[kind] = account, iam.create_access_key(UserName=kind)["AccessKey"], made["Arn"]
        self.contexts[kind] = context
        return made["Arn"]

    def session(self, kind, context, policy):
        iam = self.home.client("iam")
        trust = document({"Effect": "Allow", "Principal": {"AWS": self.account}, "Action": "sts:AssumeRole"})
        role = iam.create_role(RoleName=kind, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
        iam.put_role_policy(RoleName=kind, PolicyName="p", PolicyDocument=document(ALL))
        made = self.home.client("sts").assume_role(RoleArn=role, RoleSessionName="session", Policy=policy)
        self.callers[kind] = self.home, made["Credentials"], made["AssumedRoleUser"]["Arn"]
        self.contexts[kind] = context

    def control(self, name, type_, statement_):
        root = self.organizations.list_roots()["Roots"][0]["Id"]
        self.organizations.enable_policy_type(RootId=root, PolicyType=type_)
        made = self.organizations.create_policy(Name=name, Description="", Type=type_, Content=document(statement_))["Policy"]["PolicySummary"]
        self.organizations.attach_policy(PolicyId=made["Id"], TargetId=self.account)
        return made["Arn"]

    def make_callers(self):
        nothing = statement("Allow", "polly:*")
        self.user("identity-implicit", " because no identity-based policy allows the {action} action", nothing)
        self.user("identity-explicit", " with an explicit deny in an identity-based policy", ALL, statement("Deny"))
        deny = self.managed("deny", statement("Deny"))
        self.user("identity-managed", f" with an explicit deny in an identity-based policy: {deny}", ALL)
        self.home.client("iam").attach_user_policy(UserName="identity-managed", PolicyArn=deny)
        self.user("boundary-implicit", " because no permissions boundary allows the {action} action", ALL, boundary=self.managed("narrow", nothing))
        wall = self.managed("wall", ALL, statement("Deny"))
        self.user("boundary-explicit", f" with an explicit deny in a permissions boundary: {wall}", ALL, boundary=wall)
        self.session("session-implicit", " because no session policy allows the {action} action", document(nothing))
        self.session("session-explicit", " with an explicit deny in a session policy", document(ALL, statement("Deny")))
        scp = self.user("scp", "", ALL)
        arn = self.control("scp", "SERVICE_CONTROL_POLICY", statement("Deny", Condition={"ArnEquals": {"aws:PrincipalArn": scp}}))
        self.contexts["scp"] = f" with an explicit deny in a service control policy: {arn}"
        rcp = self.user("rcp", "", ALL)
        arn = self.control("rcp", "RESOURCE_CONTROL_POLICY", statement(
            "Deny", [f"{service}:*" for service in UNDER_RCPS], Principal="*", Condition={"ArnEquals": {"aws:PrincipalArn": rcp}}))
        self.contexts["rcp"] = f" with an explicit deny in a resource control policy: {arn}"
        self.user("resource-explicit", " with an explicit deny in a resource-based policy", ALL)
        self.user("cross-resource", " because no resource-based policy allows the {action} action", ALL, account=self.other)
        self.user("cross-identity", " because no identity-based policy allows the {action} action", nothing, account=self.other)
        self.user("cross-explicit", " with an explicit deny in a resource-based policy", ALL, account=self.other)
        self.user("outside", "", ALL, account=self.outsider)

    def make_resources(self):
        home, who = self.home, {kind: arn for kind, (_, _, arn) in self.callers.items()}
        def policy(action, resource):
            return document(statement("Deny", action, resource, Principal={"AWS": [who["resource-explicit"], who["cross-explicit"]]}),
                            statement("Allow", action, resource, Principal={"AWS": who["cross-identity"]}))
        self.bucket = f"denies-{self.account}"
        s3 = home.client("s3")
        s3.create_bucket(Bucket=self.bucket)
        s3.put_object(Bucket=self.bucket, Key="k", Body=b"x")
        s3.put_bucket_policy(Bucket=self.bucket, Policy=policy("s3:GetObject", f"arn:aws:s3:::{self.bucket}/*"))
        keys = json.loads(policy("kms:DescribeKey", "*"))
        keys["Statement"].append(statement("Allow", "kms:*", Principal={"AWS": f"arn:aws:iam::{self.account}:root"}))
        self.key = home.client("kms").create_key(Policy=json.dumps(keys))["KeyMetadata"]["Arn"]
        self.secret = home.client("secretsmanager").create_secret(Name="s", SecretString="x")["ARN"]
        home.client("secretsmanager").put_resource_policy(SecretId=self.secret, ResourcePolicy=policy("secretsmanager:GetSecretValue", "*"))
        tables = home.client("dynamodb")
        self.table = tables.create_table(TableName="tab", AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}], BillingMode="PAY_PER_REQUEST",
                                         KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}])["TableDescription"]["TableArn"]
        json_call(home, "dynamodb", "DynamoDB_20120810.PutResourcePolicy", ResourceArn=self.table, Policy=policy("dynamodb:GetItem", self.table))
        self.bus = home.client("events").create_event_bus(Name="b")["EventBusArn"]
        statements = json.loads(policy("events:PutEvents", self.bus))["Statement"]
        for i, one in enumerate(statements):
            one["Sid"] = f"s{i}"
        home.client("events").put_permission(EventBusName="b", Policy=document(*statements))
        self.function = make_function(home, "def handler(event, context): pass")["FunctionArn"]
        home.client("lambda").add_permission(FunctionName="f", StatementId="s", Action="lambda:InvokeFunction", Principal=who["cross-identity"])
        home.client("logs").create_log_group(logGroupName="g")
        home.client("ssm").put_parameter(Name="p", Value="x", Type="String", Tier="Advanced")
        json_call(home, "ssm", "AmazonSSM.PutResourcePolicy", ResourceArn=self.arn("ssm", "parameter/p"),
                  Policy=policy("ssm:GetParameter", self.arn("ssm", "parameter/p")))
        trust = document({"Effect": "Allow", "Principal": {"Service": "codebuild.amazonaws.com"}, "Action": "sts:AssumeRole"})
        role = home.client("iam").create_role(RoleName="build", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
        self.project = home.client("codebuild").create_project(
            name="project", serviceRole=role, source={"type": "NO_SOURCE", "buildspec": "version: 0.2"}, artifacts={"type": "NO_ARTIFACTS"},
            environment={"type": "LINUX_CONTAINER", "image": "i", "computeType": "BUILD_GENERAL1_SMALL"})["project"]["arn"]
        json_call(home, "codebuild", "CodeBuild_20161006.PutResourcePolicy", resourceArn=self.project, policy=policy("codebuild:BatchGetProjects", self.project))
        home.client("ecr").create_repository(repositoryName="repo")
        images = [{k: v for k, v in one.items() if k != "Resource"} for one in json.loads(policy("ecr:ListImages", ""))["Statement"]]
        home.client("ecr").set_repository_policy(repositoryName="repo", policyText=document(*images))
        queues, topics = home.client("sqs"), home.client("sns")
        self.queue = queues.create_queue(QueueName="q")["QueueUrl"]
        queues.set_queue_attributes(QueueUrl=self.queue, Attributes={"Policy": policy("sqs:SendMessage", self.arn("sqs", "q"))})
        self.topic = topics.create_topic(Name="t")["TopicArn"]
        topics.set_topic_attributes(TopicArn=self.topic, AttributeName="Policy", AttributeValue=policy("sns:Publish", self.topic))
        home.client("codecommit").create_repository(repositoryName="r")
        self.api = home.client("apigateway").create_rest_api(name="a")["id"]

    def arn(self, service, resource):
        return f"arn:aws:{service}:us-east-1:{self.account}:{resource}"


# service: operation, its input, the action, the resource, code and status. Where the resource has a policy of its own the action stands in that too.
PROBES = {
    "s3": ("get_object", lambda w: {"Bucket": w.bucket, "Key": "k"}, "s3:GetObject", lambda w: f'"arn:aws:s3:::{w.bucket}/k"', QUERY),
    "kms": ("describe_key", lambda w: {"KeyId": w.key}, "kms:DescribeKey", lambda w: w.key, JSON),
    "secretsmanager": ("get_secret_value", lambda w: {"SecretId": w.secret}, "secretsmanager:GetSecretValue", lambda w: w.secret, JSON),
    "dynamodb": ("get_item", lambda w: {"TableName": w.table, "Key": {"k": {"S": "x"}}}, "dynamodb:GetItem", lambda w: w.table, JSON),
    "events": ("put_events", lambda w: {"Entries": [{"EventBusName": w.bus, "Source": "s", "DetailType": "t", "Detail": "{}"}]}, "events:PutEvents", lambda w: w.bus, JSON),
    "lambda": ("invoke", lambda w: {"FunctionName": w.function}, "lambda:InvokeFunction", lambda w: w.function, REST),
    "iam": ("get_user", lambda w: {"UserName": "scp"}, "iam:GetUser", lambda w: "user scp", QUERY),
    "cloudformation": ("describe_stacks", lambda w: {"StackName": "st"}, "cloudformation:DescribeStacks", lambda w: w.arn("cloudformation", "stack/st/*"), QUERY),
    "logs": ("describe_log_streams", lambda w: {"logGroupName": "g"}, "logs:DescribeLogStreams", lambda w: w.arn("logs", "log-group:g:log-stream:"), JSON),
    "ssm": ("get_parameter", lambda w: {"Name": w.arn("ssm", "parameter/p")}, "ssm:GetParameter", lambda w: w.arn("ssm", "parameter/p"), JSON),
    "sqs": ("send_message", lambda w: {"QueueUrl": w.queue, "MessageBody": "x"}, "sqs:sendmessage", lambda w: w.arn("sqs", "q"), ("AccessDenied", 403)),
    "sns": ("publish", lambda w: {"TopicArn": w.topic, "Message": "x"}, "SNS:Publish", lambda w: w.topic, ("AuthorizationError", 403)),
    "codecommit": ("get_repository", lambda w: {"repositoryName": "r"}, "codecommit:GetRepository", lambda w: w.arn("codecommit", "r"), JSON),
    "codebuild": ("batch_get_projects", lambda w: {"names": [w.project]}, "codebuild:BatchGetProjects", lambda w: w.project, JSON),
    "codepipeline": ("get_pipeline", lambda w: {"name": "p"}, "codepipeline:GetPipeline", lambda w: w.arn("codepipeline", "p"), JSON),
    "apigateway": ("get_rest_api", lambda w: {"restApiId": w.api}, "apigateway:GET", lambda w: f"arn:aws:apigateway:us-east-1::/restapis/{w.api}", REST),
    "ecr": ("list_images", lambda w: {"registryId": w.account, "repositoryName": "repo"}, "ecr:ListImages", lambda w: w.arn("ecr", "repository/repo"), JSON),
    "cloudtrail": ("lookup_events", lambda w: {}, "cloudtrail:LookupEvents", lambda w: "*", JSON),
    "organizations": ("list_accounts", lambda w: {}, "organizations:ListAccounts", lambda w: "*", JSON),
    "sts": ("get_federation_token", lambda w: {"Name": "bob"}, "sts:GetFederationToken", lambda w: f"arn:aws:sts::{w.account}:federated-user/bob", QUERY),
}
CALLER = ["identity-implicit", "identity-explicit", "identity-managed", "boundary-implicit", "boundary-explicit", "session-implicit", "session-explicit", "scp"]
# Service Authorization Reference and Organizations guide, "Resource control policies": services that they reach. RCPs are of the resource's account.
RCP = ["s3", "kms", "secretsmanager", "dynamodb", "events", "logs", "codecommit", "codebuild", "codepipeline", "ecr", "sts", "sqs"]
WITH_POLICY = ["s3", "kms", "secretsmanager", "dynamodb", "events", "lambda", "ssm", "sqs", "sns", "codebuild", "ecr"]
ROWS = ([(service, kind) for service in PROBES for kind in CALLER if (service, kind[:7]) != ("sts", "session")] + [(service, "rcp") for service in RCP] +
        [(service, kind) for service in WITH_POLICY for kind in ("resource-explicit", "cross-resource", "cross-identity", "cross-explicit", "outside")
         if (service, kind[-8:]) != ("lambda", "explicit")])  # permissions of functions only allow


@pytest.fixture(scope="module")
def world(request, tmp_path_factory):
    if request.config.getoption("--aws", default=False):
        pytest.skip("needs an organization of its own")
    server = Server(str(tmp_path_factory.mktemp("denies") / "server.log"))
    yield World(server)
    server.stop()


@pytest.mark.parametrize("service, kind", ROWS)
def test_denied(world, service, kind):
    operation, values, action, resource, (code, status) = PROBES[service]
    account, credentials, arn = world.callers[kind]
    text = f"User: {arn} is not authorized to perform: {action}"
    if resource(world):
        text += f" on resource: {resource(world)}"
    text += world.contexts[kind].format(action=action)
    if (service, kind) == ("s3", "outside"):
        text = "Access Denied"
    with aws_error(code, text, status):
        getattr(account.client(service, credentials=credentials), operation)(**values(world))


def trusting(world, name, *statements):
    return world.home.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=document(*statements))["Role"]["Arn"]


@pytest.mark.parametrize("kind, statements, context", [
    ("cross-resource", [], " because no role trust policy allows the sts:AssumeRole action"),
    ("cross-explicit", ["Allow", "Deny"], " with an explicit deny in the role trust policy"),
    ("cross-identity", ["Allow"], " because no identity-based policy allows the sts:AssumeRole action"),
    ("outside", [], ""),
    ("resource-explicit", [], " because no role trust policy allows the sts:AssumeRole action"),
])
def test_trust(world, kind, statements, context):
    account, credentials, arn = world.callers[kind]
    somebody = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}}
    role = trusting(world, f"trust-{kind}", somebody, *({"Effect": effect, "Action": "sts:AssumeRole", "Principal": {"AWS": arn}} for effect in statements))
    with aws_error("AccessDenied", f"User: {arn} is not authorized to perform: sts:AssumeRole on resource: {role}{context}", 403):
        account.client("sts", credentials=credentials).assume_role(RoleArn=role, RoleSessionName="session")


def test_a_key_that_trusts_nobody_here(world):
    """A key policy must allow: without the account in it, identity policies count for nothing, the administrator's neither."""
    root = f"arn:aws:iam::{world.account}:root"
    kms, admin = world.home.client("kms"), world.home.client("sts").get_caller_identity()["Arn"]
    only = document(statement("Allow", "kms:*", Principal={"AWS": world.callers["resource-explicit"][2]}))
    key = kms.create_key(Policy=only, BypassPolicyLockoutSafetyCheck=True)["KeyMetadata"]["Arn"]
    for arn, client in {admin: kms, root: world.home.client("kms", credentials={"AccessKeyId": world.account, "SecretAccessKey": "test"})}.items():
        with aws_error("AccessDeniedException", f"User: {arn} is not authorized to perform: kms:Encrypt on resource: {key} "
                       "because no resource-based policy allows the kms:Encrypt action", 400):
            client.encrypt(KeyId=key, Plaintext=b"x")


def test_nobody_at_all(world):
    """Without a signature: S3 tells nothing, the others ask for one."""
    from botocore import UNSIGNED
    with aws_error("AccessDenied", "Access Denied", 403):
        world.home.client("s3", signature_version=UNSIGNED).get_object(Bucket=world.bucket, Key="k")
    for service, code, status in ("iam", "MissingAuthenticationToken", 403), ("kms", "MissingAuthenticationTokenException", 400):
        operation, values, *_ = PROBES[service]
        with aws_error(code, status=status):
            getattr(world.home.client(service, signature_version=UNSIGNED), operation)(**values(world))
