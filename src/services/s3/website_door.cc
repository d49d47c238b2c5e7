// The website endpoint: objects for browsers, who are nobody to IAM; documents in place of errors.
#include "api/server.h"
#include "base/encoding.h"
#include "base/text.h"
#include "gen/s3_handlers.h"
#include "services/s3/tables.h"
#include "services/s3/website.h"
#include "wire/request_id.h"
#include "wire/wire.h"

namespace drydock::s3 {

namespace {

std::string html(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '&')
      out += "&amp;";
    else if (c == '"')
      out += "&quot;";
    else
      out += c;
  }
  return out;
}

std::string status_line(int status) {
  const char* reason = status == 400   ? " Bad Request"
                       : status == 403 ? " Forbidden"
                       : status == 404 ? " Not Found"
                       : status == 405 ? " Method Not Allowed"
                       : status == 412 ? " Precondition Failed"
                       : status == 416 ? " Requested Range Not Satisfiable"
                                       : " Error";
  return std::to_string(status) + reason;
}

void append_fault(const Fault& problem, std::string& page) {
  page += "<li>Code: " + html(problem.code) + "</li>\n<li>Message: " + html(problem.message) +
          "</li>\n";
  if (!problem.members.is_object()) return;
  for (const auto& [name, value] : problem.members.as_object())
    page += "<li>" + html(name) + ": " + html(value.scalar_text()) + "</li>\n";
}

// One request of a browser, served as nobody.
class Visit {
 public:
  Visit(Server& server, const HttpRequest& request)
      : server_(server),
        request_(request),
        host_(request.host_with_port()),
        request_id_(server.random().uuid()) {
    std::string_view path = request.raw_path();
    path.remove_prefix(std::min<size_t>(1, path.size()));
    key_ = percent_decode(path);
  }

  HttpResponse serve() {
    const std::string name = website_bucket(request_.host());
    auto bucket = kBuckets.get(*server_.engine().begin_read(), kInstallation, {name});
    if (!bucket)
      return error_page(about("NoSuchBucket", "The specified bucket does not exist", 404, name));
    if (!bucket->Website)
      return error_page(about("NoSuchWebsiteConfiguration",
                              "The specified bucket does not have a website configuration", 404,
                              name));
    if (request_.method != "GET" && request_.method != "HEAD")
      return error_page(
          {"MethodNotAllowed", "The specified method is not allowed against this resource.", 405});
    bucket_ = name;
    region_ = Region{bucket->Region};
    website_ = std::move(*bucket->Website);
    if (auto redirect = website_redirect(website_, asked(), 0)) return go(*redirect);
    return object();
  }

 private:
  static Fault about(const char* code, const char* text, int status, const std::string& bucket) {
    Fault problem{code, text, status};
    problem.members = Value::object({{"BucketName", bucket}});
    return problem;
  }
  WebsiteRequest asked() const { return {request_.tls ? "https" : "http", host_, key_}; }

  // With the permissions of nobody, asked as any other request.
  Client nobody() const {
    Caller caller;
    caller.source_ip =
        request_.peer == "sandbox" || request_.peer.empty() ? "127.0.0.1" : request_.peer;
    caller.user_agent = request_.header("User-Agent");
    caller.referer = request_.header("Referer");
    return server_.client_as(std::move(caller), region_);
  }
  std::optional<std::string> sent(std::string_view header) const {
    const std::string_view value = request_.header(header);
    return value.empty() ? std::nullopt : std::optional(std::string(value));
  }

  template <class Op>
  Result<HttpResponse> read_as(const GetObjectRequest& in) {
    auto out = nobody().call<Op>(in);
    if (!out) return fault(std::move(out).error());
    if (out->WebsiteRedirectLocation) return go({301, *out->WebsiteRedirectLocation});
    return wire::encode(Op::operation(), &*out, request_id_);
  }
  Result<HttpResponse> read(const GetObjectRequest& in) {
    return request_.method == "HEAD" ? read_as<HeadObject>(in) : read_as<GetObject>(in);
  }

  HttpResponse object() {
    const std::string suffix =
        website_.IndexDocument ? website_.IndexDocument->Suffix : std::string();
    const bool folder = key_.empty() || key_.ends_with('/');
    GetObjectRequest in{.Bucket = bucket_, .Key = folder ? key_ + suffix : key_};
    in.IfMatch = sent("If-Match");
    in.IfModifiedSince = sent("If-Modified-Since");
    in.IfNoneMatch = sent("If-None-Match");
    in.IfUnmodifiedSince = sent("If-Unmodified-Since");
    in.Range = sent("Range");
    auto found = read(in);
    if (found) return std::move(*found);
    // What is no object may be a folder with an index.
    if (!folder && (found.error().status == 404 || found.error().status == 403) &&
        nobody().call<HeadObject>({.Bucket = bucket_, .Key = key_ + "/" + suffix}))
      return go({302, "/" + percent_encode(key_, "/") + "/"});
    return failed(found.error());
  }

  HttpResponse failed(const Fault& problem) {
    if (auto redirect = website_redirect(website_, asked(), problem.status)) return go(*redirect);
    if (!website_.ErrorDocument) return error_page(problem);
    auto document = read({.Bucket = bucket_, .Key = website_.ErrorDocument->Key});
    if (!document) return error_page(problem, &document.error());
    if (document->status == 200) document->status = problem.status;
    set_header(document->headers, "x-amz-error-code", problem.code);
    set_header(document->headers, "x-amz-error-message", problem.message);
    return std::move(*document);
  }

  HttpResponse go(const WebsiteRedirect& redirect) {
    HttpResponse response{.status = redirect.status};
    set_header(response.headers, "Location", redirect.location);
    wire::add_request_id(&GetObject::operation().service(), request_id_, response.headers);
    return response;
  }

  // `document`: why the website's own error document is not shown.
  HttpResponse error_page(const Fault& problem, const Fault* document = nullptr) {
    const std::string line = status_line(problem.status);
    std::string page =
        "<html>\n<head><title>" + line + "</title></head>\n<body>\n<h1>" + line + "</h1>\n<ul>\n";
    append_fault(problem, page);
    page += "<li>RequestId: " + request_id_ + "</li>\n<li>HostId: " + wire::host_id(request_id_) +
            "</li>\n</ul>\n";
    if (document) {
      page +=
          "<h3>An Error Occurred While Attempting to Retrieve a Custom Error Document</h3>\n<ul>\n";
      append_fault(*document, page);
      page += "</ul>\n";
    }
    page += "<hr/>\n</body>\n</html>\n";
    HttpResponse response{.status = problem.status};
    set_header(response.headers, "Content-Type", "text/html; charset=utf-8");
    set_header(response.headers, "x-amz-error-code", problem.code);
    set_header(response.headers, "x-amz-error-message", problem.message);
    wire::add_request_id(&GetObject::operation().service(), request_id_, response.headers);
    response.body = Payload(std::move(page));
    return response;
  }

  Server& server_;
  const HttpRequest& request_;
  std::string host_, request_id_, key_, bucket_;
  Region region_;
  WebsiteConfiguration website_;
};

}  // namespace

Door website_door(Server& server) {
  Door door;
  door.name = "s3-website";
  door.matches = [](const HttpRequest& head) {
    return head.header("Host").find(".s3-website") != std::string_view::npos &&
           !website_bucket(head.host()).empty();
  };
  door.serve = [&server](HttpRequest& request) {
    HttpResponse response = Visit(server, request).serve();
    if (request.method == "HEAD" && response.status >= 400) response.body = Payload();
    return response;
  };
  return door;
}

}  // namespace drydock::s3
