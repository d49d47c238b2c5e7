#include <gtest/gtest.h>

#include "base/encoding.h"
#include "gen/toyjson.h"
#include "gen/toyquery.h"
#include "gen/toyrest.h"
#include "gen/toys3.h"
#include "wire/wire.h"

namespace drydock::wire {
namespace {

// The decoded input as JSON, or the fault.
std::string decoded(const Operation& operation, HttpRequest request, Map<std::string> labels = {}) {
  Routed routed{&operation.service(), &operation, std::move(labels)};
  auto result = decode(routed, request, request.body);
  if (!result) return result.error().code + ": " + result.error().message;
  return to_json(result->input) + (result->stream.size() ? " + " + result->stream.read_all() : "");
}

std::string body_of(const HttpResponse& response) { return response.body.read_all(); }

std::string header_of(const HttpResponse& response, std::string_view name) {
  const std::string* value = find_header(response.headers, name);
  return value ? *value : "";
}

template <class Op>
HttpResponse encoded(const typename Op::Output& output) {
  return encode(Op::operation(), &output, "req-1");
}

// ---- query

TEST(QueryIn, NestedParameters) {
  EXPECT_EQ(
      decoded(
          toyquery::CreateRole::operation(),
          {.method = "POST",
           .target = "/",
           .body = Payload(
               "Action=CreateRole&Version=2010-05-08&RoleName=a%2Bb+c&Tags.member.2.Key=k2&Tags.member.10.Key=k10&Tags.member.1.Key=k1"
               "&Env.entry.1.key=A&Env.entry.1.value=1&Flat.1=x&Flat.2=y&MaxItems=5&Enabled=true&When=2026-01-02T03:04:05.5Z"
               "&Secret=aGk%3D&Inner.default=d&Inner.Deeper.default=e")}),
      R"({"RoleName":"a+b c","MaxItems":5,"Tags":[{"Key":"k1"},{"Key":"k2"},{"Key":"k10"}],"Flat":["x","y"],)"
      R"("Env":{"A":"1"},"When":1767323045.5,"Secret":"hi","Enabled":true,"Inner":{"default":"d","Deeper":{"default":"e"}}})");
}

TEST(QueryIn, EmptyValues) {
  EXPECT_EQ(
      decoded(
          toyquery::CreateRole::operation(),
          {.method = "POST", .target = "/", .body = Payload("Tags=&Path=&MaxItems=&Env=&Inner=")}),
      R"({"Path":"","Tags":[],"Env":{}})");
  EXPECT_EQ(decoded(toyquery::CreateRole::operation(),
                    {.method = "POST", .target = "/", .body = Payload("MaxItems=abc")}),
            "MalformedInput: STRING_VALUE can not be converted to an Integer");
  std::string deep = "a";
  for (int i = 0; i < 40; ++i) deep += ".a";
  EXPECT_TRUE(decoded(toyquery::CreateRole::operation(),
                      {.method = "POST", .target = "/", .body = Payload(deep + "=1")})
                  .starts_with("MalformedInput"));
}

TEST(QueryOut, ResultAndMetadata) {
  toyquery::CreateRoleOutput output{
      .Role = {.Role = "a<b>&\"\r\x01", .Tags = {{{.Key = "k", .Value = ""}}}, .Size = 7},
      .Names = {{}},
      .Env = {{{"A", "1"}}},
      .Flat = {{"x", "y"}},
      .When = Timestamp{1767323045000}};
  auto response = encoded<toyquery::CreateRole>(output);
  EXPECT_EQ(
      body_of(response),
      "<CreateRoleResponse xmlns=\"https://toy.amazonaws.com/doc/2010-05-08/\"><CreateRoleResult>"
      "<Role><Role>a&lt;b&gt;&amp;&quot;&#xD;&#x1;</Role><Tags><member><Key>k</Key><Value></Value></member></Tags><Size>7</Size></Role>"
      "<Names/><Env><entry><key>A</key><value>1</value></entry></Env><Flat>x</Flat><Flat>y</Flat>"
      "<When>2026-01-02T03:04:05Z</When></CreateRoleResult>"
      "<ResponseMetadata><RequestId>req-1</RequestId></ResponseMetadata></CreateRoleResponse>");
  EXPECT_EQ(header_of(response, "x-amzn-requestid"), "req-1");
  EXPECT_EQ(body_of(encoded<toyquery::Ping>({})),
            "<PingResponse xmlns=\"https://toy.amazonaws.com/doc/2010-05-08/\"><PingResult/>"
            "<ResponseMetadata><RequestId>req-1</RequestId></ResponseMetadata></PingResponse>");
}

// ---- JSON

TEST(JsonIn, BlobsAndDates) {
  EXPECT_EQ(
      decoded(
          toyjson::PutItem::operation(),
          {.method = "POST",
           .target = "/",
           .body = Payload(
               R"({"TableName":"t","Item":{"b":{"B":"aGk="},"l":{"L":[{"B":"aGk="}]}},"At":"2026-01-02T03:04:05Z"})")}),
      R"({"TableName":"t","Item":{"b":{"B":"hi"},"l":{"L":[{"B":"hi"}]}},"At":1767323045})");
  EXPECT_EQ(
      decoded(
          toyjson::PutItem::operation(),
          {.method = "POST", .target = "/", .body = Payload(R"({"Item":{"b":{"B":"abcde"}}})")}),
      "SerializationException: Base64 encoded length is expected a multiple of 4 bytes but found: 5");
  EXPECT_EQ(decoded(toyjson::PutItem::operation(),
                    {.method = "POST", .target = "/", .body = Payload("{")}),
            "SerializationException: ");
  EXPECT_EQ(decoded(toyjson::PutItem::operation(), {.method = "POST", .target = "/"}), "{}");
}

TEST(JsonOut, StraightFromTheStruct) {
  toyjson::PutItemOutput output{.Attributes = Map<toyjson::AttributeValue>{{"a\"", {.S = "x\n"}},
                                                                           {"b", {.B = "hi"}},
                                                                           {"n", {.NULL_ = true}}},
                                .Count = -5,
                                .Ratio = 0.25,
                                .At = Timestamp{1767323045120},
                                .Policy = parse_json(R"({"z":[1]})").value()};
  output.Tree.emplace().Left = toyjson::Tree{};
  auto response = encoded<toyjson::PutItem>(output);
  EXPECT_EQ(
      body_of(response),
      R"({"Attributes":{"a\"":{"S":"x\n"},"b":{"B":"aGk="},"n":{"NULL":true}},"Count":-5,"Ratio":0.25,)"
      R"("At":1767323045.12,"Policy":{"z":[1]},"Tree":{"Left":{}}})");
  EXPECT_EQ(header_of(response, "Content-Type"), "application/x-amz-json-1.0");
  EXPECT_EQ(header_of(response, "x-amz-crc32"), std::to_string(crc32(body_of(response))));
}

