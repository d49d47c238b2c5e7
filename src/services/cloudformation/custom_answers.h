// Answers to requests of custom resources: what a function puts to the request's ResponseURL.
//
// CloudFormation User Guide, "Custom resource response objects".
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/registry.h"
#include "api/server.h"

namespace drydock::cloudformation {

// One request: the stack, the resource in it, and the request's id.
struct CustomRequest {
  std::string stack_id, logical_id, request_id;
};

// https://cloudformation-custom-resource-response-REGION.s3.REGION.amazonaws.com/STACK-ARN|LOGICAL-ID|REQUEST-ID?…
Result<std::string> answer_url(Server& server, const CustomRequest& request);
// The body that came, as it came.
std::optional<std::string> answer_to(Server& server, const CustomRequest& request);
// Takes the answers.
Door answer_door(Server& server);

struct CustomAnswer {
  bool success = false;
  std::string reason, physical_id;
  Value data = Value(Value::Object{});  // what GetAtt gives; members of members as "a.b"
};
// A fault says in AWS's words what is wrong with the answer. Pure.
Result<CustomAnswer> read_answer(std::string_view body);

}  // namespace drydock::cloudformation
