#include "services/cloudformation/template_source.h"

#include "api/server.h"
#include "base/encoding.h"
#include "base/text.h"
#include "gen/s3.h"
#include "services/cloudformation/access.h"
#include "services/cloudformation/template/parse.h"

namespace drydock::cloudformation {

namespace {

Unexpected s3_error(std::string_view message) {
  return fault(
      "ValidationError",
      "S3 error: " + std::string(message) +
          "\nFor more information check http://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html");
}
Unexpected bad_url() { return fault("ValidationError", "TemplateURL must be a supported URL."); }
Unexpected too_large() {
  return fault("ValidationError", "Template may not exceed 1000000 bytes in size.");
}

struct UrlParts {
  std::string host, port, path, query;  // path and query still encoded
};

std::optional<UrlParts> split_url(std::string_view url) {
  size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return std::nullopt;
  std::string_view name = url.substr(0, scheme);
  if (name != "https" && name != "http") return std::nullopt;
  url.remove_prefix(scheme + 3);
  size_t slash = url.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  UrlParts parts;
  std::string_view authority = url.substr(0, slash);
  size_t colon = authority.find(':');
  parts.host = to_lower(authority.substr(0, colon));
  if (colon != std::string_view::npos) parts.port = authority.substr(colon + 1);
  url.remove_prefix(slash);
  size_t question = url.find('?');
  parts.path = url.substr(0, question);
  if (question != std::string_view::npos) parts.query = url.substr(question + 1);
  return parts;
}

// The object behind a signed address: the front door checks the signature, as S3 does.
Result<std::string> fetch_signed(Call& call, const std::string& url) {
  auto parts = split_url(url);
  HttpRequest request;
  request.method = "GET";
  request.target = parts->path + "?" + parts->query;
  request.headers = {{"Host", parts->port.empty() ? parts->host : parts->host + ":" + parts->port}};
  request.tls = url.starts_with("https:");
  request.peer = "127.0.0.1";
  HttpResponse response = call.server().serve(request);
  if (response.body.size() > kTemplateBytesMax) return too_large();
  std::string text = response.body.read_all();
  if (response.status == 200) return text;
  size_t start = text.find("<Message>"), end = text.find("</Message>");
  return s3_error(start != std::string::npos && end != std::string::npos
                      ? std::string_view(text).substr(start + 9, end - start - 9)
                      : "Access Denied");
}

}  // namespace

std::optional<S3Place> parse_s3_url(std::string_view url, std::string_view own_url) {
  auto parts = split_url(url);
  if (!parts) return std::nullopt;
  S3Place place;
  for (auto pair : split(parts->query, '&')) {
    if (pair.starts_with("versionId=")) place.version = form_decode(pair.substr(10));
    if (pair.starts_with("X-Amz-Signature=") || pair.starts_with("Signature="))
      place.is_signed = true;
  }
  std::string path = percent_decode(std::string_view(parts->path).substr(1));
  std::string_view host = parts->host;
  auto own = split_url(std::string(own_url) + "/");
  bool path_style = own && host == own->host;
  if (host == "localhost" || host == "127.0.0.1") path_style = true;
  if (!path_style) {
    constexpr std::string_view kSuffix = ".amazonaws.com";
    if (!host.ends_with(kSuffix)) return std::nullopt;
    std::string_view stem = host.substr(0, host.size() - kSuffix.size());
    // "s3", "s3-us-west-2", "s3.us-west-2", "s3.dualstack.us-west-2", each perhaps behind a
    // bucket's name.
    size_t at = std::string_view::npos;
    for (size_t i = 0; i < stem.size(); ++i) {
      bool label = i == 0 || stem[i - 1] == '.';
      std::string_view rest = stem.substr(i);
      if (label && (rest == "s3" || rest.starts_with("s3.") || rest.starts_with("s3-"))) at = i;
    }
    if (at == std::string_view::npos) return std::nullopt;
    path_style = at == 0;
    if (!path_style) place.bucket = stem.substr(0, at - 1);
  }
  if (path_style) {
    size_t slash = path.find('/');
    if (slash == std::string::npos) return std::nullopt;
    place.bucket = path.substr(0, slash);
    path.erase(0, slash + 1);
  }
  place.key = std::move(path);
  if (place.bucket.empty() || place.key.empty()) return std::nullopt;
  return place;
}

Result<std::string> fetch_text(Call& call, const std::string& url) {
  auto place = parse_s3_url(url, call.server().settings().public_url);
  if (!place) return bad_url();
  if (place->is_signed) return fetch_signed(call, url);
  s3::GetObject::Input input{};
  input.Bucket = place->bucket;
  input.Key = place->key;
  if (!place->version.empty()) input.VersionId = place->version;
  auto object = call.client(kServicePrincipal).call<s3::GetObject>(input);
  if (!object)
    return s3_error(object.error().code == "AccessDenied" ? "Access Denied"
                                                          : object.error().message);
  const Payload& body = object->Body;
  if (body.size() > kTemplateBytesMax) return too_large();
  return body.read_all();
}

Result<std::string> template_text(Call& call, const std::optional<std::string>& body,
                                  const std::optional<std::string>& url) {
  if (body && url)
    return fault("ValidationError",
                 "Either Template URL or Template Body must be specified, not both.");
  if (body) return *body;
  if (url) return fetch_text(call, *url);
  return fault("ValidationError", "Either Template URL or Template Body must be specified.");
}

}  // namespace drydock::cloudformation
