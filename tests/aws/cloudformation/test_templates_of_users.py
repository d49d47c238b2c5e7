"""Properties whose form in a template differs from the service's API, and types that users of real tools bring."""
import json
import time
import urllib.error
import urllib.request

import pytest
from botocore.exceptions import ClientError

from functions import make_function, make_role, zip_of
from signed import json_call
from stacks import deploy


def until(condition, seconds=90):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.05)


def test_bucket_notifications(account):
    """As the Serverless Framework writes them for an s3 event."""
    function = make_function(account, "def handler(e, c): return 1")["FunctionArn"]
    bucket = f"notify-{account.id}"
    template = {
        "Allow": {"Type": "AWS::Lambda::Permission", "Properties": {
            "FunctionName": function, "Action": "lambda:InvokeFunction", "Principal": "s3.amazonaws.com", "SourceArn": f"arn:aws:s3:::{bucket}"}},
        "Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "from-s3"}},
        "QueuePolicy": {"Type": "AWS::SQS::QueuePolicy", "Properties": {"Queues": [{"Ref": "Queue"}], "PolicyDocument": {"Statement": [
            {"Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": "*"}]}}},
        "Bucket": {"Type": "AWS::S3::Bucket", "DependsOn": ["Allow", "QueuePolicy"], "Properties": {"BucketName": bucket, "NotificationConfiguration": {
            "LambdaConfigurations": [{"Event": "s3:ObjectCreated:*", "Function": function,
                                      "Filter": {"S3Key": {"Rules": [{"Name": "suffix", "Value": ".txt"}]}}}],
            "QueueConfigurations": [{"Event": "s3:ObjectRemoved:*", "Queue": {"Fn::GetAtt": ["Queue", "Arn"]}}],
            "EventBridgeConfiguration": {"EventBridgeEnabled": True}}}}}
    deploy(account, "notify", template)
    s3 = account.client("s3", s3={"addressing_style": "path"})
    found = s3.get_bucket_notification_configuration(Bucket=bucket)
    one = found["LambdaFunctionConfigurations"][0]
    assert one["LambdaFunctionArn"] == function and one["Events"] == ["s3:ObjectCreated:*"]
    assert [(r["Name"].lower(), r["Value"]) for r in one["Filter"]["Key"]["FilterRules"]] == [("suffix", ".txt")]
    assert found["QueueConfigurations"][0]["QueueArn"].endswith(":from-s3") and found["EventBridgeConfiguration"] == {}
    del template["Bucket"]["Properties"]["NotificationConfiguration"]
    account.client("cloudformation").update_stack(StackName="notify", TemplateBody=json.dumps({"Resources": template}))
    account.client("cloudformation").get_waiter("stack_update_complete").wait(StackName="notify", WaiterConfig={"Delay": 1, "MaxAttempts": 60})
    assert "LambdaFunctionConfigurations" not in s3.get_bucket_notification_configuration(Bucket=bucket)


