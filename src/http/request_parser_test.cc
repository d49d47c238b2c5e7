#include "http/request_parser.h"

#include <gtest/gtest.h>

#include "http/response_head.h"

namespace drydock {
namespace {

TEST(RequestParser, TakesOneRequestAfterTheOther) {
  RequestParser parser(HttpLimits{}, "/tmp");
  std::string bytes =
      "POST /a?b=%20&c HTTP/1.1\r\nHost: [::1]:80\r\nContent-Length: 2\r\n\r\nhiGET /2 HTTP/1.1\r\nHost: X.y:1\r\n\r\n";
  size_t taken = parser.feed(bytes);
  ASSERT_TRUE(parser.done());
  EXPECT_EQ(parser.request().body.view(), "hi");
  EXPECT_EQ(parser.request().host(), "::1");
  EXPECT_EQ(parser.request().query(),
            (std::vector<std::pair<std::string, std::string>>{{"b", " "}, {"c", ""}}));
  parser.reset();
  parser.feed(std::string_view(bytes).substr(taken));
  ASSERT_TRUE(parser.done());
  EXPECT_EQ(parser.request().host(), "x.y");
  EXPECT_TRUE(parser.keep_alive());
}

TEST(RequestParser, UndoesChunksInAnyPieces) {
  std::string bytes =
      "PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\n\r\n";
  for (size_t step : {1, 2, 7, 1000}) {
    RequestParser parser(HttpLimits{}, "/tmp");
    std::string buffer;
    for (size_t at = 0; at < bytes.size(); at += step) {
      buffer += bytes.substr(at, step);
      buffer.erase(0, parser.feed(buffer));
    }
    ASSERT_TRUE(parser.done()) << step;
    EXPECT_EQ(parser.request().body.view(), "abcdefg");
  }
}

TEST(RequestParser, RefusesWhatIsTooLargeOrBroken) {
  auto status = [](const std::string& bytes) {
    RequestParser parser(HttpLimits{.max_header_bytes = 200, .max_body_bytes = 10}, "/tmp");
    parser.feed(bytes);
    return parser.error_status();
  };
  EXPECT_EQ(status("GET /" + std::string(300, 'a')), 431);
  EXPECT_EQ(status("PUT / HTTP/1.1\r\nContent-Length: 11\r\n\r\n"), 413);
  EXPECT_EQ(
      status("PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n" + std::string(100, 'x')),
      413);
  EXPECT_EQ(status("GARBAGE\r\n\r\n"), 400);
  EXPECT_EQ(status("GET / HTTP/3.0\r\n\r\n"), 505);
}

TEST(ResponseHead, WritesLengthAndKeepsHeadersOnOneLine) {
  std::string out;
  append_response_head({.status = 200,
                        .headers = {{"X", "a\r\nEvil: b"}, {"Content-Length", "7"}, {"Date", "d"}},
                        .body = "hi"},
                       "GET", Connection::kKeepAlive, out);
  EXPECT_EQ(
      out,
      "HTTP/1.1 200 OK\r\nX: a  Evil: b\r\nDate: d\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\n");
  out.clear();
  append_response_head({.status = 200, .headers = {{"Content-Length", "7"}, {"Date", "d"}}}, "HEAD",
                       Connection::kClose, out);
  EXPECT_EQ(out, "HTTP/1.1 200 OK\r\nContent-Length: 7\r\nDate: d\r\nConnection: close\r\n\r\n");
  out.clear();
  append_response_head({.status = 204, .headers = {{"Date", "d"}}}, "PUT", Connection::kKeepAlive,
                       out);
  EXPECT_EQ(out, "HTTP/1.1 204 No Content\r\nDate: d\r\nConnection: keep-alive\r\n\r\n");
}

}  // namespace
}  // namespace drydock
