import os
import subprocess

import pytest
import requests
from botocore.exceptions import ClientError

from git import git, url_of


def error_of(call, **arguments):
    with pytest.raises(ClientError) as failure:
        call(**arguments)
    return failure.value.response["Error"]


@pytest.fixture
def repository(aws):
    return aws.client("codecommit").create_repository(repositoryName="app", repositoryDescription="d")["repositoryMetadata"]


def test_repositories(aws, repository):
    codecommit = aws.client("codecommit")
    assert repository["Arn"] == f"arn:aws:codecommit:us-east-1:{aws.id}:app"
    assert repository["cloneUrlHttp"] == "https://git-codecommit.us-east-1.amazonaws.com/v1/repos/app"
    assert "defaultBranch" not in repository
    again = error_of(codecommit.create_repository, repositoryName="app")
    assert again == {"Code": "RepositoryNameExistsException", "Message": "Repository named app already exists"}
    assert error_of(codecommit.get_repository, repositoryName="no") == {
        "Code": "RepositoryDoesNotExistException", "Message": "no does not exist"}
    assert error_of(codecommit.create_repository, repositoryName="a.git")["Code"] == "InvalidRepositoryNameException"
    batch = codecommit.batch_get_repositories(repositoryNames=["app", "no"])
    assert [r["repositoryName"] for r in batch["repositories"]] == ["app"] and batch["repositoriesNotFound"] == ["no"]
    codecommit.tag_resource(resourceArn=repository["Arn"], tags={"a": "1"})
    assert codecommit.list_tags_for_resource(resourceArn=repository["Arn"])["tags"] == {"a": "1"}
    codecommit.update_repository_name(oldName="app", newName="app2")
    assert [r["repositoryName"] for r in codecommit.list_repositories()["repositories"]] == ["app2"]
    assert codecommit.delete_repository(repositoryName="app2")["repositoryId"] == repository["repositoryId"]
    assert "repositoryId" not in codecommit.delete_repository(repositoryName="app2")


def test_files_and_commits(aws, repository):
    codecommit = aws.client("codecommit")
    first = codecommit.put_file(repositoryName="app", branchName="main", filePath="a/b.txt", fileContent=b"one", commitMessage="first",
                                name="Ann", email="ann@example.com")
    assert codecommit.get_repository(repositoryName="app")["repositoryMetadata"]["defaultBranch"] == "main"
    assert codecommit.get_branch(repositoryName="app", branchName="main")["branch"]["commitId"] == first["commitId"]
    found = codecommit.get_file(repositoryName="app", filePath="a/b.txt")
    assert found["fileContent"] == b"one" and found["fileMode"] == "NORMAL" and found["blobId"] == first["blobId"]
    assert error_of(codecommit.put_file, repositoryName="app", branchName="main", filePath="x", fileContent=b"")["Code"] == "ParentCommitIdRequiredException"
    assert error_of(codecommit.put_file, repositoryName="app", branchName="main", filePath="a/b.txt", fileContent=b"one",
                    parentCommitId=first["commitId"])["Code"] == "SameFileContentException"
    second = codecommit.create_commit(repositoryName="app", branchName="main", parentCommitId=first["commitId"], commitMessage="second",
                                      putFiles=[{"filePath": "c", "fileContent": b"\x00\xff", "fileMode": "EXECUTABLE"}],
                                      deleteFiles=[{"filePath": "a/b.txt"}])
    assert [f["absolutePath"] for f in second["filesAdded"]] == ["c"] and [f["absolutePath"] for f in second["filesDeleted"]] == ["a/b.txt"]
    commit = codecommit.get_commit(repositoryName="app", commitId=second["commitId"])["commit"]
    assert commit["parents"] == [first["commitId"]] and commit["message"] == "second"
    assert codecommit.get_blob(repositoryName="app", blobId=second["filesAdded"][0]["blobId"])["content"] == b"\x00\xff"
    differences = codecommit.get_differences(repositoryName="app", beforeCommitSpecifier=first["commitId"], afterCommitSpecifier="main")["differences"]
    assert sorted(d["changeType"] for d in differences) == ["A", "D"]
    folder = codecommit.get_folder(repositoryName="app", folderPath="/")
    assert [f["absolutePath"] for f in folder["files"]] == ["c"] and folder["subFolders"] == []
    assert error_of(codecommit.create_commit, repositoryName="app", branchName="main", parentCommitId=first["commitId"],
                    putFiles=[{"filePath": "d", "fileContent": b"x"}])["Code"] == "ParentCommitIdOutdatedException"
    codecommit.create_branch(repositoryName="app", branchName="dev", commitId=first["commitId"])
    assert codecommit.list_branches(repositoryName="app")["branches"] == ["dev", "main"]
    assert error_of(codecommit.delete_branch, repositoryName="app", branchName="main")["Code"] == "DefaultBranchCannotBeDeletedException"
    assert codecommit.delete_branch(repositoryName="app", branchName="dev")["deletedBranch"]["commitId"] == first["commitId"]


