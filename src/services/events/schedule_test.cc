#include "services/events/schedule.h"

#include <gtest/gtest.h>

namespace drydock::events {
namespace {

std::string next(std::string_view expression, const char* after) {
  Timestamp t = *parse_iso8601(after);
  auto found = next_time(expression, t, t);
  return found ? to_iso8601(*found) : "";
}

TEST(Schedule, RatesAndCrons) {
  EXPECT_EQ(next("rate(5 minutes)", "2026-01-01T00:00:10Z"), "2026-01-01T00:05:10Z");
  EXPECT_EQ(next("rate(1 day)", "2026-01-01T00:00:00Z"), "2026-01-02T00:00:00Z");
  EXPECT_EQ(next("cron(0 12 * * ? *)", "2026-01-01T12:00:00Z"), "2026-01-02T12:00:00Z");
  EXPECT_EQ(next("cron(15 10 ? * MON-FRI *)", "2026-11-20T11:00:00Z"), "2026-11-23T10:15:00Z");
  EXPECT_EQ(next("cron(0/15 * * * ? *)", "2026-01-01T00:01:00Z"), "2026-01-01T00:15:00Z");
  EXPECT_EQ(next("cron(0 0 L * ? *)", "2028-02-01T00:00:00Z"), "2028-02-29T00:00:00Z");
  EXPECT_EQ(next("cron(0 0 ? * 3#2 *)", "2026-11-01T00:00:00Z"), "2026-11-10T00:00:00Z");
  EXPECT_EQ(next("cron(0 0 1 1 ? 2020)", "2026-01-01T00:00:00Z"), "");
  for (const char* bad :
       {"", "rate(1 minutes)", "rate(0 minutes)", "rate(2 minute)", "cron(0 12 * * * *)",
        "cron(0 12 * * ?)", "cron(60 0 * * ? *)", "every day"})
    EXPECT_EQ(next(bad, "2026-01-01T00:00:00Z"), "") << bad;
}

}  // namespace
}  // namespace drydock::events
