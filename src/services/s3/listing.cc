// Listings: keys, versions and uploads, with prefixes, delimiters, pages and url encoding.
#include <functional>

#include "base/encoding.h"
#include "gen/s3_handlers.h"
#include "services/s3/access.h"
#include "services/s3/acl.h"
#include "services/s3/tables.h"

namespace drydock::s3 {

namespace {

constexpr int64_t kMaxKeys = 1000;

// How a listing writes keys: as they are, or percent-encoded (encoding-type=url).
struct KeyText {
  explicit KeyText(const std::optional<std::string>& encoding) : url(encoding == "url") {}
  std::string operator()(std::string_view key) const {
    return url ? percent_encode(key, "/") : std::string(key);
  }
  std::optional<std::string> if_any(const std::optional<std::string>& key) const {
    return key ? std::optional((*this)(*key)) : std::nullopt;
  }
  bool url;
};

Result<int64_t> page_size(const std::optional<int64_t>& asked,
                          const std::optional<std::string>& encoding) {
  if (encoding && *encoding != "url")
    return errors::InvalidArgument("Invalid Encoding Method specified in Request");
  if (asked && *asked < 0)
    return errors::InvalidArgument("Argument maxKeys must be an integer between 0 and 2147483647");
  return std::min(asked.value_or(kMaxKeys), kMaxKeys);
}

Context list_context(const std::optional<std::string>& prefix,
                     const std::optional<std::string>& delimiter,
                     const std::optional<int64_t>& max_keys) {
  Context context;
  context.add("s3:prefix", prefix.value_or(""));
  if (delimiter) context.add("s3:delimiter", *delimiter);
  if (max_keys) context.add("s3:max-keys", std::to_string(*max_keys));
  return context;
}

// The common prefix that a key falls under, if any.
std::optional<std::string> group_of(const std::string& key, const std::string& prefix,
                                    const std::optional<std::string>& delimiter) {
  if (!delimiter || delimiter->empty()) return std::nullopt;
  size_t at = key.find(*delimiter, prefix.size());
  if (at == std::string::npos) return std::nullopt;
  return key.substr(0, at + delimiter->size());
}

// The smallest string behind every key that begins with `prefix`.
std::string behind(std::string prefix) { return prefix + "\xff\xff\xff\xff"; }

// A string just before `key`: a scan starts behind what it is given.
std::string just_before(std::string key) {
  if (key.back() == 0) {
    key.pop_back();
    return key;
  }
  key.back() = static_cast<char>(static_cast<unsigned char>(key.back()) - 1);
  return behind(std::move(key));
}

struct Page {
  std::vector<ObjectRow> rows;
  CommonPrefixes prefixes;
  bool truncated = false;
  std::string last;  // last key or common prefix of the page
};

// Current versions that are no delete markers, behind `after`, at most `limit` entries.
Page list_page(Call& call, const BucketRow& bucket, const std::string& prefix,
               const std::optional<std::string>& delimiter, const std::string& after,
               int64_t limit) {
  Page page;
  std::string resume = after;
  // A common prefix as a marker stands for all keys under it.
  if (delimiter && !delimiter->empty() && resume.ends_with(*delimiter) &&
      group_of(resume, prefix, delimiter) == resume)
    resume = behind(resume);
  for (bool more = true; more;) {
    more = false;
    ScanOptions options{.prefix = {bucket.Name}};
    std::string from = std::max(resume, prefix);
    if (!from.empty() && resume < prefix) from = just_before(prefix);
    if (!from.empty()) options.after = {bucket.Name, from};
    kObjects.each(call.txn(), space_of(bucket), options,
                  [&](const std::vector<std::string>& parts, ObjectRow row) {
                    const std::string& key = parts.at(1);
                    if (!key.starts_with(prefix)) return key < prefix;
                    if (row.DeleteMarker.value_or(false)) return true;
                    auto group = group_of(key, prefix, delimiter);
                    if (static_cast<int64_t>(page.rows.size() + page.prefixes.size()) >= limit) {
                      page.truncated = limit > 0;
                      return false;
                    }
                    if (group) {
                      page.prefixes.push_back({.Prefix = *group});
                      page.last = *group;
                      resume = behind(*group);  // skip the rest of the group
                      more = true;
                      return false;
                    }
                    page.last = key;
                    page.rows.push_back(std::move(row));
                    return true;
                  });
  }
  return page;
}

ObjectEntry entry_of(const ObjectRow& row, const KeyText& text) {
  ObjectEntry entry;
  entry.Key = text(row.Key);
  entry.LastModified = row.LastModified;
  entry.ETag = "\"" + row.ETag.value_or("") + "\"";
  entry.Size = row.Size.value_or(0);
  entry.StorageClass = row.StorageClass.value_or("STANDARD");
  return entry;
}

template <class Out>
void write_page(Page& page, const KeyText& text, Out& out, const BucketRow* owned) {
  ObjectEntries entries;
  for (const ObjectRow& row : page.rows) {
    entries.push_back(entry_of(row, text));
    if (owned) entries.back().Owner = owner_entry(owner_of(*owned, row));
  }
  if (!entries.empty()) out.Contents = std::move(entries);
  for (CommonPrefix& prefix : page.prefixes) prefix.Prefix = text(*prefix.Prefix);
  if (!page.prefixes.empty()) out.CommonPrefixes = std::move(page.prefixes);
  out.IsTruncated = page.truncated;
}

}  // namespace

Result<ListObjectsV2Output> list_objects_v2(Call& call, const ListObjectsV2Input& in) {
  BucketRow bucket = TRY(open_bucket(call, in.Bucket, "s3:ListBucket",
                                     list_context(in.Prefix, in.Delimiter, in.MaxKeys)));
  const int64_t limit = TRY(page_size(in.MaxKeys, in.EncodingType));
  std::string after = in.StartAfter.value_or("");
  if (in.ContinuationToken) {
    auto decoded = from_base64(*in.ContinuationToken);
    if (!decoded) return errors::InvalidArgument("The continuation token provided is incorrect");
    after = *decoded;
  }
  Page page = list_page(call, bucket, in.Prefix.value_or(""), in.Delimiter, after, limit);
  const KeyText text(in.EncodingType);
  ListObjectsV2Output out;
  out.Name = in.Bucket;
  out.Prefix = text(in.Prefix.value_or(""));
  out.Delimiter = text.if_any(in.Delimiter);
  out.MaxKeys = limit;
  out.EncodingType = in.EncodingType;
  out.StartAfter = text.if_any(in.StartAfter);
  out.ContinuationToken = in.ContinuationToken;
  out.KeyCount = static_cast<int64_t>(page.rows.size() + page.prefixes.size());
  if (page.truncated) out.NextContinuationToken = to_base64(page.last);
  write_page(page, text, out, in.FetchOwner.value_or(false) ? &bucket : nullptr);
  return out;
}

Result<ListObjectsOutput> list_objects(Call& call, const ListObjectsInput& in) {
  BucketRow bucket = TRY(open_bucket(call, in.Bucket, "s3:ListBucket",
                                     list_context(in.Prefix, in.Delimiter, in.MaxKeys)));
  const int64_t limit = TRY(page_size(in.MaxKeys, in.EncodingType));
  Page page =
      list_page(call, bucket, in.Prefix.value_or(""), in.Delimiter, in.Marker.value_or(""), limit);
  const KeyText text(in.EncodingType);
  ListObjectsOutput out;
  out.Name = in.Bucket;
  out.Prefix = text(in.Prefix.value_or(""));
  out.Delimiter = text.if_any(in.Delimiter);
  out.MaxKeys = limit;
  out.EncodingType = in.EncodingType;
  out.Marker = text(in.Marker.value_or(""));
  // AWS does give NextMarker only with a delimiter.
  if (page.truncated && in.Delimiter) out.NextMarker = text(page.last);
  write_page(page, text, out, &bucket);
  return out;
}

Result<ListObjectVersionsOutput> list_object_versions(Call& call,
                                                      const ListObjectVersionsInput& in) {
  BucketRow bucket = TRY(open_bucket(call, in.Bucket, "s3:ListBucketVersions",
                                     list_context(in.Prefix, in.Delimiter, in.MaxKeys)));
  const int64_t limit = TRY(page_size(in.MaxKeys, in.EncodingType));
  const KeyText text(in.EncodingType);
  const std::string prefix = in.Prefix.value_or("");
  const Space space = space_of(bucket);
  ListObjectVersionsOutput out;
  VersionEntries versions;
  DeleteMarkers markers;
  CommonPrefixes prefixes;
  std::string last_key, last_version;
  bool truncated = false;
  auto full = [&] {
    return static_cast<int64_t>(versions.size() + markers.size() + prefixes.size()) >= limit;
  };
  auto add = [&](const ObjectRow& row, bool latest) {
    last_key = row.Key;
    last_version = row.VersionId;
    if (row.DeleteMarker.value_or(false)) {
      markers.push_back({.Owner = owner_entry(owner_of(bucket, row)),
                         .Key = text(row.Key),
                         .VersionId = row.VersionId,
                         .IsLatest = latest,
                         .LastModified = row.LastModified});
      return;
    }
    versions.push_back({.ETag = "\"" + row.ETag.value_or("") + "\"",
                        .Size = row.Size.value_or(0),
                        .StorageClass = row.StorageClass.value_or("STANDARD"),
                        .Key = text(row.Key),
                        .VersionId = row.VersionId,
                        .IsLatest = latest,
                        .LastModified = row.LastModified,
                        .Owner = owner_entry(owner_of(bucket, row))});
  };
  // Within the marker's key, versions up to the marker were on an earlier page.
  bool skipping = in.KeyMarker && in.VersionIdMarker && !in.VersionIdMarker->empty();
  const std::string marker = in.KeyMarker.value_or("");
  const bool behind_group =
      !marker.empty() &&
      group_of(marker, prefix, in.Delimiter) == marker;  // a common prefix stands for all under it
  ScanOptions options{.prefix = {in.Bucket}};
  if (std::string from = std::max(marker, prefix); !from.empty())
    options.after = {in.Bucket, behind_group ? behind(marker) : just_before(from)};
  kObjects.each(call.txn(), space, options,
                [&](const std::vector<std::string>& parts, const ObjectRow& current) {
                  const std::string& key = parts.at(1);
                  if (!key.starts_with(prefix)) return key < prefix;
                  if (!marker.empty() && (key < marker || (key == marker && !skipping)))
                    return true;
                  if (auto group = group_of(key, prefix, in.Delimiter)) {
                    if (!prefixes.empty() && prefixes.back().Prefix == text(*group)) return true;
                    if (full()) {
                      truncated = true;
                      return false;
                    }
                    prefixes.push_back({.Prefix = text(*group)});
                    last_key = *group;
                    last_version.clear();
                    return true;
                  }
                  bool in_marker_key = skipping && key == marker;
                  auto visit = [&](const ObjectRow& row, bool latest) {
                    if (in_marker_key) {
                      if (row.VersionId == *in.VersionIdMarker) in_marker_key = false;
                      return true;
                    }
                    if (full()) {
                      truncated = true;
                      return false;
                    }
                    add(row, latest);
                    return true;
                  };
                  if (!visit(current, true)) return false;
                  kVersions.each(
                      call.txn(), space, {.prefix = {in.Bucket, key}},
                      [&](const auto&, const ObjectRow& row) { return visit(row, false); });
                  return !truncated;
                });
  out.Name = in.Bucket;
  out.Prefix = text(prefix);
  out.Delimiter = text.if_any(in.Delimiter);
  out.MaxKeys = limit;
  out.EncodingType = in.EncodingType;
  out.KeyMarker = text(in.KeyMarker.value_or(""));
  out.VersionIdMarker = in.VersionIdMarker.value_or("");
  out.IsTruncated = truncated && limit > 0;
  if (*out.IsTruncated) {
    out.NextKeyMarker = text(last_key);
    if (!last_version.empty()) out.NextVersionIdMarker = last_version;
  }
  if (!versions.empty()) out.Versions = std::move(versions);
  if (!markers.empty()) out.DeleteMarkers = std::move(markers);
  if (!prefixes.empty()) out.CommonPrefixes = std::move(prefixes);
  return out;
}

Result<ListMultipartUploadsOutput> list_multipart_uploads(Call& call,
                                                          const ListMultipartUploadsInput& in) {
  BucketRow bucket = TRY(open_bucket(call, in.Bucket, "s3:ListBucketMultipartUploads"));
  const int64_t limit = TRY(page_size(in.MaxUploads, in.EncodingType));
  const KeyText text(in.EncodingType);
  ListMultipartUploadsOutput out;
  out.Bucket = in.Bucket;
  out.Prefix = in.Prefix;
  out.KeyMarker = in.KeyMarker.value_or("");
  out.UploadIdMarker = in.UploadIdMarker.value_or("");
  out.MaxUploads = limit;
  out.IsTruncated = false;
  UploadEntries entries;
  CommonPrefixes prefixes;
  ScanOptions options{.prefix = {in.Bucket}};
  if (in.KeyMarker) options.after = {in.Bucket, *in.KeyMarker, in.UploadIdMarker.value_or("\xff")};
  kUploads.each(call.txn(), space_of(bucket), options, [&](const auto&, const UploadRow& row) {
    if (in.Prefix && !row.Key.starts_with(*in.Prefix)) return true;
    auto group = group_of(row.Key, in.Prefix.value_or(""), in.Delimiter);
    if (group &&
        ((!prefixes.empty() && prefixes.back().Prefix == text(*group)) || in.KeyMarker == group))
      return true;
    if (static_cast<int64_t>(entries.size() + prefixes.size()) == limit) {
      out.IsTruncated = true;
      return false;
    }
    if (group) {
      prefixes.push_back({.Prefix = text(*group)});
      out.NextKeyMarker = text(*group);
      out.NextUploadIdMarker.reset();
      return true;
    }
    out.NextKeyMarker = text(row.Key);
    out.NextUploadIdMarker = row.UploadId;
    entries.push_back({.UploadId = row.UploadId,
                       .Key = text(row.Key),
                       .Initiated = row.Initiated,
                       .StorageClass = "STANDARD",
                       .Owner = owner_entry(owner_of(bucket, row.Object)),
                       .Initiator = Initiator{.ID = row.Initiator}});
    return true;
  });
  out.Delimiter = text.if_any(in.Delimiter);
  out.EncodingType = in.EncodingType;
  if (!entries.empty()) out.Uploads = std::move(entries);
  if (!prefixes.empty()) out.CommonPrefixes = std::move(prefixes);
  return out;
}

}  // namespace drydock::s3