// ---- REST-JSON

TEST(RestJson, Bindings) {
  EXPECT_EQ(
      decoded(toyrest::ListFunctions::operation(),
              {.method = "GET",
               .target = "/2015-03-31/functions/?MaxItems=5&tag=a&tag=b%2Cc&x=1&X-Amz-Date=2"}),
      R"({"MaxItems":5,"Tags":["a","b,c"],"Others":{"x":"1"}})");
  EXPECT_EQ(decoded(toyrest::ListFunctions::operation(),
                    {.method = "GET", .target = "/2015-03-31/functions/?MaxItems=x"}),
            "SerializationException: STRING_VALUE can not be converted to an Integer");
  EXPECT_EQ(
      decoded(
          toyrest::CreateFunction::operation(),
          {.method = "POST",
           .target = "/2015-03-31/functions",
           .headers = {{"x-amz-dry", "true"}},
           .body = Payload(
               R"({"FunctionName":"f","DryRun":"no","Code":{"ZipFile":"aGk="},"environment":{"A":"b"}})")}),
      R"({"FunctionName":"f","DryRun":true,"Code":{"ZipFile":"hi"},"Environment":{"A":"b"}})");
  EXPECT_EQ(decoded(toyrest::Invoke::operation(),
                    {.method = "POST", .target = "/x", .body = Payload("{\"a\":1}")},
                    {{"FunctionName", "f"}}),
            R"({"Payload":"{\"a\":1}","FunctionName":"f"})");
}

