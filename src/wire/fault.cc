// Faults in the protocol of their service.
#include "base/encoding.h"
#include "wire/request_id.h"
#include "wire/wire.h"
#include "wire/xml_out.h"

namespace drydock::wire {
namespace {

bool is_s3(const Service* service) { return service && service->signing_name == "s3"; }

// SQS spoke the query protocol before JSON. Its clients still know a fault by the code of that
// time, which stands in a header beside the JSON.
struct SqsCode {
  std::string_view code, query, json;  // empty: the same
};
constexpr SqsCode kSqsCodes[] = {
    {"QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue", {}},
    {"QueueNameExists", "QueueAlreadyExists", {}},
    {"PurgeQueueInProgress", "AWS.SimpleQueueService.PurgeQueueInProgress", {}},
    {"EmptyBatchRequest", "AWS.SimpleQueueService.EmptyBatchRequest", {}},
    {"TooManyEntriesInBatchRequest", "AWS.SimpleQueueService.TooManyEntriesInBatchRequest", {}},
    {"BatchEntryIdsNotDistinct", "AWS.SimpleQueueService.BatchEntryIdsNotDistinct", {}},
    {"InvalidBatchEntryId", "AWS.SimpleQueueService.InvalidBatchEntryId", {}},
    {"BatchRequestTooLong", "AWS.SimpleQueueService.BatchRequestTooLong", {}},
    {"InvalidParameterValue", {}, "com.amazon.coral.service#InvalidParameterValueException"},
    {"MissingParameter", {}, "com.amazon.coral.service#MissingRequiredParameterException"},
    {"AccessDeniedException", "AccessDenied", {}},
    {"UnrecognizedClientException", "InvalidClientTokenId", {}},
    {"InvalidSignatureException", "SignatureDoesNotMatch", {}},
    {"ExpiredTokenException", "ExpiredToken", {}},
    {"MissingAuthenticationTokenException", "MissingAuthenticationToken", {}},
    {"IncompleteSignatureException", "IncompleteSignature", {}},
};

bool is_sqs(const Service* service) { return service && service->name == "sqs"; }

std::string sqs_query_code(std::string_view code) {
  for (const SqsCode& known : kSqsCodes) {
    if (known.code == code && !known.query.empty()) return std::string(known.query);
  }
  return std::string(code);
}

std::string_view sqs_json_type(std::string_view code) {
  for (const SqsCode& known : kSqsCodes) {
    if (known.code == code) return known.json;
  }
  return {};
}

HttpResponse query_fault(const Service& service, const Fault& fault, std::string_view request_id) {
  std::string body = "<ErrorResponse";
  if (!service.xml_namespace.empty())
    body.append(" xmlns=\"").append(service.xml_namespace).append("\"");
  body.append("><Error><Type>")
      .append(fault.status < 500 ? "Sender" : "Receiver")
      .append("</Type>");
  append_xml_value("Code", Value(is_sqs(&service) ? sqs_query_code(fault.code) : fault.code), body);
  append_xml_value("Message", Value(fault.message), body);
  if (fault.members.is_object()) {
    for (const auto& [name, value] : fault.members.as_object()) append_xml_value(name, value, body);
  }
  if (is_sqs(&service)) body.append("<Detail/>");
  body.append("</Error><RequestId>").append(request_id).append("</RequestId></ErrorResponse>");
  HttpResponse response{.status = fault.status};
  set_header(response.headers, "Content-Type", "text/xml");
  response.body = Payload(std::move(body));
  return response;
}

HttpResponse s3_fault(const Service& service, const Fault& fault, std::string_view request_id) {
  HttpResponse response{.status = fault.status};
  if (fault.status == 304) return response;
  // AWS does wrap the errors of whole accounts, and not those of buckets.
  const bool wrapped = service.name == "s3control";
  std::string body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  body.append(wrapped ? "<ErrorResponse><Error>" : "<Error>");
  append_xml_value("Code", Value(fault.code), body);
  append_xml_value("Message", Value(fault.message), body);
  if (fault.members.is_object()) {
    for (const auto& [name, value] : fault.members.as_object()) append_xml_value(name, value, body);
  }
  if (wrapped) body.append("</Error>");
  body.append("<RequestId>")
      .append(request_id)
      .append("</RequestId><HostId>")
      .append(host_id(request_id));
  body.append(wrapped ? "</HostId></ErrorResponse>" : "</HostId></Error>");
  set_header(response.headers, "Content-Type", "application/xml");
  response.body = Payload(std::move(body));
  return response;
}

// AWS does prefix DynamoDB's codes with the namespace of who raised them.
std::string type_of(const Service* service, const std::string& code) {
  if (!service || service->protocol != Protocol::kJson10) return code;
  if (code == "ValidationException") return "com.amazon.coral.validate#" + code;
  for (std::string_view common :
       {"AccessDeniedException", "UnrecognizedClientException", "InvalidSignatureException",
        "ExpiredTokenException", "MissingAuthenticationTokenException",
        "IncompleteSignatureException", "SerializationException", "UnknownOperationException",
        "NotImplemented", "InternalFailure", "ThrottlingException",
        "RequestEntityTooLargeException"}) {
    if (code == common) return "com.amazon.coral.service#" + code;
  }
  if (is_sqs(service)) {
    std::string_view type = sqs_json_type(code);
    return type.empty() ? "com.amazonaws.sqs#" + code : std::string(type);
  }
  if (service->name == "dynamodb") return "com.amazonaws.dynamodb.v20120810#" + code;
  return code;
}

// AWS does spell the member "Message" in some places; SDKs read both.
bool has_capital_message(const Service* service, const std::string& code) {
  if (code == "AccessDeniedException" || code == "SerializationException") return true;
  return service && service->signing_name == "lambda";
}

HttpResponse json_fault(const Service* service, const Fault& fault, std::string_view) {
  HttpResponse response{.status = fault.status};
  bool rest = !service || service->protocol == Protocol::kRestJson;
  Value body = Value::object();
  if (!rest) body.set("__type", Value(type_of(service, fault.code)));
  if (rest && service && service->signing_name == "lambda")
    body.set("Type", Value(fault.status < 500 ? "User" : "Service"));
  if (!fault.message.empty())
    body.set(has_capital_message(service, fault.code) ? "Message" : "message",
             Value(fault.message));
  if (fault.members.is_object()) {
    for (const auto& [name, value] : fault.members.as_object()) body.set(name, value);
  }
  std::string text = to_json(body);
  if (rest) {
    set_header(response.headers, "x-amzn-ErrorType", fault.code);
    set_header(response.headers, "Content-Type", "application/json");
  } else if (service->protocol == Protocol::kJson10) {
    set_header(response.headers, "Content-Type", "application/x-amz-json-1.0");
    if (is_sqs(service))
      set_header(response.headers, "x-amzn-query-error",
                 sqs_query_code(fault.code) + (fault.status < 500 ? ";Sender" : ";Receiver"));
    set_header(response.headers, "x-amz-crc32", std::to_string(crc32(text)));
  } else {
    set_header(response.headers, "Content-Type", "application/x-amz-json-1.1");
  }
  response.body = Payload(std::move(text));
  return response;
}

}  // namespace

void add_request_id(const Service* service, std::string_view request_id, Headers& headers) {
  if (is_s3(service)) {
    set_header(headers, "x-amz-request-id", std::string(request_id));
    set_header(headers, "x-amz-id-2", host_id(request_id));
  } else {
    set_header(headers, "x-amzn-RequestId", std::string(request_id));
  }
}

std::string host_id(std::string_view request_id) { return to_base64(sha256(request_id)); }

HttpResponse encode_fault(const Service* service, const Fault& original,
                          std::string_view request_id) {
  Fault fault = dialect(service, original);
  HttpResponse response;
  if (is_s3(service)) {
    response = s3_fault(*service, fault, request_id);
  } else if (service &&
             (service->protocol == Protocol::kQuery || service->protocol == Protocol::kRestXml)) {
    response = query_fault(*service, fault, request_id);
  } else {
    response = json_fault(service, fault, request_id);
  }
  add_request_id(service, request_id, response.headers);
  return response;
}

}  // namespace drydock::wire
