import json
import logging
import os

import boto3

logger = logging.getLogger()
logger.setLevel(logging.DEBUG)
client = boto3.client("dynamodb")


def handler(event, context):
    try:
        product = json.loads(event["body"])
        stored = client.put_item(
            TableName=os.environ["DYNAMODB_TABLE"],
            Item={
                "id": {"S": product["id"]},
                "title": {"S": product["title"]},
                "description": {"S": product["description"]},
                "price": {"N": product["price"]},
            },
        )
        return {"statusCode": 200, "body": json.dumps(stored), "isBase64Encoded": True}
    except Exception as error:
        logger.error(error)
        return {"statusCode": 500, "body": "Error occured when creating product", "isBase64Encoded": False}
