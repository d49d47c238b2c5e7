#include "services/lambda/runtime/runtime_http.h"

#include <gtest/gtest.h>

namespace drydock::lambda {
namespace {

TEST(RuntimeHttp, TakesRequestsOffTheFront) {
  std::string buffer =
      "GET /a HTTP/1.1\r\nHost: x\r\n\r\nPOST /b HTTP/1.1\r\nContent-Length: 3\r\n\r\nabcPOST";
  bool broken = false;
  auto first = take_request(buffer, broken);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->path, "/a");
  auto second = take_request(buffer, broken);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->body, "abc");
  EXPECT_FALSE(take_request(buffer, broken));
  EXPECT_FALSE(broken);
  EXPECT_EQ(buffer, "POST");
}

TEST(RuntimeHttp, WaitsForTheWholeBody) {
  bool broken = false;
  std::string whole =
      "POST /b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nX-Y: z\r\n\r\n";
  for (size_t i = 0; i < whole.size(); ++i) {
    std::string part = whole.substr(0, i);
    EXPECT_FALSE(take_request(part, broken)) << i;
    EXPECT_FALSE(broken) << i;
  }
  auto request = take_request(whole, broken);
  ASSERT_TRUE(request);
  EXPECT_EQ(request->body, "abcde");
  EXPECT_TRUE(whole.empty());
}

TEST(RuntimeHttp, RefusesNonsense) {
  for (std::string text : {"nonsense\r\n\r\n", "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
                           "POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n",
                           "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"}) {
    bool broken = false;
    EXPECT_FALSE(take_request(text, broken));
    EXPECT_TRUE(broken) << text;
  }
}

}  // namespace
}  // namespace drydock::lambda
