// AWS's protocols over plain HTTP structs: which operation a request means, its input, and how
// answers and faults are written. Pure, table-driven: one codec per protocol for all services.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "http/message.h"
#include "shape/service.h"

namespace drydock::wire {

// A request whose operation is known.
struct Routed {
  const Service* service = nullptr;
  const Operation* operation = nullptr;
  Map<std::string> labels;  // URI labels, decoded
};

// `signing_service` is the service of the credential scope (empty when unsigned). Decides by it,
// the host, X-Amz-Target, Action, and method + path. S3: virtual-hosted and path style both,
// `?delete` and `?delete=` alike. An operation that AWS has or might have but we do not:
// NotImplemented, naming it. `service_hint` (out) is set whenever the service is known, so that the
// fault can be written in its protocol.
Result<Routed> route(const HttpRequest& request, std::string_view signing_service,
                     const Service** service_hint);

// True when the host is one of AWS's (or none) and the request is to be treated as an API call at
// all.
struct Decoded {
  Value input;     // all members but the streaming one, ready for shape validation
  Payload stream;  // the streaming member, when the input has one
};
// `body` is the request's body with aws-chunked coding undone. Bodies that are not streamed are
// limited to 16 MiB.
Result<Decoded> decode(const Routed& routed, const HttpRequest& request, const Payload& body);
// Sets the streaming member of an input struct, if its shape has one.
void set_stream(const Shape& shape, void* input, Payload stream);

HttpResponse encode(const Operation& operation, const void* output, std::string_view request_id);
// In the protocol of `service` (null: JSON). Codes that differ by protocol (AccessDenied /
// AccessDeniedException, UnrecognizedClientException / InvalidClientTokenId, …) and their statuses
// are mapped here; see `dialect`.
HttpResponse encode_fault(const Service* service, const Fault& fault, std::string_view request_id);

// Protocol-independent names of the faults that the pipeline itself raises; handlers never use
// them. AccessDenied, UnknownKey, BadSignature, BadToken, ExpiredToken, SignatureExpired,
// MissingAuthentication, IncompleteSignature.
Fault dialect(const Service* service, Fault fault);

}  // namespace drydock::wire