def test_layers(account):
    s3 = account.client("s3", s3={"addressing_style": "path"})
    s3.create_bucket(Bucket=f"layers-{account.id}")
    s3.put_object(Bucket=f"layers-{account.id}", Key="one.zip", Body=zip_of({"python/dep.py": "X = 5"}))
    layer = {"Type": "AWS::Lambda::LayerVersion", "Properties": {
        "LayerName": "dep", "Content": {"S3Bucket": f"layers-{account.id}", "S3Key": "one.zip"}, "CompatibleRuntimes": ["python3.12"]}}
    role = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}}}
    function = {"Type": "AWS::Lambda::Function", "Properties": {
        "FunctionName": "layered", "Runtime": "python3.12", "Handler": "index.handler", "Role": {"Fn::GetAtt": ["Role", "Arn"]},
        "Layers": [{"Ref": "Layer"}], "Code": {"ZipFile": "import dep\ndef handler(e, c): return dep.X"}}}
    outputs = deploy(account, "layers", {"Layer": layer, "Role": role, "Function": function}, Layer={"Ref": "Layer"})
    assert outputs["Layer"] == f"arn:aws:lambda:us-east-1:{account.id}:layer:dep:1"
    lambda_ = account.client("lambda")
    assert lambda_.invoke(FunctionName="layered")["Payload"].read() == b"5"
    # Other content is another version of the same layer; the old one goes with the clean-up.
    s3.put_object(Bucket=f"layers-{account.id}", Key="two.zip", Body=zip_of({"python/dep.py": "X = 6"}))
    layer["Properties"]["Content"]["S3Key"] = "two.zip"
    cfn = account.client("cloudformation")
    cfn.update_stack(StackName="layers", Capabilities=["CAPABILITY_IAM"],
                     TemplateBody=json.dumps({"Resources": {"Layer": layer, "Role": role, "Function": function}}))
    cfn.get_waiter("stack_update_complete").wait(StackName="layers", WaiterConfig={"Delay": 1, "MaxAttempts": 60})
    assert lambda_.invoke(FunctionName="layered")["Payload"].read() == b"6"
    assert [v["Version"] for v in lambda_.list_layer_versions(LayerName="dep")["LayerVersions"]] == [2]
    cfn.delete_stack(StackName="layers")
    cfn.get_waiter("stack_delete_complete").wait(StackName="layers", WaiterConfig={"Delay": 1, "MaxAttempts": 60})
    assert lambda_.list_layers()["Layers"] == []


def test_wait_conditions_take_signals_at_the_url_of_their_handle(account):
    role = make_role(account, "waiting", actions=("logs:*",), service="cloudformation.amazonaws.com")
    handle, condition = {"Type": "AWS::CloudFormation::WaitConditionHandle"}, {"Type": "AWS::CloudFormation::WaitCondition", "Properties": {
        "Handle": {"Ref": "Handle"}, "Timeout": "3600", "Count": 2}}
    template = {"Resources": {"Handle": handle, "Wait": condition}, "Outputs": {"Data": {"Value": {"Fn::GetAtt": ["Wait", "Data"]}}}}
    cfn = account.client("cloudformation")

    def url_of(stack):
        return cfn.describe_stack_resource(StackName=stack, LogicalResourceId="Handle")["StackResourceDetail"]["PhysicalResourceId"]

    def signal(url, **body):
        host, path = url.removeprefix("https://").split("/", 1)
        request = urllib.request.Request(f"{account.server.url}/{path}", data=json.dumps(body).encode(), method="PUT", headers={"Host": host, "Content-Type": ""})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code

    cfn.create_stack(StackName="good", TemplateBody=json.dumps(template), RoleARN=role)
    url = url_of("good")
    assert url.startswith("https://cloudformation-waitcondition-us-east-1.s3.amazonaws.com/arn%3Aaws%3Acloudformation%3Aus-east-1%3A")
    assert signal(url[:-1] + ("0" if url[-1] != "0" else "1"), Status="SUCCESS") == 403
    assert signal(url, Status="WELL", UniqueId="a") == 400
    for id_ in ("a", "a", "b"):  # the same signal twice counts once
        assert signal(url, Status="SUCCESS", UniqueId=id_, Data=f"from {id_}", Reason="done") == 200
    cfn.get_waiter("stack_create_complete").wait(StackName="good", WaiterConfig={"Delay": 1, "MaxAttempts": 60})
    assert json.loads(cfn.describe_stacks(StackName="good")["Stacks"][0]["Outputs"][0]["OutputValue"]) == {"a": "from a", "b": "from b"}

    cfn.create_stack(StackName="bad", TemplateBody=json.dumps(template), RoleARN=role, OnFailure="DO_NOTHING")
    assert signal(url_of("bad"), Status="FAILURE", UniqueId="a", Reason="no disk") == 200
    until(lambda: cfn.describe_stacks(StackName="bad")["Stacks"][0]["StackStatus"] == "CREATE_FAILED")
    reasons = [e.get("ResourceStatusReason") for e in cfn.describe_stack_events(StackName="bad")["StackEvents"]]
    assert "WaitCondition received failed message: 'no disk' for uniqueId: a" in reasons
    gone = url_of("bad")
    cfn.delete_stack(StackName="bad")
    cfn.get_waiter("stack_delete_complete").wait(StackName="bad", WaiterConfig={"Delay": 1, "MaxAttempts": 60})
    assert signal(gone, Status="SUCCESS", UniqueId="late") in (200, 404)


