// Multipart uploads: create, parts, complete, abort, list parts.
#include <algorithm>

#include "base/encoding.h"
#include "base/text.h"
#include "gen/s3_handlers.h"
#include "services/s3/access.h"
#include "services/s3/body.h"
#include "services/s3/checksums.h"
#include "services/s3/copy.h"
#include "services/s3/notifications.h"
#include "services/s3/object_headers.h"
#include "services/s3/objects.h"
#include "services/s3/sweep.h"
#include "services/s3/tables.h"

namespace drydock::s3 {

namespace {

constexpr int64_t kMinPartBytes = 5 << 20;  // all but the last

Result<UploadRow> find_upload(Call& call, const BucketRow& bucket, const std::string& key,
                              const std::string& upload_id) {
  auto row = kUploads.get(call.txn(), space_of(bucket), {bucket.Name, key, upload_id});
  if (row) return std::move(*row);
  Fault missing{
      "NoSuchUpload",
      "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.",
      404};
  missing.members = Value::object({{"UploadId", upload_id}});
  return fault(std::move(missing));
}

Result<void> check_part_number(int64_t number) {
  if (number >= 1 && number <= 10000) return {};
  Fault outside{"InvalidArgument", "Part number must be an integer between 1 and 10000, inclusive",
                400};
  outside.members =
      Value::object({{"ArgumentName", "partNumber"}, {"ArgumentValue", std::to_string(number)}});
  return fault(std::move(outside));
}

std::string_view unquoted(std::string_view etag) {
  if (etag.size() >= 2 && etag.front() == '"' && etag.back() == '"')
    return etag.substr(1, etag.size() - 2);
  return etag;
}

// What the list of parts says must be what was said of the part when it came.
bool same_checksums(const Metadata& listed, const StoredPart& part) {
  for (const auto& [header, value] : listed)
    if (checksum_of(part.Checksums, header) != value) return false;
  return true;
}

void drop_parts(Call& call, const BucketRow& bucket, const std::string& upload_id) {
  for (const StoredPart& part :
       kParts.scan(call.txn(), space_of(bucket), {.prefix = {bucket.Name, upload_id}}))
    kParts.erase(call.txn(), space_of(bucket), {bucket.Name, upload_id, part.PartNumber});
}

}  // namespace

Result<CreateMultipartUploadOutput> create_multipart_upload(Call& call,
                                                            const CreateMultipartUploadInput& in) {
  BucketRow bucket =
      TRY(open_bucket_for(call, in.Bucket, in.Key, "s3:PutObject", write_context(call, in)));
  TRY(check_object_headers(call, bucket, in.Key, acl_headers(in), in.StorageClass, in.Tagging,
                           in.Metadata));
  TRY(check_redirect_location(in.WebsiteRedirectLocation));
  ObjectAcl acl = TRY(acl_of_new_object(call, bucket, in.Key, acl_headers(in)));
  if (in.ChecksumAlgorithm && checksum_header(*in.ChecksumAlgorithm).empty())
    return errors::InvalidRequest(
        "Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]");
  UploadRow upload;
  upload.Bucket = in.Bucket;
  upload.Key = in.Key;
  upload.UploadId =
      call.random().text(64, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._");
  upload.Initiated = call.now();
  upload.Initiator = call.caller().principal.arn;
  upload.ChecksumAlgorithm = in.ChecksumAlgorithm;
  if (in.ChecksumAlgorithm)
    upload.ChecksumType =
        in.ChecksumType.value_or(std::string(default_checksum_type(*in.ChecksumAlgorithm)));
  ObjectRow& row = upload.Object;
  row.Key = in.Key;
  take_content_headers(in, row);
  TRY(take_lock(call, bucket, in.Key, lock_headers(in), row));
  row.StorageClass = in.StorageClass;
  row.WebsiteRedirectLocation = in.WebsiteRedirectLocation;
  row.Owner = std::move(acl.owner);
  row.Acl = std::move(acl.grants);
  row.Tags = TRY(parse_tagging_header(in.Tagging));
  TRY(encrypt_new(call, bucket, in.ServerSideEncryption, in.SSEKMSKeyId, row));
  kUploads.put(call.txn(), space_of(bucket), {in.Bucket, in.Key, upload.UploadId}, upload);
  CreateMultipartUploadOutput out;
  out.Bucket = in.Bucket;
  out.Key = in.Key;
  out.UploadId = upload.UploadId;
  out.ServerSideEncryption = row.SseAlgorithm;
  out.SSEKMSKeyId = row.KmsKeyId;
  out.ChecksumAlgorithm = in.ChecksumAlgorithm;
  out.ChecksumType = upload.ChecksumType;
  return out;
}

Result<UploadPartOutput> upload_part(Call& call, const UploadPartInput& in) {
  TRY(check_part_number(in.PartNumber));
  BucketRow bucket = TRY(open_bucket_for(call, in.Bucket, in.Key, "s3:PutObject"));
  UploadRow upload = TRY(find_upload(call, bucket, in.Key, in.UploadId));
  TRY(decrypt_for_read(call, bucket, upload.Object));
  const Payload& body = in.Body;
  const ClaimedDigests claimed{in.ContentMD5, in.ChecksumAlgorithm, checksums_in(in)};
  TRY(check_digests(body, claimed));
  TRY(check_lock_digest(
      call, bucket, upload.Object,
      claimed.checksums.empty() && !in.ContentMD5 ? Digest::kMissing : Digest::kGiven, "Put Part"));
  BlobInfo blob = object_blobs(call.server()).put(body);
  StoredPart part{.BlobId = blob.id,
                  .Size = static_cast<int64_t>(blob.size),
                  .ETag = blob.md5,
                  .PartNumber = in.PartNumber};
  part.LastModified = call.now();
  if (!claimed.checksums.empty()) part.Checksums = claimed.checksums;
  kParts.put(call.txn(), space_of(bucket), {in.Bucket, in.UploadId, in.PartNumber}, part);
  UploadPartOutput out;
  out.ETag = quoted(blob.md5);
  show_checksums(part.Checksums, out);
  out.ServerSideEncryption = upload.Object.SseAlgorithm;
  out.SSEKMSKeyId = upload.Object.KmsKeyId;
  return out;
}

Result<UploadPartCopyOutput> upload_part_copy(Call& call, const UploadPartCopyInput& in) {
  TRY(check_part_number(in.PartNumber));
  CopySource source = TRY(open_copy_source(call, in.CopySource));
  BucketRow bucket = TRY(open_bucket_for(call, in.Bucket, in.Key, "s3:PutObject"));
  UploadRow upload = TRY(find_upload(call, bucket, in.Key, in.UploadId));
  Payload bytes = object_payload(call, source.row);
  if (auto range = TRY(parse_range(in.CopySourceRange, bytes.size())))
    bytes = bytes.slice(range->first, range->last - range->first + 1);
  BlobInfo blob = object_blobs(call.server()).put(bytes);
  StoredPart part{.BlobId = blob.id,
                  .Size = static_cast<int64_t>(blob.size),
                  .ETag = blob.md5,
                  .PartNumber = in.PartNumber};
  part.LastModified = call.now();
  kParts.put(call.txn(), space_of(bucket), {in.Bucket, in.UploadId, in.PartNumber}, part);
  UploadPartCopyOutput out;
  out.CopyPartResult = CopyPartResult{.ETag = quoted(blob.md5), .LastModified = call.now()};
  return out;
}

Result<CompleteMultipartUploadOutput> complete_multipart_upload(
    Call& call, const CompleteMultipartUploadInput& in) {
  BucketRow bucket = TRY(open_bucket_for(call, in.Bucket, in.Key, "s3:PutObject"));
  UploadRow upload = TRY(find_upload(call, bucket, in.Key, in.UploadId));
  TRY(check_write_conditions(call, bucket, in.Key, in.IfMatch, in.IfNoneMatch));
  if (!in.MultipartUpload || !in.MultipartUpload->Parts || in.MultipartUpload->Parts->empty())
    return errors::MalformedXML(
        "The XML you provided was not well-formed or did not validate against our published schema");
  const Space space = space_of(bucket);
  StoredParts chosen;
  std::string digests;
  int64_t size = 0;
  const auto& asked = *in.MultipartUpload->Parts;
  for (size_t i = 0; i < asked.size(); ++i) {
    if (i && asked[i].PartNumber <= asked[i - 1].PartNumber)
      return errors::InvalidPartOrder(
          "The list of parts was not in ascending order. Parts must be ordered by part number.");
    auto part = kParts.get(call.txn(), space, {in.Bucket, in.UploadId, asked[i].PartNumber});
    if (!part || (asked[i].ETag && unquoted(*asked[i].ETag) != part->ETag) ||
        !same_checksums(checksums_in(asked[i]), *part))
      return errors::InvalidPart(
          "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.");
    if (i + 1 < asked.size() && part->Size < kMinPartBytes)
      return errors::EntityTooSmall(
          "Your proposed upload is smaller than the minimum allowed size");
    digests += from_hex(part->ETag).value_or("");
    size += part->Size;
    chosen.push_back(std::move(*part));
  }
  ObjectRow row = upload.Object;
  row.Parts = std::move(chosen);
  row.Size = size;
  row.ETag = to_hex(md5(digests)) + "-" + std::to_string(asked.size());
  // Joined now, once, so that every read is of one file; the parts' own bytes are swept later.
  const Payload whole = join_parts(call, *row.Parts);
  if (whole.size() != static_cast<uint64_t>(size))
    return fault("InternalError", "We encountered an internal error. Please try again.", 500);
  row.BlobId = object_blobs(call.server()).put(whole).id;
  if (upload.ChecksumAlgorithm) {
    row.ChecksumType = upload.ChecksumType;
    if (auto made =
            checksum_of_parts(*row.Parts, *upload.ChecksumAlgorithm, *upload.ChecksumType, whole))
      row.Checksums = Metadata{{made->header, made->value}};
  }
  store_object(call, bucket, row);
  announce(call, bucket, row, ObjectEvent::kCompleteMultipartUpload);
  drop_parts(call, bucket, in.UploadId);
  kUploads.erase(call.txn(), space, {in.Bucket, in.Key, in.UploadId});
  CompleteMultipartUploadOutput out;
  out.Location = "https://" + in.Bucket + ".s3." + bucket.Region + ".amazonaws.com/" +
                 percent_encode(in.Key, "/");
  out.Bucket = in.Bucket;
  out.Key = in.Key;
  out.ETag = quoted(*row.ETag);
  show_checksums(row.Checksums, out);
  if (row.Checksums) out.ChecksumType = row.ChecksumType;
  if (bucket.Versioning == "Enabled") out.VersionId = row.VersionId;
  out.ServerSideEncryption = row.SseAlgorithm;
  out.SSEKMSKeyId = row.KmsKeyId;
  return out;
}

Result<AbortMultipartUploadOutput> abort_multipart_upload(Call& call,
                                                          const AbortMultipartUploadInput& in) {
  BucketRow bucket = TRY(open_bucket_for(call, in.Bucket, in.Key, "s3:AbortMultipartUpload"));
  TRY(find_upload(call, bucket, in.Key, in.UploadId));
  drop_parts(call, bucket, in.UploadId);
  kUploads.erase(call.txn(), space_of(bucket), {in.Bucket, in.Key, in.UploadId});
  return AbortMultipartUploadOutput{};
}

Result<ListPartsOutput> list_parts(Call& call, const ListPartsInput& in) {
  BucketRow bucket = TRY(open_bucket_for(call, in.Bucket, in.Key, "s3:ListMultipartUploadParts"));
  UploadRow upload = TRY(find_upload(call, bucket, in.Key, in.UploadId));
  ListPartsOutput out;
  out.Bucket = in.Bucket;
  out.Key = in.Key;
  out.UploadId = in.UploadId;
  out.PartNumberMarker = in.PartNumberMarker.value_or("0");
  out.MaxParts = std::min<int64_t>(in.MaxParts.value_or(1000), 1000);
  out.IsTruncated = false;
  out.StorageClass = "STANDARD";
  out.Initiator = Initiator{.ID = upload.Initiator};
  out.Owner = owner_entry(owner_of(bucket, upload.Object));
  ScanOptions options{.prefix = {in.Bucket, in.UploadId}};
  options.after = {in.Bucket, in.UploadId, parse_int(*out.PartNumberMarker).value_or(0)};
  PartEntries entries;
  kParts.each(call.txn(), space_of(bucket), options, [&](const auto&, const StoredPart& part) {
    if (static_cast<int64_t>(entries.size()) == *out.MaxParts) {
      out.IsTruncated = true;
      return false;
    }
    out.NextPartNumberMarker = std::to_string(part.PartNumber);
    PartEntry entry{.PartNumber = part.PartNumber,
                    .LastModified = part.LastModified,
                    .ETag = quoted(part.ETag),
                    .Size = part.Size};
    show_checksums(part.Checksums, entry);
    entries.push_back(std::move(entry));
    return true;
  });
  if (!entries.empty()) out.Parts = std::move(entries);
  return out;
}

}  // namespace drydock::s3
