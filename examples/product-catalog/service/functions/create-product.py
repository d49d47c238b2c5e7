"""POST /product/create: stores a product."""
import json
import os

import boto3

table = boto3.client("dynamodb")


def answer(status, body):
    return {"statusCode": status, "headers": {"Content-Type": "application/json"}, "body": json.dumps(body)}


def handler(event, context):
    try:
        product = json.loads(event.get("body") or "")
        item = {
            "id": {"S": product["id"]},
            "title": {"S": product["title"]},
            "description": {"S": product.get("description", "")},
            "price": {"N": str(product["price"])},
        }
    except (ValueError, KeyError, TypeError) as error:
        return answer(400, {"message": f"a product needs id, title and price: {error!r}"})
    table.put_item(TableName=os.environ["PRODUCTS_TABLE"], Item=item)
    return answer(200, {"created": product["id"]})
