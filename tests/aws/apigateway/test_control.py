"""API Gateway's control plane: APIs, resources, methods, integrations, deployments, stages, tags."""
import pytest
from botocore.exceptions import ClientError


def error_of(call, **arguments):
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    response = caught.value.response
    return response["Error"]["Code"], response["Error"]["Message"], response["ResponseMetadata"]["HTTPStatusCode"]


@pytest.fixture
def gateway(aws):
    return aws.client("apigateway")


def root_of(gateway, api):
    """boto3 of before 2023 does not show rootResourceId."""
    return gateway.get_resources(restApiId=api["id"])["items"][0]["id"]


def mock_method(gateway, api, resource, method="GET"):
    gateway.put_method(restApiId=api, resourceId=resource, httpMethod=method, authorizationType="NONE")
    gateway.put_integration(restApiId=api, resourceId=resource, httpMethod=method, type="MOCK",
                            requestTemplates={"application/json": '{"statusCode": 200}'})


def test_apis(aws, gateway):
    api = gateway.create_rest_api(name="DEV-product", endpointConfiguration={"types": ["EDGE"]}, policy="", tags={"a": "b"})
    assert len(api["id"]) == 10 and len(root_of(gateway, api)) == 10 and "policy" not in api
    assert api["apiKeySource"] == "HEADER" and api["endpointConfiguration"]["types"] == ["EDGE"]
    other = gateway.create_rest_api(name="other")
    listed = gateway.get_rest_apis(limit=1)
    rest = gateway.get_rest_apis(limit=500, position=listed["position"])
    assert {a["id"] for a in listed["items"] + rest["items"]} == {api["id"], other["id"]} and "position" not in rest
    changed = gateway.update_rest_api(restApiId=api["id"], patchOperations=[
        {"op": "replace", "path": "/name", "value": "new"}, {"op": "add", "path": "/binaryMediaTypes/image~1png"}])
    assert changed["name"] == "new" and changed["binaryMediaTypes"] == ["image/png"]
    assert error_of(gateway.update_rest_api, restApiId=api["id"], patchOperations=[{"op": "replace", "path": "/nothing", "value": "x"}])[0] == "BadRequestException"
    gateway.delete_rest_api(restApiId=api["id"])
    assert error_of(gateway.get_rest_api, restApiId=api["id"]) == (
        "NotFoundException", f"Invalid API identifier specified {aws.id}:{api['id']}", 404)


def test_resources(gateway):
    api = gateway.create_rest_api(name="x")
    root = root_of(gateway, api)
    make = lambda parent, part: gateway.create_resource(restApiId=api["id"], parentId=parent, pathPart=part)
    product = make(root, "product")
    assert product["path"] == "/product" and product["parentId"] == root
    find = make(product["id"], "find")
    item = make(find["id"], "{id}")
    assert item["path"] == "/product/find/{id}"
    code, message, status = error_of(gateway.create_resource, restApiId=api["id"], parentId=root, pathPart="product")
    assert (code, message, status) == ("ConflictException", "Another resource with the same parent already has this name: product", 409)
    assert error_of(gateway.create_resource, restApiId=api["id"], parentId=find["id"], pathPart="{other}")[0] == "BadRequestException"
    assert error_of(gateway.create_resource, restApiId=api["id"], parentId="none", pathPart="x")[1] == "Invalid Resource identifier specified"
    mock_method(gateway, api["id"], item["id"])
    listed = {r["path"]: r for r in gateway.get_resources(restApiId=api["id"])["items"]}
    assert list(listed) == ["/", "/product", "/product/find", "/product/find/{id}"]
    assert listed["/product/find/{id}"]["resourceMethods"] == {"GET": {}}
    whole = gateway.get_resource(restApiId=api["id"], resourceId=item["id"], embed=["methods"])
    assert whole["resourceMethods"]["GET"]["methodIntegration"]["type"] == "MOCK"
    gateway.delete_resource(restApiId=api["id"], resourceId=product["id"])
    assert [r["path"] for r in gateway.get_resources(restApiId=api["id"])["items"]] == ["/"]
    assert error_of(gateway.delete_resource, restApiId=api["id"], resourceId=root)[0] == "BadRequestException"


