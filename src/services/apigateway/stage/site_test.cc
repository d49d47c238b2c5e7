#include "services/apigateway/stage/site.h"

#include <gtest/gtest.h>

#include "services/apigateway/stage/stage_request.h"

namespace drydock::apigateway {
namespace {

std::shared_ptr<const Site> site_with(
    const std::vector<std::pair<std::string, std::vector<std::string>>>& tree) {
  // Each entry: "id parent part" and its methods.
  DeploymentRow deployment{.Id = "d"};
  for (const auto& [line, methods] : tree) {
    ResourceRow row;
    size_t one = line.find(' '), two = line.rfind(' ');
    row.Id = line.substr(0, one);
    if (one != std::string::npos) {
      row.ParentId = line.substr(one + 1, two - one - 1);
      row.PathPart = line.substr(two + 1);
    }
    for (const std::string& name : methods)
      row.Methods.emplace_back(name, Method{.httpMethod = name});
    deployment.Resources.push_back(row);
  }
  return build_site(std::move(deployment));
}

std::string matched(const Site& site, std::string_view method, std::string_view path) {
  Match match = match_site(site, method, path);
  if (!match.resource) return "no resource";
  if (!match.method) return "no method";
  std::string out = match.resource->path;
  for (const auto& [name, value] : match.parameters) out += " " + name + "=" + value;
  return out;
}

TEST(Site, MatchesTheMostSpecificPath) {
  auto site = site_with({{"r", {}},
                         {"a r product", {}},
                         {"b a create", {"POST"}},
                         {"c a {id}", {"GET"}},
                         {"d r {proxy+}", {"ANY"}},
                         {"e c detail", {"GET"}}});
  EXPECT_EQ(matched(*site, "POST", "/product/create"), "/product/create");
  EXPECT_EQ(matched(*site, "GET", "/product/create"), "no method");
  EXPECT_EQ(matched(*site, "GET", "/product/10%2001"), "/product/{id} id=10 01");
  EXPECT_EQ(matched(*site, "GET", "/product/7/detail/"), "/product/{id}/detail id=7");
  EXPECT_EQ(matched(*site, "PUT", "/product"), "/{proxy+} proxy=product");
  EXPECT_EQ(matched(*site, "PUT", "/x/y%2Fz"), "/{proxy+} proxy=x/y/z");
  EXPECT_EQ(matched(*site, "GET", "/"), "no resource");
}

StageRequest request_with(HttpRequest& http, std::vector<std::string> binary) {
  auto site = std::make_shared<Site>();
  if (!binary.empty()) site->api.binaryMediaTypes = binary;
  StageRequest request;
  request.http = &http;
  request.site = site;
  return request;
}

TEST(ProxyResponse, DecodesOnlyForClientsThatAcceptBinary) {
  HttpRequest http;
  http.headers = {{"Accept", "image/png, */*"}};
  std::string answer = R"({"statusCode":200,"isBase64Encoded":true,"body":"aGk="})";
  EXPECT_EQ(proxy_response(request_with(http, {}), answer).body.read_all(), "aGk=");
  EXPECT_EQ(proxy_response(request_with(http, {"image/*"}), answer).body.read_all(), "hi");
  http.headers = {{"Accept", "text/html, image/png"}};
  EXPECT_EQ(proxy_response(request_with(http, {"image/*"}), answer).body.read_all(), "aGk=");
  EXPECT_EQ(proxy_response(request_with(http, {"*/*"}), answer).body.read_all(), "hi");
}

TEST(ProxyResponse, RefusesMalformedAnswers) {
  HttpRequest http;
  StageRequest request = request_with(http, {});
  for (std::string_view bad :
       {"", "7", "\"x\"", "[]", R"({"statusCode":"x"})", R"({"statusCode":99})",
        R"({"statusCode":200,"body":{"a":1}})", R"({"statusCode":200,"headers":"x"})",
        R"({"statusCode":200,"multiValueHeaders":{"a":"b"}})"})
    EXPECT_EQ(proxy_response(request, bad).status, 502) << bad;
  HttpResponse good = proxy_response(
      request,
      R"({"statusCode":"201","headers":{"X-A":1,"Server":"me","X-B":"a\r\nb"},"multiValueHeaders":{"Set-Cookie":["a","b"]}})");
  EXPECT_EQ(good.status, 201);
  EXPECT_EQ(*find_header(good.headers, "X-A"), "1");
  EXPECT_EQ(*find_header(good.headers, "X-B"), "ab");
  EXPECT_EQ(*find_header(good.headers, "x-amzn-Remapped-Server"), "me");
  EXPECT_EQ(*find_header(good.headers, "Content-Type"), "application/json");
}

}  // namespace
}  // namespace drydock::apigateway