TEST(RestJson, Answers) {
  auto list =
      encoded<toyrest::ListFunctions>({.Functions = {{"f"}}, .At = Timestamp{1767323045000}});
  EXPECT_EQ(body_of(list), R"({"functions":["f"],"At":"2026-01-02T03:04:05Z"})");
  auto created = encoded<toyrest::CreateFunction>({.Name = "f", .Version = 3});
  EXPECT_EQ(created.status, 201);
  EXPECT_EQ(header_of(created, "X-Amz-Version"), "3");
  EXPECT_EQ(body_of(created), R"({"Name":"f"})");
  auto invoked = encoded<toyrest::Invoke>(
      {.Status = 202, .FunctionError = "Unhandled\r\nX: y", .Payload = "raw"});
  EXPECT_EQ(invoked.status, 202);
  EXPECT_EQ(body_of(invoked), "raw");
  EXPECT_EQ(header_of(invoked, "x-amz-function-error"), "Unhandled  X: y");
}

// ---- S3

TEST(S3, Requests) {
  EXPECT_EQ(decoded(toys3::PutObject::operation(),
                    {.method = "PUT",
                     .target = "/b/k",
                     .headers = {{"X-Amz-Meta-Color", " red "}},
                     .body = Payload("data")},
                    {{"Bucket", "b"}, {"Key", "k"}}),
            R"({"Bucket":"b","Key":"k","Metadata":{"color":"red"}} + data)");
  EXPECT_EQ(
      decoded(
          toys3::DeleteObjects::operation(),
          {.method = "POST",
           .target = "/b?delete",
           .body = Payload(
               "<?xml version=\"1.0\"?>\n<Delete xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\n <Object><Key>a &amp; b</Key></Object>"
               "<Object><Key> </Key></Object><Quiet>true</Quiet></Delete>")},
          {{"Bucket", "b"}}),
      R"({"Delete":{"Objects":[{"Key":"a & b"},{"Key":" "}],"Quiet":true},"Bucket":"b"})");
  EXPECT_TRUE(
      decoded(toys3::DeleteObjects::operation(),
              {.method = "POST", .target = "/b?delete", .body = Payload("<Delete><Object>")}, {})
          .starts_with("MalformedXML: "));
  EXPECT_EQ(decoded(toys3::ListObjectsV2::operation(),
                    {.method = "GET", .target = "/b?list-type=2&max-keys=z"}),
            "InvalidArgument: Provided max-keys not an integer or within integer range");
}

TEST(S3, EntitiesAreNotExpanded) {
  std::string text =
      "<!DOCTYPE d [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><Delete><Object><Key>&b;</Key></Object></Delete>";
  EXPECT_EQ(decoded(toys3::DeleteObjects::operation(),
                    {.method = "POST", .target = "/b?delete", .body = Payload(text)}),
            R"({"Delete":{"Objects":[{"Key":"&b;"}]}})");
}

TEST(S3, DeepDocumentsAreRefusedOrIgnored) {
  std::string deep;
  for (int i = 0; i < 200000; ++i) deep += "<Object>";
  EXPECT_TRUE(decoded(toys3::DeleteObjects::operation(),
                      {.method = "POST", .target = "/b?delete", .body = Payload(deep)})
                  .starts_with("MalformedXML"));
  std::string whole = "<Delete>" + deep;
  for (int i = 0; i < 200000; ++i) whole += "</Object>";
  EXPECT_EQ(
      decoded(toys3::DeleteObjects::operation(),
              {.method = "POST", .target = "/b?delete", .body = Payload(whole + "</Delete>")}),
      R"({"Delete":{"Objects":[{}]}})");
}

