#include "services/cloudformation/engine/plan.h"

#include <gtest/gtest.h>

#include "services/cloudformation/engine/diff.h"
#include "services/cloudformation/template_source.h"
#include "services/cloudformation/types/inline_zip.h"

namespace drydock::cloudformation {

using State = PlanItem::State;
using Names = std::vector<std::string>;

TEST(Plan, StartsAllWhosePredecessorsAreDone) {
  Plan plan = next_of({{"a", {}, State::kDone},
                       {"b", {"a"}, State::kWaiting},
                       {"c", {"a", "outside"}, State::kWaiting},
                       {"d", {"b"}, State::kWaiting}});
  EXPECT_EQ(plan.start, (Names{"b", "c"}));
  EXPECT_FALSE(plan.finished);
  EXPECT_TRUE(next_of({{"a", {}, State::kFailed}, {"b", {"a"}, State::kWaiting}}).stuck);
  EXPECT_TRUE(next_of({}).finished);
}

TEST(Plan, DeletionIsTheReverse) {
  auto items = deletion_plan(
      {{"1", "bucket", {}, State::kWaiting}, {"2", "policy", {"bucket"}, State::kWaiting}});
  EXPECT_EQ(next_of(items).start, (Names{"2"}));
  items[1].state = State::kDone;
  EXPECT_EQ(next_of(items).start, (Names{"1"}));
}

TEST(Difference, UpdateReplaceNone) {
  const ResourceType& role = *find_type("AWS::IAM::Role");
  auto kind = [&](Value before, Value wanted) {
    return difference_of(role, before, wanted, Value::list(), Value::list()).kind;
  };
  using Kind = ResourceDifference::Kind;
  EXPECT_EQ(kind(Value::object({{"Path", "/"}}), Value::object({{"Path", "/"}})), Kind::kNone);
  EXPECT_EQ(kind(Value::object({{"Path", "/"}}), Value::object({{"Path", "/x/"}})), Kind::kReplace);
  EXPECT_EQ(kind(Value::object({{"Description", "a"}}), Value::object({})), Kind::kUpdate);
  Value tags = Value::list({Value::object({{"Key", "a"}, {"Value", "b"}})});
  EXPECT_EQ(difference_of(role, Value::object({}), Value::object({}), Value::list(), tags).kind,
            Kind::kUpdate);
  EXPECT_EQ(difference_of(*find_type("AWS::Lambda::Permission"), Value::object({}),
                          Value::object({}), Value::list(), tags)
                .kind,
            Kind::kNone);
}

TEST(Types, Violations) {
  const ResourceType& role = *find_type("AWS::IAM::Role");
  EXPECT_EQ(
      property_violations(role, "R",
                          Value::object({{"AssumeRolePolicyDocument", "x"}, {"Foo", 1}})),
      "Properties validation failed for resource R with message:\n#: extraneous key [Foo] is not permitted");
  EXPECT_EQ(
      property_violations(role, "R", Value::object({})),
      "Properties validation failed for resource R with message:\n#: required key [AssumeRolePolicyDocument] not found");
}

TEST(Types, GeneratedNames) {
  EXPECT_EQ(generated_name(*find_type("AWS::S3::Bucket"), "Stack", "MyBucket", "ABC"),
            "stack-mybucket-abc");
  EXPECT_EQ(generated_name(*find_type("AWS::IAM::Role"), std::string(60, 's'), std::string(60, 'l'),
                           "ABCDEFGHIJKL")
                .size(),
            64u);
}

TEST(TemplateUrl, EveryForm) {
  auto place = [](std::string_view url) {
    auto found = parse_s3_url(url, "http://127.0.0.1:4566");
    return found ? found->bucket + "|" + found->key : std::string("-");
  };
  EXPECT_EQ(place("https://s3.amazonaws.com/b/k/x%3Ay.json"), "b|k/x:y.json");
  EXPECT_EQ(place("https://s3.us-east-1.amazonaws.com/b/k"), "b|k");
  EXPECT_EQ(place("https://s3-us-west-2.amazonaws.com/b/k"), "b|k");
  EXPECT_EQ(place("https://b.s3.amazonaws.com/k"), "b|k");
  EXPECT_EQ(place("https://my.dotted.b.s3.eu-west-1.amazonaws.com/k/l"), "my.dotted.b|k/l");
  EXPECT_EQ(place("http://127.0.0.1:4566/b/k"), "b|k");
  EXPECT_EQ(place("https://example.com/b/k"), "-");
  EXPECT_EQ(place("s3://b/k"), "-");
}

TEST(InlineZip, HoldsStoredFiles) {
  const ZippedFile files[] = {{"index.py", "x=1"}, {"b.py", "y"}};
  std::string zip = zip_of({files, 1});
  EXPECT_EQ(zip.substr(0, 4), "PK\x03\x04");
  EXPECT_EQ(zip.size(), 30 + 8 + 3 + 46 + 8 + 22u);
  EXPECT_EQ(zip_of(files).size(), zip.size() + 30 + 4 + 1 + 46 + 4);
}

}  // namespace drydock::cloudformation
