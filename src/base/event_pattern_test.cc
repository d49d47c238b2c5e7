#include "base/event_pattern.h"

#include <gtest/gtest.h>

namespace drydock {
namespace {

struct Case {
  const char* pattern;
  const char* event;
  bool result;
};

const Case kCases[] = {
    {R"({"source":["aws.codecommit"]})", R"({"source":"aws.codecommit"})", true},
    {R"({"source":["aws.codecommit"]})", R"({"source":"aws.ec2"})", false},
    {R"({"detail":{"event":["referenceCreated","referenceUpdated"],"referenceType":["branch"]}})",
     R"({"detail":{"event":"referenceUpdated","referenceType":"branch"}})", true},
    {R"({"resources":["arn:b"]})", R"({"resources":["arn:a","arn:b"]})", true},
    {R"({"resources":["arn:b"]})", R"({"resources":[]})", false},
    {R"({"a":[null]})", R"({"a":null})", true},
    {R"({"a":[1]})", R"({"a":1.0})", true},
    {R"({"a":["1"]})", R"({"a":1})", false},
    {R"({"a":[{"prefix":"ab"}]})", R"({"a":"abc"})", true},
    {R"({"a":[{"prefix":{"equals-ignore-case":"AB"}}]})", R"({"a":"abc"})", true},
    {R"({"a":[{"suffix":".png"}]})", R"({"a":"x.png"})", true},
    {R"({"a":[{"suffix":".png"}]})", R"({"a":"png"})", false},
    {R"({"a":[{"anything-but":"x"}]})", R"({"a":"y"})", true},
    {R"({"a":[{"anything-but":["x","y"]}]})", R"({"a":"y"})", false},
    {R"({"a":[{"anything-but":{"prefix":"x"}}]})", R"({"a":"xy"})", false},
    {R"({"a":[{"anything-but":{"wildcard":"*x*"}}]})", R"({"a":"aya"})", true},
    {R"({"a":[{"anything-but":"x"}]})", R"({})", false},
    {R"({"a":[{"numeric":[">",0,"<=",5]}]})", R"({"a":5})", true},
    {R"({"a":[{"numeric":[">",0,"<=",5]}]})", R"({"a":5.1})", false},
    {R"({"a":[{"exists":false}]})", R"({"b":1})", true},
    {R"({"a":[{"exists":false}]})", R"({"a":1})", false},
    {R"({"a":[{"exists":true}]})", R"({"a":""})", true},
    {R"({"d":{"a":[{"exists":false}]}})", R"({})", true},
    {R"({"a":[{"equals-ignore-case":"ALICE"}]})", R"({"a":"alice"})", true},
    {R"({"a":[{"wildcard":"dir/*/f.*"}]})", R"({"a":"dir/x/y/f.txt"})", true},
    {R"({"a":[{"wildcard":"a\\*b"}]})", R"({"a":"a*b"})", true},
    {R"({"a":[{"wildcard":"a\\*b"}]})", R"({"a":"axb"})", false},
    {R"({"a":[{"cidr":"10.0.0.0/9"}]})", R"({"a":"10.127.0.1"})", true},
    {R"({"a":[{"cidr":"10.0.0.0/9"}]})", R"({"a":"10.128.0.1"})", false},
    {R"({"a":[{"cidr":"2001:db8::/32"}]})", R"({"a":"2001:db8::1"})", true},
    {R"({"$or":[{"a":[1]},{"b":[2]}]})", R"({"b":2})", true},
    {R"({"$or":[{"a":[1]},{"b":[2]}],"c":[3]})", R"({"b":2})", false},
    {R"({"l":{"x":[1]}})", R"({"l":[{"x":0},{"x":1}]})", true},
};

TEST(EventPattern, Matches) {
  for (auto& c : kCases) {
    auto pattern = parse_event_pattern(c.pattern);
    ASSERT_TRUE(pattern) << c.pattern << ": " << pattern.error().message;
    EXPECT_EQ(matches_event(*pattern, *parse_json(c.event)), c.result)
        << c.pattern << " " << c.event;
  }
}

TEST(EventPattern, RefusesWhatIsNone) {
  for (const char* text :
       {"", "[]", "{}", R"({"a":"b"})", R"({"a":[]})", R"({"a":{}})", R"({"a":[{"what":1}]})",
        R"({"a":[{"numeric":["!",1]}]})", R"({"a":[{"prefix":1}]})", R"({"a":[{"cidr":"x"}]})",
        R"({"$or":[{"a":[1]}]})", R"({"a":[[1]]})", R"({"a":[{"prefix":"a","suffix":"b"}]})",
        R"({"a":[{"anything-but":{}}]})", R"({"a":[{"exists":"yes"}]})"}) {
    auto pattern = parse_event_pattern(text);
    EXPECT_FALSE(pattern) << text;
    if (!pattern) {
      EXPECT_TRUE(pattern.error().message.starts_with("Event pattern is not valid. Reason: "));
    }
  }
}

}  // namespace
}  // namespace drydock
