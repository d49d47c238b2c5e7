"""A server of its own for each test here: what an organization decides reaches every account."""
import pytest

MANAGEMENT = {"AccessKeyId": "000000000000", "SecretAccessKey": "test"}


@pytest.fixture
def organizations(own_account):
    """A client as the management account's root user."""
    return own_account.client("organizations", credentials=MANAGEMENT)


@pytest.fixture
def root(organizations):
    return organizations.list_roots()["Roots"][0]["Id"]
