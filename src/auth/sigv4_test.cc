#include "auth/sigv4.h"

#include <gtest/gtest.h>

#include "auth/checksum.h"
#include "auth/sigv2.h"
#include "base/encoding.h"

namespace drydock::sigv4 {
namespace {

constexpr std::string_view kSecret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
constexpr std::string_view kS3Secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

HttpRequest list_users() {
  HttpRequest r;
  r.method = "GET";
  r.target = "/?Action=ListUsers&Version=2010-05-08";
  r.headers = {{"Host", "iam.amazonaws.com"},
               {"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"},
               {"X-Amz-Date", "20150830T123600Z"},
               {"Authorization",
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, "
                "SignedHeaders=content-type;host;x-amz-date, "
                "Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"}};
  return r;
}

Timestamp at(std::string_view basic) { return *parse_basic_iso8601(basic); }

TEST(SigV4, PublishedExample) {
  auto request = list_users();
  auto claim = parse(request);
  ASSERT_TRUE(claim && *claim);
  EXPECT_EQ((*claim)->access_key_id, "AKIDEXAMPLE");
  EXPECT_EQ((*claim)->service, "iam");
  EXPECT_TRUE(verify(**claim, request, kSecret, at("20150830T123700Z"), false));
  EXPECT_EQ(verify(**claim, request, "other", at("20150830T123700Z"), false).error().code,
            "BadSignature");
}

TEST(SigV4, OldAndFutureSignatures) {
  auto request = list_users();
  auto claim = **parse(request);
  EXPECT_EQ(
      verify(claim, request, kSecret, at("20150830T125101Z"), false).error().message,
      "Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z (20150830T125101Z - 15 min.)");
  EXPECT_EQ(
      verify(claim, request, kSecret, at("20150830T122000Z"), false).error().message,
      "Signature not yet current: 20150830T123600Z is still later than 20150830T123500Z (20150830T122000Z + 15 min.)");
  EXPECT_EQ(verify(claim, request, kSecret, at("20160830T122000Z"), true).error().code,
            "RequestTimeTooSkewed");
}

TEST(SigV4, BrokenHeaders) {
  auto request = list_users();
  set_header(request.headers, "Authorization",
             "AWS4-HMAC-SHA256 Credential=A/20150830/us-east-1/iam/aws4_request");
  EXPECT_EQ(
      parse(request).error().message,
      "Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter.");
  set_header(request.headers, "Authorization",
             "AWS4-HMAC-SHA256 Credential=A/b, SignedHeaders=host, Signature=0");
  EXPECT_EQ(parse(request).error().code, "IncompleteSignature");
  set_header(request.headers, "Authorization", "Basic abc");
  EXPECT_FALSE(*parse(request));
}

// The S3 documentation's presigned example.
TEST(SigV4, PresignedExample) {
  HttpRequest r;
  r.method = "GET";
  r.headers = {{"Host", "examplebucket.s3.amazonaws.com"}};
  r.target =
      "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2F"
      "aws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature="
      "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";
  auto claim = parse(r);
  ASSERT_TRUE(claim && *claim) << claim.error().message;
  EXPECT_TRUE(verify(**claim, r, kS3Secret, at("20130524T230000Z"), true));
  auto late = verify(**claim, r, kS3Secret, at("20130525T000001Z"), true);
  EXPECT_EQ(late.error().message, "Request has expired");
  r.headers.emplace_back("x-amz-acl", "public-read");
  auto added = verify(**claim, r, kS3Secret, at("20130524T230000Z"), true);
  EXPECT_EQ(added.error().message,
            "There were headers present in the request which were not signed");
}

TEST(SigV4, SignThenVerify) {
  Credentials credentials{"AKID", "secret", "token"};
  auto now = at("20260102T030405Z");
  for (std::string service : {"s3", "lambda"}) {
    for (std::string target : {"/", "/a%20b/%2e%2e//c?x=1&b=%20&a", "/tags/arn%3Aaws%3Alambda"}) {
      HttpRequest r{.method = "PUT",
                    .target = target,
                    .headers = {{"Host", "h.amazonaws.com:443"}},
                    .body = "body"};
      sign(r, credentials, "eu-west-1", service, now);
      auto claim = **parse(r);
      EXPECT_EQ(claim.session_token, "token");
      EXPECT_TRUE(verify(claim, r, "secret", now, service == "s3")) << service << target;
      r.body = "other";
      auto changed = verify(claim, r, "secret", now, service == "s3");
      EXPECT_EQ(changed.error().code,
                service == "s3" ? "XAmzContentSHA256Mismatch" : "BadSignature");
      HttpRequest g{.method = "GET", .target = target, .headers = {{"Host", "h.amazonaws.com"}}};
      g.target = presign(g, credentials, "eu-west-1", service, now, 60);
      EXPECT_TRUE(verify(**parse(g), g, "secret", now, service == "s3")) << g.target;
    }
  }
}

// The S3 documentation's chunked upload.
struct Chunked {
  HttpRequest request;
  Claim claim;
  explicit Chunked(std::string_view mode) {
    request.method = "PUT";
    request.headers = {{"x-amz-content-sha256", std::string(mode)}};
    claim.date = "20130524";
    claim.region = "us-east-1";
    claim.service = "s3";
    claim.time = at("20130524T000000Z");
    claim.signature = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9";
  }
};
std::string example_chunks() {
  return "10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n" +
         std::string(65536, 'a') +
         "\r\n400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n" +
         std::string(1024, 'a') +
         "\r\n0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n";
}

TEST(SigV4Chunked, KnownAnswers) {
  Chunked c("STREAMING-AWS4-HMAC-SHA256-PAYLOAD");
  c.request.body = example_chunks() + "\r\n";
  c.request.headers.emplace_back("x-amz-decoded-content-length", "66560");
  auto body = decode_chunked(c.claim, c.request, kS3Secret, "/tmp", nullptr);
  ASSERT_TRUE(body) << body.error().message;
  EXPECT_EQ(body->read_all(), std::string(66560, 'a'));
  auto changed = example_chunks() + "\r\n";
  changed.replace(5000, 1, "b");
  c.request.body = changed;
  EXPECT_EQ(decode_chunked(c.claim, c.request, kS3Secret, "/tmp", nullptr).error().code,
            "BadSignature");
  c.request.body = example_chunks().substr(0, 40000);
  EXPECT_EQ(decode_chunked(c.claim, c.request, kS3Secret, "/tmp", nullptr).error().code,
            "IncompleteBody");
}

TEST(SigV4Chunked, SignedTrailer) {
  Chunked c("STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER");
  c.request.body = example_chunks() +
                   "first:1st\r\nsecond:2nd\r\nthird:3rd\r\nx-amz-trailer-signature:"
                   "df5735bd9f3295cd9386572292562fefc93ba94e80a0a1ddcbd652c4e0a75e6c\r\n\r\n";
  Headers trailers;
  auto body = decode_chunked(c.claim, c.request, kS3Secret, "/tmp", &trailers);
  ASSERT_TRUE(body) << body.error().message;
  EXPECT_EQ(trailers.size(), 3u);
}

TEST(SigV4Chunked, UnsignedTrailerChecksum) {
  Chunked c("STREAMING-UNSIGNED-PAYLOAD-TRAILER");
  c.request.headers.emplace_back("x-amz-trailer", "x-amz-checksum-crc32");
  c.request.body = "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n";
  EXPECT_EQ(decode_chunked(c.claim, c.request, "", "/tmp", nullptr)->read_all(), "hello");
  c.request.body = "5\r\nhellO\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n";
  EXPECT_EQ(decode_chunked(c.claim, c.request, "", "/tmp", nullptr).error().code, "BadDigest");
  c.request.body = "5\r\nhello\r\n0\r\n\r\n";
  EXPECT_EQ(decode_chunked(c.claim, c.request, "", "/tmp", nullptr).error().code,
            "MalformedTrailerError");
}

TEST(Checksum, KnownAnswers) {
  EXPECT_EQ(crc64nvme("123456789"), 0xae8b14860a799888u);
  EXPECT_EQ(crc64nvme("6789", crc64nvme("12345")), 0xae8b14860a799888u);
  Checksum sum(ChecksumKind::kCrc32);
  sum.update("hello");
  EXPECT_EQ(sum.finish_base64(), "NhCmhg==");
}

// As botocore writes it.
TEST(SigV2, Presigned) {
  HttpRequest r{
      .method = "GET",
      .target =
          "/bucket/photos/my%20puppy.jpg?versionId=abc&AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Signature="
          "SaLXGnrUTvp6oEt6g6WwLKaAWw8%3D&x-amz-security-token=to%2Fk%2Ben&Expires=1175139620",
      .headers = {{"Host", "s3.amazonaws.com"}}};
  auto claim = parse(r);
  ASSERT_TRUE(claim && *claim);
  EXPECT_EQ((*claim)->form, Form::kQueryV2);
  EXPECT_EQ((*claim)->session_token, "to/k+en");
  auto good = verify(**claim, r, kS3Secret, Timestamp{1175139620000}, true);
  EXPECT_TRUE(good) << to_json(good.error().members);
  EXPECT_EQ(verify(**claim, r, kS3Secret, Timestamp{1175139621000}, true).error().message,
            "Request has expired");
  EXPECT_EQ(verify(**claim, r, "other", Timestamp{1175139620000}, true).error().code,
            "BadSignature");
}

TEST(SigV4Git, SignatureOfTheCredentialProgram) {
  auto now = at("20260102T030405Z");
  // Recomputed as the CLI's credential program does it.
  std::string canonical =
      "GIT\n/v1/repos/r\n\nhost:git-codecommit.us-east-1.amazonaws.com\n\nhost\n";
  std::string text =
      "AWS4-HMAC-SHA256\n20260102T030405\n20260102/us-east-1/codecommit/aws4_request\n" +
      to_hex(sha256(canonical));
  auto key = hmac_sha256(
      hmac_sha256(hmac_sha256(hmac_sha256("AWS4s", "20260102"), "us-east-1"), "codecommit"),
      "aws4_request");
  auto claim =
      parse_git("AKID%to/ken=", "20260102T030405Z" + to_hex(hmac_sha256(key, text)), "us-east-1");
  ASSERT_TRUE(claim);
  EXPECT_EQ(claim->session_token, "to/ken=");
  EXPECT_TRUE(
      verify_git(*claim, "/v1/repos/r", "git-codecommit.us-east-1.amazonaws.com", "s", now));
  EXPECT_TRUE(
      verify_git(*claim, "/v1/repos/r", "git-codecommit.us-east-1.amazonaws.com:443", "s", now));
  EXPECT_FALSE(
      verify_git(*claim, "/v1/repos/other", "git-codecommit.us-east-1.amazonaws.com", "s", now));
  EXPECT_FALSE(parse_git("name-at-1", "password", "us-east-1"));
}

}  // namespace
}  // namespace drydock::sigv4
