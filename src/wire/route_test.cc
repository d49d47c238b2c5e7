#include <gtest/gtest.h>

#include "gen/toyrest.h"
#include "gen/toys3.h"
#include "wire/rest_route.h"
#include "wire/s3_address.h"
#include "wire/wire.h"

namespace drydock::wire {
namespace {

std::string match(const Service& service, std::string method, std::string target,
                  Headers headers = {}) {
  HttpRequest request{.method = method, .target = target, .headers = std::move(headers)};
  RestMatch found =
      match_rest(service, method, request.raw_path(), request.query(), request.headers);
  if (!found.operation) return "none";
  std::string text(found.operation->name);
  for (auto& [name, value] : found.labels) text += " " + name + "=" + value;
  return text;
}

TEST(RestRoute, LiteralsBeatLabels) {
  const Service& rest = toyrest::service();
  EXPECT_EQ(match(rest, "GET", "/2015-03-31/functions"), "ListFunctions");
  EXPECT_EQ(match(rest, "GET", "/2015-03-31/functions/"), "ListFunctions");
  EXPECT_EQ(match(rest, "GET", "/2015-03-31/functions/settings"), "GetSettings");
  EXPECT_EQ(match(rest, "GET", "/2015-03-31/functions/arn%3Aaws%3Alambda%2Fx"),
            "GetFunction FunctionName=arn:aws:lambda/x");
  EXPECT_EQ(match(rest, "POST", "/2015-03-31/functions/f/invocations"), "Invoke FunctionName=f");
  EXPECT_EQ(match(rest, "POST", "/2015-03-31/functions//invocations"), "none");
  EXPECT_EQ(match(rest, "DELETE", "/2015-03-31/functions/f"), "none");
}

TEST(RestRoute, S3OperationsOfOnePath) {
  const Service& s3 = toys3::service();
  EXPECT_EQ(match(s3, "GET", "/"), "ListBuckets");
  EXPECT_EQ(match(s3, "GET", "/b"), "ListObjects Bucket=b");
  EXPECT_EQ(match(s3, "GET", "/b/?list-type=2&prefix=x"), "ListObjectsV2 Bucket=b");
  EXPECT_EQ(match(s3, "GET", "/b?location="), "GetBucketLocation Bucket=b");
  EXPECT_EQ(match(s3, "GET", "/b?location"), "GetBucketLocation Bucket=b");
  EXPECT_EQ(match(s3, "PUT", "/b/k?x-id=PutObject"), "PutObject Bucket=b Key=k");
  EXPECT_EQ(match(s3, "PUT", "/b/k", {{"X-Amz-Copy-Source", "a/b"}}), "CopyObject Bucket=b Key=k");
  EXPECT_EQ(match(s3, "PUT", "/b/k?partNumber=1&uploadId=u"), "UploadPart Bucket=b Key=k");
  EXPECT_EQ(match(s3, "PUT", "/b/k?partNumber=1&uploadId=u", {{"x-amz-copy-source", "a/b"}}),
            "UploadPartCopy Bucket=b Key=k");
  EXPECT_EQ(match(s3, "POST", "/b?delete"), "DeleteObjects Bucket=b");
  EXPECT_EQ(match(s3, "POST", "/b?delete="), "DeleteObjects Bucket=b");
}

TEST(RestRoute, S3KeysAreTakenAsTheyAre) {
  const Service& s3 = toys3::service();
  EXPECT_EQ(match(s3, "GET", "/b/dir/"), "GetObject Bucket=b Key=dir/");
  EXPECT_EQ(match(s3, "GET", "/b//k"), "GetObject Bucket=b Key=/k");
  EXPECT_EQ(match(s3, "GET", "/b/a%2520b+c%2Fd"), "GetObject Bucket=b Key=a%20b+c/d");
  EXPECT_EQ(match(s3, "GET", "/b/a:b/../c"), "GetObject Bucket=b Key=a:b/../c");
}

TEST(S3Address, HostsThatNameABucket) {
  EXPECT_EQ(s3_host("b.s3.amazonaws.com").bucket, "b");
  EXPECT_EQ(s3_host("my.dotted.b.s3.eu-west-1.amazonaws.com").bucket, "my.dotted.b");
  EXPECT_EQ(s3_host("b.s3.dualstack.us-east-1.amazonaws.com").bucket, "b");
  EXPECT_EQ(s3_host("b.s3-eu-west-1.amazonaws.com").bucket, "b");
  EXPECT_TRUE(s3_host("s3.amazonaws.com").is_s3);
  EXPECT_TRUE(s3_host("s3-us-west-2.amazonaws.com").is_s3);
  EXPECT_EQ(s3_host("s3.us-east-1.amazonaws.com").bucket, "");
  EXPECT_FALSE(s3_host("lambda.us-east-1.amazonaws.com").is_s3);
  EXPECT_FALSE(s3_host("127.0.0.1").is_s3);
  EXPECT_EQ(s3_bucket_of_host("b.localhost"), "b");
  EXPECT_EQ(s3_bucket_of_host("b.s3.localhost"), "b");
  EXPECT_EQ(s3_bucket_of_host("localhost"), "");
}

TEST(S3Address, WholeAccountsHaveAnInterfaceOfTheirOwn) {
  auto controls = [](std::string host, std::string target, Headers headers = {}) {
    const HttpRequest request{
        .method = "GET", .target = std::move(target), .headers = std::move(headers)};
    return is_s3_control(request, host);
  };
  const std::string path = "/v20180820/configuration/publicAccessBlock";
  EXPECT_TRUE(controls("s3-control.us-east-1.amazonaws.com", path));
  EXPECT_TRUE(controls("123456789012.s3-control.us-east-1.amazonaws.com", "/v20180820/jobs"));
  EXPECT_TRUE(controls("127.0.0.1", path, {{"x-amz-account-id", "123456789012"}}));
  EXPECT_FALSE(controls("127.0.0.1", path));  // an object in a bucket of that name
  EXPECT_FALSE(controls("127.0.0.1", "/b/k", {{"x-amz-account-id", "123456789012"}}));
  EXPECT_FALSE(controls("b.s3.us-east-1.amazonaws.com", "/k"));
  EXPECT_FALSE(s3_host("123456789012.s3-control.us-east-1.amazonaws.com").is_s3);
}

TEST(S3Address, SubresourcesHaveNames) {
  EXPECT_EQ(s3_subresource({{"prefix", "x"}, {"acl", ""}}), "acl");
  EXPECT_EQ(s3_operation_name("GET", false, "acl"), "GetBucketAcl");
  EXPECT_EQ(s3_operation_name("PUT", true, "legal-hold"), "PutObjectLegalHold");
}

std::string refused(HttpRequest request, std::string_view signing_service) {
  const Service* service = nullptr;
  auto routed = route(request, signing_service, &service);
  if (routed) return "routed";
  return std::to_string(static_cast<int>(service->protocol)) + " " + routed.error().code + ": " +
         routed.error().message;
}

TEST(Route, ServicesThatAreNotServedAreNamedInTheirOwnProtocol) {
  EXPECT_EQ(refused({.method = "POST",
                     .target = "/",
                     .headers = {{"X-Amz-Target", "AmazonTimes_2026.ListClocks"}}},
                    "times"),
            std::to_string(static_cast<int>(Protocol::kJson11)) +
                " NotImplemented: The operation times:ListClocks is not implemented by Drydock.");
  EXPECT_EQ(
      refused({.method = "POST",
               .target = "/",
               .headers = {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}},
               .body = Payload("Version=1&Action=DescribeClocks")},
              "times"),
      std::to_string(static_cast<int>(Protocol::kQuery)) +
          " NotImplemented: The operation times:DescribeClocks is not implemented by Drydock.");
  EXPECT_EQ(
      refused({.method = "GET", .target = "/v1/clocks?x=1"}, "times"),
      std::to_string(static_cast<int>(Protocol::kRestJson)) +
          " NotImplemented: The operation times:GET /v1/clocks is not implemented by Drydock.");
}

}  // namespace
}  // namespace drydock::wire
