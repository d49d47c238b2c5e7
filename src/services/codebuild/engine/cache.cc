// The cache of a project, in S3 or on this machine: what the buildspec's cache paths held after the
// last good build.
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>

#include "base/encoding.h"
#include "services/codebuild/engine/artifact_key.h"

namespace drydock::codebuild {

namespace {

constexpr uint64_t kMaxCacheBytes = 5ull << 30;

struct Place {
  enum class Kind { kNone, kMachine, kS3 } kind = Kind::kNone;
  std::string path, bucket, key;
};

Place place_of(const BuildContext& context) {
  const auto& cache = context.row.build.cache;
  if (!cache || cache->type == "NO_CACHE" || context.spec.cache_paths.empty()) return {};
  std::string project = project_arn(context.space, *context.row.build.projectName);
  if (cache->type == "LOCAL") {
    bool custom = false;
    for (const auto& mode : cache->modes.value_or(std::vector<std::string>{}))
      custom = custom || mode == "LOCAL_CUSTOM_CACHE";
    if (!custom) return {};
    return {.kind = Place::Kind::kMachine,
            .path = context.workspace->shared("cache-" + to_hex(sha256(project)).substr(0, 32) +
                                              ".tgz")};
  }
  std::string location = cache->location.value_or("");
  if (location.starts_with("arn:aws:s3:::")) location.erase(0, 13);
  size_t slash = location.find('/');
  std::string key = slash == std::string::npos ? "" : location.substr(slash + 1) + "/";
  return {.kind = Place::Kind::kS3,
          .bucket = location.substr(0, slash),
          .key = key + *context.row.build.projectName + ".tgz"};
}

std::string problem(const Fault& fault) { return fault.code + ": " + fault.message; }

bool copy_file(const Payload& from, const std::string& to) {
  FILE* file = std::fopen(to.c_str(), "we");
  if (!file) return false;
  bool whole = from.each_piece([&](std::string_view piece) {
    return std::fwrite(piece.data(), 1, piece.size(), file) == piece.size();
  });
  return std::fclose(file) == 0 && whole;
}

}  // namespace

void fetch_cache(BuildContext& context) {
  Place place = place_of(context);
  if (place.kind == Place::Kind::kNone) return;
  std::string list;
  for (const auto& path : context.spec.cache_paths) list += path + "\n";
  Workspace::write(context.workspace->control() + "/cache-list", list);
  std::string into = context.workspace->control() + "/cache-in.tgz";
  if (place.kind == Place::Kind::kMachine) {
    struct stat info {};
    if (::stat(place.path.c_str(), &info) != 0) return;
    if (copy_file(Payload::from_file(place.path, 0, static_cast<uint64_t>(info.st_size)), into))
      context.log->container("Using the local cache of this project");
    return;
  }
  auto client = context.role->client();
  auto object = client ? client->call<s3::GetObject>({.Bucket = place.bucket, .Key = place.key})
                       : Result<s3::GetObjectOutput>(Unexpected(client.error()));
  if (!object) {
    context.log->container("Unable to download cache: " + problem(object.error()));
  } else if (copy_file(object->Body, into)) {
    context.log->container("Downloaded the cache from " + place.bucket + "/" + place.key);
  }
}

void store_cache(BuildContext& context) {
  Place place = place_of(context);
  std::string from = context.workspace->control() + "/cache-out.tgz";
  struct stat info {};
  if (place.kind == Place::Kind::kNone || ::lstat(from.c_str(), &info) != 0 ||
      !S_ISREG(info.st_mode))
    return;
  if (static_cast<uint64_t>(info.st_size) > kMaxCacheBytes) {
    context.log->container("Unable to upload cache: it is larger than " +
                           std::to_string(kMaxCacheBytes) + " bytes");
    return;
  }
  if (place.kind == Place::Kind::kMachine) {
    ::rename(from.c_str(), place.path.c_str());
    return;
  }
  auto client = context.role->client();
  s3::PutObjectRequest input{
      .Bucket = place.bucket,
      .Key = place.key,
      .Body = Payload::from_file(from, 0, static_cast<uint64_t>(info.st_size))};
  put_under_key(context, {}, input);
  auto put = client ? client->call<s3::PutObject>(input)
                    : Result<s3::PutObjectOutput>(Unexpected(client.error()));
  if (!put) context.log->container("Unable to upload cache: " + problem(put.error()));
}

}  // namespace drydock::codebuild
