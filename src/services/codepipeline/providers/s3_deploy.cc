// S3 deploy: the artifact, or the files in it, into a bucket.
#include "base/text.h"
#include "gen/s3.h"
#include "services/codepipeline/artifacts.h"

namespace drydock::codepipeline {
namespace {

std::string type_of(std::string_view name) {
  static constexpr std::pair<std::string_view, const char*> kTypes[] = {
      {".html", "text/html"},        {".htm", "text/html"},
      {".css", "text/css"},          {".js", "application/javascript"},
      {".json", "application/json"}, {".png", "image/png"},
      {".jpg", "image/jpeg"},        {".svg", "image/svg+xml"},
      {".txt", "text/plain"},        {".xml", "application/xml"},
      {".zip", "application/zip"}};
  for (auto& [suffix, type] : kTypes)
    if (name.ends_with(suffix)) return type;
  return "binary/octet-stream";
}

Result<void> put(Task& task, const std::string& key, const Payload& content) {
  s3::PutObject::Input in{.Bucket = task.get("BucketName"), .Key = key};
  in.Body = content;
  in.ContentType = type_of(key);
  if (auto acl = task.get("CannedACL"); !acl.empty()) in.ACL = acl;
  if (auto cache = task.get("CacheControl"); !cache.empty()) in.CacheControl = cache;
  if (auto kms = task.get("KMSEncryptionKeyARN"); !kms.empty()) {
    in.ServerSideEncryption = "aws:kms";
    in.SSEKMSKeyId = kms;
  }
  TRY(task.client.call<s3::PutObject>(in));
  return {};
}

}  // namespace

Outcome step_s3_deploy(Task& task) {
  if (task.inputs.empty())
    return failed(
        "ConfigurationError",
        "The input artifact of the action is missing: no earlier action of this execution made it");
  auto artifact = read_artifact(task, task.inputs[0]);
  if (!artifact) return failed(artifact.error().code, artifact.error().message);
  std::string key = task.get("ObjectKey");
  auto denied = [&](const Fault& fault, const std::string& at) {
    return failed(fault, "The object '" + at + "' could not be written to the bucket '" +
                             task.get("BucketName") + "'. Error: ");
  };
  if (!equals_ignore_case(task.get("Extract"), "true")) {
    if (key.empty())
      return failed("ConfigurationError", "ObjectKey is required when Extract is false");
    auto done = put(task, key, *artifact);
    return done ? Outcome{.summary = "Deployment Succeeded"} : denied(done.error(), key);
  }
  while (key.ends_with('/')) key.pop_back();
  std::optional<Outcome> failure;
  bool whole = each_file_of_zip(*artifact, task.server.blobs().scratch_folder(),
                                [&](const std::string& name, const Payload& content) {
                                  std::string at = key.empty() ? name : key + "/" + name;
                                  auto done = put(task, at, content);
                                  if (!done) failure = denied(done.error(), at);
                                  return !failure;
                                });
  if (failure) return std::move(*failure);
  if (!whole) return failed("ConfigurationError", "The input artifact is no zip file");
  return {.summary = "Deployment Succeeded"};
}

}  // namespace drydock::codepipeline
