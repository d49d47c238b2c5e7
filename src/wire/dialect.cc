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

// Organizations' reason for what the validator says first.
std::string_view reason_of(std::string_view message) {
  constexpr std::pair<std::string_view, std::string_view> kReasons[] = {
      {"must not be null", "INPUT_REQUIRED"},
      {"must have length less", "MAX_LENGTH_EXCEEDED"},
      {"must have length greater", "MIN_LENGTH_EXCEEDED"},
      {"must have value less", "MAX_VALUE_EXCEEDED"},
      {"must have value greater", "MIN_VALUE_EXCEEDED"},
      {"enum value set", "INVALID_ENUM"},
  };
  for (const auto& [text, reason] : kReasons)
    if (message.find(text) != std::string_view::npos) return reason;
  return "INVALID_PATTERN";
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
  // Organizations has no ValidationException: what its model forbids is an invalid input with a
  // reason.
  if (service && service->name == "organizations" && fault.code == "ValidationException") {
    fault.code = "InvalidInputException";
    fault.members = Value::object({{"Reason", std::string(reason_of(fault.message))}});
  }
  return fault;
}

}  // namespace drydock::wire
