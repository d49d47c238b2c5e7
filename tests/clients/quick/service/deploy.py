"""What Serverless Framework does for the example, in the fewest calls: each permission of the deployment role is needed."""
import os
import time

import boto3
from botocore.exceptions import ClientError, WaiterError

REGION, STAGE = "us-east-1", os.environ["STAGE"]
STACK = f"product-catalog-{STAGE}"

session = boto3.client("sts", REGION).assume_role(RoleArn=os.environ["DEPLOYMENT_ROLE"], RoleSessionName="deploy")["Credentials"]
target = boto3.Session(session["AccessKeyId"], session["SecretAccessKey"], session["SessionToken"], REGION)
print("acting as", target.client("sts").get_caller_identity()["Arn"])
cfn, s3, api = target.client("cloudformation"), target.client("s3"), target.client("apigateway")


def stack():
    try:
        return cfn.describe_stacks(StackName=STACK)["Stacks"][0]
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise


def at_rest():
    while (now := stack()) and now["StackStatus"].endswith("_IN_PROGRESS") and now["StackStatus"] != "REVIEW_IN_PROGRESS":
        time.sleep(0.1)
    return now


before = at_rest()
if before and before["StackStatus"] in ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "DELETE_FAILED"):
    cfn.delete_stack(StackName=STACK, RoleARN=os.environ["EXECUTION_ROLE"])
    before = at_rest()
change = f"deploy-{time.time_ns()}"
cfn.create_change_set(StackName=STACK, ChangeSetName=change, TemplateBody=open("template.yml").read(), Capabilities=["CAPABILITY_NAMED_IAM"],
                      RoleARN=os.environ["EXECUTION_ROLE"],
                      ChangeSetType="CREATE" if not before or before["StackStatus"] == "REVIEW_IN_PROGRESS" else "UPDATE")
try:
    cfn.get_waiter("change_set_create_complete").wait(StackName=STACK, ChangeSetName=change, WaiterConfig={"Delay": 0.1, "MaxAttempts": 600})
    cfn.execute_change_set(StackName=STACK, ChangeSetName=change)
except WaiterError as error:
    if "didn't contain changes" not in error.last_response.get("StatusReason", ""):
        raise SystemExit(error.last_response.get("StatusReason"))
after = at_rest()
if after["StackStatus"] not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
    for event in reversed(cfn.describe_stack_events(StackName=STACK)["StackEvents"]):
        if "FAILED" in event["ResourceStatus"]:
            print(event["LogicalResourceId"], event["ResourceStatusReason"])
    raise SystemExit(f"the stack is in {after['StackStatus']}")
outputs = {output["OutputKey"]: output["OutputValue"] for output in after["Outputs"]}
endpoint = outputs["ServiceEndpoint"]
with open("api-endpoint.txt", "w") as file:
    file.write(endpoint + "\n")
s3.put_object(Bucket=outputs["ServerlessDeploymentBucketName"], Key="api-endpoint.txt", Body=endpoint)
found = next(one for one in api.get_rest_apis()["items"] if one["id"] in endpoint)
api.tag_resource(resourceArn=f"arn:aws:apigateway:{REGION}::/restapis/{found['id']}/stages/dev", tags={"project": "product-catalog"})
print("deployed", endpoint)
