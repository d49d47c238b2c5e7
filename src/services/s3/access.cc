#include "services/s3/access.h"

#include "services/s3/tables.h"

namespace drydock::s3 {

std::string bucket_arn(std::string_view bucket) { return "arn:aws:s3:::" + std::string(bucket); }
std::string object_arn(std::string_view bucket, std::string_view key) {
  return "arn:aws:s3:::" + std::string(bucket) + "/" + std::string(key);
}

Result<BucketRow> find_bucket(Call& call, const std::string& name) {
  auto row = kBuckets.get(call.txn(), kInstallation, {name});
  if (row) return std::move(*row);
  Fault missing{"NoSuchBucket", "The specified bucket does not exist", 404};
  missing.members = Value::object({{"BucketName", name}});
  // Nothing was touched, so there is nothing to be asked for; the pipeline commits no write after a fault.
  return fault(std::move(missing));
}

Result<BucketRow> open_bucket(Call& call, const std::string& name, std::string_view action, Context context) {
  BucketRow bucket = TRY(find_bucket(call, name));
  TRY(call.authorize(action, bucket_arn(name), std::move(context)));
  return bucket;
}

Result<BucketRow> open_bucket_for(Call& call, const std::string& name, std::string_view key,
                                  std::string_view action, Context context) {
  BucketRow bucket = TRY(find_bucket(call, name));
  TRY(call.authorize(action, object_arn(name, key), std::move(context)));
  return bucket;
}

Unexpected no_such_key(const std::string& key) {
  Fault missing{"NoSuchKey", "The specified key does not exist.", 404};
  missing.members = Value::object({{"Key", key}});
  return fault(std::move(missing));
}

Result<FoundObject> find_object(Call& call, const BucketRow& bucket, const std::string& key,
                                const std::optional<std::string>& version_id) {
  const Space space = space_of(bucket);
  auto current = kObjects.get(call.txn(), space, {bucket.Name, key});
  if (!version_id || version_id->empty()) {
    if (current && !current->DeleteMarker.value_or(false)) return FoundObject{std::move(*current)};
    // AWS does tell a missing key only to those who may list the bucket.
    if (!call.authorize("s3:ListBucket", bucket_arn(bucket.Name), {}))
      return fault("AccessDenied", "Access Denied", 403);
    Fault missing = no_such_key(key).error();
    if (current) call.response_headers().emplace_back("x-amz-delete-marker", "true");
    if (current) call.response_headers().emplace_back("x-amz-version-id", current->VersionId);
    return fault(std::move(missing));
  }
  if (current && current->VersionId == *version_id) return FoundObject{std::move(*current)};
  std::optional<ObjectRow> found;
  kVersions.each(call.txn(), space, {.prefix = {bucket.Name, key}}, [&](const auto&, ObjectRow row) {
    if (row.VersionId != *version_id) return true;
    found = std::move(row);
    return false;
  });
  if (found) return FoundObject{std::move(*found), FoundObject::Place::kBehind};
  Fault missing{"NoSuchVersion", "The specified version does not exist.", 404};
  missing.members = Value::object({{"Key", key}, {"VersionId", *version_id}});
  return fault(std::move(missing));
}

}  // namespace drydock::s3
