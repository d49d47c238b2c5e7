"""What the README says is served is what the server says it serves."""
import os
import re

from conftest import ROOT

# As the README calls them, where that is not the service's own name.
NAMES = {"IAM": "iam", "STS": "sts", "EventBridge": "events", "API Gateway": "apigateway", "CloudWatch Logs": "logs",
         "IAM Toolbox": "iamtoolbox", "S3 Control": "s3control", "Secrets Manager": "secretsmanager", "DynamoDB Streams": "dynamodbstreams"}


def rows():
    """(service, operations) of the table under "What is served"."""
    with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as readme:
        table = readme.read().split("## What is served", 1)[1].split("**Not served**", 1)[0]
    for line in re.findall(r"^\| (.*) \|$", table, re.M)[2:]:
        services, operations = line.split(" | ")[:2]
        yield from zip(services.split(", "), map(int, operations.split(", ")), strict=True)


def test_counts_of_the_readme(server):
    served = server.admin("GET", "served")
    told = {NAMES.get(service, service.lower()): count for service, count in rows()}
    assert told == {service: len(operations) for service, operations in served.items()}
