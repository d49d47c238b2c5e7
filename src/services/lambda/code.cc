#include "services/lambda/code.h"

#include "api/server.h"
#include "base/encoding.h"
#include "base/text.h"
#include "gen/s3.h"
#include "services/lambda/tables.h"

namespace drydock::lambda {

namespace {
constexpr uint64_t kMaxZipBytes =
    52428800;  // AWS: 50 MB direct; the same from S3 is 250 MB unzipped
constexpr uint64_t kMaxS3ZipBytes = 262144000;
constexpr int64_t kUrlSeconds = 600;
constexpr std::string_view kDoorPath = "/_aws/lambda-code/";

Result<Payload> from_s3(Call& call, const FunctionCode& code) {
  s3::GetObject::Input in;
  in.Bucket = *code.S3Bucket;
  in.Key = *code.S3Key;
  in.VersionId = code.S3ObjectVersion;
  auto object = call.client("lambda.amazonaws.com").call<s3::GetObject>(in);
  if (!object) {
    const Fault& fault = object.error();
    std::string detail = "S3 Error Code: " + fault.code + ". S3 Error Message: " + fault.message;
    if (fault.status == 403) {
      Fault denied{
          "AccessDeniedException",
          "Your access has been denied by S3, please make sure your request credentials have permission to "
          "GetObject for " +
              *code.S3Bucket + "/" + *code.S3Key + ". " + detail,
          403};
      denied.members = user_type();
      denied.authorization_id = fault.authorization_id;
      return Unexpected(std::move(denied));
    }
    return errors::InvalidParameterValueException("Error occurred while GetObject. " + detail,
                                                  user_type());
  }
  return std::move(object->Body);
}

// The key of the download URLs: random, of this installation.
std::string url_key(Txn& txn, Random& random) {
  static const Table<std::string> kSecrets{"lambda.secret"};
  if (auto key = kSecrets.get(txn, Space{}, {"url"})) return *key;
  std::string key = random.bytes(32);
  kSecrets.put(txn, Space{}, {"url"}, key);
  return key;
}

std::string url_signature(std::string_view key, std::string_view blob, int64_t expires) {
  return to_hex(hmac_sha256(key, std::string(blob) + "\n" + std::to_string(expires)));
}

bool is_tasks_host(std::string_view host) {
  return host.starts_with("awslambda-") && host.find("-tasks.s3.") != host.npos;
}

std::string query_value(const HttpRequest& request, std::string_view name) {
  for (auto& [key, value] : request.query())
    if (key == name) return value;
  return {};
}
}  // namespace

Result<Package> take_package(Call& call, const FunctionCode& code) {
  if (code.ImageUri) return not_implemented("A function from a container image");
  Payload bytes;
  if (code.ZipFile && !code.S3Bucket) {
    bytes = Payload(*code.ZipFile);
    if (bytes.size() > kMaxZipBytes)
      return errors::RequestTooLargeException(
          "Request must be smaller than 69905067 bytes for the CreateFunction operation",
          user_type());
  } else if (!code.ZipFile && code.S3Bucket && code.S3Key) {
    bytes = TRY(from_s3(call, code));
  } else {
    return errors::InvalidParameterValueException("Please provide a source for function code.",
                                                  user_type());
  }
  if (bytes.size() > kMaxS3ZipBytes)
    return errors::InvalidParameterValueException(
        "Unzipped size must be smaller than 262144000 bytes", user_type());
  std::string head = bytes.slice(0, std::min<uint64_t>(bytes.size(), 4)).read_all();
  if (head != std::string_view("PK\3\4", 4) && head != std::string_view("PK\5\6", 4))
    return errors::InvalidParameterValueException(
        "Could not unzip uploaded file. Please check your file, then try to upload again.",
        user_type());
  BlobInfo info = call.blobs().put(bytes);
  return Package{info.id, static_cast<int64_t>(info.size), to_base64(*from_hex(info.sha256))};
}

std::string download_url(Call& call, const std::string& blob) {
  int64_t expires = call.now().seconds() + kUrlSeconds;
  std::string signature = url_signature(url_key(call.txn(), call.random()), blob, expires);
  std::string query = "?X-Amz-Expires=" + std::to_string(expires) + "&X-Amz-Signature=" + signature;
  // Whoever came by an AWS name can follow an AWS name; others came by our own address.
  const HttpRequest* http = call.http();
  std::string host = http ? http->host() : "";
  if (host.ends_with(".amazonaws.com"))
    return "https://awslambda-" + call.region().text + "-tasks.s3." + call.region().text +
           ".amazonaws.com" + std::string(kDoorPath) + blob + query;
  return call.server().settings().public_url + std::string(kDoorPath) + blob + query;
}

Door download_door(Server& server) {
  Door door;
  door.name = "lambda-code";
  door.matches = [](const HttpRequest& head) {
    return head.raw_path().starts_with(kDoorPath) &&
           (is_tasks_host(head.host()) || !head.host().ends_with(".amazonaws.com"));
  };
  door.serve = [&server](HttpRequest& request) {
    HttpResponse response;
    std::string blob(request.raw_path().substr(kDoorPath.size()));
    auto expires = parse_int(query_value(request, "X-Amz-Expires"));
    auto txn = server.engine().begin();
    std::string key = url_key(*txn, server.random());
    bool valid = expires && *expires >= server.clock().now().seconds() &&
                 equal_in_constant_time(url_signature(key, blob, *expires),
                                        query_value(request, "X-Amz-Signature"));
    auto bytes = valid && (request.method == "GET" || request.method == "HEAD")
                     ? server.blobs().get(blob)
                     : std::nullopt;
    if (!bytes) {
      response.status = 403;
      response.body = Payload("Request has expired or its signature does not match\n");
      return response;
    }
    response.headers = {{"Content-Type", "application/zip"}};
    response.body = std::move(*bytes);
    return response;
  };
  return door;
}

}  // namespace drydock::lambda
