"""Builds run for real: what BatchGetBuilds, the log and S3 show of them."""
import gzip
import io
import json
import time
import zipfile

import pytest
from botocore.exceptions import ClientError
from builds import make_role, make_project, finished, log_of, run, phases


def test_one_shell_for_all_phases(account):
    build, log = run(account, """
version: 0.2
env:
  variables: {FROM_SPEC: spec, BOTH: spec}
  exported-variables: [OUT]
phases:
  install:
    commands:
      - cd /tmp && X=5 && export OUT="a b"
      - f() { echo "f says $X $1"; }
      - exit 0
  pre_build:
    commands:
      - f later; pwd
      - set -x
      - echo "$FROM_SPEC $BOTH $HOME $CODEBUILD_BUILD_SUCCEEDING"
  build:
    commands:
      - |
        if true; then
          echo several lines
        fi
    finally:
      - echo finally
  post_build:
    commands: [echo bye]
""", environment={"type": "LINUX_CONTAINER", "image": "any/image:1", "computeType": "BUILD_GENERAL1_SMALL",
                  "environmentVariables": [{"name": "BOTH", "value": "project"}]})
    assert build["buildStatus"] == "SUCCEEDED", log
    assert [phase["phaseType"] for phase in build["phases"]] == ["SUBMITTED", "QUEUED", "PROVISIONING", "DOWNLOAD_SOURCE", "INSTALL", "PRE_BUILD", "BUILD",
                                                               "POST_BUILD", "UPLOAD_ARTIFACTS", "FINALIZING", "COMPLETED"]
    assert build["exportedEnvironmentVariables"] == [{"name": "OUT", "value": "a b"}]
    assert "f says 5 later\n/tmp\n" in log
    assert "spec project /root 1\n" in log
    assert "Phase complete: BUILD State: SUCCEEDED" in log and "several lines\nfinally" not in log
    assert "Entering phase INSTALL" in log and "Running command exit 0" in log


def test_a_failure_and_its_context(account):
    build, log = run(account, """
version: 0.2
phases:
  build:
    commands:
      - "false"
      - echo never
    finally: [echo "succeeding $CODEBUILD_BUILD_SUCCEEDING"]
  post_build:
    commands: [echo still there]
""")
    assert build["buildStatus"] == "FAILED"
    assert phases(build)["BUILD"] == "FAILED" and phases(build)["POST_BUILD"] == "SUCCEEDED"
    context = next(p for p in build["phases"] if p["phaseType"] == "BUILD")["contexts"][0]
    assert context == {"statusCode": "COMMAND_EXECUTION_ERROR", "message": "Error while executing command: false. Reason: exit status 1"}
    assert "Phase context status code: COMMAND_EXECUTION_ERROR Message: Error while executing command: false. Reason: exit status 1" in log
    assert "\nnever" not in log and "succeeding 0" in log and "still there" in log


def test_an_install_failure_ends_the_build(account):
    build, log = run(account, "version: 0.2\nphases:\n  install:\n    commands: [exit 3]\n  build:\n    commands: [echo never]\n")
    assert build["buildStatus"] == "FAILED" and "BUILD" not in phases(build)
    assert "Reason: exit status 3" in log


def test_a_broken_buildspec(account):
    build, log = run(account, "version: 0.2\nphases:\n  biuld:\n    commands: [echo x]\n")
    context = next(p for p in build["phases"] if p["phaseType"] == "DOWNLOAD_SOURCE")["contexts"][0]
    assert context == {"statusCode": "YAML_FILE_ERROR", "message": "Invalid buildspec phase name: biuld. Expecting: build,install,post_build,pre_build"}


