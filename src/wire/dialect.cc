// The faults that the pipeline itself raises, in the codes and statuses of each protocol.
#include "wire/wire.h"

namespace drydock::wire {
namespace {

enum Column { kQueryColumn, kJsonColumn, kRestColumn, kS3Column, kColumns };

struct Cell {
  std::string_view code;
  int status;
  std::string_view message = {};  // AWS's text where the protocol has its own
};
struct Row {
  std::string_view name;
  Cell cells[kColumns];
};

constexpr std::string_view kInvalidToken = "The provided token is malformed or otherwise invalid.";
constexpr Row kRows[] = {
    {"AccessDenied",
     {{"AccessDenied", 403},
      {"AccessDeniedException", 400},
      {"AccessDeniedException", 403},
      {"AccessDenied", 403}}},
    {"UnknownKey",
     {{"InvalidClientTokenId", 403},
      {"UnrecognizedClientException", 400},
      {"UnrecognizedClientException", 403},
      {"InvalidAccessKeyId", 403,
       "The AWS Access Key Id you provided does not exist in our records."}}},
    {"BadSignature",
     {{"SignatureDoesNotMatch", 403},
      {"InvalidSignatureException", 400},
      {"InvalidSignatureException", 403},
      {"SignatureDoesNotMatch", 403}}},
    {"BadToken",
     {{"InvalidClientTokenId", 403},
      {"UnrecognizedClientException", 400},
      {"UnrecognizedClientException", 403},
      {"InvalidToken", 400, kInvalidToken}}},
    {"ExpiredToken",
     {{"ExpiredToken", 403},
      {"ExpiredTokenException", 400},
      {"ExpiredTokenException", 403},
      {"ExpiredToken", 400, "The provided token has expired."}}},
    {"SignatureExpired",
     {{"SignatureDoesNotMatch", 403},
      {"InvalidSignatureException", 400},
      {"InvalidSignatureException", 403},
      {"RequestTimeTooSkewed", 403,
       "The difference between the request time and the current time is too large."}}},
    {"MissingAuthentication",
     {{"MissingAuthenticationToken", 403},
      {"MissingAuthenticationTokenException", 400},
      {"MissingAuthenticationTokenException", 403},
      {"AccessDenied", 403, "Access Denied"}}},
    {"IncompleteSignature",
     {{"IncompleteSignature", 400},
      {"IncompleteSignatureException", 400},
      {"IncompleteSignatureException", 400},
      {"AuthorizationHeaderMalformed", 400}}},
};

Column column_of(const Service* service) {
  if (!service) return kRestColumn;
  if (service->signing_name == "s3") return kS3Column;
  switch (service->protocol) {
    case Protocol::kQuery: return kQueryColumn;
    case Protocol::kJson10:
    case Protocol::kJson11: return kJsonColumn;
    default: return kRestColumn;
  }
}

}  // namespace

Fault dialect(const Service* service, Fault fault) {
  for (const Row& row : kRows) {
    if (row.name != fault.code) continue;
    const Cell& cell = row.cells[column_of(service)];
    fault.code = cell.code;
    fault.status = cell.status;
    // AWS does keep the statuses of its query protocol where SQS speaks JSON.
    if (service && service->name == "sqs") fault.status = row.cells[kQueryColumn].status;
    // AWS does call it so in SNS alone.
    if (service && service->name == "sns" && row.name == "AccessDenied")
      fault.code = "AuthorizationError";
    if (!cell.message.empty()) fault.message = cell.message;
    return fault;
  }
  // CloudWatch Logs names what its model forbids by the code of its own checks.
  if (service && service->name == "logs" && fault.code == "ValidationException")
    fault.code = "InvalidParameterException";
  return fault;
}

}  // namespace drydock::wire
