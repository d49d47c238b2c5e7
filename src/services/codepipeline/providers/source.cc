// Source actions: CodeCommit and S3. Both leave a zip in the artifact bucket, written as the
// pipeline's role.
#include "base/text.h"
#include "gen/codecommit.h"
#include "gen/s3.h"
#include "services/codepipeline/artifacts.h"

namespace drydock::codepipeline {
namespace {

// CodePipeline's own texts for what goes wrong at a repository, with the cause behind.
Outcome repository_failed(const Fault& fault, const std::string& repository,
                          const std::string& branch) {
  if (fault.code == "BranchDoesNotExistException")
    return failed(
        "ConfigurationError",
        "The action failed because no branch named " + branch +
            " was found in the selected AWS CodeCommit repository " + repository +
            ". Make sure you are using the correct branch name, and then try again. Error: null");
  if (fault.code == "RepositoryDoesNotExistException")
    return failed("ConfigurationError",
                  "The action failed because no repository named " + repository +
                      " was found in AWS CodeCommit. Make sure you are using the correct "
                      "repository name, and then try again. Error: " +
                      fault.message);
  if (fault.status == 403 || fault.code.starts_with("AccessDenied"))
    return failed(
        "PermissionError",
        "The service role or action role doesn\u2019t have the permissions required to access the AWS CodeCommit repository named " +
            repository +
            ". Update the IAM role permissions, and then try again. Error: " + fault.message);
  return failed(fault, "The action failed because the AWS CodeCommit repository " + repository +
                           " could not be read. Error: ");
}

const SourceRevisionOverride* override_of(const Task& task, std::string_view type) {
  for (auto& o : task.execution.Overrides)
    if (o.actionName == task.action.name && o.revisionType == type) return &o;
  return nullptr;
}

// An upload's failure: a code and a text of S3 or KMS, asked from CodeCommit.
std::optional<Outcome> upload_failed(Task& task, const std::string& repository,
                                     const std::string& upload_id, const Located& output) {
  auto status = task.client.call<codecommit::GetUploadArchiveStatus>(
      {.repositoryName = repository, .uploadId = upload_id});
  if (!status) return repository_failed(status.error(), repository, {});
  if (status->status != "Failed") return std::nullopt;
  bool denied = status->errorCode.value_or("").find("AccessDenied") != std::string::npos ||
                status->errorCode.value_or("").starts_with("KMS");
  return failed(denied ? "PermissionError" : "JobFailed",
                "Unable to upload the source artifact to the Amazon S3 object key '" + output.key +
                    "' in the Amazon S3 artifact bucket '" + output.bucket +
                    "'. The provided role does not have sufficient permissions. Error: " +
                    status->errorMessage.value_or(""));
}

std::string s3_failed_text(const std::string& bucket, const std::string& key, const Fault& fault) {
  if (fault.status == 403)
    return "The provided role does not have sufficient permissions to access the Amazon S3 object '" +
           key + "' in the bucket '" + bucket + "'. Error: " + fault.message;
  return "The action failed because the Amazon S3 object '" + key + "' in the bucket '" + bucket +
         "' could not be read. Make sure that the object exists and that the bucket is "
         "versioned. Error: " +
         fault.message;
}

}  // namespace

Outcome step_codecommit(Task& task) {
  std::string repository = task.get("RepositoryName"), branch = task.get("BranchName");
  const Located& output = task.outputs.at(0);
  std::string commit_id;
  if (auto* wanted = override_of(task, "COMMIT_ID")) {
    commit_id = wanted->revisionValue;
  } else {
    auto head = task.client.call<codecommit::GetBranch>(
        {.repositoryName = repository, .branchName = branch});
    if (!head) return repository_failed(head.error(), repository, branch);
    commit_id = head->branch.commitId;
  }
  auto commit = task.client.call<codecommit::GetCommit>(
      {.repositoryName = repository, .commitId = commit_id});
  if (!commit) return repository_failed(commit.error(), repository, branch);

  codecommit::UploadArchive::Input upload{.repositoryName = repository,
                                          .commitId = commit_id,
                                          .bucket = output.bucket,
                                          .key = output.key};
  if (task.store.encryptionKey) upload.kmsKeyId = task.store.encryptionKey->id;
  auto uploaded = task.client.call<codecommit::UploadArchive>(upload);
  if (!uploaded) return repository_failed(uploaded.error(), repository, branch);
  if (auto failure = upload_failed(task, repository, uploaded->uploadId, output))
    return std::move(*failure);

  Outcome outcome;
  outcome.summary = commit->commit.message;
  outcome.external_id = outcome.revision = commit_id;
  outcome.external_url = outcome.revision_url =
      "https://" + task.region.text + ".console.aws.amazon.com/codecommit/home#/repository/" +
      repository + "/commit/" + commit_id;
  auto date = [](const codecommit::UserInfo& user) {
    auto seconds = parse_int(std::string_view(user.date).substr(0, user.date.find(' ')));
    return seconds ? to_iso8601({*seconds * 1000}) : user.date;
  };
  outcome.variables = {{"CommitId", commit_id},
                       {"CommitMessage", commit->commit.message},
                       {"RepositoryName", repository},
                       {"BranchName", branch},
                       {"AuthorDate", date(commit->commit.author)},
                       {"CommitterDate", date(commit->commit.committer)}};
  return outcome;
}

Outcome step_s3_source(Task& task) {
  std::string bucket = task.get("S3Bucket"), key = task.get("S3ObjectKey");
  if (auto* wanted = override_of(task, "S3_OBJECT_KEY")) key = wanted->revisionValue;
  s3::GetObject::Input get{.Bucket = bucket, .Key = key};
  if (auto* wanted = override_of(task, "S3_OBJECT_VERSION_ID"))
    get.VersionId = wanted->revisionValue;
  auto object = task.client.call<s3::GetObject>(get);
  if (!object)
    return failed(object.error().status == 403 ? "PermissionError" : "ConfigurationError",
                  s3_failed_text(bucket, key, object.error()));
  std::string version = object->VersionId.value_or("");
  if (version.empty() || version == "null")
    return failed("ConfigurationError",
                  "The action failed because the bucket '" + bucket +
                      "' is not versioned. Enable versioning on the bucket, and then try again.");
  const Located& output = task.outputs.at(0);
  auto written = write_object(task, output.bucket, output.key, object->Body,
                              object->ContentType.value_or("application/zip"));
  if (!written) return failed(written.error().code, written.error().message);
  Outcome outcome;
  outcome.summary = "Amazon S3 version id: " + version;
  outcome.revision = outcome.external_id = version;
  outcome.revision_url = "https://console.aws.amazon.com/s3/home?region=" + task.region.text + "#";
  outcome.variables = {
      {"BucketName", bucket},
      {"ObjectKey", key},
      {"VersionId", version},
      {"ETag", std::string(trim(replace_all(object->ETag.value_or(""), "\"", "")))}};
  return outcome;
}

std::optional<std::string> current_revision(Task& task) {
  if (task.action.actionTypeId.provider == "CodeCommit") {
    auto head = task.client.call<codecommit::GetBranch>(
        {.repositoryName = task.get("RepositoryName"), .branchName = task.get("BranchName")});
    return head ? std::optional(head->branch.commitId) : std::nullopt;
  }
  auto object = task.client.call<s3::HeadObject>(
      {.Bucket = task.get("S3Bucket"), .Key = task.get("S3ObjectKey")});
  return object ? object->VersionId : std::nullopt;
}

}  // namespace drydock::codepipeline