GROUPS = {"One": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "/roll/one", "RetentionInDays": 7}}}
BROKEN = {"Type": "AWS::S3::Bucket", "DependsOn": ["One", "Two"], "Properties": {"BucketName": "Not_A_Name"}}


def changed(days, name="/roll/two"):
    return {"One": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "/roll/one", "RetentionInDays": days}},
            "Two": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": name}}, "Broken": BROKEN}


def test_rollback_stack_takes_up_what_disable_rollback_put_off(account):
    cfn, logs = account.client("cloudformation"), account.client("logs")
    status = lambda: cfn.describe_stacks(StackName="roll")["Stacks"][0]["StackStatus"]
    groups = lambda: {g["logGroupName"]: g.get("retentionInDays") for g in logs.describe_log_groups()["logGroups"]}
    text = lambda resources: json.dumps({"Resources": resources})
    # Of a creation: all of it goes.
    cfn.create_stack(StackName="roll", TemplateBody=text({**changed(7)}), DisableRollback=True)
    until(lambda: status() == "CREATE_FAILED")
    assert groups() == {"/roll/one": 7, "/roll/two": None}
    cfn.rollback_stack(StackName="roll")
    until(lambda: status() == "ROLLBACK_COMPLETE")
    assert groups() == {}
    with pytest.raises(ClientError) as refused:
        cfn.rollback_stack(StackName="roll")
    assert refused.value.response["Error"]["Code"] == "ValidationError" and "ROLLBACK_COMPLETE" in refused.value.response["Error"]["Message"]
    cfn.delete_stack(StackName="roll")
    # Of updates, two failed ones after each other: to what last was complete.
    cfn.create_stack(StackName="roll", TemplateBody=text(GROUPS))
    until(lambda: status() == "CREATE_COMPLETE")
    for days, name in ((14, "/roll/two"), (30, "/roll/three")):
        cfn.update_stack(StackName="roll", TemplateBody=text(changed(days, name)), DisableRollback=True)
        until(lambda: status() == "UPDATE_FAILED" and groups().get("/roll/one") == days)
    assert set(groups()) >= {"/roll/one", "/roll/three"}
    cfn.rollback_stack(StackName="roll")
    until(lambda: status() == "UPDATE_ROLLBACK_COMPLETE")
    assert groups() == {"/roll/one": 7}
    assert [r["LogicalResourceId"] for r in cfn.list_stack_resources(StackName="roll")["StackResourceSummaries"]] == ["One"]


def test_account_limits(account):
    limits = account.client("cloudformation").describe_account_limits()["AccountLimits"]
    assert {"Name": "StackOutputsLimit", "Value": 200} in limits


