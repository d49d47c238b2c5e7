// One line of an access log (S3 User Guide, "Amazon S3 server access log format"). What is not
// known here is "-", as the format allows.
#include <array>

#include "base/encoding.h"
#include "base/text.h"
#include "services/s3/access.h"
#include "services/s3/access_logs.h"
#include "services/s3/acl.h"
#include "wire/request_id.h"
#include "wire/wire.h"

namespace drydock::s3 {

namespace {

// What a line calls an operation, behind REST and the method.
struct LogName {
  std::string_view operation, name;
};
constexpr LogName kLogNames[] = {{"ListObjects", "BUCKET"},
                                 {"ListObjectsV2", "BUCKET"},
                                 {"ListObjectVersions", "BUCKETVERSIONS"},
                                 {"ListMultipartUploads", "UPLOADS"},
                                 {"CreateBucket", "BUCKET"},
                                 {"HeadBucket", "BUCKET"},
                                 {"DeleteBucket", "BUCKET"},
                                 {"GetBucketLocation", "LOCATION"},
                                 {"GetBucketPolicyStatus", "POLICY_STATUS"},
                                 {"GetBucketCors", "CORS"},
                                 {"PutBucketCors", "CORS"},
                                 {"DeleteBucketCors", "CORS"},
                                 {"GetBucketAccelerateConfiguration", "ACCELERATE"},
                                 {"PutBucketAccelerateConfiguration", "ACCELERATE"},
                                 {"GetBucketRequestPayment", "REQUEST_PAYMENT"},
                                 {"PutBucketRequestPayment", "REQUEST_PAYMENT"},
                                 {"CopyObject", "OBJECT"},
                                 {"DeleteObjects", "MULTI_OBJECT_DELETE"},
                                 {"CreateMultipartUpload", "UPLOADS"},
                                 {"CompleteMultipartUpload", "UPLOAD"},
                                 {"AbortMultipartUpload", "UPLOAD"},
                                 {"ListParts", "UPLOAD"},
                                 {"UploadPart", "PART"},
                                 {"UploadPartCopy", "PART"},
                                 {"GetBucketAcl", "ACL"},
                                 {"PutBucketAcl", "ACL"},
                                 {"GetObjectAcl", "ACL"},
                                 {"PutObjectAcl", "ACL"}};
// The rest by what the names contain, the first that fits.
constexpr LogName kLogNameParts[] = {{"BucketLogging", "LOGGING_STATUS"},
                                     {"BucketPolicy", "BUCKETPOLICY"},
                                     {"BucketNotification", "NOTIFICATION"},
                                     {"BucketLifecycle", "LIFECYCLE"},
                                     {"ObjectTagging", "OBJECT_TAGGING"},
                                     {"BucketTagging", "TAGGING"},
                                     {"BucketVersioning", "VERSIONING"},
                                     {"BucketEncryption", "ENCRYPTION"},
                                     {"BucketWebsite", "WEBSITE"},
                                     {"BucketReplication", "REPLICATION"},
                                     {"OwnershipControls", "OWNERSHIP_CONTROLS"},
                                     {"PublicAccessBlock", "PUBLIC_ACCESS_BLOCK"},
                                     {"ObjectLockConfiguration", "OBJECT_LOCK_CONFIGURATION"},
                                     {"ObjectRetention", "OBJECT_RETENTION"},
                                     {"ObjectLegalHold", "OBJECT_LEGAL_HOLD"}};

std::string_view resource_name(const Finished& finished) {
  const std::string_view operation = finished.operation ? finished.operation->name : "";
  for (const LogName& known : kLogNames)
    if (known.operation == operation) return known.name;
  for (const LogName& known : kLogNameParts)
    if (operation.find(known.operation) != std::string_view::npos) return known.name;
  return "OBJECT";
}

const std::string* text_input(const Finished& finished, std::string_view name) {
  if (!finished.operation || !finished.input) return nullptr;
  for (const Member& member : finished.operation->input().members)
    if (member.name == name && member.shape().kind == ShapeKind::kString)
      return static_cast<const std::string*>(field_of(member, finished.input));
  return nullptr;
}

std::string requester_of(const Caller& caller) {
  const Principal& p = caller.principal;
  if (p.kind == Principal::Kind::kAnonymous) return "-";
  if (p.kind == Principal::Kind::kRoot) return canonical_id(p.account.text);
  return p.kind == Principal::Kind::kService ? "svc:" + p.name : p.arn;
}

std::string or_dash(std::string_view text) { return text.empty() ? "-" : std::string(text); }
// A field in quotes ends where they do; a line where it ends.
std::string in_quotes(std::string_view text) {
  std::string out = "\"" + or_dash(text) + "\"";
  for (char& c : out)
    if (static_cast<unsigned char>(c) < ' ') c = ' ';
  return out;
}

std::string log_time(Timestamp now) {
  const std::string date = to_http_date(now);  // Fri, 02 Jan 2026 03:04:05 GMT
  return "[" + date.substr(5, 2) + "/" + date.substr(8, 3) + "/" + date.substr(12, 4) + ":" +
         date.substr(17, 8) + " +0000]";
}

struct Signed {
  std::string_view version = "-", type = "-";
};
Signed signed_how(const HttpRequest* request) {
  if (!request) return {};
  const std::string_view header = request->header("Authorization"), query = request->raw_query();
  if (!header.empty()) return {"SigV4", "AuthHeader"};
  if (query.find("X-Amz-Signature=") != std::string_view::npos) return {"SigV4", "QueryString"};
  if (query.find("Signature=") != std::string_view::npos) return {"SigV2", "QueryString"};
  return {};
}

}  // namespace

std::string bucket_of(const Finished& finished) {
  if (finished.request) return addressed(*finished.request).bucket;
  const std::string* bucket = text_input(finished, "Bucket");
  return bucket ? *bucket : "";
}

std::string access_log_line(const Finished& finished, const std::string& bucket, Timestamp now) {
  const HttpRequest* request = finished.request;
  std::string key;
  if (request)
    key = addressed(*request).raw_key;
  else if (const std::string* named = text_input(finished, "Key"))
    key = percent_encode(*named, "/");
  const std::string method = request              ? request->method
                             : finished.operation ? std::string(finished.operation->http.method)
                                                  : "-";
  // Nobody calls in-process but a browser at the website endpoint.
  const bool website = !request && finished.caller.principal.kind == Principal::Kind::kAnonymous;
  const std::string target =
      request ? request->target : "/" + bucket + (key.empty() ? "" : "/" + key);
  std::string error;
  int status = 200;
  if (finished.fault) {
    const Fault told = wire::dialect(finished.operation ? &finished.operation->service() : nullptr,
                                     *finished.fault);
    error = told.code;
    status = told.status;
  }
  std::string sent, size;
  if (finished.response) {
    status = finished.response->status;
    const uint64_t bytes = method == "HEAD" ? 0 : finished.response->body.size();
    if (bytes) sent = std::to_string(bytes);
    if (!finished.fault && key.size() && method == "GET") size = sent;
    if (!finished.fault && key.size() && method == "PUT")
      size = std::to_string(request->body.size());
  } else if (!finished.fault && finished.operation) {
    status = finished.operation->http.code;
  }
  std::string version;
  if (request && request->raw_query().find("versionId=") != std::string_view::npos)
    for (const auto& [name, value] : request->query())
      if (name == "versionId") version = percent_encode(value);
  const Signed how = signed_how(request);
  const std::string tls =
      request && request->tls ? "TLSv" + std::string(request->tls_version) : "-";
  const std::array<std::string, 24> fields = {
      bucket,
      log_time(now),
      finished.caller.source_ip,
      requester_of(finished.caller),
      finished.request_id,
      std::string(website ? "WEBSITE." : "REST.") +
          (finished.operation && finished.operation->name == "CopyObject" ? "COPY" : method) + "." +
          std::string(resource_name(finished)),
      or_dash(key),
      in_quotes(method + " " + target + " HTTP/1.1"),
      std::to_string(status),
      or_dash(error),
      or_dash(sent),
      or_dash(size),
      "-",  // total time
      "-",  // turn-around time
      in_quotes(finished.caller.referer),
      in_quotes(finished.caller.user_agent),
      or_dash(version),
      wire::host_id(finished.request_id),
      std::string(how.version),
      "-",  // cipher suite
      std::string(how.type),
      request ? or_dash(request->host()) : "-",
      tls,
      "- -"};  // access point, whether an ACL was needed
  return join(std::vector<std::string>(fields.begin(), fields.end()), " ") + "\n";
}

}  // namespace drydock::s3
