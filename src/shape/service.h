// Service and Operation: what modelc knows of each API. Constant tables with static lifetime.
#pragma once

#include <span>
#include <string_view>

#include "shape/shape.h"

namespace drydock {

class Call;      // api/call.h
class Registry;  // api/registry.h

struct HttpTrait {
  std::string_view method;  // "POST"
  std::string_view
      uri;  // "/2015-03-31/functions/{FunctionName}/invocations", "/{Bucket}/{Key+}?uploads"
  int code = 200;
};

// A condition key that the input gives: {"s3:prefix", "{Prefix}"}. One member in braces (its texts,
// when it is a list) or fixed text; absent when the member is.
struct ConditionKey {
  std::string_view name, from;
};

struct Operation {
  std::string_view name;
  const struct Service& (*service)();
  const Shape& (*input)();
  const Shape& (*output)();
  HttpTrait http;  // rest protocols; empty for the others
  // IAM. `action` is "iam:CreateRole". `resource` is a template over input members, {account},
  // {region} and {partition}: "arn:aws:dynamodb:{region}:{account}:table/{TableName}" or "*".
  // {Member|default} gives a default. Empty: the handler itself must call Call::authorize; a commit
  // without any decision is refused by the pipeline as a bug.
  std::string_view action;
  std::string_view resource;
  std::span<const std::string_view>
      also;                            // further actions that the handler asks for, when it must
  std::span<const ConditionKey> keys;  // known to every question about this service's actions
  // Members with tags to set (aws:RequestTag/…, aws:TagKeys) and tag keys to remove (aws:TagKeys).
  std::string_view tags, tag_keys;
  std::string_view tag_action;  // asked for as well when there are tags: "lambda:TagResource"
  bool unauthorized =
      false;  // @noauth: needs no permission and cannot be denied (sts:GetCallerIdentity)
  bool anonymous = false;  // @optionalAuth: unsigned requests reach authorization (S3)
  bool waits = false;      // @waits: may block; runs in its own lane, never re-run on conflict
  bool internal = false;  // @internal: not reachable from the wire, only from the in-process client
  bool recorded = false;  // its calls are part of CloudTrail's event history (no @dataEvent)
  bool read_only = false;  // changes nothing, by its name or @readonly
  // Runs the handler: decodes nothing, authorises nothing. in/out point to the generated structs.
  Result<void> (*run)(Call& call, const void* in, void* out);
  void* (*make_input)();
  void (*free_input)(void*);
  void* (*make_output)();
  void (*free_output)(void*);
};

struct Service {
  std::string_view name;          // folder and model: "iam", "dynamodb"
  std::string_view signing_name;  // SigV4 scope: "iam", "codecommit"
  std::string_view host_prefix;   // "iam", "api.ecr", "git-codecommit" is not a service
  Protocol protocol;
  std::string_view version;        // query: Version; "2010-05-08"
  std::string_view target_prefix;  // json: X-Amz-Target before the dot
  std::string_view xml_namespace;
  bool global = false;  // state has no region (IAM, STS, S3 bucket names)
  std::span<const Operation> operations;
};

// Every service in models/, made by modelc.
std::span<const Service* const> all_services();
// Calls each service's register_service.
void register_all_services(Registry& registry);

}  // namespace drydock
