#include "auth/conditions.h"

#include <gtest/gtest.h>

namespace drydock {
namespace {

Context context() {
  Context c;
  c.add("aws:username", "ann");
  c.add("s3:prefix", "home/ann");
  c.add("n", "10");
  c.add("aws:CurrentTime", "2026-03-01T12:00:00Z");
  c.add("aws:EpochTime", "1772366400");
  c.add("aws:SourceIp", "10.1.2.3");
  c.add("v6", "2001:db8::1");
  c.add("aws:SecureTransport", "true");
  c.add("aws:SourceArn", "arn:aws:lambda:us-east-1:111111111111:function:f");
  c.add("aws:TagKeys", std::vector<std::string>{"a", "b"});
  c.add("aws:ResourceTag/EC2", "yes");
  c.add("star", "*");
  c.add("empty", std::vector<std::string>{});
  return c;
}

TEST(Conditions, Table) {
  struct Row {
    std::string_view block;  // {"Operator": {"key": values}}
    bool holds;
  };
  const Row rows[] = {
      {R"({"StringEquals":{"aws:username":"ann"}})", true},
      {R"({"StringEquals":{"AWS:UserName":["bob","ann"]}})", true},
      {R"({"StringEquals":{"aws:username":"a*"}})", false},
      {R"({"StringEquals":{"aws:username":"ANN"}})", false},
      {R"({"StringEqualsIgnoreCase":{"aws:username":"ANN"}})", true},
      {R"({"StringNotEquals":{"aws:username":["bob","ann"]}})", false},
      {R"({"StringNotEquals":{"aws:username":["bob","cid"]}})", true},
      {R"({"StringLike":{"s3:prefix":"home/*"}})", true},
      {R"({"StringLike":{"s3:prefix":"home/${aws:username}"}})", true},
      {R"({"StringEquals":{"s3:prefix":"home/${aws:username}"}})", true},
      {R"({"StringLike":{"s3:prefix":"${x:star}"}})", false},
      {R"({"StringNotLike":{"s3:prefix":"home/*"}})", false},
      {R"({"StringLike":{"aws:SourceArn":"arn:*:function:f"}})", true},
      // absent keys
      {R"({"StringEquals":{"x:absent":"a"}})", false},
      {R"({"StringNotEquals":{"x:absent":"a"}})", true},
      {R"({"StringEqualsIfExists":{"x:absent":"a"}})", true},
      {R"({"StringEqualsIfExists":{"aws:username":"bob"}})", false},
      {R"({"Null":{"x:absent":"true"}})", true},
      {R"({"Null":{"x:absent":false}})", false},
      {R"({"Null":{"aws:username":"false"}})", true},
      {R"({"Bool":{"x:absent":"false"}})", false},
      // absent variables
      {R"({"StringEquals":{"aws:username":"${x:absent}"}})", false},
      {R"({"StringNotEquals":{"aws:username":"${x:absent}"}})", true},
      {R"({"StringEquals":{"aws:username":"${x:absent, 'ann'}"}})", true},
      // numbers, dates, addresses
      {R"({"NumericEquals":{"x:n":10}})", true},
      {R"({"NumericEquals":{"x:n":"10.0"}})", true},
      {R"({"NumericLessThan":{"x:n":"11"}})", true},
      {R"({"NumericLessThanEquals":{"x:n":"9"}})", false},
      {R"({"NumericGreaterThanEquals":{"x:n":"10"}})", true},
      {R"({"NumericNotEquals":{"x:n":"10"}})", false},
      {R"({"NumericEquals":{"x:n":"ten"}})", false},
      {R"({"DateGreaterThan":{"aws:CurrentTime":"2026-02-28"}})", true},
      {R"({"DateLessThan":{"aws:CurrentTime":"2026-03-01T12:00:01Z"}})", true},
      {R"({"DateLessThan":{"aws:CurrentTime":"2026"}})", false},
      {R"({"DateEquals":{"aws:EpochTime":"2026-03-01T12:00:00Z"}})", true},
      {R"({"DateEquals":{"aws:EpochTime":"176666666672326442"}})", false},
      {R"({"IpAddress":{"aws:SourceIp":"10.1.0.0/16"}})", true},
      {R"({"IpAddress":{"aws:SourceIp":["10.1.2.4","10.1.2.3"]}})", true},
      {R"({"IpAddress":{"aws:SourceIp":"10.1.2.0/31"}})", false},
      {R"({"NotIpAddress":{"aws:SourceIp":"10.0.0.0/8"}})", false},
      {R"({"IpAddress":{"x:v6":"2001:db8::/33"}})", true},
      {R"({"IpAddress":{"x:v6":"0.0.0.0/0"}})", false},
      {R"({"IpAddress":{"aws:SourceIp":"10.1.2.3/99"}})", false},
      {R"({"Bool":{"aws:SecureTransport":true}})", true},
      {R"({"Bool":{"aws:SecureTransport":"false"}})", false},
      {R"({"BinaryEquals":{"x:n":"MTA="}})", true},
      // ARNs
      {R"({"ArnEquals":{"aws:SourceArn":"arn:aws:lambda:*:111111111111:function:*"}})", true},
      {R"({"ArnLike":{"aws:SourceArn":"arn:*:function:f"}})", false},
      {R"({"ArnNotLike":{"aws:SourceArn":"arn:aws:lambda:*:*:function:g"}})", true},
      {R"({"ArnLike":{"aws:SourceArn":"*"}})", false},
      // sets
      {R"({"ForAllValues:StringEquals":{"aws:TagKeys":["a","b","c"]}})", true},
      {R"({"ForAllValues:StringEquals":{"aws:TagKeys":["a"]}})", false},
      {R"({"ForAllValues:StringEquals":{"x:absent":["a"]}})", true},
      {R"({"ForAllValues:StringEquals":{"x:empty":["a"]}})", true},
      {R"({"ForAnyValue:StringEquals":{"aws:TagKeys":["b","z"]}})", true},
      {R"({"ForAnyValue:StringEquals":{"x:absent":["b"]}})", false},
      {R"({"ForAnyValue:StringNotEquals":{"aws:TagKeys":["a"]}})", true},
      {R"({"ForAllValues:StringNotEquals":{"aws:TagKeys":["a"]}})", false},
      {R"({"ForAnyValue:StringEqualsIfExists":{"x:absent":["b"]}})", true},
      {R"({"ForAllValues:Null":{"aws:TagKeys":"true"}})", false},
      {R"({"StringEquals":{"aws:TagKeys":["a","b"]}})", false},
      {R"({"StringEquals":{"aws:resourcetag/ec2":"yes"}})", true},
      {R"({"StringEquals":{"aws:username":"ann","s3:prefix":"other"}})", false},
      {R"({"StringEquals":{"aws:username":"ann"},"Bool":{"aws:SecureTransport":"true"}})", true},
  };
  // The short keys of the rows above carry a vendor.
  const Caller nobody;
  AuthorizationRequest request;
  request.caller = &nobody;
  request.context = context();
  const Keys all(request);
  for (auto& [key, values] : request.context.entries) {
    if (key.find(':') == std::string::npos) key = "x:" + key;
  }
  for (const auto& row : rows) {
    auto text =
        "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\",\"Condition\":" +
        std::string(row.block) + "}}";
    auto policy = parse_policy(text, PolicyUse::kIdentity);
    ASSERT_TRUE(policy) << text << policy.error().message;
    bool holds = true;
    for (const auto& condition : (*policy)->statements[0].conditions)
      holds &= condition_holds(condition, all, true);
    EXPECT_EQ(holds, row.holds) << row.block;
  }
}

TEST(Conditions, GlobalContext) {
  Caller caller;
  caller.principal.kind = Principal::Kind::kAssumedRole;
  caller.principal.account = {"111111111111"};
  caller.principal.arn = "arn:aws:sts::111111111111:assumed-role/r/s";
  caller.principal.role_arn = "arn:aws:iam::111111111111:role/r";
  caller.principal.id = "AROA:s";
  caller.principal.tags = {{"team", "red"}};
  caller.principal.issued = Timestamp{0};
  caller.called_via = {"cloudformation.amazonaws.com", "dynamodb.amazonaws.com"};
  AuthorizationRequest request;
  request.caller = &caller;
  request.region = "eu-west-1";
  request.resource_account = "222222222222";
  request.now = Timestamp{1772366400123};
  Context c;
  add_global_keys(request, c);
  auto value = [&](std::string_view key) {
    auto* v = c.find(key);
    return v && v->size() == 1 ? v->front() : "";
  };
  EXPECT_EQ(value("aws:currenttime"), "2026-03-01T12:00:00Z");
  EXPECT_EQ(value("aws:PrincipalArn"), "arn:aws:iam::111111111111:role/r");
  EXPECT_EQ(value("aws:PrincipalTag/team"), "red");
  EXPECT_EQ(value("aws:PrincipalType"), "AssumedRole");
  EXPECT_EQ(value("aws:ViaAWSService"), "true");
  EXPECT_EQ(value("aws:CalledViaLast"), "dynamodb.amazonaws.com");
  EXPECT_EQ(value("aws:ResourceAccount"), "222222222222");
  EXPECT_EQ(c.find("aws:username"), nullptr);
  EXPECT_EQ(c.find("aws:SourceIp"), nullptr);
}

}  // namespace
}  // namespace drydock
