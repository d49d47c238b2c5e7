// Function URLs: what a client sends becomes an event, and what a function answers a response whose
// headers are one line each. Lines of headers, an empty line, the function's answer.
#include "base/encoding.h"
#include "input.h"
#include "services/lambda/url_payload.h"

using namespace drydock;
using namespace drydock::lambda;

namespace {
void require_lines(const HttpResponse& response) {
  fuzz::require(response.status >= 200 && response.status < 600);
  for (const auto& [name, value] : response.headers) {
    fuzz::require(!name.empty() && name.find_first_of(": \r\n") == std::string::npos);
    fuzz::require(value.find_first_of("\r\n") == std::string::npos);
  }
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  fuzz::Input in(data, size);
  HttpRequest http;
  http.method = in.byte() % 2 ? "OPTIONS" : "POST";
  http.target = "/" + in.line();
  Cors cors;
  cors.AllowOrigins = {in.line(), "https://a.example"};
  cors.AllowHeaders = {in.line()};
  cors.AllowCredentials = in.byte() % 2 == 0;
  while (!in.empty()) {
    const std::string line = in.line();
    if (line.empty()) break;
    const size_t colon = line.find(':');
    if (colon != std::string::npos)
      http.headers.emplace_back(line.substr(0, colon), line.substr(colon + 1));
  }
  const std::string bytes = in.rest();
  UrlRequest request;
  request.http = &http;
  request.url_id = "u";
  request.request_id = "11111111-2222-3333-4444-555555555555";
  const Value event = url_event(request, bytes);
  const std::string body = event["body"].string_or("");
  fuzz::require(event["isBase64Encoded"].bool_or(false) ? from_base64(body) == bytes
                                                        : body == bytes);
  HttpResponse response = url_response(bytes);
  require_lines(response);
  tell_origin(cors, http, response);
  require_lines(response);
  if (auto answer = url_preflight(cors, http)) require_lines(*answer);
  return 0;
}