TEST(S3, Answers) {
  toys3::ListObjectsV2Output list{
      .IsTruncated = false,
      .Contents = {{{.Key = "k",
                     .ETag = "\"e\"",
                     .Size = 3,
                     .Owner = toys3::Grantee{.Type = "CanonicalUser", .ID = "1"}}}}};
  EXPECT_EQ(
      body_of(encoded<toys3::ListObjectsV2>(list)),
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
      "<IsTruncated>false</IsTruncated><Contents><Key>k</Key><ETag>&quot;e&quot;</ETag><Size>3</Size>"
      "<Owner xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"CanonicalUser\"><ID>1</ID></Owner></Contents></ListBucketResult>");
  EXPECT_EQ(
      body_of(encoded<toys3::ListBuckets>(
          {.Buckets = {{{.Name = "b", .CreationDate = Timestamp{1767323045000}}}}})),
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListAllMyBucketsResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Buckets>"
      "<Bucket><Name>b</Name><CreationDate>2026-01-02T03:04:05.000Z</CreationDate></Bucket></Buckets></ListAllMyBucketsResult>");
  EXPECT_EQ(
      body_of(encoded<toys3::GetBucketLocation>({.LocationConstraint = "eu-west-1"})),
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<LocationConstraint xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">eu-west-1</LocationConstraint>");
  EXPECT_EQ(
      body_of(encoded<toys3::GetBucketLocation>({})),
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<LocationConstraint xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"/>");
  auto object = encoded<toys3::GetObject>({.ContentType = "text/css",
                                           .LastModified = Timestamp{1767323045000},
                                           .Metadata = Map<std::string>{{"color", "red"}},
                                           .Body = Payload("data")});
  EXPECT_EQ(body_of(object), "data");
  EXPECT_EQ(header_of(object, "content-type"), "text/css");
  EXPECT_EQ(header_of(object, "last-modified"), "Fri, 02 Jan 2026 03:04:05 GMT");
  EXPECT_EQ(header_of(object, "x-amz-meta-color"), "red");
  EXPECT_TRUE(
      body_of(
          encoded<toys3::CopyObject>({.CopyObjectResult = toys3::CopyObjectResult{.ETag = "e"}}))
          .ends_with(
              "<CopyObjectResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><ETag>e</ETag></CopyObjectResult>"));
  EXPECT_EQ(header_of(encoded<toys3::PutObject>({.ETag = "\"e\""}), "etag"), "\"e\"");
}

// ---- faults

std::string fault_text(const Service* service, Fault fault) {
  auto response = encode_fault(service, fault, "req-1");
  return std::to_string(response.status) + " " + body_of(response);
}

TEST(Faults, PerProtocol) {
  Fault denied{"AccessDenied", "User: u is not authorized", 403};
  EXPECT_EQ(
      fault_text(&toyquery::service(), denied),
      "403 <ErrorResponse xmlns=\"https://toy.amazonaws.com/doc/2010-05-08/\"><Error><Type>Sender</Type><Code>AccessDenied</Code>"
      "<Message>User: u is not authorized</Message></Error><RequestId>req-1</RequestId></ErrorResponse>");
  EXPECT_EQ(
      fault_text(&toyjson::service(), denied),
      R"(400 {"__type":"com.amazon.coral.service#AccessDeniedException","Message":"User: u is not authorized"})");
  EXPECT_EQ(fault_text(&toyrest::service(), denied),
            R"(403 {"Message":"User: u is not authorized"})");
  EXPECT_EQ(header_of(encode_fault(&toyrest::service(), denied, "r"), "x-amzn-errortype"),
            "AccessDeniedException");
  Fault missing{"NoSuchKey", "The specified key does not exist.", 404,
                Value::object({{"Key", "a&b"}})};
  EXPECT_TRUE(
      fault_text(&toys3::service(), missing)
          .starts_with(
              "404 <?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>NoSuchKey</Code>"
              "<Message>The specified key does not exist.</Message><Key>a&amp;b</Key><RequestId>req-1</RequestId><HostId>"));
}

TEST(Faults, Dialects) {
  auto code = [](const Service& service, std::string name) {
    Fault fault = dialect(&service, {name, "m", 403});
    return fault.code + " " + std::to_string(fault.status);
  };
  EXPECT_EQ(code(toyquery::service(), "UnknownKey"), "InvalidClientTokenId 403");
  EXPECT_EQ(code(toyjson::service(), "UnknownKey"), "UnrecognizedClientException 400");
  EXPECT_EQ(code(toyrest::service(), "UnknownKey"), "UnrecognizedClientException 403");
  EXPECT_EQ(code(toys3::service(), "UnknownKey"), "InvalidAccessKeyId 403");
  EXPECT_EQ(code(toys3::service(), "SignatureExpired"), "RequestTimeTooSkewed 403");
  EXPECT_EQ(code(toyrest::service(), "ResourceNotFoundException"), "ResourceNotFoundException 403");
}

}  // namespace
}  // namespace drydock::wire
