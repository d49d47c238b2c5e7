// Objects: put, get, head, delete.
#include "services/s3/objects.h"

#include "base/encoding.h"
#include "base/text.h"
#include "gen/s3_handlers.h"
#include "services/s3/access.h"
#include "services/s3/body.h"
#include "services/s3/checksums.h"
#include "services/s3/notifications.h"
#include "services/s3/object_headers.h"
#include "services/s3/sweep.h"
#include "services/s3/tables.h"

namespace drydock::s3 {

namespace {

constexpr uint64_t kMaxPutBytes = 5ull << 30;

// The condition of a read header list: "*", or any of the quoted etags.
bool etag_matches(std::string_view header, const std::string& etag) {
  for (std::string_view one : split(header, ',')) {
    one = trim(one);
    if (one.starts_with("W/")) one.remove_prefix(2);
    if (one == "*" || one == quoted(etag) || one == etag) return true;
  }
  return false;
}

enum class ReadOutcome { kGo, kNotModified };

// RFC 9110's order: If-Match before If-Unmodified-Since, If-None-Match before If-Modified-Since.
Result<ReadOutcome> check_read_conditions(const GetObjectRequest& in, const ObjectRow& row) {
  const std::string etag = row.ETag.value_or("");
  const int64_t modified_s = row.LastModified.seconds();
  auto later_than = [&](const std::optional<std::string>& header) -> std::optional<bool> {
    auto date = header ? parse_http_date(*header) : std::nullopt;
    if (!date) return std::nullopt;
    return modified_s > date->seconds();
  };
  auto failed = [](const char* condition) {
    Fault f{"PreconditionFailed", "At least one of the pre-conditions you specified did not hold",
            412};
    f.members = Value::object({{"Condition", condition}});
    return fault(std::move(f));
  };
  if (in.IfMatch) {
    if (!etag_matches(*in.IfMatch, etag)) return failed("If-Match");
  } else if (later_than(in.IfUnmodifiedSince).value_or(false)) {
    return failed("If-Unmodified-Since");
  }
  if (in.IfNoneMatch) {
    if (etag_matches(*in.IfNoneMatch, etag)) return ReadOutcome::kNotModified;
  } else if (auto later = later_than(in.IfModifiedSince); later && !*later) {
    return ReadOutcome::kNotModified;
  }
  return ReadOutcome::kGo;
}

// GetObjectOutput and HeadObjectOutput share these headers.
template <class Out>
void describe(const BucketRow& bucket, const ObjectRow& row, const GetObjectRequest& in, Out& out) {
  out.AcceptRanges = "bytes";
  out.LastModified = row.LastModified;
  out.ETag = quoted(row.ETag.value_or(""));
  if (bucket.Versioning) out.VersionId = row.VersionId;
  out.ContentType = in.ResponseContentType ? in.ResponseContentType
                    : row.ContentType      ? row.ContentType
                                           : "binary/octet-stream";
  out.CacheControl = in.ResponseCacheControl ? in.ResponseCacheControl : row.CacheControl;
  out.ContentDisposition =
      in.ResponseContentDisposition ? in.ResponseContentDisposition : row.ContentDisposition;
  out.ContentEncoding =
      in.ResponseContentEncoding ? in.ResponseContentEncoding : row.ContentEncoding;
  out.ContentLanguage =
      in.ResponseContentLanguage ? in.ResponseContentLanguage : row.ContentLanguage;
  out.Expires = in.ResponseExpires ? in.ResponseExpires : row.Expires;
  out.WebsiteRedirectLocation = row.WebsiteRedirectLocation;
  out.ServerSideEncryption = row.SseAlgorithm;
  out.SSEKMSKeyId = row.KmsKeyId;
  if (row.StorageClass && *row.StorageClass != "STANDARD") out.StorageClass = row.StorageClass;
  out.Metadata = row.Metadata;
  if (in.PartNumber && row.Parts) out.PartsCount = static_cast<int64_t>(row.Parts->size());
  if (in.ChecksumMode && equals_ignore_case(*in.ChecksumMode, "ENABLED") && !in.Range) {
    show_checksums(row.Checksums, out);
    if (row.Checksums && !row.Checksums->empty())
      out.ChecksumType = row.ChecksumType.value_or("FULL_OBJECT");
  }
}

struct Opened {
  BucketRow bucket;
  ObjectRow row;
  ReadOutcome outcome = ReadOutcome::kGo;
  std::optional<ByteRange> range;
};

Result<Opened> open_for_read(Call& call, const GetObjectRequest& in) {
  Opened opened;
  Context context;
  if (in.VersionId) context.add("s3:VersionId", *in.VersionId);
  opened.bucket = TRY(find_bucket(call, in.Bucket));
  if (auto current = kObjects.get(call.txn(), space_of(opened.bucket), {in.Bucket, in.Key});
      current && current->Tags)
    for (const Tag& tag : *current->Tags) context.add("s3:ExistingObjectTag/" + tag.Key, tag.Value);
  TRY(check_key(in.Key));
  TRY(ask(call, opened.bucket, in.Key, in.VersionId ? "s3:GetObjectVersion" : "s3:GetObject",
          std::move(context)));
  opened.row = TRY(find_object(call, opened.bucket, in.Key, in.VersionId)).row;
  if (opened.row.DeleteMarker.value_or(false)) {
    call.response_headers().emplace_back("x-amz-delete-marker", "true");
    return errors::MethodNotAllowed("The specified method is not allowed against this resource.");
  }
  TRY(decrypt_for_read(call, opened.bucket, opened.row));
  opened.outcome = TRY(check_read_conditions(in, opened.row));
  const auto size = static_cast<uint64_t>(opened.row.Size.value_or(0));
  if (in.PartNumber && opened.row.Parts) {
    uint64_t first = 0;
    for (const StoredPart& part : *opened.row.Parts) {
      if (part.PartNumber == *in.PartNumber && part.Size > 0)
        opened.range = ByteRange{first, first + static_cast<uint64_t>(part.Size) - 1};
      first += static_cast<uint64_t>(part.Size);
    }
    if (!opened.range) return errors::InvalidRange("The requested partnumber is not satisfiable");
  } else {
    opened.range = TRY(parse_range(in.Range, size));
  }
  return opened;
}

std::string content_range(const ByteRange& range, uint64_t size) {
  return "bytes " + std::to_string(range.first) + "-" + std::to_string(range.last) + "/" +
         std::to_string(size);
}

}  // namespace

Result<std::optional<TagSet>> parse_tagging_header(const std::optional<std::string>& header) {
  if (!header || header->empty()) return std::nullopt;
  TagSet tags;
  for (std::string_view pair : split(*header, '&')) {
    size_t equals = pair.find('=');
    tags.push_back(
        {.Key = form_decode(pair.substr(0, equals)),
         .Value = equals == std::string_view::npos ? "" : form_decode(pair.substr(equals + 1))});
  }
  TRY(check_tags(tags));
  return tags;
}

Result<void> check_tags(const TagSet& tags) {
  if (tags.size() > 10) return fault("BadRequest", "Object tags cannot be greater than 10", 400);
  for (size_t i = 0; i < tags.size(); ++i) {
    if (tags[i].Key.empty() || tags[i].Key.size() > 128)
      return errors::InvalidTag("The TagKey you have provided is invalid");
    if (tags[i].Value.size() > 256)
      return errors::InvalidTag("The TagValue you have provided is invalid");
    for (size_t k = 0; k < i; ++k)
      if (tags[k].Key == tags[i].Key)
        return errors::InvalidTag("Cannot provide multiple Tags with the same key");
  }
  return {};
}

Result<void> check_write_conditions(Call& call, const BucketRow& bucket, const std::string& key,
                                    const std::optional<std::string>& if_match,
                                    const std::optional<std::string>& if_none_match) {
  if (!if_match && !if_none_match) return {};
  auto current = kObjects.get(call.txn(), space_of(bucket), {bucket.Name, key});
  const bool exists = current && !current->DeleteMarker.value_or(false);
  if (if_match && !exists) return no_such_key(key);
  const bool failed =
      (if_match && !etag_matches(*if_match, current->ETag.value_or(""))) ||
      (if_none_match && exists && etag_matches(*if_none_match, current->ETag.value_or("")));
  if (!failed) return {};
  Fault f{"PreconditionFailed", "At least one of the pre-conditions you specified did not hold",
          412};
  f.members = Value::object({{"Condition", if_match ? "If-Match" : "If-None-Match"}});
  return fault(std::move(f));
}

void store_object(Call& call, const BucketRow& bucket, ObjectRow& row) {
  const Space space = space_of(bucket);
  auto current = kObjects.get(call.txn(), space, {bucket.Name, row.Key});
  const bool versioned = bucket.Versioning == "Enabled";
  row.VersionId = versioned
                      ? call.random().text(
                            32, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._")
                      : "null";
  row.LastModified = call.now();
  if (bucket.ObjectLock) take_default_lock(bucket, row);
  row.Sequence = current ? std::max(current->Sequence + 1, call.now().ms) : call.now().ms;
  if (current && (versioned || current->VersionId != "null"))
    kVersions.put(call.txn(), space, {bucket.Name, row.Key, -current->Sequence}, *current);
  if (!versioned && bucket.Versioning) {
    // A suspended bucket has one "null" version of a key, wherever it stands.
    std::optional<int64_t> old;
    kVersions.each(call.txn(), space, {.prefix = {bucket.Name, row.Key}},
                   [&](const auto&, const ObjectRow& behind) {
                     if (behind.VersionId == "null") old = behind.Sequence;
                     return !old;
                   });
    if (old) kVersions.erase(call.txn(), space, {bucket.Name, row.Key, -*old});
  }
  kObjects.put(call.txn(), space, {bucket.Name, row.Key}, row);
}

namespace {

void announce_deletion(Call& call, const BucketRow& bucket, const ObjectRow& row, DeletedBy by) {
  const bool marker = row.DeleteMarker.value_or(false);
  if (by == DeletedBy::kRequest)
    announce(call, bucket, row, marker ? ObjectEvent::kDeleteMarkerCreated : ObjectEvent::kDelete);
  else
    announce(call, bucket, row,
             marker ? ObjectEvent::kLifecycleDeleteMarkerCreated : ObjectEvent::kLifecycleDelete);
}

}  // namespace

Deletion delete_version(Call& call, const BucketRow& bucket, const std::string& key,
                        const std::optional<std::string>& version_id, DeletedBy by) {
  const Space space = space_of(bucket);
  Deletion done;
  auto current = kObjects.get(call.txn(), space, {bucket.Name, key});
  if (!version_id || version_id->empty()) {
    if (!bucket.Versioning) {
      kObjects.erase(call.txn(), space, {bucket.Name, key});
      if (current) announce_deletion(call, bucket, *current, by);
      return done;
    }
    ObjectRow marker;
    marker.Key = key;
    marker.DeleteMarker = true;
    store_object(call, bucket, marker);
    announce_deletion(call, bucket, marker, by);
    done.version_id = marker.VersionId;
    done.delete_marker = true;
    return done;
  }
  done.version_id = version_id;
  std::optional<ObjectRow> next;  // the newest behind the current one, or the one to be removed
  bool removed_behind = false;
  kVersions.each(call.txn(), space, {.prefix = {bucket.Name, key}},
                 [&](const auto&, ObjectRow row) {
                   if (row.VersionId == *version_id) {
                     done.delete_marker = row.DeleteMarker.value_or(false);
                     kVersions.erase(call.txn(), space, {bucket.Name, key, -row.Sequence});
                     row.DeleteMarker.reset();  // one that was removed, not made
                     announce_deletion(call, bucket, row, by);
                     removed_behind = true;
                     return false;
                   }
                   if (!next) next = std::move(row);
                   return true;
                 });
  if (removed_behind || !current || current->VersionId != *version_id) return done;
  done.delete_marker = current->DeleteMarker.value_or(false);
  current->DeleteMarker.reset();
  announce_deletion(call, bucket, *current, by);
  if (next) {
    kVersions.erase(call.txn(), space, {bucket.Name, key, -next->Sequence});
    kObjects.put(call.txn(), space, {bucket.Name, key}, *next);
  } else {
    kObjects.erase(call.txn(), space, {bucket.Name, key});
  }
  return done;
}

Result<PutObjectOutput> put_object(Call& call, const PutObjectRequest& in) {
  BucketRow bucket =
      TRY(open_bucket_for(call, in.Bucket, in.Key, "s3:PutObject", write_context(call, in)));
  TRY(check_object_headers(call, bucket, in.Key, acl_headers(in), in.StorageClass, in.Tagging,
                           in.Metadata));
  TRY(check_redirect_location(in.WebsiteRedirectLocation));
  ObjectAcl acl = TRY(acl_of_new_object(call, bucket, in.Key, acl_headers(in)));
  const Payload& body = in.Body;
  if (body.size() > kMaxPutBytes)
    return fault("EntityTooLarge", "Your proposed upload exceeds the maximum allowed size", 400);
  const ClaimedDigests claimed{in.ContentMD5, in.ChecksumAlgorithm, checksums_in(in)};
  TRY(check_digests(body, claimed));
  ObjectRow row;
  TRY(take_lock(call, bucket, in.Key, lock_headers(in), row));
  TRY(check_lock_digest(
      call, bucket, row,
      claimed.checksums.empty() && !in.ContentMD5 ? Digest::kMissing : Digest::kGiven,
      "Put Object"));
  TRY(check_write_conditions(call, bucket, in.Key, in.IfMatch, in.IfNoneMatch));

  row.Key = in.Key;
  take_content_headers(in, row);
  row.WebsiteRedirectLocation = in.WebsiteRedirectLocation;
  row.StorageClass = in.StorageClass;
  row.Owner = std::move(acl.owner);
  row.Acl = std::move(acl.grants);
  row.Tags = TRY(parse_tagging_header(in.Tagging));
  if (!claimed.checksums.empty()) row.Checksums = claimed.checksums;
  TRY(encrypt_new(call, bucket, in.ServerSideEncryption, in.SSEKMSKeyId, row));
  BlobInfo blob = object_blobs(call.server()).put(body);
  row.BlobId = blob.id;
  row.Size = static_cast<int64_t>(blob.size);
  row.ETag = blob.md5;
  store_object(call, bucket, row);
  announce(call, bucket, row, ObjectEvent::kPut);

  PutObjectOutput out;
  out.ETag = quoted(blob.md5);
  if (bucket.Versioning == "Enabled") out.VersionId = row.VersionId;
  out.ServerSideEncryption = row.SseAlgorithm;
  out.SSEKMSKeyId = row.KmsKeyId;
  show_checksums(row.Checksums, out);
  if (row.Checksums) out.ChecksumType = "FULL_OBJECT";
  return out;
}

Result<GetObjectOutput> get_object(Call& call, const GetObjectRequest& in) {
  Opened opened = TRY(open_for_read(call, in));
  GetObjectOutput out;
  describe(opened.bucket, opened.row, in, out);
  show_lock(call, opened.bucket, opened.row, out);
  if (opened.row.Tags && !opened.row.Tags->empty())
    out.TagCount = static_cast<int64_t>(opened.row.Tags->size());
  if (opened.outcome == ReadOutcome::kNotModified) {
    out.StatusCode = 304;
    return out;
  }
  if (auto& stored = opened.row.StorageClass; stored == "GLACIER" || stored == "DEEP_ARCHIVE") {
    Fault archived{"InvalidObjectState",
                   "The operation is not valid for the object's storage class", 403};
    archived.members = Value::object({{"StorageClass", *stored}});
    return fault(std::move(archived));
  }
  Payload whole = object_payload(call, opened.row);
  if (opened.range) {
    out.StatusCode = 206;
    out.ContentRange = content_range(*opened.range, whole.size());
    whole = whole.slice(opened.range->first, opened.range->last - opened.range->first + 1);
  }
  out.Body = std::move(whole);
  return out;
}

Result<HeadObjectOutput> head_object(Call& call, const GetObjectRequest& in) {
  Opened opened = TRY(open_for_read(call, in));
  HeadObjectOutput out;
  describe(opened.bucket, opened.row, in, out);
  show_lock(call, opened.bucket, opened.row, out);
  const int64_t size = opened.row.Size.value_or(0);
  out.ContentLength = size;
  if (opened.outcome == ReadOutcome::kNotModified) out.StatusCode = 304;
  if (opened.range) {
    out.StatusCode = 206;
    out.ContentRange = content_range(*opened.range, static_cast<uint64_t>(size));
    out.ContentLength = static_cast<int64_t>(opened.range->last - opened.range->first + 1);
  }
  return out;
}

Result<DeleteObjectOutput> delete_object(Call& call, const DeleteObjectInput& in) {
  Context context;
  if (in.VersionId) context.add("s3:VersionId", *in.VersionId);
  BucketRow bucket = TRY(open_bucket_for(
      call, in.Bucket, in.Key, in.VersionId ? "s3:DeleteObjectVersion" : "s3:DeleteObject",
      std::move(context)));
  TRY(check_removal(call, bucket, in.Key, in.VersionId, bypass_of(in.BypassGovernanceRetention)));
  Deletion done = delete_version(call, bucket, in.Key, in.VersionId, DeletedBy::kRequest);
  DeleteObjectOutput out;
  out.VersionId = done.version_id;
  if (done.delete_marker) out.DeleteMarker = true;
  return out;
}

Result<DeleteObjectsOutput> delete_objects(Call& call, const DeleteObjectsInput& in) {
  BucketRow bucket = TRY(find_bucket(call, in.Bucket));
  DeleteObjectsOutput out;
  DeletedObjects deleted;
  DeleteErrors refused;
  for (const ObjectIdentifier& object : in.Delete.Objects) {
    Context context;
    if (object.VersionId) context.add("s3:VersionId", *object.VersionId);
    auto allowed =
        ask(call, bucket, object.Key,
            object.VersionId ? "s3:DeleteObjectVersion" : "s3:DeleteObject", std::move(context));
    if (allowed)
      allowed = check_removal(call, bucket, object.Key, object.VersionId,
                              bypass_of(in.BypassGovernanceRetention));
    if (!allowed) {
      refused.push_back({.Key = object.Key,
                         .VersionId = object.VersionId,
                         .Code = "AccessDenied",
                         .Message = allowed.error().message});
      continue;
    }
    Deletion done = delete_version(call, bucket, object.Key, object.VersionId, DeletedBy::kRequest);
    if (in.Delete.Quiet.value_or(false)) continue;
    DeletedObject entry{.Key = object.Key, .VersionId = object.VersionId};
    if (done.delete_marker) {
      entry.DeleteMarker = true;
      entry.DeleteMarkerVersionId = done.version_id;
    }
    deleted.push_back(std::move(entry));
  }
  if (!deleted.empty()) out.Deleted = std::move(deleted);
  if (!refused.empty()) out.Errors = std::move(refused);
  return out;
}

}  // namespace drydock::s3
