#include "services/logs/filter_pattern.h"

#include <gtest/gtest.h>

namespace drydock::logs {
namespace {

bool selects(std::string_view pattern, std::string_view message) {
  auto parsed = parse_filter_pattern(pattern);
  EXPECT_TRUE(parsed) << pattern << ": " << (parsed ? "" : parsed.error().message);
  return parsed && (*parsed)->matches(message);
}

TEST(FilterPattern, Terms) {
  EXPECT_TRUE(selects("", "anything"));
  EXPECT_TRUE(selects("ERROR", "an ERROR here"));
  EXPECT_FALSE(selects("ERROR", "an error here"));
  EXPECT_TRUE(selects("ERROR disk", "disk ERROR"));
  EXPECT_FALSE(selects("ERROR disk", "ERROR"));
  EXPECT_FALSE(selects("\"ERROR disk\"", "disk ERROR"));
  EXPECT_TRUE(selects("\"say \\\"hi\\\"\"", "I say \"hi\""));
  EXPECT_TRUE(selects("?ERROR ?WARN", "WARN x"));
  EXPECT_FALSE(selects("?ERROR ?WARN", "INFO x"));
  EXPECT_TRUE(selects("ERROR -timeout", "ERROR disk"));
  EXPECT_FALSE(selects("ERROR -timeout", "ERROR timeout"));
  EXPECT_TRUE(selects("%4[0-9]{2}%", "status 404"));
}

TEST(FilterPattern, Json) {
  std::string_view message =
      R"({"level":"error","code":503,"ok":false,"no":null,"list":[{"a":1},{"a":2}],"x y":1})";
  EXPECT_TRUE(selects("{ $.level = \"error\" }", message));
  EXPECT_TRUE(selects("{ $.level = err* }", message));
  EXPECT_FALSE(selects("{ $.level != \"error\" }", message));
  EXPECT_TRUE(selects("{ $.code >= 500 && $.code < 504 }", message));
  EXPECT_TRUE(selects("{ ($.code = 1) || (($.ok IS FALSE) && ($.no IS NULL)) }", message));
  EXPECT_TRUE(selects("{ $.absent NOT EXISTS }", message));
  EXPECT_FALSE(selects("{ $.code NOT EXISTS }", message));
  EXPECT_TRUE(selects("{ $.list[1].a = 2 }", message));
  EXPECT_TRUE(selects("{ $.list[*].a = 2 }", message));
  EXPECT_TRUE(selects("{ $.['x y'] = 1 }", message));
  EXPECT_FALSE(selects("{ $.level = \"error\" }", "no json"));
  EXPECT_FALSE(parse_filter_pattern("{ $.a = }"));
  EXPECT_FALSE(parse_filter_pattern("{ $.a = 1"));
}

TEST(FilterPattern, Fields) {
  std::string_view line =
      "127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] \"GET /x HTTP/1.0\" 404 1534";
  EXPECT_TRUE(selects("[ip, id, user, timestamp, request, status = 4*, size > 1000]", line));
  EXPECT_FALSE(selects("[ip, id, user, timestamp, request, status = 5*, size]", line));
  EXPECT_FALSE(selects("[ip, id]", line));
  EXPECT_TRUE(selects("[ip, ..., size = 1534]", line));
  EXPECT_TRUE(selects("[ip, ..., request = *GET*, status, size]", line));
}

}  // namespace
}  // namespace drydock::logs
