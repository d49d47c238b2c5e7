#include "services/codecommit/push_commands.h"

#include <gtest/gtest.h>

namespace drydock::codecommit {
namespace {

std::string packet(std::string text) {
  char length[5];
  std::snprintf(length, sizeof length, "%04zx", text.size() + 4);
  return length + text;
}

TEST(PushCommands, ReadsReferencesOfAPush) {
  std::string a(40, '0'), b(40, 'b');
  std::string list =
      packet(a + " " + b + " refs/heads/main" + std::string("\0report-status side-band-64k", 28)) +
      packet(b + " " + a + " refs/tags/v1\n") + "0000PACK....";
  auto commands = parse_push_commands(list);
  ASSERT_TRUE(commands);
  ASSERT_EQ(commands->size(), 2u);
  EXPECT_EQ((*commands)[0].reference, "refs/heads/main");
  EXPECT_EQ((*commands)[0].new_id, b);
  EXPECT_EQ((*commands)[1].reference, "refs/tags/v1");
}

TEST(PushCommands, RefusesWhatIsCutOffOrStrange) {
  std::string line = packet(std::string(40, '0') + " " + std::string(40, '1') + " refs/heads/x");
  for (size_t n = 0; n < line.size(); ++n)
    EXPECT_FALSE(parse_push_commands(line.substr(0, n))) << n;
  EXPECT_FALSE(parse_push_commands(line));  // no flush
  EXPECT_FALSE(parse_push_commands("0003"));
  EXPECT_FALSE(parse_push_commands("zzzz0000"));
  EXPECT_FALSE(parse_push_commands(packet("hello") + "0000"));
  EXPECT_TRUE(parse_push_commands("0000")->empty());
}

}  // namespace
}  // namespace drydock::codecommit