def test_git(aws, repository, tmp_path):
    codecommit = aws.client("codecommit")
    bare = requests.get(f"{aws.url}/v1/repos/app/info/refs?service=git-upload-pack")
    assert bare.status_code == 401 and bare.headers["WWW-Authenticate"].startswith("Basic")
    clone = git(tmp_path, "clone", url_of(aws, "app"), "work")
    assert "empty repository" in clone.stderr
    work = tmp_path / "work"
    git(work, "checkout", "-b", "master", check=False)
    (work / "file").write_text("hello\n")
    git(work, "add", ".")
    git(work, "commit", "-m", "Initial")
    git(work, "push", url_of(aws, "app"), "master")
    head = git(work, "rev-parse", "HEAD").stdout.strip()
    assert codecommit.get_branch(repositoryName="app", branchName="master")["branch"]["commitId"] == head
    assert codecommit.get_repository(repositoryName="app")["repositoryMetadata"]["defaultBranch"] == "master"
    for version in ("0", "2"):
        git(tmp_path, "-c", f"protocol.version={version}", "clone", url_of(aws, "app"), "clone" + version)
        assert (tmp_path / ("clone" + version) / "file").read_text() == "hello\n"
    git(work, "tag", "-a", "v1", "-m", "one")
    git(work, "checkout", "-b", "feature/x")
    git(work, "push", url_of(aws, "app"), "v1", "feature/x")
    git(work, "commit", "--amend", "-m", "Changed")
    assert git(work, "push", url_of(aws, "app"), "feature/x", check=False).returncode != 0
    git(work, "push", "--force", url_of(aws, "app"), "feature/x")
    assert codecommit.list_branches(repositoryName="app")["branches"] == ["feature/x", "master"]
    git(work, "push", url_of(aws, "app"), ":feature/x")
    assert codecommit.list_branches(repositoryName="app")["branches"] == ["master"]
    missing = git(work, "ls-remote", url_of(aws, "nope"), check=False)
    assert missing.returncode != 0 and "not found" in missing.stderr
    wrong = git(work, "ls-remote", url_of(aws, "app", {**aws.credentials, "SecretAccessKey": "wrong"}), check=False)
    assert "403" in wrong.stderr


def test_large_push(aws, repository, tmp_path):
    git(tmp_path, "init", "-b", "main", ".")
    (tmp_path / "big").write_bytes(os.urandom(40 << 20))
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-m", "big")
    git(tmp_path, "push", url_of(aws, "app"), "main")
    clone = tmp_path / "again"
    git(tmp_path, "clone", "-b", "main", url_of(aws, "app"), str(clone))
    assert subprocess.run(["cmp", tmp_path / "big", clone / "big"]).returncode == 0


def test_credential_program(aws, repository, tmp_path):
    helper = "!aws codecommit credential-helper --ignore-host-check $@"
    done = git(tmp_path, "-c", f"credential.helper={helper}", "-c", "credential.UseHttpPath=true", "ls-remote", f"{aws.url}/v1/repos/app",
               AWS_ACCESS_KEY_ID=aws.credentials["AccessKeyId"], AWS_SECRET_ACCESS_KEY=aws.credentials["SecretAccessKey"], AWS_DEFAULT_REGION="us-east-1", check=False)
    assert done.returncode == 0, done.stderr
