"""Properties whose form in a template differs from the service's API, and types that users of real tools bring."""
import json

from functions import make_function, zip_of


def deploy(account, name, resources, **outputs):
    cfn = account.client("cloudformation")
    cfn.create_stack(StackName=name, Capabilities=["CAPABILITY_NAMED_IAM"], TemplateBody=json.dumps(
        {"Resources": resources, **({"Outputs": {k: {"Value": v} for k, v in outputs.items()}} if outputs else {})}))
    cfn.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 60})
    stack = cfn.describe_stacks(StackName=name)["Stacks"][0]
    return {o["OutputKey"]: o["OutputValue"] for o in stack.get("Outputs", [])}


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
