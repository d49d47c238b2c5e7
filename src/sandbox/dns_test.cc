#include "sandbox/dns.h"

#include <gtest/gtest.h>

namespace drydock::dns {
namespace {

std::string query(const std::string& name_wire, uint16_t type = kTypeA) {
  std::string out("\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00", 12);
  out += name_wire;
  out += static_cast<char>(type >> 8);
  out += static_cast<char>(type & 0xff);
  return out + std::string("\0\1", 2);
}
const std::string kName("\3STS\11amazonaws\3com\0", 19);

TEST(Dns, ReadsAQuestion) {
  auto question = parse_question(query(kName));
  ASSERT_TRUE(question);
  EXPECT_EQ(question->name, "sts.amazonaws.com");
  EXPECT_EQ(question->id, 0x1234);
  EXPECT_TRUE(question->recursion_desired);
}

TEST(Dns, AnswersWithTheAddress) {
  auto question = parse_question(query(kName));
  std::string answer = make_answer(*question, Outcome::kFound, 0x64400001);
  EXPECT_EQ(answer.substr(answer.size() - 4), std::string("\x64\x40\0\1", 4));
  EXPECT_EQ(answer[7], 1);  // one answer
  EXPECT_EQ(answer.substr(12, question->wire.size()), question->wire);
}

TEST(Dns, HasNoRecordOfOtherTypes) {
  auto question = parse_question(query(kName, 28));
  std::string answer = make_answer(*question, Outcome::kFound, 0x64400001);
  EXPECT_EQ(answer[7], 0);
  EXPECT_EQ(answer[3] & 0xf, 0);
}

TEST(Dns, RefusesWhatIsNoQuestion) {
  EXPECT_FALSE(parse_question(""));
  EXPECT_FALSE(parse_question(std::string(5000, 'a')));
  std::string whole = query(kName);
  for (size_t n = 0; n < whole.size(); ++n) EXPECT_FALSE(parse_question(whole.substr(0, n))) << n;
  EXPECT_FALSE(parse_question(query(std::string("\xc0\x0c", 2))));   // a pointer
  EXPECT_FALSE(parse_question(query(std::string("\3a\r\n\0", 5))));  // no host name
  std::string response = whole;
  response[2] |= '\x80';
  EXPECT_FALSE(parse_question(response));
  std::string long_name;
  for (int i = 0; i < 10; ++i) long_name += "\x3f" + std::string(63, 'a');
  EXPECT_FALSE(parse_question(query(long_name + std::string(1, '\0'))));
}

}  // namespace
}  // namespace drydock::dns
