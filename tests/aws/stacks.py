"""Stacks from their resources: made, changed, deleted, each to its end."""
import json


def deploy(account, name, resources, **outputs):
    cfn = account.client("cloudformation")
    cfn.create_stack(StackName=name, Capabilities=["CAPABILITY_NAMED_IAM"], TemplateBody=json.dumps(
        {"Resources": resources, **({"Outputs": {k: {"Value": v} for k, v in outputs.items()}} if outputs else {})}))
    cfn.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 60})
    stack = cfn.describe_stacks(StackName=name)["Stacks"][0]
    return {o["OutputKey"]: o["OutputValue"] for o in stack.get("Outputs", [])}


def update(account, name, resources):
    cfn = account.client("cloudformation")
    cfn.update_stack(StackName=name, Capabilities=["CAPABILITY_NAMED_IAM"], TemplateBody=json.dumps({"Resources": resources}))
    cfn.get_waiter("stack_update_complete").wait(StackName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 60})


def delete(account, name):
    cfn = account.client("cloudformation")
    cfn.delete_stack(StackName=name)
    cfn.get_waiter("stack_delete_complete").wait(StackName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 60})
