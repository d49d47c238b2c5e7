"""What API Gateway asks IAM besides the method: policies of APIs, tags given at creation, tags of what is managed."""
import json

import pytest
from botocore.exceptions import ClientError

POLICY = json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}]})


def user(account, *statements):
    iam = account.client("iam")
    iam.create_user(UserName="u")
    iam.put_user_policy(UserName="u", PolicyName="p", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": list(statements)}))
    return account.client("apigateway", credentials=iam.create_access_key(UserName="u")["AccessKey"])


def allow(action, resource="*", **more):
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def denied(call, **arguments):
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    assert caught.value.response["Error"]["Code"] == "AccessDeniedException"
    return caught.value.response["Error"]["Message"]


def test_a_policy_needs_a_permission_of_its_own(account):
    apis = user(account, allow(["apigateway:POST", "apigateway:PATCH"]))
    assert "apigateway:UpdateRestApiPolicy" in denied(apis.create_rest_api, name="x", policy=POLICY)
    api = apis.create_rest_api(name="x")["id"]
    assert f"apigateway:UpdateRestApiPolicy on resource: arn:aws:apigateway:us-east-1::/restapis/{api} because" in denied(
        apis.update_rest_api, restApiId=api, patchOperations=[{"op": "replace", "path": "/policy", "value": POLICY}])
    apis.update_rest_api(restApiId=api, patchOperations=[{"op": "replace", "path": "/name", "value": "y"}])
    account.client("iam").put_user_policy(UserName="u", PolicyName="more", PolicyDocument=json.dumps(
        {"Version": "2012-10-17", "Statement": [allow("apigateway:UpdateRestApiPolicy")]}))
    apis.update_rest_api(restApiId=api, patchOperations=[{"op": "replace", "path": "/policy", "value": POLICY}])
    apis.create_rest_api(name="z", policy=POLICY)


def test_tags_at_creation_and_the_encoded_arn(account):
    apis = user(account, allow("apigateway:POST"))
    message = denied(apis.create_rest_api, name="x", tags={"a": "b"})
    assert ("is not authorized to perform: apigateway:PUT on resource: "
            "arn:aws:apigateway:us-east-1::/tags/arn%3Aaws%3Aapigateway%3Aus-east-1%3A%3A%2Frestapis%2F* because") in message
    api = apis.create_rest_api(name="x")["id"]
    arn = f"arn:aws:apigateway:us-east-1::/restapis/{api}"
    encoded = arn.replace(":", "%3A").replace("/", "%2F")
    assert f"apigateway:PUT on resource: arn:aws:apigateway:us-east-1::/tags/{encoded} because" in denied(
        apis.tag_resource, resourceArn=arn, tags={"a": "b"})
    account.client("iam").put_user_policy(UserName="u", PolicyName="more", PolicyDocument=json.dumps(
        {"Version": "2012-10-17", "Statement": [allow("apigateway:PUT", f"arn:aws:apigateway:us-east-1::/tags/{encoded}")]}))
    apis.tag_resource(resourceArn=arn, tags={"a": "b"})


def test_access_by_the_tags_of_apis_and_stages(account):
    apis = user(account, allow(["apigateway:GET", "apigateway:DELETE"], Condition={"StringEquals": {"aws:ResourceTag/team": "red"}}))
    admin = account.client("apigateway")
    red, blue = (admin.create_rest_api(name=team, tags={"team": team})["id"] for team in ("red", "blue"))
    for api in (red, blue):
        root = admin.get_resources(restApiId=api)["items"][0]["id"]
        admin.put_method(restApiId=api, resourceId=root, httpMethod="GET", authorizationType="NONE")
        admin.put_integration(restApiId=api, resourceId=root, httpMethod="GET", type="MOCK")
        deployment = admin.create_deployment(restApiId=api)["id"]
        admin.create_stage(restApiId=api, stageName="own", deploymentId=deployment, tags={"team": "red"})
        admin.create_stage(restApiId=api, stageName="none", deploymentId=deployment)
    assert apis.get_rest_api(restApiId=red)["name"] == "red"
    assert apis.get_stage(restApiId=red, stageName="none")["stageName"] == "none"
    assert apis.get_stage(restApiId=blue, stageName="own")["stageName"] == "own"
    denied(apis.get_stage, restApiId=blue, stageName="none")
    denied(apis.get_rest_api, restApiId=blue)
    denied(apis.delete_rest_api, restApiId=blue)
    apis.delete_rest_api(restApiId=red)
