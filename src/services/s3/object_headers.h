// The headers that describe an object to be: the same for a put, a copy and an upload in parts.
#pragma once

#include <optional>
#include <string>

#include "api/call.h"
#include "services/s3/acl.h"
#include "services/s3/lists.h"
#include "services/s3/object_lock.h"

namespace drydock::s3 {

// An ETag as headers and answers write it.
inline std::string quoted(std::string_view etag) { return "\"" + std::string(etag) + "\""; }

// Condition keys of a write (s3:x-amz-…, s3:RequestObjectTag/…).
struct WriteHeaders {
  std::optional<std::string> encryption, kms_key, storage_class, tagging;
  AclRequest acl;
  LockRequest lock;
};
Context write_context(Timestamp now, const WriteHeaders& headers);
template <class In>
Context write_context(Call& call, const In& in) {
  return write_context(
      call.now(), WriteHeaders{in.ServerSideEncryption, in.SSEKMSKeyId, in.StorageClass, in.Tagging,
                               acl_headers(in), lock_headers(in)});
}

// Asks IAM what the headers need beside the write itself: s3:PutObjectAcl, s3:PutObjectTagging.
// Checks the storage class and the metadata's size.
Result<void> check_object_headers(Call& call, const BucketRow& bucket, const std::string& key,
                                  const AclRequest& acl,
                                  const std::optional<std::string>& storage_class,
                                  const std::optional<std::string>& tagging,
                                  const std::optional<Metadata>& metadata);

// x-amz-website-redirect-location: InvalidRedirectLocation.
Result<void> check_redirect_location(const std::optional<std::string>& location);

// Content-Encoding without aws-chunked, which is the coding of the transfer and never stored.
std::optional<std::string> stored_encoding(const std::optional<std::string>& header);

template <class In>
void take_content_headers(const In& in, ObjectRow& row) {
  row.ContentType = in.ContentType;
  row.ContentEncoding = stored_encoding(in.ContentEncoding);
  row.ContentDisposition = in.ContentDisposition;
  row.ContentLanguage = in.ContentLanguage;
  row.CacheControl = in.CacheControl;
  row.Expires = in.Expires;
  row.Metadata = in.Metadata;
}

}  // namespace drydock::s3
