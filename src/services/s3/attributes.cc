// GetObjectAttributes: what HeadObject and the list of parts know, in one answer and by choice.
#include "base/text.h"
#include "gen/s3_handlers.h"
#include "services/s3/access.h"
#include "services/s3/body.h"
#include "services/s3/checksums.h"

namespace drydock::s3 {

namespace {

constexpr int64_t kMaxPartsShown = 1000;

AttributesParts parts_of(const GetObjectAttributesInput& in, const StoredParts& parts) {
  AttributesParts shown;
  shown.TotalPartsCount = static_cast<int64_t>(parts.size());
  shown.PartNumberMarker = in.PartNumberMarker.value_or(0);
  shown.MaxParts = std::min(in.MaxParts.value_or(kMaxPartsShown), kMaxPartsShown);
  shown.IsTruncated = false;
  std::vector<ObjectPart> list;
  // AWS does list the parts only when they have checksums.
  for (const StoredPart& part : parts) {
    if (!part.Checksums || part.PartNumber <= *shown.PartNumberMarker) continue;
    if (static_cast<int64_t>(list.size()) == *shown.MaxParts) {
      shown.IsTruncated = true;
      break;
    }
    ObjectPart entry{.PartNumber = part.PartNumber, .Size = part.Size};
    show_checksums(part.Checksums, entry);
    list.push_back(std::move(entry));
    shown.NextPartNumberMarker = part.PartNumber;
  }
  if (!list.empty()) shown.Parts = std::move(list);
  return shown;
}

}  // namespace

Result<GetObjectAttributesOutput> get_object_attributes(Call& call,
                                                        const GetObjectAttributesInput& in) {
  if (!in.ObjectAttributes || in.ObjectAttributes->empty())
    return errors::InvalidArgument(
        "The x-amz-object-attributes header specifying the attributes to be retrieved is either missing or empty");
  Context context;
  if (in.VersionId) context.add("s3:VersionId", *in.VersionId);
  BucketRow bucket = TRY(open_bucket_for(
      call, in.Bucket, in.Key, in.VersionId ? "s3:GetObjectVersion" : "s3:GetObject", context));
  TRY(ask(call, bucket, in.Key,
          in.VersionId ? "s3:GetObjectVersionAttributes" : "s3:GetObjectAttributes",
          std::move(context)));
  ObjectRow row = TRY(find_object(call, bucket, in.Key, in.VersionId)).row;
  if (row.DeleteMarker.value_or(false)) {
    call.response_headers().emplace_back("x-amz-delete-marker", "true");
    return errors::MethodNotAllowed("The specified method is not allowed against this resource.");
  }
  TRY(decrypt_for_read(call, bucket, row));
  GetObjectAttributesOutput out;
  out.LastModified = row.LastModified;
  if (bucket.Versioning) out.VersionId = row.VersionId;
  for (std::string_view wanted : split(*in.ObjectAttributes, ',')) {
    wanted = trim(wanted);
    if (wanted == "ETag")
      out.ETag = row.ETag;
    else if (wanted == "ObjectSize")
      out.ObjectSize = row.Size.value_or(0);
    else if (wanted == "StorageClass")
      out.StorageClass = row.StorageClass.value_or("STANDARD");
    else if (wanted == "ObjectParts") {
      if (row.Parts) out.ObjectParts = parts_of(in, *row.Parts);
    } else if (wanted == "Checksum") {
      if (!row.Checksums) continue;
      out.Checksum.emplace();
      show_checksums(row.Checksums, *out.Checksum);
      out.Checksum->ChecksumType = row.ChecksumType.value_or("FULL_OBJECT");
    } else {
      return errors::InvalidArgument("Invalid attribute name specified.");
    }
  }
  return out;
}

}  // namespace drydock::s3
