// CopyObject, and opening the source of a copy.
#include "services/s3/copy.h"

#include "base/encoding.h"
#include "base/text.h"
#include "gen/s3_handlers.h"
#include "services/s3/access.h"
#include "services/s3/body.h"
#include "services/s3/notifications.h"
#include "services/s3/object_headers.h"
#include "services/s3/objects.h"
#include "services/s3/sweep.h"
#include "store/sweep.h"

namespace drydock::s3 {

Result<CopySource> open_copy_source(Call& call, const std::string& header) {
  std::string_view text = header;
  std::optional<std::string> version_id;
  if (size_t at = text.rfind("?versionId="); at != std::string_view::npos) {
    version_id = percent_decode(text.substr(at + 11));
    text = text.substr(0, at);
  }
  std::string path = percent_decode(text);
  if (path.starts_with('/')) path.erase(0, 1);
  size_t slash = path.find('/');
  if (slash == std::string::npos || slash == 0 || slash + 1 == path.size())
    return errors::InvalidArgument(
        "Copy Source must mention the source bucket and key: sourcebucket/sourcekey");
  const std::string bucket_name = path.substr(0, slash), key = path.substr(slash + 1);
  CopySource source;
  Context context;
  if (version_id) context.add("s3:VersionId", *version_id);
  source.bucket =
      TRY(open_bucket_for(call, bucket_name, key,
                          version_id ? "s3:GetObjectVersion" : "s3:GetObject", std::move(context)));
  source.row = TRY(find_object(call, source.bucket, key, version_id)).row;
  if (source.row.DeleteMarker.value_or(false))
    return errors::InvalidRequest(
        "The source of a copy request may not specifically refer to a delete marker by version id.");
  TRY(decrypt_for_read(call, source.bucket, source.row));
  return source;
}

Result<CopyObjectOutput> copy_object(Call& call, const CopyObjectInput& in) {
  CopySource source = TRY(open_copy_source(call, in.CopySource));
  Context context = write_context(call, in);
  context.add("s3:x-amz-copy-source", in.CopySource);
  if (in.MetadataDirective) context.add("s3:x-amz-metadata-directive", *in.MetadataDirective);
  BucketRow bucket =
      TRY(open_bucket_for(call, in.Bucket, in.Key, "s3:PutObject", std::move(context)));
  const bool replace_tags =
      in.TaggingDirective && equals_ignore_case(*in.TaggingDirective, "REPLACE");
  TRY(check_object_headers(call, bucket, in.Key, acl_headers(in), in.StorageClass,
                           replace_tags ? in.Tagging : std::nullopt, in.Metadata));
  TRY(check_redirect_location(in.WebsiteRedirectLocation));
  // An ACL is not copied.
  ObjectAcl acl = TRY(acl_of_new_object(call, bucket, in.Key, acl_headers(in)));
  if (!replace_tags && source.row.Tags && !source.row.Tags->empty()) {
    TRY(ask(call, source.bucket, source.row.Key, "s3:GetObjectTagging"));
    TRY(ask(call, bucket, in.Key, "s3:PutObjectTagging"));
  }
  const std::string etag = source.row.ETag.value_or("");
  auto matches = [&](const std::string& header) {
    return header == etag || header == "\"" + etag + "\"" || header == "*";
  };
  if ((in.CopySourceIfMatch && !matches(*in.CopySourceIfMatch)) ||
      (in.CopySourceIfNoneMatch && matches(*in.CopySourceIfNoneMatch)))
    return errors::PreconditionFailed(
        "At least one of the pre-conditions you specified did not hold");
  const bool replace = in.MetadataDirective && equals_ignore_case(*in.MetadataDirective, "REPLACE");
  if (source.bucket.Name == in.Bucket && source.row.Key == in.Key && !replace && !in.StorageClass &&
      !in.ServerSideEncryption && !in.WebsiteRedirectLocation &&
      in.CopySource.find("?versionId=") == std::string::npos)
    return errors::InvalidRequest(
        "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.");

  ObjectRow row = source.row;
  row.Key = in.Key;
  row.Owner = std::move(acl.owner);
  row.Acl = std::move(acl.grants);
  row.DataKey.reset();
  row.KmsKeyId.reset();
  row.StorageClass = in.StorageClass;
  row.WebsiteRedirectLocation = in.WebsiteRedirectLocation;
  if (replace) {
    take_content_headers(in, row);
  }
  row.LockMode.reset();  // nor is a lock
  row.RetainUntil.reset();
  row.LegalHold.reset();
  TRY(take_lock(call, bucket, in.Key, lock_headers(in), row));
  if (replace_tags) row.Tags = TRY(parse_tagging_header(in.Tagging));
  TRY(encrypt_new(call, bucket, in.ServerSideEncryption, in.SSEKMSKeyId, row));
  if (row.BlobId && !keep_blob(object_blobs(call.server()), *row.BlobId))
    return no_such_key(source.row.Key);  // removed and swept meanwhile
  if (row.Parts) {
    // A copy is one piece, with a plain etag.
    row.ETag = object_blobs(call.server()).put(object_payload(call, row)).md5;
    row.Parts.reset();
    row.Checksums.reset();  // of the parts, not of the whole
    row.ChecksumType.reset();
  }
  const std::string source_version = source.row.VersionId;
  store_object(call, bucket, row);
  announce(call, bucket, row, ObjectEvent::kCopy);
  CopyObjectOutput out;
  out.CopyObjectResult = CopyObjectResult{.ETag = "\"" + row.ETag.value_or("") + "\"",
                                          .LastModified = row.LastModified};
  if (bucket.Versioning == "Enabled") out.VersionId = row.VersionId;
  if (source.bucket.Versioning) out.CopySourceVersionId = source_version;
  out.ServerSideEncryption = row.SseAlgorithm;
  out.SSEKMSKeyId = row.KmsKeyId;
  return out;
}

}  // namespace drydock::s3
