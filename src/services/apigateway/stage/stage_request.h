// One request to a stage of an API, on its way to the integration.
#pragma once

#include <memory>
#include <string>

#include "api/server.h"
#include "services/apigateway/stage/site.h"

namespace drydock::apigateway {

struct StageRequest {
  Server* server = nullptr;
  HttpRequest* http = nullptr;
  std::string api_id;
  Space space;  // of the API
  Stage stage;
  std::shared_ptr<const Site> site;
  Match match;
  std::string path;  // behind the stage, encoded
  std::string request_id, extended_request_id;
  Timestamp now;
  std::optional<Caller> caller;  // with AWS_IAM

  std::string domain() const { return api_id + ".execute-api." + space.region + ".amazonaws.com"; }
  // arn:aws:execute-api:R:A:api/stage/VERB/path, of the resource (templates stay) or of the path as
  // called.
  std::string resource_arn() const {
    return arn(match.resource->path == "/" ? "/" : match.resource->path);
  }
  std::string called_arn() const { return arn(path); }
  const Integration& integration() const { return *match.method->methodIntegration; }

 private:
  std::string arn(const std::string& tail) const {
    return "arn:aws:execute-api:" + space.region + ":" + space.account + ":" + api_id + "/" +
           *stage.stageName + "/" + http->method + tail;
  }
};

// {"message": text} with the error type header, as API Gateway answers itself.
HttpResponse gateway_error(int status, std::string_view type, std::string_view message);
HttpResponse internal_error(int status);  // 500 or 502 {"message": "Internal server error"}

// "${stageVariables.name}" in a text replaced.
std::string with_stage_variables(std::string text, const Stage& stage);

// Whether one of the API's binaryMediaTypes means `media_type` (its parameters are ignored).
bool is_binary(const RestApi& api, std::string_view media_type);

HttpResponse lambda_proxy(const StageRequest& request);
HttpResponse lambda_custom(const StageRequest& request);
HttpResponse mock(const StageRequest& request);
HttpResponse http_proxy(const StageRequest& request);

// For tests: the pure halves of lambda_proxy.
Value proxy_event(const StageRequest& request);
HttpResponse proxy_response(const StageRequest& request, std::string_view payload);

}  // namespace drydock::apigateway