def test_source_artifacts_and_credentials(account):
    s3 = account.client("s3", s3={"addressing_style": "path"})
    s3.create_bucket(Bucket=f"src-{account.id}")
    bundle = io.BytesIO()
    with zipfile.ZipFile(bundle, "w") as archive:
        archive.writestr("buildspec.yml", """
version: 0.2
phases:
  build:
    commands:
      - aws sts get-caller-identity --query Arn --output text > who.txt
      - mkdir -p out/deep && echo one > out/1.txt && echo two > out/deep/2.txt && STAGE=out && export STAGE
artifacts:
  files: ['**/*']
  base-directory: $CODEBUILD_SRC_DIR/$STAGE
  secondary-artifacts: {who: {files: [who.txt]}}
""")
    s3.put_object(Bucket=f"src-{account.id}", Key="in/source.zip", Body=bundle.getvalue())
    project = dict(source={"type": "S3", "location": f"src-{account.id}/in/source.zip"},
                   artifacts={"type": "S3", "location": f"src-{account.id}", "path": "art", "packaging": "ZIP", "name": "a.zip"},
                   secondaryArtifacts=[{"type": "S3", "location": f"src-{account.id}", "path": "second", "packaging": "NONE", "name": "n", "artifactIdentifier": "who"}])
    build, log = run(account, "", **project)
    assert build["buildStatus"] == "SUCCEEDED", log
    names = zipfile.ZipFile(io.BytesIO(s3.get_object(Bucket=f"src-{account.id}", Key="art/a.zip")["Body"].read())).namelist()
    assert sorted(names) == ["1.txt", "deep/2.txt"]
    who = s3.get_object(Bucket=f"src-{account.id}", Key="second/n/who.txt")["Body"].read().decode()
    assert who.startswith(f"arn:aws:sts::{account.id}:assumed-role/build/AWSCodeBuild-")
    assert build["artifacts"]["location"] == f"arn:aws:s3:::src-{account.id}/art/a.zip"


def test_the_log_in_s3(account):
    s3 = account.client("s3", s3={"addressing_style": "path"})
    bucket = f"logs-{account.id}"
    s3.create_bucket(Bucket=bucket)
    account.client("secretsmanager").create_secret(Name="sec", SecretString="secret-value")
    build, log = run(account, "version: 0.2\nenv: {secrets-manager: {S: sec}}\nphases: {build: {commands: ['echo one $S']}}",
                     logsConfig={"cloudWatchLogs": {"status": "ENABLED"}, "s3Logs": {"status": "ENABLED", "location": f"{bucket}/builds/"}})
    key = f"builds/{build['id'].split(':')[1]}.gz"
    assert build["logs"]["s3LogsArn"] == f"arn:aws:s3:::{bucket}/{key}"
    stored = gzip.decompress(s3.get_object(Bucket=bucket, Key=key)["Body"].read()).decode()
    assert "\none ***\n" in stored and stored == log
    # In S3 alone.
    account.client("codebuild").update_project(name="proj", logsConfig={
        "cloudWatchLogs": {"status": "DISABLED"}, "s3Logs": {"status": "ENABLED", "location": bucket}})
    build = finished(account, account.client("codebuild").start_build(projectName="proj")["build"]["id"])
    assert "groupName" not in build["logs"]
    stored = gzip.decompress(s3.get_object(Bucket=bucket, Key=f"{build['id'].split(':')[1]}.gz")["Body"].read()).decode()
    assert "\none ***\n" in stored


LINKS = """
version: 0.2
phases:
  build:
    commands:
      - mkdir -p out/deep && echo one > out/deep/1.txt && echo mine > /root/mine
      - ln -s deep/1.txt out/inside && ln -s $CODEBUILD_SRC_DIR/out/deep/1.txt out/absolute && ln -s /root/mine out/home
      - ln -s SECRET out/outside && ln -s FOLDER out/folder
artifacts: {files: ['**/*', folder/secret], base-directory: out, enable-symlinks: ENABLE}
"""


