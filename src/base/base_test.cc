// The foundations: JSON, encodings, time, ids.
#include <gtest/gtest.h>

#include <memory>
#include <thread>

#include "base/encoding.h"
#include "base/ids.h"
#include "base/payload.h"
#include "base/read_mostly.h"
#include "base/text.h"
#include "base/time.h"
#include "base/value.h"

namespace drydock {

TEST(Json, RoundTrips) {
  for (const char* text : {R"({"a":[1,2.5,"x\n",true,null,{}],"b":{"c":"\u00e9"}})", "[]", "\"\"",
                           "-0.5", "12345678901"}) {
    auto value = parse_json(text);
    ASSERT_TRUE(value) << text;
    auto again = parse_json(to_json(*value));
    ASSERT_TRUE(again);
    EXPECT_EQ(*value, *again);
  }
  EXPECT_EQ(to_json(*parse_json(R"(["\ud83d\ude00"])")), "[\"\xF0\x9F\x98\x80\"]");
}

TEST(Json, NamesThePlaceOfAnError) {
  auto bad = parse_json("{\n  \"a\": 01}");
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().line, 2);
  EXPECT_EQ(bad.error().column, 9);
  EXPECT_FALSE(parse_json("{\"a\":1,\"a\":2}", {.reject_duplicate_keys = true}));
  EXPECT_EQ(parse_json("{\"a\":1,\"a\":2}")->find("a")->as_int(), 2);
  EXPECT_FALSE(parse_json(std::string(1000, '[')));
  for (const char* text : {"", "{", "[1,]", "\"\\x\"", "nul", "1 2", "\"\\ud800\""})
    EXPECT_FALSE(parse_json(text)) << text;
}

TEST(Encoding, KnownAnswers) {
  EXPECT_EQ(to_hex(sha256("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(to_hex(hmac_sha256("key", "The quick brown fox jumps over the lazy dog")),
            "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8");
  EXPECT_EQ(to_hex(md5("")), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(crc32("123456789"), 0xCBF43926u);
  EXPECT_EQ(crc32c("123456789"), 0xE3069283u);
  for (const char* text : {"", "f", "fo", "foo", "foob"})
    EXPECT_EQ(from_base64(to_base64(text)), text);
  EXPECT_FALSE(from_base64("Zg="));
  EXPECT_EQ(percent_encode("a b/c~"), "a%20b%2Fc~");
  EXPECT_EQ(percent_decode("a%20b%2Fc%zz%"), "a b/c%zz%");
}

TEST(Time, FormatsAndParses) {
  Timestamp t{1767323045678};
  EXPECT_EQ(to_iso8601(t), "2026-01-02T03:04:05.678Z");
  EXPECT_EQ(to_http_date(t), "Fri, 02 Jan 2026 03:04:05 GMT");
  EXPECT_EQ(to_basic_iso8601(t), "20260102T030405Z");
  EXPECT_EQ(parse_iso8601("2026-01-02T03:04:05.678Z"), t);
  EXPECT_EQ(parse_iso8601("2026-01-02T05:04:05.678+02:00"), t);
  EXPECT_EQ(parse_http_date("Fri, 02 Jan 2026 03:04:05 GMT"), Timestamp{1767323045000});
  EXPECT_EQ(parse_basic_iso8601("20260102T030405Z"), Timestamp{1767323045000});
  for (const char* text : {"", "2026", "2026-13-01T00:00:00Z", "2026-01-02T03:04:05X"})
    EXPECT_FALSE(parse_iso8601(text)) << text;
}

TEST(Text, GlobIsLinear) {
  EXPECT_TRUE(glob_match("a*b*c", "aXXbYYc"));
  EXPECT_TRUE(glob_match("iam:*Role*", "iam:PassRole", Case::kFold));
  EXPECT_FALSE(glob_match("a?c", "ac"));
  EXPECT_FALSE(glob_match(std::string(200, '*') + "b", std::string(100000, 'a')));
}

TEST(Ids, ArnKeepsColonsOfItsResource) {
  auto arn = Arn::parse("arn:aws:logs:us-east-1:123456789012:log-group:x:*");
  ASSERT_TRUE(arn);
  EXPECT_EQ(arn->resource, "log-group:x:*");
  EXPECT_EQ(arn->text(), "arn:aws:logs:us-east-1:123456789012:log-group:x:*");
  EXPECT_FALSE(Arn::parse("arn:aws:s3"));
  EXPECT_FALSE(AccountId::parse("12345678901x"));
  EXPECT_EQ(Random(7).uuid(), Random(7).uuid());
}

TEST(ReadMostly, LoadsOncePerGeneration) {
  ReadMostly<std::string> names(100);
  int loads = 0;
  auto load = [&]() -> std::shared_ptr<const std::string> {
    ++loads;
    return std::make_shared<const std::string>("value " + std::to_string(loads));
  };
  EXPECT_EQ(*names.get("a", 1, load), "value 1");
  EXPECT_EQ(*names.get("a", 1, load), "value 1");
  std::thread([&] { EXPECT_EQ(*names.get("a", 1, load), "value 1"); }).join();
  EXPECT_EQ(*names.get("a", 2, load), "value 2");
  EXPECT_EQ(*names.get("b", 2, load), "value 3");
  std::thread([&] { EXPECT_EQ(*names.get("a", 3, load), "value 4"); }).join();
  EXPECT_EQ(*names.get("a", 3, load), "value 4");
  EXPECT_EQ(loads, 4);
}

TEST(ReadMostly, RemembersWhatIsNotThere) {
  ReadMostly<std::string> names(100), others(100);
  int loads = 0;
  auto none = [&]() -> std::shared_ptr<const std::string> { return ++loads, nullptr; };
  EXPECT_EQ(names.get("a", 1, none), nullptr);
  EXPECT_EQ(names.get("a", 1, none), nullptr);
  EXPECT_EQ(loads, 1);
  EXPECT_EQ(*others.get("a", 1, [] { return std::make_shared<const std::string>("its own"); }),
            "its own");
}

TEST(ReadMostly, ValuesOutliveIt) {
  std::shared_ptr<const std::string> held;
  {
    ReadMostly<std::string> names(1);
    auto load = [] { return std::make_shared<const std::string>("kept"); };
    held = names.get("a", 1, load);
    for (int i = 0; i < 1000; ++i) names.get("name " + std::to_string(i), 1, load);
  }
  EXPECT_EQ(*held, "kept");
}

TEST(PayloadWriter, MovesToAFileAboveItsLimit) {
  PayloadWriter writer("/tmp", 10);
  writer.write("0123456789");
  writer.write("abcdef");
  Payload payload = writer.finish();
  EXPECT_FALSE(payload.in_memory());
  EXPECT_EQ(payload.slice(8, 4).read_all(), "89ab");
}

}  // namespace drydock
