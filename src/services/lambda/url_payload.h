// The two formats of a URL's function: the request as an event of version 2.0, and its answer as a
// response; and what pages of other origins may do (CORS). Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "auth/principal.h"
#include "base/time.h"
#include "base/value.h"
#include "gen/lambda.h"
#include "http/message.h"

namespace drydock::lambda {

struct UrlRequest {
  const HttpRequest* http = nullptr;
  std::string url_id, account, region;  // of the URL
  std::string source_ip, request_id;
  Timestamp now;
  const Caller* caller = nullptr;  // who signed; null: the URL asks for no signature
  std::string organization;        // of the caller; empty: none
};
Value url_event(const UrlRequest& request, std::string body);

// What the client gets for a function's answer: 502 when it is no response.
HttpResponse url_response(std::string_view payload);
// {key: message} with the error type header.
HttpResponse url_error(int status, std::string_view type, std::string_view key,
                       std::string_view message);

// A preflight is answered by the configuration alone. Empty: the request is none.
std::optional<HttpResponse> url_preflight(const Cors& cors, const HttpRequest& request);
// What the page may see of an answer; the configuration's word counts, not the function's.
void tell_origin(const Cors& cors, const HttpRequest& request, HttpResponse& response);

}  // namespace drydock::lambda