@pytest.mark.parametrize("packaging, keeps", [("NONE", "yes"), ("ZIP", "no"), ("ZIP", "yes")])
def test_links_in_artifacts_do_not_lead_out_of_the_build(account, tmp_path, packaging, keeps):
    """The server packs what the build left: a link must not make it read the machine's own files."""
    secret = tmp_path / "secret"
    secret.write_text("of the machine")
    s3 = account.client("s3", s3={"addressing_style": "path"})
    bucket = f"links-{account.id}"
    s3.create_bucket(Bucket=bucket)
    spec = LINKS.replace("SECRET", str(secret)).replace("FOLDER", str(tmp_path)).replace("ENABLE", keeps)
    build, log = run(account, spec, artifacts={"type": "S3", "location": bucket, "packaging": packaging, "name": "a"})
    assert build["buildStatus"] == "SUCCEEDED", log
    keys = {o["Key"]: s3.get_object(Bucket=bucket, Key=o["Key"])["Body"].read() for o in s3.list_objects_v2(Bucket=bucket)["Contents"]}
    if packaging == "NONE":
        found = {key[2:]: body for key, body in keys.items()}
    else:
        archive = zipfile.ZipFile(io.BytesIO(keys["a"]))
        found = {i.filename: archive.read(i) for i in archive.infolist()}
    assert found["deep/1.txt"] == b"one\n"
    if (packaging, keeps) == ("ZIP", "yes"):  # the links themselves
        assert found["inside"] == b"deep/1.txt" and found["outside"] == str(secret).encode()
    else:
        assert found["inside"] == b"one\n" and found["absolute"] == b"one\n" and found["home"] == b"mine\n"
        assert "outside" not in found and "Passing over outside: it leads out of the build" in log
    assert all(b"of the machine" not in body for body in found.values()) and "folder/secret" not in found


def test_a_base_directory_does_not_lead_out_of_the_build(account, tmp_path):
    (tmp_path / "secret").write_text("of the machine")
    s3 = account.client("s3", s3={"addressing_style": "path"})
    s3.create_bucket(Bucket=f"base-{account.id}")
    build, log = run(account, f"version: 0.2\nphases: {{build: {{commands: ['ln -s {tmp_path} out']}}}}\nartifacts: {{files: ['**/*'], base-directory: out}}",
                     artifacts={"type": "S3", "location": f"base-{account.id}"})
    assert build["buildStatus"] == "FAILED" and "no matching base directory path found for out" in log
    assert "Contents" not in s3.list_objects_v2(Bucket=f"base-{account.id}")


def test_what_the_log_says_of_runtimes_and_reports(account):
    build, log = run(account, """
version: 0.2
env: {variables: {PY: "3.99"}}
phases:
  install: {runtime-versions: {python: $PY, smalltalk: 80}}
  build: {commands: ['echo $CODEBUILD_PROJECT_UUID']}
reports: {tests: {files: ['*.xml']}}
""")
    assert "Selecting 'python' runtime version '3.99'" in log and "python 3.99: this machine's own python3" in log
    assert "smalltalk 80: this machine has none; commands that need it will fail" in log
    assert "Reports are not served by Drydock: tests is not written" in log
    uuid = log.split("Running command echo $CODEBUILD_PROJECT_UUID\n")[1].split("\n")[0]
    again = finished(account, account.client("codebuild").start_build(projectName="proj")["build"]["id"])
    assert uuid in log_of(account, again) and uuid != build["id"].split(":")[1]


def test_cache(account):
    s3 = account.client("s3", s3={"addressing_style": "path"})
    s3.create_bucket(Bucket=f"cache-{account.id}")
    spec = """
version: 0.2
phases:
  build:
    commands: ['cat kept/x/1 /root/.k/2 || true', mkdir -p kept/x /root/.k, echo "from cache one" > kept/x/1, echo "from cache two" > /root/.k/2]
cache:
  paths: ['kept/**/*', '/root/.k/*']
"""
    build, log = run(account, spec, cache={"type": "S3", "location": f"cache-{account.id}/c"})
    assert build["buildStatus"] == "SUCCEEDED" and "\nfrom cache" not in log
    build = finished(account, account.client("codebuild").start_build(projectName="proj")["build"]["id"])
    assert "\nfrom cache one\nfrom cache two\n" in log_of(account, build)


