"""Parameter Store."""
import pytest
from expect import fails


@pytest.fixture
def ssm(account):
    return account.client("ssm")


def test_put_get_and_versions(account, ssm):
    assert ssm.put_parameter(Name="/a/b", Value="1", Type="String")["Version"] == 1
    message = fails("ParameterAlreadyExists", ssm.put_parameter, Name="/a/b", Value="2", Type="String")
    assert message == "The parameter already exists. To overwrite this value, set the overwrite option in the request to true."
    assert ssm.put_parameter(Name="/a/b", Value="2", Overwrite=True)["Version"] == 2
    parameter = ssm.get_parameter(Name="/a/b")["Parameter"]
    assert (parameter["Value"], parameter["Version"]) == ("2", 2)
    assert parameter["ARN"] == f"arn:aws:ssm:us-east-1:{account.id}:parameter/a/b"
    assert ssm.get_parameter(Name="/a/b:1")["Parameter"]["Value"] == "1"
    ssm.label_parameter_version(Name="/a/b", ParameterVersion=1, Labels=["first"])
    assert ssm.get_parameter(Name="/a/b:first")["Parameter"]["Version"] == 1
    assert [h["Value"] for h in ssm.get_parameter_history(Name="/a/b")["Parameters"]] == ["1", "2"]
    fails("ParameterVersionNotFound", ssm.get_parameter, Name="/a/b:9")
    fails("ParameterNotFound", ssm.get_parameter, Name="none")


def test_the_arn_names_a_parameter_without_slash_too(account, ssm):
    ssm.put_parameter(Name="plain", Value="x", Type="String")
    assert ssm.get_parameter(Name=f"arn:aws:ssm:us-east-1:{account.id}:parameter/plain")["Parameter"]["Name"] == "plain"


def test_a_secure_string_is_encrypted_as_the_caller(account, ssm):
    key = account.client("kms").create_key()["KeyMetadata"]
    ssm.put_parameter(Name="/s", Value="secret", Type="SecureString", KeyId=key["Arn"])
    assert ssm.get_parameter(Name="/s", WithDecryption=True)["Parameter"]["Value"] == "secret"
    assert "secret" not in ssm.get_parameter(Name="/s")["Parameter"]["Value"]
    account.client("kms").disable_key(KeyId=key["KeyId"])
    message = fails("InvalidKeyId", ssm.get_parameter, Name="/s", WithDecryption=True)
    assert message == f"{key['Arn']} is disabled."
    fails("InvalidKeyId", ssm.put_parameter, Name="/t", Value="v", Type="SecureString", KeyId="alias/none")


def test_paths(ssm):
    for name in ("/p/a", "/p/b/c", "/p/b/d", "/p-x", "/q", "flat"):
        ssm.put_parameter(Name=name, Value="v", Type="String")

    def names(**arguments):
        pages = ssm.get_paginator("get_parameters_by_path").paginate(**arguments)
        return [p["Name"] for page in pages for p in page["Parameters"]]
    assert names(Path="/p") == ["/p/a"]
    assert names(Path="/p/", Recursive=True) == ["/p/a", "/p/b/c", "/p/b/d"]
    assert names(Path="/p", Recursive=True, PaginationConfig={"PageSize": 1}) == ["/p/a", "/p/b/c", "/p/b/d"]
    assert names(Path="/", Recursive=True) == ["/p-x", "/p/a", "/p/b/c", "/p/b/d", "/q"]
    fails("ValidationException", ssm.get_parameters_by_path, Path="p")


def test_several_at_once_and_deletion(ssm):
    ssm.put_parameter(Name="one", Value="1", Type="String")
    ssm.put_parameter(Name="two", Value="1,2", Type="StringList", Tags=[{"Key": "k", "Value": "v"}])
    answer = ssm.get_parameters(Names=["two", "none", "one"])
    assert [p["Name"] for p in answer["Parameters"]] == ["two", "one"] and answer["InvalidParameters"] == ["none"]
    filters = [{"Key": "tag:k", "Values": ["v"]}]
    assert [p["Name"] for p in ssm.describe_parameters(ParameterFilters=filters)["Parameters"]] == ["two"]
    assert ssm.list_tags_for_resource(ResourceType="Parameter", ResourceId="two")["TagList"] == [{"Key": "k", "Value": "v"}]
    answer = ssm.delete_parameters(Names=["two", "none"])
    assert (answer["DeletedParameters"], answer["InvalidParameters"]) == (["two"], ["none"])
    ssm.delete_parameter(Name="one")
    fails("ParameterNotFound", ssm.delete_parameter, Name="one")


@pytest.mark.parametrize("arguments, code", [
    (dict(Name="a b", Value="v", Type="String"), "ValidationException"),
    (dict(Name="ssm-x", Value="v", Type="String"), "ValidationException"),
    (dict(Name="x", Value="v"), "ValidationException"),
    (dict(Name="x", Value="v" * 4097, Type="String"), "ValidationException"),
    (dict(Name="x", Value="v", Type="String", AllowedPattern="^[0-9]+$"), "ParameterPatternMismatchException"),
])
def test_refused(ssm, arguments, code):
    fails(code, ssm.put_parameter, **arguments)