def test_methods_and_integrations(aws, gateway):
    api = gateway.create_rest_api(name="x")
    where = dict(restApiId=api["id"], resourceId=root_of(gateway, api), httpMethod="POST")
    assert error_of(gateway.get_method, **where)[1] == "Invalid Method identifier specified"
    method = gateway.put_method(**where, authorizationType="NONE", apiKeyRequired=False, requestParameters={})
    assert method["httpMethod"] == "POST" and method["apiKeyRequired"] is False
    assert error_of(gateway.put_method, **where, authorizationType="NONE")[:2] == ("ConflictException", "Method already exists for this resource")
    uri = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:{aws.id}:function:f/invocations"
    integration = gateway.put_integration(**where, type="AWS_PROXY", integrationHttpMethod="POST", uri=uri, requestParameters={})
    assert integration["httpMethod"] == "POST" and integration["uri"] == uri and integration["timeoutInMillis"] == 29000
    gateway.put_method_response(**where, statusCode="200", responseModels={"application/json": "Empty"})
    gateway.put_integration_response(**where, statusCode="200", responseTemplates={})
    whole = gateway.get_method(**where)
    assert whole["methodResponses"]["200"]["responseModels"] == {"application/json": "Empty"}
    assert whole["methodIntegration"]["integrationResponses"]["200"]["statusCode"] == "200"
    assert gateway.update_integration(**where, patchOperations=[{"op": "replace", "path": "/timeoutInMillis", "value": "5000"}])["timeoutInMillis"] == 5000
    gateway.delete_integration(**where)
    assert error_of(gateway.get_integration, **where)[1] == "Invalid Integration identifier specified"
    assert error_of(gateway.put_method, restApiId=api["id"], resourceId=root_of(gateway, api), httpMethod="GET", authorizationType="CUSTOM")[0] == "NotImplemented"


def test_deployments_and_stages(gateway):
    api = gateway.create_rest_api(name="x")["id"]
    assert error_of(gateway.create_deployment, restApiId=api, stageName="DEV")[:2] == (
        "BadRequestException", "The REST API doesn't contain any methods")
    mock_method(gateway, api, root_of(gateway, {"id": api}))
    first = gateway.create_deployment(restApiId=api, stageName="DEV")["id"]
    stage = gateway.get_stage(restApiId=api, stageName="DEV")
    assert stage["deploymentId"] == first and "tags" not in stage
    second = gateway.create_deployment(restApiId=api, stageName="DEV", variables={"a": "1"})["id"]
    assert gateway.get_stage(restApiId=api, stageName="DEV")["deploymentId"] == second
    gateway.delete_deployment(restApiId=api, deploymentId=first)
    assert error_of(gateway.delete_deployment, restApiId=api, deploymentId=second)[:2] == (
        "BadRequestException", "Active stages pointing to this deployment must be moved or deleted")
    assert [d["id"] for d in gateway.get_deployments(restApiId=api, limit=500)["items"]] == [second]
    assert gateway.get_deployment(restApiId=api, deploymentId=second, embed=["apisummary"])["apiSummary"] == {
        "/": {"GET": {"authorizationType": "NONE", "apiKeyRequired": False}}}
    gateway.create_stage(restApiId=api, stageName="PROD", deploymentId=second, tags={"x": "y"})
    assert error_of(gateway.create_stage, restApiId=api, stageName="PROD", deploymentId=second)[0] == "ConflictException"
    changed = gateway.update_stage(restApiId=api, stageName="PROD", patchOperations=[
        {"op": "replace", "path": "/variables/v", "value": "1"}, {"op": "replace", "path": "/*/*/logging/loglevel", "value": "INFO"}])
    assert changed["variables"] == {"v": "1"} and changed["methodSettings"]["*/*"]["loggingLevel"] == "INFO"
    assert [s["stageName"] for s in gateway.get_stages(restApiId=api)["item"]] == ["DEV", "PROD"]
    arn = f"arn:aws:apigateway:us-east-1::/restapis/{api}/stages/DEV"
    gateway.tag_resource(resourceArn=arn, tags={"category": "goldmine", "b": "c"})
    gateway.untag_resource(resourceArn=arn, tagKeys=["b"])
    assert gateway.get_tags(resourceArn=arn)["tags"] == {"category": "goldmine"}
    assert gateway.get_stage(restApiId=api, stageName="DEV")["tags"] == {"category": "goldmine"}
    gateway.delete_stage(restApiId=api, stageName="DEV")
    assert error_of(gateway.get_stage, restApiId=api, stageName="DEV")[1] == "Invalid stage identifier specified"
