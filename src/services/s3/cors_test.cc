#include "services/s3/cors.h"

#include <gtest/gtest.h>

namespace drydock::s3 {
namespace {

CORSRule cors_rule(CORSTexts methods, CORSTexts origins) {
  CORSRule rule;
  rule.AllowedMethods = std::move(methods);
  rule.AllowedOrigins = std::move(origins);
  return rule;
}

std::string told(const Headers& headers, std::string_view name) {
  const std::string* value = find_header(headers, name);
  return value ? *value : "";
}

TEST(Cors, TheFirstRuleThatMatchesAnswers) {
  CORSRule narrow = cors_rule({"GET", "PUT"}, {"https://*.a.example"});
  narrow.AllowedHeaders = CORSTexts{"X-Amz-*"};
  narrow.ExposeHeaders = CORSTexts{"ETag", "x-amz-id-2"};
  narrow.MaxAgeSeconds = 60;
  const CORSRules rules{narrow, cors_rule({"GET"}, {"*"})};

  Headers headers = cors_answer(rules, {"https://w.a.example", "PUT", {"x-amz-date"}});
  EXPECT_EQ(told(headers, "Access-Control-Allow-Origin"), "https://w.a.example");
  EXPECT_EQ(told(headers, "Access-Control-Allow-Methods"), "GET, PUT");
  EXPECT_EQ(told(headers, "Access-Control-Expose-Headers"), "ETag, x-amz-id-2");
  EXPECT_EQ(told(headers, "Access-Control-Allow-Credentials"), "true");
  EXPECT_EQ(told(headers, "Access-Control-Max-Age"), "60");

  headers = cors_answer(rules, {"https://b.example", "GET", {}});
  EXPECT_EQ(told(headers, "Access-Control-Allow-Origin"), "*");
  EXPECT_EQ(told(headers, "Access-Control-Allow-Credentials"), "");
  EXPECT_EQ(told(headers, "Vary"),
            "Origin, Access-Control-Request-Headers, Access-Control-Request-Method");

  EXPECT_TRUE(cors_answer(rules, {"https://b.example", "PUT", {}}).empty());
  EXPECT_TRUE(cors_answer(rules, {"https://w.a.example", "PUT", {"x-other"}}).empty());
  EXPECT_TRUE(cors_answer(rules, {"https://.a.exampl", "PUT", {}}).empty());
}

TEST(Cors, RefusesMethodsAndWildcardsInAwsWords) {
  EXPECT_TRUE(check_cors_rules({cors_rule({"HEAD", "POST", "DELETE"}, {"https://*.x"})}));
  auto method = check_cors_rules({cors_rule({"PATCH"}, {"*"})});
  ASSERT_FALSE(method);
  EXPECT_EQ(method.error().message,
            "Found unsupported HTTP method in CORS config. Unsupported method is PATCH");
  auto origin = check_cors_rules({cors_rule({"GET"}, {"*.x.*"})});
  ASSERT_FALSE(origin);
  EXPECT_EQ(origin.error().message, "AllowedOrigin \"*.x.*\" can not have more than one wildcard.");
  CORSRule broken = cors_rule({"GET"}, {"*"});
  broken.ExposeHeaders = CORSTexts{"ETag\r\nSet-Cookie: a=b"};
  auto line = check_cors_rules({broken});
  ASSERT_FALSE(line);
  EXPECT_EQ(line.error().code, "MalformedXML");
  EXPECT_FALSE(check_cors_rules({cors_rule({"GET"}, {std::string(65 << 10, 'x')})}));
}

TEST(Cors, ReadsTheDocumentThatOlderDataHolds) {
  BucketRow bucket;
  EXPECT_TRUE(cors_rules_of(bucket).empty());
  bucket.Raw = RawConfigurations{};
  bucket.Raw->emplace_back("cors",
                           "<CORSConfiguration><CORSRule><AllowedMethod>GET</AllowedMethod>"
                           "<AllowedOrigin>*</AllowedOrigin><MaxAgeSeconds>5</MaxAgeSeconds>"
                           "</CORSRule></CORSConfiguration>");
  const CORSRules rules = cors_rules_of(bucket);
  ASSERT_EQ(rules.size(), 1u);
  EXPECT_EQ(rules[0].AllowedOrigins, CORSTexts{"*"});
  EXPECT_EQ(rules[0].MaxAgeSeconds, 5);
  bucket.Raw->front().second = "<CORSConfiguration><CORSRule/></CORSConfiguration>";
  EXPECT_TRUE(cors_rules_of(bucket).empty());
}

}  // namespace
}  // namespace drydock::s3
