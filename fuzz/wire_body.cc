// Bodies of the AWS protocols: whatever comes decodes to a Value or a fault, and a Value that
// validates fills its struct.
#include "gen/dynamodb.h"
#include "gen/iam.h"
#include "gen/lambda.h"
#include "gen/s3.h"
#include "input.h"
#include "wire/wire.h"

using namespace drydock;

namespace {

template <class Op>
void decode(std::string_view method, std::string target, const std::string& content_type,
            const std::string& body) {
  HttpRequest request;
  request.method = std::string(method);
  request.target = std::move(target);
  request.headers = {{"Host", "localhost"}, {"Content-Type", content_type}};
  request.body = body;
  const Operation& operation = Op::operation();
  wire::Routed routed{.service = &operation.service(), .operation = &operation, .labels = {}};
  for (const auto& member : operation.input().members) {
    if (member.binding == HttpBinding::kLabel)
      routed.labels.emplace_back(std::string(member.name), "label");
  }
  auto decoded = wire::decode(routed, request, request.body);
  if (!decoded) {
    wire::encode_fault(routed.service, decoded.error(), "r");
    return;
  }
  if (auto good = validate(operation.input(), decoded->input, routed.service->protocol); !good) {
    wire::encode_fault(routed.service, good.error(), "r");
    return;
  }
  typename Op::Input input{};
  from_value(operation.input(), std::move(decoded->input), &input);
  to_value(operation.input(), &input);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  fuzz::Input input(data, size);
  auto kind = input.byte() % 5;
  auto body = input.rest();
  switch (kind) {
    case 0:
      decode<iam::CreateRole>("POST", "/", "application/x-www-form-urlencoded",
                              "Action=CreateRole&" + body);
      break;
    case 1: decode<dynamodb::PutItem>("POST", "/", "application/x-amz-json-1.0", body); break;
    case 2:
      decode<dynamodb::TransactWriteItems>("POST", "/", "application/x-amz-json-1.0", body);
      break;
    case 3:
      decode<s3::PutBucketLifecycleConfiguration>("PUT", "/b?lifecycle", "application/xml", body);
      break;
    case 4:
      decode<lambda::CreateFunction>("POST", "/2015-03-31/functions", "application/json", body);
      break;
  }
  return 0;
}
