// The log of a build as an object in S3, beside or instead of CloudWatch Logs.
#include <sys/stat.h>

#include "base/log.h"
#include "services/codebuild/engine/archive.h"
#include "services/codebuild/engine/artifact_key.h"
#include "services/codebuild/engine/context.h"

namespace drydock::codebuild {

namespace {
constexpr std::string_view kS3Arn = "arn:aws:s3:::";
}

std::optional<S3Log> s3_log_of(const BuildContext& context) {
  const auto& logs = context.row.build.logs;
  if (!logs || !logs->s3LogsArn) return {};
  std::string path = logs->s3LogsArn->substr(kS3Arn.size());
  size_t slash = path.find('/');
  return S3Log{path.substr(0, slash), path.substr(slash + 1)};
}

void store_s3_log(BuildContext& context) {
  auto target = s3_log_of(context);
  struct stat info {};
  if (!target || !context.workspace) return;
  std::string path = context.workspace->scratch("log.gz");
  if (auto packed = write_gzip(path, context.workspace->scratch(kLogCopy)); !packed) {
    log::warning("codebuild: the log of " + context.id + " is not in S3: " + packed.error());
    return;
  }
  if (::lstat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return;
  s3::PutObjectRequest input{
      .Bucket = target->bucket,
      .Key = target->key,
      .Body = Payload::from_file(path, 0, static_cast<uint64_t>(info.st_size)),
      .ContentType = "text/plain"};
  input.ContentEncoding = "gzip";
  const S3LogsConfig& config = *context.row.build.logs->s3Logs;
  put_under_key(context, config.encryptionDisabled, input);
  auto client = context.role->client();
  auto put = client ? client->call<s3::PutObject>(input)
                    : Result<s3::PutObjectOutput>(Unexpected(client.error()));
  if (!put)
    log::warning("codebuild: the log of " + context.id + " is not in " + target->bucket + ": " +
                 put.error().code + ": " + put.error().message);
}

}  // namespace drydock::codebuild
