#include <gtest/gtest.h>

#include "gen/toyjson.h"
#include "gen/toyquery.h"
#include "shape/shape.h"

namespace drydock {
namespace {

Value json(std::string_view text) { return parse_json(text).value(); }

std::string fault_of(const Shape& shape, std::string_view text, Protocol protocol) {
  auto checked = validate(shape, json(text), protocol);
  return checked ? "ok" : checked.error().code + ": " + checked.error().message;
}

TEST(Convert, StructsAndValuesAgree) {
  auto in = json(
      R"({"TableName":"abc","Item":{"a":{"S":"x"},"m":{"M":{"n":{"L":[{"N":"1"},{"NULL":true}]}}}},
                     "At":12.5,"Policy":{"k":[1,null]},"Ratio":2,"Unknown":1,"Count":null})");
  auto input = from_value<toyjson::PutItemInput>(in);
  EXPECT_EQ(input.TableName, "abc");
  ASSERT_EQ(input.Item.size(), 2u);
  EXPECT_EQ(input.Item[1].second.M->front().second.L->back().NULL_, true);
  EXPECT_EQ(input.At->ms, 12500);
  EXPECT_FALSE(input.Count.has_value());
  in.erase("Unknown");
  in.erase("Count");
  EXPECT_EQ(to_value(input), in);
}

TEST(Convert, RecursiveStructuresAreDeep) {
  auto input = json(R"({"Left":{"Right":{"Tree":{"Kids":[{}, {"Left":{}}]}}}})");
  auto tree = from_value<toyjson::Tree>(input);
  auto copy = tree;
  tree.Left.reset();
  EXPECT_EQ(to_value(copy), input);
}

TEST(Validate, AllViolationsInOneMessage) {
  EXPECT_EQ(
      fault_of(toyquery::CreateRole::operation().input(),
               R"({"RoleName":"a;","MaxItems":0,"State":"Woop",
                     "Tags":[{"Value":"v"},{"Key":"k","Value":"v"},{"Key":"k","Value":"v"}],"Inner":{}})",
               Protocol::kQuery),
      "ValidationError: 7 validation errors detected: "
      "Value 'a;' at 'roleName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]+; "
      "Value 'a;' at 'roleName' failed to satisfy constraint: Member must have length greater than or equal to 3; "
      "Value '0' at 'maxItems' failed to satisfy constraint: Member must have value greater than or equal to 1; "
      "Value '[{Value=v}, {Key=k, Value=v}, {Key=k, Value=v}]' at 'tags' failed to satisfy constraint: "
      "Member must have length less than or equal to 2; "
      "Value null at 'tags.1.member.key' failed to satisfy constraint: Member must not be null; "
      "Value 'Woop' at 'state' failed to satisfy constraint: Member must satisfy enum value set: [Active, Inactive]; "
      "Value null at 'inner.default' failed to satisfy constraint: Member must not be null");
}

TEST(Validate, ListsOfTextsAndMapKeys) {
  const Shape& shape = toyquery::CreateRole::operation().input();
  std::string rules =
      "[Member must have length less than or equal to 8, Member must have length greater than or equal to 3, "
      "Member must satisfy regular expression pattern: [\\w+=,.@-]+]";
  EXPECT_EQ(
      fault_of(shape, R"({"RoleName":"abc","Names":["abcd","x"]})", Protocol::kQuery),
      "ValidationError: 1 validation error detected: Value '[abcd, x]' at 'names' failed to satisfy constraint: "
      "Member must satisfy constraint: " +
          rules);
  EXPECT_EQ(
      fault_of(shape, R"({"RoleName":"abc","Env":{"x":"1"}})", Protocol::kQuery),
      "ValidationError: 1 validation error detected: Value '{x=1}' at 'env' failed to satisfy constraint: "
      "Map keys must satisfy constraint: " +
          rules);
}

TEST(Validate, WrongKinds) {
  const Shape& shape = toyjson::PutItem::operation().input();
  EXPECT_EQ(fault_of(shape, R"({"TableName":23})", Protocol::kJson10),
            "SerializationException: NUMBER_VALUE cannot be converted to String");
  EXPECT_EQ(fault_of(shape, R"({"TableName":2.5})", Protocol::kJson11),
            "SerializationException: DECIMAL_VALUE can not be converted to a String");
  EXPECT_EQ(fault_of(shape, R"({"TableName":[]})", Protocol::kJson10),
            "SerializationException: Unrecognized collection type class java.lang.String");
  EXPECT_EQ(fault_of(shape, R"({"TableName":{}})", Protocol::kJson10),
            "SerializationException: Start of structure or map found where not expected");
  EXPECT_EQ(fault_of(shape, R"({"TableName":"abc","Item":{"a":{"S":5}}})", Protocol::kJson10),
            "SerializationException: NUMBER_VALUE cannot be converted to String");
  EXPECT_EQ(fault_of(shape, R"({"TableName":"abc","Item":{},"Keys":"x"})", Protocol::kJson10),
            "SerializationException: Unexpected field type");
  EXPECT_EQ(fault_of(shape, R"({"TableName":"abc","Item":{},"Count":"1"})", Protocol::kJson10),
            "SerializationException: STRING_VALUE cannot be converted to Long");
  EXPECT_EQ(fault_of(shape, R"({"TableName":"abc","Item":{},"Count":1.5})", Protocol::kJson11),
            "SerializationException: DECIMAL_VALUE can not be converted to a Long");
  EXPECT_EQ(fault_of(shape, R"({"TableName":"abc","Item":{},"Count":5.0})", Protocol::kJson11),
            "ok");
}

TEST(Validate, LengthIsCountedInUtf16) {
  const Shape& shape = toyjson::PutItem::operation().input();
  EXPECT_EQ(fault_of(shape, R"({"TableName":"\ud83d\ude00x","Item":{}})", Protocol::kJson10), "ok");
  EXPECT_NE(fault_of(shape, R"({"TableName":"éé","Item":{}})", Protocol::kJson10), "ok");
}

}  // namespace
}  // namespace drydock
