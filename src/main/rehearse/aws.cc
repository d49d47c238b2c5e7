#include "main/rehearse/aws.h"

#include <pugixml.hpp>

#include <ctime>

#include "auth/sigv4.h"
#include "base/encoding.h"
#include "base/text.h"
#include "http/client.h"

namespace drydock::rehearse {

namespace {

Timestamp machine_time() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return {static_cast<int64_t>(now.tv_sec) * 1000 + now.tv_nsec / 1000000};
}

void flatten(const Value& value, const std::string& prefix, std::string& out) {
  if (value.is_object()) {
    for (const auto& [name, member] : value.as_object())
      flatten(member, prefix.empty() ? name : prefix + "." + name, out);
  } else if (value.is_list()) {
    int n = 0;
    for (const Value& item : value.as_list())
      flatten(item, prefix + ".member." + std::to_string(++n), out);
  } else {
    out += (out.empty() ? "" : "&") + percent_encode(prefix, ".") + "=" +
           percent_encode(value.scalar_text());
  }
}

Value value_of(const pugi::xml_node& node) {
  Value object;
  for (const pugi::xml_node& child : node.children()) {
    if (child.type() != pugi::node_element) continue;
    if (std::string_view(child.name()) == "member") {
      object.push_back(value_of(child));
      continue;
    }
    Value inner = value_of(child);
    if (Value* earlier = object.find(child.name())) {
      if (!earlier->is_list()) *earlier = Value::list({*earlier});
      earlier->push_back(std::move(inner));
    } else {
      object.set(child.name(), std::move(inner));
    }
  }
  if (object.is_null()) return std::string(node.child_value());
  return object;
}

AwsError xml_error(const HttpResponse& response) {
  AwsError error;
  error.status = response.status;
  pugi::xml_document document;
  document.load_string(response.body.read_all().c_str());
  auto code = document.select_node("//*[local-name()='Code']").node();
  auto message = document.select_node("//*[local-name()='Message']").node();
  auto id = document.select_node("//*[local-name()='RequestId']").node();
  error.code = code ? code.child_value() : "HTTP " + std::to_string(response.status);
  error.message = message ? message.child_value() : "";
  error.request_id = id.child_value();
  return error;
}

}  // namespace

std::string host_of(const std::string& url) {
  size_t begin = url.find("//");
  begin = begin == std::string::npos ? 0 : begin + 2;
  return url.substr(begin, url.find_first_of(":/", begin) - begin);
}

std::expected<HttpResponse, AwsError> AwsClient::send(HttpRequest request,
                                                      std::string_view service) const {
  size_t begin = url_.find("//") + 2;
  set_header(request.headers, "Host", url_.substr(begin));
  sigv4::sign(request, {account_.access_key_id, account_.secret_access_key, ""}, region_, service,
              machine_time());
  HttpTarget target;
  target.url = url_ + request.target;
  target.timeout_seconds = 120;
  auto response = http_request(target, request.method, request.headers, request.body.read_all());
  if (!response) return std::unexpected(AwsError{"", response.error(), 0, ""});
  return std::move(*response);
}

std::expected<Value, AwsError> AwsClient::cloudformation(std::string_view action,
                                                         const Value& input) const {
  std::string body = "Action=" + std::string(action) + "&Version=2010-05-15";
  flatten(input, "", body);
  HttpRequest request;
  request.method = "POST";
  request.target = "/";
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}};
  request.body = Payload(std::move(body));
  auto response = send(std::move(request), "cloudformation");
  if (!response) return std::unexpected(response.error());
  if (response->status >= 300) return std::unexpected(xml_error(*response));
  pugi::xml_document document;
  document.load_string(response->body.read_all().c_str());
  return value_of(document.document_element().first_child());
}

std::expected<Value, AwsError> AwsClient::json(std::string_view service, std::string_view target,
                                               const Value& input) const {
  HttpRequest request;
  request.method = "POST";
  request.target = "/";
  request.headers = {{"Content-Type", "application/x-amz-json-1.1"},
                     {"X-Amz-Target", std::string(target)}};
  request.body = Payload(to_json(input));
  auto response = send(std::move(request), service);
  if (!response) return std::unexpected(response.error());
  auto value = parse_json(response->body.read_all());
  if (response->status < 300 && value) return std::move(*value);
  AwsError error;
  error.status = response->status;
  if (const std::string* id = find_header(response->headers, "x-amzn-RequestId"))
    error.request_id = *id;
  if (value) {
    error.code = (*value)["__type"].string_or("HTTP " + std::to_string(response->status));
    error.code = error.code.substr(error.code.find('#') + 1);
    error.message = (*value)["message"].string_or((*value)["Message"].string_or(""));
  }
  return std::unexpected(std::move(error));
}

std::expected<Value, AwsError> AwsClient::s3(std::string_view method,
                                             const std::string& path_and_query,
                                             const std::string& body) const {
  HttpRequest request;
  request.method = method;
  request.target = path_and_query;
  request.body = Payload(body);
  request.headers = {{"x-amz-content-sha256", to_hex(sha256(body))}};
  auto response = send(std::move(request), "s3");
  if (!response) return std::unexpected(response.error());
  if (response->status >= 300) return std::unexpected(xml_error(*response));
  pugi::xml_document document;
  document.load_string(response->body.read_all().c_str());
  return value_of(document.document_element());
}

std::pair<std::string, std::string> AwsClient::git_credentials(const std::string& path) const {
  std::string time = to_basic_iso8601(machine_time());
  time.pop_back();
  const std::string date = time.substr(0, 8);
  const std::string canonical = "GIT\n" + path + "\n\nhost:" + host_of(url_) + "\n\nhost\n";
  const std::string scope = date + "/" + region_ + "/codecommit/aws4_request";
  const std::string text =
      "AWS4-HMAC-SHA256\n" + time + "\n" + scope + "\n" + to_hex(sha256(canonical));
  std::string key = hmac_sha256("AWS4" + account_.secret_access_key, date);
  for (const std::string& part : {region_, std::string("codecommit"), std::string("aws4_request")})
    key = hmac_sha256(key, part);
  return {account_.access_key_id, time + "Z" + to_hex(hmac_sha256(key, text))};
}

}  // namespace drydock::rehearse
