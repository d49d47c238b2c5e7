"""GET /product/find/{id}: returns a product."""
import json
import os

import boto3

table = boto3.client("dynamodb")


def handler(event, context):
    found = table.get_item(TableName=os.environ["PRODUCTS_TABLE"], Key={"id": {"S": event["pathParameters"]["id"]}})
    item = found.get("Item")
    if not item:
        return {"statusCode": 404, "body": json.dumps({"message": "no such product"})}
    product = {name: next(iter(value.values())) for name, value in item.items()}
    return {"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": json.dumps(product)}
