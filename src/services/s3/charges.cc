// What a bucket's owner pays for: its requests, unless the requester does, and its accelerated
// endpoint.
#include "services/s3/charges.h"

#include "base/text.h"
#include "gen/s3_handlers.h"
#include "services/s3/access.h"
#include "services/s3/tables.h"

namespace drydock::s3 {

namespace {

// A presigned request has it in its query.
bool says_requester(const HttpRequest& http) {
  if (equals_ignore_case(http.header("x-amz-request-payer"), "requester")) return true;
  if (http.raw_query().empty()) return false;
  for (const auto& [name, value] : http.query())
    if (equals_ignore_case(name, "x-amz-request-payer") && equals_ignore_case(value, "requester"))
      return true;
  return false;
}

}  // namespace

Result<void> check_payer(Call& call, const BucketRow& bucket) {
  if (bucket.Payer != "Requester") return {};
  const std::string& requester = call.caller().principal.account.text;
  if (requester == bucket.Account) return {};
  // Nobody, whom nothing can be charged to, and services, which do not say it.
  if (requester.empty() || !call.http() || !says_requester(*call.http()))
    return fault("AccessDenied", "Access Denied", 403);
  set_header(call.response_headers(), "x-amz-request-charged", "requester");
  return {};
}

Result<void> check_endpoint(Call& call, const BucketRow& bucket) {
  const HttpRequest* http = call.http();
  if (!http || http->header("Host").find(".s3-accelerate.") == std::string_view::npos) return {};
  if (!bucket.Acceleration)
    return errors::InvalidRequest("S3 Transfer Acceleration is not configured on this bucket");
  if (*bucket.Acceleration != "Enabled")
    return errors::InvalidRequest("S3 Transfer Acceleration is disabled on this bucket");
  return {};
}

Result<GetBucketRequestPaymentOutput> get_bucket_request_payment(Call& call,
                                                                 const OnlyBucketInput& in) {
  BucketRow bucket = TRY(open_bucket(call, in.Bucket, "s3:GetBucketRequestPayment"));
  return GetBucketRequestPaymentOutput{.Payer = bucket.Payer.value_or("BucketOwner")};
}

Result<PutBucketRequestPaymentOutput> put_bucket_request_payment(
    Call& call, const PutBucketRequestPaymentInput& in) {
  BucketRow bucket = TRY(open_bucket(call, in.Bucket, "s3:PutBucketRequestPayment"));
  bucket.Payer = in.RequestPaymentConfiguration.Payer;
  kBuckets.put(call.txn(), kInstallation, {bucket.Name}, bucket);
  return PutBucketRequestPaymentOutput{};
}

Result<GetBucketAccelerateConfigurationOutput> get_bucket_accelerate_configuration(
    Call& call, const OnlyBucketInput& in) {
  BucketRow bucket = TRY(open_bucket(call, in.Bucket, "s3:GetAccelerateConfiguration"));
  return GetBucketAccelerateConfigurationOutput{.Status = bucket.Acceleration};
}

Result<PutBucketAccelerateConfigurationOutput> put_bucket_accelerate_configuration(
    Call& call, const PutBucketAccelerateConfigurationInput& in) {
  BucketRow bucket = TRY(open_bucket(call, in.Bucket, "s3:PutAccelerateConfiguration"));
  if (!in.AccelerateConfiguration.Status)
    return errors::MalformedXML(
        "The XML you provided was not well-formed or did not validate against our published schema");
  if (bucket.Name.find('.') != std::string::npos)
    return errors::InvalidRequest(
        "S3 Transfer Acceleration is not supported for buckets with periods (.) in their names");
  bucket.Acceleration = in.AccelerateConfiguration.Status;
  kBuckets.put(call.txn(), kInstallation, {bucket.Name}, bucket);
  return PutBucketAccelerateConfigurationOutput{};
}

}  // namespace drydock::s3
