#include "services/s3/object_headers.h"

#include <algorithm>
#include <iterator>

#include "base/encoding.h"
#include "base/text.h"
#include "services/s3/access.h"

namespace drydock::s3 {

namespace {

constexpr size_t kMaxMetadataBytes = 2048;
constexpr std::string_view kStorageClasses[] = {
    "STANDARD", "REDUCED_REDUNDANCY", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING",
    "GLACIER",  "DEEP_ARCHIVE",       "GLACIER_IR"};

template <size_t N>
bool one_of(const std::string_view (&list)[N], std::string_view value) {
  return std::find(std::begin(list), std::end(list), value) != std::end(list);
}

}  // namespace

Context write_context(Timestamp now, const WriteHeaders& headers) {
  Context context;
  if (headers.encryption) context.add("s3:x-amz-server-side-encryption", *headers.encryption);
  if (headers.kms_key)
    context.add("s3:x-amz-server-side-encryption-aws-kms-key-id", *headers.kms_key);
  headers.acl.add_keys(context);
  if (headers.lock.any()) add_lock_keys(now, headers.lock, context);
  if (headers.storage_class) context.add("s3:x-amz-storage-class", *headers.storage_class);
  if (!headers.tagging || headers.tagging->empty()) return context;
  std::vector<std::string> keys;
  for (std::string_view pair : split(*headers.tagging, '&')) {
    size_t equals = pair.find('=');
    keys.push_back(form_decode(pair.substr(0, equals)));
    context.add("s3:RequestObjectTag/" + keys.back(),
                equals == std::string_view::npos ? "" : form_decode(pair.substr(equals + 1)));
  }
  context.add("s3:RequestObjectTagKeys", std::move(keys));
  return context;
}

Result<void> check_object_headers(Call& call, const BucketRow& bucket, const std::string& key,
                                  const AclRequest& acl,
                                  const std::optional<std::string>& storage_class,
                                  const std::optional<std::string>& tagging,
                                  const std::optional<Metadata>& metadata) {
  if (acl.in_headers()) {
    Context context;
    acl.add_keys(context);
    TRY(ask(call, bucket, key, "s3:PutObjectAcl", std::move(context)));
  }
  if (tagging && !tagging->empty()) TRY(ask(call, bucket, key, "s3:PutObjectTagging"));
  if (storage_class && !one_of(kStorageClasses, *storage_class))
    return fault("InvalidStorageClass", "The storage class you specified is not valid", 400);
  size_t bytes = 0;
  if (metadata)
    for (const auto& [name, value] : *metadata) bytes += name.size() + value.size();
  if (bytes <= kMaxMetadataBytes) return {};
  Fault large{"MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size",
              400};
  large.members = Value::object(
      {{"Size", std::to_string(bytes)}, {"MaxSizeAllowed", std::to_string(kMaxMetadataBytes)}});
  return fault(std::move(large));
}

Result<void> check_redirect_location(const std::optional<std::string>& location) {
  if (!location || location->starts_with('/') || location->starts_with("http://") ||
      location->starts_with("https://"))
    return {};
  return fault(
      "InvalidRedirectLocation",
      "The website redirect location must have a prefix of 'http://' or 'https://' or '/'.", 400);
}

std::optional<std::string> stored_encoding(const std::optional<std::string>& header) {
  if (!header || !header->starts_with("aws-chunked")) return header;
  std::string rest = header->substr(sizeof("aws-chunked") - 1);
  while (!rest.empty() && (rest[0] == ',' || rest[0] == ' ')) rest.erase(0, 1);
  return rest.empty() ? std::nullopt : std::optional(rest);
}

}  // namespace drydock::s3
