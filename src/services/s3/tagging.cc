// Tags of objects.
#include "gen/s3_handlers.h"
#include "services/s3/access.h"
#include "services/s3/objects.h"
#include "services/s3/tables.h"

namespace drydock::s3 {

namespace {

Result<std::string> set_tags(Call& call, const std::string& bucket_name, const std::string& key,
                             const std::optional<std::string>& version_id, const char* action,
                             const char* version_action, std::optional<TagSet> tags) {
  Context context;
  if (version_id) context.add("s3:VersionId", *version_id);
  BucketRow bucket = TRY(open_bucket_for(call, bucket_name, key,
                                         version_id ? version_action : action, std::move(context)));
  FoundObject found = TRY(find_object(call, bucket, key, version_id));
  found.row.Tags = std::move(tags);
  if (found.place == FoundObject::Place::kCurrent)
    kObjects.put(call.txn(), space_of(bucket), {bucket.Name, key}, found.row);
  else
    kVersions.put(call.txn(), space_of(bucket), {bucket.Name, key, -found.row.Sequence}, found.row);
  return found.row.VersionId;
}

}  // namespace

Result<GetObjectTaggingOutput> get_object_tagging(Call& call, const GetObjectTaggingInput& in) {
  Context context;
  if (in.VersionId) context.add("s3:VersionId", *in.VersionId);
  BucketRow bucket = TRY(open_bucket_for(
      call, in.Bucket, in.Key, in.VersionId ? "s3:GetObjectVersionTagging" : "s3:GetObjectTagging",
      std::move(context)));
  FoundObject found = TRY(find_object(call, bucket, in.Key, in.VersionId));
  GetObjectTaggingOutput out;
  if (bucket.Versioning) out.VersionId = found.row.VersionId;
  out.TagSet = found.row.Tags.value_or(TagSet{});
  return out;
}

Result<PutObjectTaggingOutput> put_object_tagging(Call& call, const PutObjectTaggingInput& in) {
  TRY(check_tags(in.Tagging.TagSet));
  return PutObjectTaggingOutput{
      .VersionId = TRY(set_tags(call, in.Bucket, in.Key, in.VersionId, "s3:PutObjectTagging",
                                "s3:PutObjectVersionTagging", in.Tagging.TagSet))};
}

Result<DeleteObjectTaggingOutput> delete_object_tagging(Call& call,
                                                        const DeleteObjectTaggingInput& in) {
  return DeleteObjectTaggingOutput{
      .VersionId = TRY(set_tags(call, in.Bucket, in.Key, in.VersionId, "s3:DeleteObjectTagging",
                                "s3:DeleteObjectVersionTagging", std::nullopt))};
}

}  // namespace drydock::s3
