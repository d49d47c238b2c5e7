#include "services/s3/access.h"

#include "api/server.h"
#include "base/encoding.h"
#include "services/s3/charges.h"
#include "services/s3/tables.h"
#include "wire/s3_address.h"

namespace drydock::s3 {

namespace {
constexpr size_t kMaxKeyBytes = 1024;

// The second of a Version 4 signature, in the header or the query.
std::optional<Timestamp> signed_at(const HttpRequest& http) {
  if (auto date = http.header("X-Amz-Date"); !date.empty()) return parse_basic_iso8601(date);
  const std::string_view query = http.raw_query();
  constexpr std::string_view kDate = "X-Amz-Date=";
  if (const size_t at = query.find(kDate); at != std::string_view::npos)
    return parse_basic_iso8601(query.substr(at + kDate.size(), 16));
  return std::nullopt;
}

void add_request_keys(Call& call, std::string_view resource_account, Context& context) {
  context.add("s3:ResourceAccount", std::string(resource_account));
  const HttpRequest* http = call.http();
  if (!http) return;
  const bool in_header = !http->header("Authorization").empty();
  const bool version_2 =
      !in_header && http->raw_query().find("X-Amz-Algorithm=") == std::string_view::npos;
  if (in_header || http->raw_query().find("Signature=") != std::string_view::npos) {
    context.add("s3:authType", in_header ? "REST-HEADER" : "REST-QUERY-STRING");
    context.add("s3:signatureversion", version_2 ? "AWS" : "AWS4-HMAC-SHA256");
    // By the clock that signatures are checked with.
    if (auto when = signed_at(*http))
      context.add("s3:signatureAge", std::to_string(std::max<int64_t>(
                                         0, call.server().clock().unmoved_now().ms - when->ms)));
  }
  if (auto hash = http->header("x-amz-content-sha256"); !hash.empty())
    context.add("s3:x-amz-content-sha256", std::string(hash));
  if (!http->tls_version.empty()) context.add("s3:TlsVersion", std::string(http->tls_version));
}

}  // namespace

std::string bucket_arn(std::string_view bucket) { return "arn:aws:s3:::" + std::string(bucket); }
std::string object_arn(std::string_view bucket, std::string_view key) {
  return "arn:aws:s3:::" + std::string(bucket) + "/" + std::string(key);
}

Result<BucketRow> find_bucket(Call& call, const std::string& name) {
  auto row = kBuckets.get(call.txn(), kInstallation, {name});
  if (row) {
    TRY(check_endpoint(call, *row));
    TRY(check_payer(call, *row));
    return std::move(*row);
  }
  Fault missing{"NoSuchBucket", "The specified bucket does not exist", 404};
  missing.members = Value::object({{"BucketName", name}});
  // Nothing was touched, so there is nothing to be asked for; the pipeline commits no write after a
  // fault.
  return fault(std::move(missing));
}

Addressed addressed(const HttpRequest& request) {
  std::string_view path = request.raw_path();
  path.remove_prefix(std::min<size_t>(1, path.size()));
  std::string bucket = wire::s3_bucket_of_host(request.host());
  if (!bucket.empty()) return {std::move(bucket), std::string(path)};
  const size_t slash = std::min(path.find('/'), path.size());
  return {percent_decode(path.substr(0, slash)),
          std::string(path.substr(std::min(slash + 1, path.size())))};
}

Result<void> check_key(const std::string& key) {
  if (key.size() <= kMaxKeyBytes) return {};
  Fault long_key{"KeyTooLongError", "Your key is too long", 400};
  long_key.members = Value::object(
      {{"Size", std::to_string(key.size())}, {"MaxSizeAllowed", std::to_string(kMaxKeyBytes)}});
  return fault(std::move(long_key));
}

Result<void> ask(Call& call, const BucketRow& bucket, std::string_view key, std::string_view action,
                 Context context) {
  add_request_keys(call, bucket.Account, context);
  return call.authorize(action,
                        key.empty() ? bucket_arn(bucket.Name) : object_arn(bucket.Name, key),
                        std::move(context));
}

Result<void> ask_account(Call& call, std::string_view action) {
  Context context;
  add_request_keys(call, call.account().text, context);
  return call.authorize(action, "*", std::move(context));
}

Result<BucketRow> open_bucket(Call& call, const std::string& name, std::string_view action,
                              Context context) {
  BucketRow bucket = TRY(find_bucket(call, name));
  TRY(ask(call, bucket, "", action, std::move(context)));
  return bucket;
}

Result<BucketRow> open_bucket_for(Call& call, const std::string& name, std::string_view key,
                                  std::string_view action, Context context) {
  BucketRow bucket = TRY(find_bucket(call, name));
  TRY(check_key(std::string(key)));
  TRY(ask(call, bucket, key, action, std::move(context)));
  return bucket;
}

Unexpected no_such_key(const std::string& key) {
  Fault missing{"NoSuchKey", "The specified key does not exist.", 404};
  missing.members = Value::object({{"Key", key}});
  return fault(std::move(missing));
}

void save_object(Call& call, const BucketRow& bucket, const FoundObject& found) {
  const ObjectRow& row = found.row;
  if (found.place == FoundObject::Place::kCurrent)
    kObjects.put(call.txn(), space_of(bucket), {bucket.Name, row.Key}, row);
  else
    kVersions.put(call.txn(), space_of(bucket), {bucket.Name, row.Key, -row.Sequence}, row);
}

Result<FoundObject> find_object(Call& call, const BucketRow& bucket, const std::string& key,
                                const std::optional<std::string>& version_id) {
  const Space space = space_of(bucket);
  auto current = kObjects.get(call.txn(), space, {bucket.Name, key});
  if (!version_id || version_id->empty()) {
    if (current && !current->DeleteMarker.value_or(false)) return FoundObject{std::move(*current)};
    // AWS does tell a missing key only to those who may list the bucket.
    TRY(ask(call, bucket, "", "s3:ListBucket"));
    Fault missing = no_such_key(key).error();
    if (current) call.response_headers().emplace_back("x-amz-delete-marker", "true");
    if (current) call.response_headers().emplace_back("x-amz-version-id", current->VersionId);
    return fault(std::move(missing));
  }
  if (current && current->VersionId == *version_id) return FoundObject{std::move(*current)};
  std::optional<ObjectRow> found;
  kVersions.each(call.txn(), space, {.prefix = {bucket.Name, key}},
                 [&](const auto&, ObjectRow row) {
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
