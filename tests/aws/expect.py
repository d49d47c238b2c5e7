"""What tests say about failures: `from expect import fails`."""
import contextlib

import pytest
from botocore.exceptions import ClientError


def fails(code, call, *args, **kwargs):
    """Calls, expects AWS's error `code`, and gives the message."""
    with pytest.raises(ClientError) as caught:
        call(*args, **kwargs)
    assert caught.value.response["Error"]["Code"] == code, caught.value
    return caught.value.response["Error"]["Message"]


def fails_with(status, code, call, *args, **kwargs):
    """The same with the HTTP status; gives the whole answer."""
    with pytest.raises(ClientError) as caught:
        call(*args, **kwargs)
    answer = caught.value.response
    assert (answer["ResponseMetadata"]["HTTPStatusCode"], answer["Error"]["Code"]) == (status, code), caught.value
    return answer


@contextlib.contextmanager
def aws_error(code, message=None, status=None):
    """The block fails with AWS's error: its code, and where they are given its message and HTTP status. Of a deny, the message is
    what stands before the sentence with the authorization id, which is a new one each time."""
    with pytest.raises(ClientError) as caught:
        yield
    answer = caught.value.response
    assert answer["Error"]["Code"] == code, caught.value
    if message is not None:
        assert answer["Error"]["Message"].split(". Go to https://")[0] == message
    if status is not None:
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == status, caught.value