def test_a_retry_is_a_new_build(account):
    make_project(account, "version: 0.2\nphases: {build: {commands: ['echo $A']}}")
    codebuild = account.client("codebuild")
    start = lambda: codebuild.start_build(projectName="proj", idempotencyToken="t", environmentVariablesOverride=[{"name": "A", "value": "again"}])["build"]
    first = start()
    assert start()["id"] == first["id"]
    finished(account, first["id"])
    second = codebuild.retry_build(id=first["id"])["build"]
    assert second["id"] != first["id"] and second["buildNumber"] == 2
    assert "\nagain\n" in log_of(account, finished(account, second["id"]))


def test_secrets_are_read_as_the_role_and_masked(account):
    account.client("ssm").put_parameter(Name="/p", Value="parameter-value", Type="String")
    account.client("secretsmanager").create_secret(Name="sec", SecretString=json.dumps({"k": "secret-value"}))
    build, log = run(account, """
version: 0.2
env:
  parameter-store: {P: /p}
  secrets-manager: {S: "sec:k"}
phases:
  build:
    commands: ['echo "lengths ${#P} ${#S}"', 'echo "$P and $S"']
""")
    assert "lengths 15 12" in log and "*** and ***" in log
    assert "secret-value" not in log and "parameter-value" not in log


def test_a_role_without_logs_permission(account):
    role = make_role(account, [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}])
    make_project(account, "version: 0.2\nphases: {build: {commands: [echo x]}}", role=role)
    build = account.client("codebuild").start_build(projectName="proj")["build"]
    build = finished(account, build["id"])
    assert build["buildStatus"] == "FAILED"
    context = next(p for p in build["phases"] if p["phaseType"] == "PROVISIONING")["contexts"][0]
    assert context["statusCode"] == "ACCESS_DENIED" and "logs:CreateLogStream" in context["message"]


def test_stop(account):
    make_project(account, "version: 0.2\nphases: {build: {commands: [sleep 600]}}")
    codebuild = account.client("codebuild")
    build = codebuild.start_build(projectName="proj")["build"]
    end = time.time() + 20
    while codebuild.batch_get_builds(ids=[build["id"]])["builds"][0]["currentPhase"] != "BUILD" and time.time() < end:
        time.sleep(0.05)
    codebuild.stop_build(id=build["id"])
    build = finished(account, build["id"])
    assert build["buildStatus"] == "STOPPED" and phases(build)["BUILD"] == "STOPPED"
    assert codebuild.list_builds_for_project(projectName="proj")["ids"] == [build["id"]]
    assert codebuild.batch_delete_builds(ids=[build["id"]])["buildsDeleted"] == [build["arn"]]


def test_projects(account):
    codebuild = account.client("codebuild")
    project = make_project(account, "version: 0.2\nphases: {build: {commands: [echo x]}}", tags=[{"key": "a", "value": "b"}])
    assert project["arn"].endswith(":project/proj") and project["timeoutInMinutes"] == 60
    with pytest.raises(ClientError) as error:
        make_project(account, "version: 0.2", role=project["serviceRole"])
    assert error.value.response["Error"]["Code"] == "ResourceAlreadyExistsException"
    assert codebuild.update_project(name="proj", description="d")["project"]["description"] == "d"
    assert codebuild.list_projects()["projects"] == ["proj"]
    got = codebuild.batch_get_projects(names=["proj", "none"])
    assert got["projects"][0]["tags"] == [{"key": "a", "value": "b"}] and got["projectsNotFound"] == ["none"]
    with pytest.raises(ClientError) as error:
        codebuild.start_build(projectName="none")
    assert error.value.response["Error"]["Code"] == "ResourceNotFoundException"
    codebuild.delete_project(name="proj")
    assert codebuild.list_projects()["projects"] == []


def test_a_role_that_codebuild_may_not_assume(account):
    iam = account.client("iam")
    trust = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]})
    role = iam.create_role(RoleName="other", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    with pytest.raises(ClientError) as error:
        make_project(account, "version: 0.2", role=role)
    assert error.value.response["Error"]["Message"] == f"CodeBuild is not authorized to perform: sts:AssumeRole on {role}"
