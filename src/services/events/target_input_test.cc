#include "services/events/target_input.h"

#include <gtest/gtest.h>

namespace drydock::events {
namespace {

TEST(TargetInput, WholePartConstantAndTemplate) {
  Value event = *parse_json(
      R"({"id":"1","time":"t","detail":{"name":"x\"y","n":5,"list":[{"a":true}],"o":{"k":"v"}}})");
  const char* rule = "arn:aws:events:us-east-1:111111111111:rule/r";
  Target target{.Id = "1", .Arn = "arn"};
  EXPECT_EQ(*parse_json(input_of(target, event, rule)), event);
  target.InputPath = "$.detail.list[0].a";
  EXPECT_EQ(input_of(target, event, rule), "true");
  target.InputPath = "$.detail.nope";
  EXPECT_EQ(input_of(target, event, rule), "null");
  target.InputPath.reset();
  target.InputTransformer = InputTransformer{
      .InputPathsMap =
          Map<std::string>{{"name", "$.detail.name"}, {"n", "$.detail.n"}, {"o", "$.detail.o"}},
      .InputTemplate =
          R"({"a": <name>, "b": "is <name> at <n>", "c": <n>, "d": <o>, "e": "<unknown>", "r": "<aws.events.rule-name>"})"};
  EXPECT_EQ(*parse_json(input_of(target, event, rule)),
            *parse_json(
                R"({"a":"x\"y","b":"is x\"y at 5","c":5,"d":{"k":"v"},"e":"<unknown>","r":"r"})"));
  target.Input = "constant";
  EXPECT_EQ(input_of(target, event, rule), "constant");
}

}  // namespace
}  // namespace drydock::events
