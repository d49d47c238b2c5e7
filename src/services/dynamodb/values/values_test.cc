#include <gtest/gtest.h>

#include "services/dynamodb/values/document.h"
#include "services/dynamodb/values/encoding.h"

namespace drydock::dynamodb {
namespace {

Number number(std::string_view text) { return *Number::parse(text); }
std::string ordered(std::string_view text) { return key_bytes(Attribute(number(text))); }

TEST(DynamoNumber, TextIsPlainAndExact) {
  EXPECT_EQ(number("1.0").text(), "1");
  EXPECT_EQ(number("-0").text(), "0");
  EXPECT_EQ(number("1e2").text(), "100");
  EXPECT_EQ(number("-12.50").text(), "-12.5");
  EXPECT_EQ(number("0.00012E1").text(), "0.0012");
  EXPECT_EQ(number("12345678901234567890123456789012345678").text(),
            "12345678901234567890123456789012345678");
  EXPECT_EQ(number("1E125").text(), "1" + std::string(125, '0'));
}

TEST(DynamoNumber, LimitsSayWhatAwsSays) {
  EXPECT_EQ(Number::parse("").error(), "The parameter cannot be converted to a numeric value");
  EXPECT_EQ(Number::parse("b").error(), "The parameter cannot be converted to a numeric value: b");
  EXPECT_EQ(Number::parse("123456789012345678901234567890123456789").error(),
            "Attempting to store more than 38 significant digits in a Number");
  EXPECT_EQ(
      Number::parse("1E126").error(),
      "Number overflow. Attempting to store a number with magnitude larger than supported range");
  EXPECT_EQ(
      Number::parse("-1E-131").error(),
      "Number underflow. Attempting to store a number with magnitude smaller than supported range");
  EXPECT_TRUE(Number::parse("9.9999999999999999999999999999999999999E125"));
}

TEST(DynamoNumber, ArithmeticIsDecimal) {
  EXPECT_EQ(Number::add(number("0.1"), number("0.2"))->text(), "0.3");
  EXPECT_EQ(Number::subtract(number("1"), number("0.9"))->text(), "0.1");
  EXPECT_EQ(Number::subtract(number("5"), number("7"))->text(), "-2");
  EXPECT_EQ(Number::add(number("-5"), number("7"))->text(), "2");
  EXPECT_EQ(Number::add(number("-5"), number("5"))->text(), "0");
  EXPECT_EQ(Number::subtract(number("1E38"), number("1"))->text(), std::string(38, '9'));
  EXPECT_EQ(Number::add(number("99999999999999999999999999999999999999"), number("1"))->text(),
            "1" + std::string(38, '0'));
  EXPECT_FALSE(Number::add(number("1E38"), number("0.1")));
  EXPECT_FALSE(Number::add(number("1E100"), number("1E-100")));
  EXPECT_EQ(number("-12.9").to_int64(), -12);
}

TEST(DynamoNumber, KeyBytesKeepTheOrder) {
  const char* rising[] = {"-1E125",  "-100.5", "-100",   "-99", "-1.01", "-1",   "-0.5",
                          "-1E-130", "0",      "1E-130", "0.5", "0.51",  "1",    "1.01",
                          "9",       "10",     "10.1",   "99",  "100",   "1E20", "1E125"};
  for (size_t i = 0; i + 1 < std::size(rising); ++i) {
    EXPECT_LT(number(rising[i]), number(rising[i + 1])) << rising[i];
    EXPECT_LT(ordered(rising[i]), ordered(rising[i + 1])) << rising[i];
  }
}

TEST(DynamoItem, SurvivesItsEncoding) {
  auto document = parse_json(
      R"({"s":{"S":""},"n":{"N":"-1.50"},"b":{"B":"AAE="},"t":{"BOOL":true},"z":{"NULL":true},
    "l":{"L":[{"S":"x"},{"M":{"k":{"N":"1"}}}]},"ss":{"SS":["b","a"]},"ns":{"NS":["2","1"]},"bs":{"BS":["AQ==","AA=="]}})");
  auto item = read_item(*document);
  ASSERT_TRUE(item) << item.error().message;
  EXPECT_EQ(decode_item(encode_item(*item)), *item);
  EXPECT_EQ(write_item(*item)["n"]["N"].as_string(), "-1.5");
  EXPECT_EQ(to_json(write_item(*item)["ss"]), R"({"SS":["a","b"]})");
}

std::string error_of(const char* json) {
  auto attribute = read_attribute(*parse_json(json));
  return attribute ? "" : attribute.error().message;
}

TEST(DynamoItem, BadValuesAreRefusedInAwsWords) {
  EXPECT_EQ(
      error_of("{}"),
      "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
  EXPECT_EQ(
      error_of(R"({"S":"a","N":"1"})"),
      "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes");
  EXPECT_EQ(
      error_of(R"({"NULL":false})"),
      "One or more parameter values were invalid: Null attribute value types must have the value of true");
  EXPECT_EQ(error_of(R"({"SS":[]})"),
            "One or more parameter values were invalid: An string set  may not be empty");
  EXPECT_EQ(
      error_of(R"({"SS":["a","a"]})"),
      "One or more parameter values were invalid: Input collection [a, a] contains duplicates.");
  EXPECT_EQ(error_of(R"({"NS":["1","1.0"]})"), "Input collection contains duplicates");
  EXPECT_EQ(error_of(R"({"N":1})"), "NUMBER_VALUE cannot be converted to String");
  std::string deep = R"({"S":"x"})";
  for (int i = 0; i < 32; ++i) deep = R"({"L":[)" + deep + "]}";
  EXPECT_EQ(error_of(deep.c_str()), "Nesting Levels have exceeded supported limits");
}

TEST(DynamoItem, SizesCountLikeAws) {
  Item item;
  item.set("id", Attribute("abc"));
  item.set("n", Attribute(number("123")));
  EXPECT_EQ(size_of(item), 2u + 3 + 1 + 3);
  EXPECT_EQ(length_of(Attribute("abc")), 3);
  EXPECT_FALSE(length_of(Attribute(number("1"))));
}

}  // namespace
}  // namespace drydock::dynamodb