def reason_of(cfn, stack, logical_id):
    until(lambda: not cfn.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"].endswith("IN_PROGRESS"))
    return next(e["ResourceStatusReason"] for e in cfn.describe_stack_events(StackName=stack)["StackEvents"]
                if e["LogicalResourceId"] == logical_id and e["ResourceStatus"].endswith("FAILED"))


@pytest.mark.parametrize("kind, properties, reason", [
    ("AWS::S3::Bucket", {"ReplicationConfiguration": {"Role": "x", "Rules": []}}, "The property ReplicationConfiguration of AWS::S3::Bucket is not implemented by Drydock."),
    ("AWS::CodeCommit::Repository", {"RepositoryName": "r", "Triggers": [{"Name": "t"}]},
     "The property Triggers of AWS::CodeCommit::Repository is not implemented by Drydock."),
    ("AWS::Logs::LogGroup", {"Colour": "red"}, "Properties validation failed for resource It with message:\n#: extraneous key [Colour] is not permitted")])
def test_a_property_that_aws_has_and_drydock_has_not_is_named(account, kind, properties, reason):
    cfn = account.client("cloudformation")
    cfn.create_stack(StackName="one", TemplateBody=json.dumps({"Resources": {"It": {"Type": kind, "Properties": properties}}}))
    assert reason_of(cfn, "one", "It") == reason


def test_dynamic_references(account):
    cfn, ssm = account.client("cloudformation"), account.client("ssm")
    ssm.put_parameter(Name="/name", Value="one", Type="String")
    ssm.put_parameter(Name="/name", Value="two", Type="String", Overwrite=True)
    secret = account.client("secretsmanager")
    secret.create_secret(Name="db", SecretString=json.dumps({"user": "old"}))
    secret.put_secret_value(SecretId="db", SecretString=json.dumps({"user": "new"}))
    group = lambda name: {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": name}}
    value = lambda text: {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": text}}
    outputs = deploy(account, "dynamic", {
        "Named": group("/x/{{resolve:ssm:/name}}"), "First": group("/x/{{resolve:ssm:/name:1}}"),
        "New": value("{{resolve:secretsmanager:db:SecretString:user}}"),
        "Old": value("{{resolve:secretsmanager:db:SecretString:user:AWSPREVIOUS}}")},
        Named={"Ref": "Named"}, First={"Ref": "First"}, New={"Ref": "New"}, Old={"Ref": "Old"})
    assert outputs["Named"] == "/x/two" and outputs["First"] == "/x/one"
    assert [ssm.get_parameter(Name=outputs[k])["Parameter"]["Value"] for k in ("New", "Old")] == ["new", "old"]
    cfn.create_stack(StackName="none", TemplateBody=json.dumps({"Resources": {"G": group("{{resolve:ssm:/none:1}}")}}))
    assert reason_of(cfn, "none", "G") == "Parameters: [ssm:/none:1] cannot be found."


def test_a_mapping_that_is_not_there_is_refused_at_once(account):
    cfn = account.client("cloudformation")
    body = {"Mappings": {"M": {"us-east-1": {"A": "x"}}}, "Resources": {
        "G": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": {"Fn::FindInMap": ["M", {"Ref": "AWS::Region"}, "B"]}}}}}
    with pytest.raises(ClientError) as refused:
        cfn.create_stack(StackName="map", TemplateBody=json.dumps(body))
    assert refused.value.response["Error"]["Message"] == "Template error: Unable to get mapping for M::us-east-1::B"


def test_an_output_that_is_no_text(account):
    cfn = account.client("cloudformation")
    cfn.create_stack(StackName="list", TemplateBody=json.dumps({
        "Resources": {"G": {"Type": "AWS::Logs::LogGroup"}}, "Outputs": {"O": {"Value": ["a"]}}}))
    until(lambda: cfn.describe_stacks(StackName="list")["Stacks"][0]["StackStatus"] == "ROLLBACK_COMPLETE")
    reasons = [e.get("ResourceStatusReason") for e in cfn.describe_stack_events(StackName="list")["StackEvents"]]
    assert ("Template format error: The Value field of every Outputs member must evaluate to a String. Rollback requested by user.") in reasons


def test_a_repository_with_its_first_commit(account):
    s3, commit = account.client("s3", s3={"addressing_style": "path"}), account.client("codecommit")
    s3.create_bucket(Bucket=f"seed-{account.id}")
    s3.put_object(Bucket=f"seed-{account.id}", Key="code.zip", Body=zip_of({"buildspec.yml": "version: 0.2\n", "src/deep/a.txt": "hello"}))
    repository = lambda key, **more: {"Repo": {"Type": "AWS::CodeCommit::Repository", "Properties": {
        "RepositoryName": "seeded", "Code": {**more, "S3": {"Bucket": f"seed-{account.id}", "Key": key}}}}}
    deploy(account, "seed", repository("code.zip", BranchName="trunk"))
    assert commit.list_branches(repositoryName="seeded")["branches"] == ["trunk"]
    assert commit.get_repository(repositoryName="seeded")["repositoryMetadata"]["defaultBranch"] == "trunk"
    assert commit.get_file(repositoryName="seeded", filePath="src/deep/a.txt")["fileContent"] == b"hello"
    # What the template says of it later is not looked at.
    cfn = account.client("cloudformation")
    cfn.update_stack(StackName="seed", TemplateBody=json.dumps({"Resources": repository("none.zip")}))
    until(lambda: cfn.describe_stacks(StackName="seed")["Stacks"][0]["StackStatus"] == "UPDATE_COMPLETE")
    cfn.delete_stack(StackName="seed")
    until(lambda: commit.list_repositories()["repositories"] == [])
    # An archive that is not there, or is none.
    s3.put_object(Bucket=f"seed-{account.id}", Key="text.zip", Body=b"no archive")
    for key, reason in (("none.zip", "The specified key does not exist"), ("text.zip", "cannot be imported")):
        cfn.create_stack(StackName=key[:4], TemplateBody=json.dumps({"Resources": repository(key)}))
        assert reason in reason_of(cfn, key[:4], "Repo")
    assert commit.list_repositories()["repositories"] == []


def test_a_request_repeated_with_its_token(account):
    cfn = account.client("cloudformation")
    body = lambda days: json.dumps({"Resources": {"G": {"Type": "AWS::Logs::LogGroup", "Properties": {"RetentionInDays": days}}}})
    first = cfn.create_stack(StackName="again", TemplateBody=body(7), ClientRequestToken="one")["StackId"]
    until(lambda: cfn.describe_stacks(StackName="again")["Stacks"][0]["StackStatus"] == "CREATE_COMPLETE")
    assert cfn.create_stack(StackName="again", TemplateBody=body(7), ClientRequestToken="one")["StackId"] == first
    with pytest.raises(ClientError) as refused:
        cfn.create_stack(StackName="again", TemplateBody=body(7), ClientRequestToken="two")
    assert refused.value.response["Error"]["Code"] == "AlreadyExistsException"
    cfn.update_stack(StackName="again", TemplateBody=body(14), ClientRequestToken="three")
    until(lambda: cfn.describe_stacks(StackName="again")["Stacks"][0]["StackStatus"] == "UPDATE_COMPLETE")
    assert cfn.update_stack(StackName="again", TemplateBody=body(14), ClientRequestToken="three")["StackId"] == first
    events = cfn.describe_stack_events(StackName="again")["StackEvents"]
    assert {e.get("ClientRequestToken") for e in events} == {"one", "three"}


def test_a_change_set_is_executed_once(account):
    cfn = account.client("cloudformation")
    body = json.dumps({"Resources": {"G": {"Type": "AWS::Logs::LogGroup"}}})
    set_ = cfn.create_change_set(StackName="once", ChangeSetName="c", ChangeSetType="CREATE", TemplateBody=body)["Id"]
    cfn.execute_change_set(ChangeSetName=set_)
    until(lambda: cfn.describe_stacks(StackName="once")["Stacks"][0]["StackStatus"] == "CREATE_COMPLETE")
    assert cfn.describe_change_set(ChangeSetName=set_)["ExecutionStatus"] == "EXECUTE_COMPLETE"
    with pytest.raises(ClientError) as refused:
        cfn.execute_change_set(ChangeSetName=set_)
    assert refused.value.response["Error"] == {**refused.value.response["Error"], "Code": "InvalidChangeSetStatus",
                                               "Message": f"ChangeSet [{set_}] cannot be executed in its current execution status of [EXECUTE_COMPLETE]"}


def test_what_an_update_may_do_to_the_indexes_of_a_table(account):
    cfn, ddb = account.client("cloudformation"), account.client("dynamodb")
    name = lambda n: {"AttributeName": n, "AttributeType": "S"}
    glo = lambda key, units: {"IndexName": f"glo-{key}", "KeySchema": [{"AttributeName": key, "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"},
                              **({"ProvisionedThroughput": {"ReadCapacityUnits": units, "WriteCapacityUnits": 1}} if units else {})}

    def body(*indexes, keys="iab"):
        properties = {"TableName": "tab", "KeySchema": [{"AttributeName": "i", "KeyType": "HASH"}], "AttributeDefinitions": [name(k) for k in keys],
                      "GlobalSecondaryIndexes": list(indexes)}
        if any("ProvisionedThroughput" in one for one in indexes):
            properties["ProvisionedThroughput"] = {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}
        else:
            properties["BillingMode"] = "PAY_PER_REQUEST"
        return json.dumps({"Resources": {"T": {"Type": "AWS::DynamoDB::Table", "Properties": properties}}})

    def update(text, status="UPDATE_COMPLETE"):
        cfn.update_stack(StackName="t", TemplateBody=text)
        until(lambda: not cfn.describe_stacks(StackName="t")["Stacks"][0]["StackStatus"].endswith("IN_PROGRESS"))
        assert cfn.describe_stacks(StackName="t")["Stacks"][0]["StackStatus"] == status
        return reason_of(cfn, "t", "T") if "ROLLBACK" in status else None

    cfn.create_stack(StackName="t", TemplateBody=body(glo("a", 1), keys="ia"))
    until(lambda: cfn.describe_stacks(StackName="t")["Stacks"][0]["StackStatus"] == "CREATE_COMPLETE")
    update(body(glo("a", 5), keys="ia"))
    units = lambda: {i["IndexName"]: i["ProvisionedThroughput"]["ReadCapacityUnits"] for i in ddb.describe_table(TableName="tab")["Table"]["GlobalSecondaryIndexes"]}
    assert units() == {"glo-a": 5}
    other = {**glo("b", 5), "IndexName": "glo-a"}
    assert update(body(other, keys="ib"), "UPDATE_ROLLBACK_COMPLETE").startswith("Cannot update GSI's properties other than Provisioned Throughput")
    assert update(body(glo("b", 5), keys="ib"), "UPDATE_ROLLBACK_COMPLETE") == "Cannot perform more than one GSI creation or deletion in a single update"
    assert units() == {"glo-a": 5}
    update(body(glo("a", 5), glo("b", 3)))
    assert units() == {"glo-a": 5, "glo-b": 3}


def test_what_a_template_no_longer_says_goes_back_to_its_default(account):
    cfn = account.client("cloudformation")
    role = make_role(account, "r", service="codebuild.amazonaws.com")
    function_role = make_role(account, "f")

    def body(said):
        more = lambda properties: properties if said else {}
        return json.dumps({"Resources": {
            "Function": {"Type": "AWS::Lambda::Function", "Properties": {
                "FunctionName": "f", "Code": {"ZipFile": "def handler(e, c): return 1"}, "Handler": "index.handler", "Runtime": "python3.12", "Role": function_role,
                **more({"Description": "d", "Timeout": 9, "TracingConfig": {"Mode": "Active"}, "EphemeralStorage": {"Size": 1024}, "Environment": {"Variables": {"AA": "1"}}})}},
            "Version": {"Type": "AWS::Lambda::Version", "Properties": {"FunctionName": {"Ref": "Function"}}},
            "Alias": {"Type": "AWS::Lambda::Alias", "Properties": {"FunctionName": {"Ref": "Function"}, "Name": "live", "FunctionVersion": "1", **more({"Description": "d"})},
                      "DependsOn": "Version"},
            "Project": {"Type": "AWS::CodeBuild::Project", "Properties": {
                "Name": "proj", "ServiceRole": role, "Artifacts": {"Type": "NO_ARTIFACTS"}, "Source": {"Type": "NO_SOURCE", "BuildSpec": "version: 0.2"},
                "Environment": {"Type": "LINUX_CONTAINER", "ComputeType": "BUILD_GENERAL1_SMALL", "Image": "x"},
                **more({"Description": "d", "TimeoutInMinutes": 7, "LogsConfig": {"CloudWatchLogs": {"Status": "DISABLED"}}})}},
            "Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "api", **more({"EndpointConfiguration": {"Types": ["REGIONAL"]}})}},
            "Rule": {"Type": "AWS::Events::Rule", "Properties": {"Name": "rule", "ScheduleExpression": "rate(1 day)", **more({"State": "DISABLED"})}},
            "Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": f"default-{account.id}", **more({
                "CorsConfiguration": {"CorsRules": [{"AllowedMethods": ["GET", "PUT"], "AllowedOrigins": ["https://a.example/?x&y"], "AllowedHeaders": ["x-*"],
                                                     "ExposedHeaders": ["ETag"], "Id": "page", "MaxAge": 60}]}})}}}})

    def state():
        function = account.client("lambda").get_function_configuration(FunctionName="f")
        project = account.client("codebuild").batch_get_projects(names=["proj"])["projects"][0]
        s3 = account.client("s3", s3={"addressing_style": "path"})
        try:
            cors = s3.get_bucket_cors(Bucket=f"default-{account.id}")["CORSRules"]
        except ClientError as error:
            cors = error.response["Error"]["Code"]
        return [function["Description"], function["Timeout"], function["TracingConfig"]["Mode"], function["EphemeralStorage"]["Size"], "Environment" in function,
                account.client("lambda").get_alias(FunctionName="f", Name="live")["Description"], project.get("description") or "", project["timeoutInMinutes"],
                account.client("apigateway").get_rest_apis()["items"][0]["endpointConfiguration"]["types"],
                account.client("events").describe_rule(Name="rule")["State"], cors]

    said = ["d", 9, "Active", 1024, True, "d", "d", 7, ["REGIONAL"], "DISABLED",
            [{"ID": "page", "AllowedMethods": ["GET", "PUT"], "AllowedOrigins": ["https://a.example/?x&y"], "AllowedHeaders": ["x-*"], "ExposeHeaders": ["ETag"], "MaxAgeSeconds": 60}]]
    unsaid = ["", 3, "PassThrough", 512, False, "", "", 60, ["EDGE"], "ENABLED", "NoSuchCORSConfiguration"]
    cfn.create_stack(StackName="def", TemplateBody=body(True))
    until(lambda: not cfn.describe_stacks(StackName="def")["Stacks"][0]["StackStatus"].endswith("IN_PROGRESS"))
    assert state() == said
    for wanted, found in ((False, unsaid), (True, said)):  # and back: what was not said before is no trap
        cfn.update_stack(StackName="def", TemplateBody=body(wanted))
        until(lambda: not cfn.describe_stacks(StackName="def")["Stacks"][0]["StackStatus"].endswith("IN_PROGRESS"))
        assert cfn.describe_stacks(StackName="def")["Stacks"][0]["StackStatus"] == "UPDATE_COMPLETE"
        assert state() == found


def test_updates_of_a_keys_rotation_and_of_a_parameters_description(account):
    cfn = account.client("cloudformation")

    def deployed(key, parameter):
        body = json.dumps({"Resources": {
            "Key": {"Type": "AWS::KMS::Key", "Properties": {"Description": "k", **key}},
            "Parameter": {"Type": "AWS::SSM::Parameter", "Properties": {"Name": "/p", "Type": "String", "Value": "v", **parameter}}}})
        (cfn.update_stack if deployed.before else cfn.create_stack)(StackName="rotation", TemplateBody=body)
        deployed.before = True
        until(lambda: not cfn.describe_stacks(StackName="rotation")["Stacks"][0]["StackStatus"].endswith("IN_PROGRESS"))
        key_id = cfn.describe_stack_resource(StackName="rotation", LogicalResourceId="Key")["StackResourceDetail"]["PhysicalResourceId"]
        rotation = json_call(account, "kms", "TrentService.GetKeyRotationStatus", KeyId=key_id)
        parameter = account.client("ssm").describe_parameters()["Parameters"][0]
        return rotation["KeyRotationEnabled"], rotation.get("RotationPeriodInDays"), parameter.get("Description") or ""
    deployed.before = False
    assert deployed({"EnableKeyRotation": True, "RotationPeriodInDays": 100}, {"Description": "d"}) == (True, 100, "d")
    assert deployed({"EnableKeyRotation": True, "RotationPeriodInDays": 200}, {"Description": "e"}) == (True, 200, "e")
    assert deployed({"EnableKeyRotation": True}, {}) == (True, 365, "")
    assert deployed({}, {})[0] is False


def test_image_repositories(account):
    letting = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": account.id}, "Action": "ecr:ListImages"}]}
    lifecycle = json.dumps({"rules": [{"rulePriority": 1, "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 3},
                                       "action": {"type": "expire"}}]})
    template = {"Repository": {"Type": "AWS::ECR::Repository", "Properties": {
        "ImageScanningConfiguration": {"ScanOnPush": True}, "RepositoryPolicyText": letting, "Tags": [{"Key": "k", "Value": "v"}],
        "LifecyclePolicy": {"LifecyclePolicyText": lifecycle}}}}
    made = deploy(account, "images", template, Name={"Ref": "Repository"}, Uri={"Fn::GetAtt": ["Repository", "RepositoryUri"]})
    ecr, cfn = account.client("ecr"), account.client("cloudformation")
    assert made["Uri"] == f"{account.id}.dkr.ecr.us-east-1.amazonaws.com/{made['Name']}" and made["Name"].startswith("images-repository-")
    found = ecr.describe_repositories(repositoryNames=[made["Name"]])["repositories"][0]
    assert found["imageScanningConfiguration"] == {"scanOnPush": True}
    assert json.loads(ecr.get_repository_policy(repositoryName=made["Name"])["policyText"])["Statement"][0]["Action"] == "ecr:ListImages"
    assert ecr.get_lifecycle_policy(repositoryName=made["Name"])["lifecyclePolicyText"] == lifecycle
    template["Repository"]["Properties"] = {"ImageTagMutability": "IMMUTABLE"}
    cfn.update_stack(StackName="images", TemplateBody=json.dumps({"Resources": template}))
    cfn.get_waiter("stack_update_complete").wait(StackName="images", WaiterConfig={"Delay": 1, "MaxAttempts": 60})
    found = ecr.describe_repositories(repositoryNames=[made["Name"]])["repositories"][0]
    assert (found["imageTagMutability"], found["imageScanningConfiguration"]) == ("IMMUTABLE", {"scanOnPush": False})
    assert not {"k"} & {t["Key"] for t in ecr.list_tags_for_resource(resourceArn=found["repositoryArn"])["tags"]}
    with pytest.raises(ClientError, match="RepositoryPolicyNotFoundException"):
        ecr.get_repository_policy(repositoryName=made["Name"])
    with pytest.raises(ClientError, match="LifecyclePolicyNotFoundException"):
        ecr.get_lifecycle_policy(repositoryName=made["Name"])
    cfn.delete_stack(StackName="images")
    cfn.get_waiter("stack_delete_complete").wait(StackName="images", WaiterConfig={"Delay": 1, "MaxAttempts": 60})
    assert ecr.describe_repositories()["repositories"] == []
