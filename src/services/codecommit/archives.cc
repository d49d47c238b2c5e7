// What a pipeline's source action asks for: the tree at a commit as a zip file in S3, put there as
// the caller.
#include <algorithm>

#include "gen/codecommit_handlers.h"
#include "gen/s3.h"
#include "services/codecommit/git_process.h"
#include "services/codecommit/repository.h"

namespace drydock::codecommit {
namespace {

constexpr int64_t kRememberedMs = 24 * 3600 * 1000;
constexpr uint64_t kPartBytes = 64u << 20;

// In parts, as AWS uploads archives: for a bucket with a KMS key that needs kms:Decrypt as well.
Result<s3::CompleteMultipartUploadOutput> upload(const Client& client,
                                                 const s3::CreateMultipartUpload::Input& begin,
                                                 const Payload& archive) {
  const auto begun = TRY(client.call<s3::CreateMultipartUpload>(begin));
  s3::CompleteMultipartUpload::Input complete{
      .Bucket = begin.Bucket, .Key = begin.Key, .UploadId = begun.UploadId.value_or("")};
  complete.MultipartUpload.emplace().Parts.emplace();
  for (uint64_t at = 0; at < archive.size(); at += kPartBytes) {
    s3::UploadPart::Input part{.Bucket = begin.Bucket,
                               .Key = begin.Key,
                               .PartNumber = static_cast<int64_t>(at / kPartBytes) + 1,
                               .UploadId = complete.UploadId};
    part.Body = archive.slice(at, std::min(kPartBytes, archive.size() - at));
    auto put = TRY(client.call<s3::UploadPart>(part));
    complete.MultipartUpload->Parts->push_back(
        {.ETag = std::move(put.ETag), .PartNumber = part.PartNumber});
  }
  return client.call<s3::CompleteMultipartUpload>(complete);
}

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
  s3::CreateMultipartUpload::Input put{.Bucket = in.bucket, .Key = in.key};
  put.ContentType = "application/zip";
  if (in.kmsKeyId) {
    put.ServerSideEncryption = "aws:kms";
    put.SSEKMSKeyId = in.kmsKeyId;
  }
  auto stored = upload(call.client("codecommit.amazonaws.com"), put, run.output);
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
