// What a pipeline's source action asks for: the tree at a commit as a zip file in S3, put there as
// the caller.
#include "gen/codecommit_handlers.h"
#include "gen/s3.h"
#include "services/codecommit/git_process.h"
#include "services/codecommit/repository.h"

namespace drydock::codecommit {
namespace {

constexpr int64_t kRememberedMs = 24 * 3600 * 1000;

}  // namespace

Result<UploadArchiveOutput> upload_archive(Call& call, const UploadArchiveInput& in) {
  Opened opened = TRY(open_repository(call, in.repositoryName));
  if (!is_object_id(in.commitId))
    return errors::InvalidCommitIdException("The commit ID " + in.commitId + " is not valid");
  auto commit = resolve_commit(*opened.git, in.commitId);
  if (!commit)
    return errors::CommitIdDoesNotExistException("Commit ID " + in.commitId + " does not exist");
  GitRun run = run_git({"--git-dir=" + opened.folder, "archive", "--format=zip", *commit}, {}, {},
                       call.blobs().scratch_folder());
  if (run.exit_code != 0) return fault("InternalFailure", "git archive failed: " + run.errors, 500);

  UploadRow row{.Status = "Completed"};
  s3::PutObject::Input put{.Bucket = in.bucket, .Key = in.key};
  put.Body = run.output;
  put.ContentType = "application/zip";
  if (in.kmsKeyId) {
    put.ServerSideEncryption = "aws:kms";
    put.SSEKMSKeyId = in.kmsKeyId;
  }
  auto stored = call.client("codecommit.amazonaws.com").call<s3::PutObject>(put);
  if (stored) {
    row.VersionId = stored->VersionId;
    row.ETag = stored->ETag;
  } else {
    row.Status = "Failed";
    row.ErrorCode = stored.error().code;
    row.ErrorMessage = stored.error().message;
  }
  UploadArchiveOutput out{call.random().uuid()};
  kUploads.put(call.txn(), call.space(), {in.repositoryName, out.uploadId}, row);
  call.start_job("codecommit.forget-upload", out.uploadId, call.now() + kRememberedMs,
                 Value::object({{"account", call.account().text},
                                {"region", call.region().text},
                                {"repository", in.repositoryName}}));
  return out;
}

Result<GetUploadArchiveStatusOutput> get_upload_archive_status(
    Call& call, const GetUploadArchiveStatusInput& in) {
  auto row = kUploads.get(call.txn(), call.space(), {in.repositoryName, in.uploadId});
  if (!row)
    return fault("UploadDoesNotExistException", "The upload " + in.uploadId + " does not exist");
  return GetUploadArchiveStatusOutput{row->Status, row->ErrorCode, row->ErrorMessage,
                                      row->VersionId, row->ETag};
}

Result<CancelUploadArchiveOutput> cancel_upload_archive(Call& call,
                                                        const CancelUploadArchiveInput& in) {
  kUploads.erase(call.txn(), call.space(), {in.repositoryName, in.uploadId});
  return CancelUploadArchiveOutput{};
}

}  // namespace drydock::codecommit
