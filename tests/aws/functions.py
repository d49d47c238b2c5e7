"""What tests of Lambda and its callers share: zip files, roles, functions."""
import io
import json
import zipfile


def zip_of(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name), text)
    return out.getvalue()


def make_role(aws, name="function-role", actions=("logs:*",), service="lambda.amazonaws.com"):
    iam = aws.client("iam")
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}]}
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    if actions:
        policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": "*"}]}
        iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=json.dumps(policy))
    return arn


def make_function(aws, code, name="f", role=None, runtime="python3.12", handler="index.handler", **more):
    files = {"index.py": code} if isinstance(code, str) else code
    return aws.client("lambda").create_function(FunctionName=name, Runtime=runtime, Handler=handler, Role=role or make_role(aws),
                                                Code={"ZipFile": zip_of(files)}, **more)
