"""What was answered stays when the server is killed: messages, the order of FIFO queues, deliveries on their way."""
import json

from conftest import DiskServer, new_account

MOST_RECEIVES = 60  # of up to 20 s each


def test_messages_and_deliveries_survive(tmp_path):
    server = DiskServer(tmp_path)
    try:
        account = new_account(server)
        sqs, sns = account.client("sqs"), account.client("sns")
        topic = sns.create_topic(Name="t")["TopicArn"]
        queue = f"arn:aws:sqs:us-east-1:{account.id}:q"
        policy = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"},
                                                                     "Action": "sqs:SendMessage", "Resource": queue}]})
        url = sqs.create_queue(QueueName="q", Attributes={"Policy": policy})["QueueUrl"]
        fifo = sqs.create_queue(QueueName="q.fifo", Attributes={"FifoQueue": "true", "ContentBasedDeduplication": "true"})["QueueUrl"]
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue, Attributes={"RawMessageDelivery": "true"})
        sent = {f"direct {i}" for i in range(3)} | {f"published {i}" for i in range(20)}
        for i in range(3):
            sqs.send_message(QueueUrl=url, MessageBody=f"direct {i}")
            sqs.send_message(QueueUrl=fifo, MessageBody=str(i), MessageGroupId="g")
        for i in range(20):
            sns.publish(TopicArn=topic, Message=f"published {i}")
        server.kill()
        server.start()
        got = set()
        for _ in range(MOST_RECEIVES):
            for message in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=20).get("Messages", []):
                got.add(message["Body"])
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            if got == sent:
                break
        assert got == sent
        sqs.send_message(QueueUrl=fifo, MessageBody="3", MessageGroupId="g")
        sqs.send_message(QueueUrl=fifo, MessageBody="0", MessageGroupId="g")  # known from before the kill
        assert [m["Body"] for m in sqs.receive_message(QueueUrl=fifo, MaxNumberOfMessages=10)["Messages"]] == ["0", "1", "2", "3"]
    finally:
        server.kill()
