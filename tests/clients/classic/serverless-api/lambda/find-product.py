import json
import logging
import os
import sys

import boto3

logger = logging.getLogger()
logger.setLevel(logging.DEBUG)
client = boto3.client("dynamodb")


def handler(event, context):
    try:
        found = client.get_item(TableName=os.environ["DYNAMODB_TABLE"], Key={"id": {"S": event["pathParameters"]["id"]}})
        return {"statusCode": 200, "body": json.dumps(found), "isBase64Encoded": True}
    except Exception as error:
        logger.error(error)
        sys.exit()
