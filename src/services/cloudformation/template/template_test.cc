#include "services/cloudformation/template/template.h"

#include <gtest/gtest.h>

#include "services/cloudformation/template/cidr.h"
#include "services/cloudformation/template/functions.h"
#include "services/cloudformation/template/parameters.h"
#include "services/cloudformation/template/parse.h"

namespace drydock::cloudformation {

namespace {

bool any_type(std::string_view type) { return type != "AWS::Nope::Nope"; }

std::string refusal(std::string_view text) {
  auto t = read_template(text, any_type);
  if (!t) return t.error().message;
  auto declared = check_declarations(*t);
  return declared ? "" : declared.error().message;
}

std::string parsed(std::string_view text) {
  auto value = parse_template(text);
  return value ? to_json(*value) : value.error().message;
}

Lookup lookup_of(const Template& t) {
  Lookup lookup;
  lookup.source = &t;
  lookup.stack = {"123456789012", "us-east-1", "arn:stack", "stack", Value::list()};
  lookup.parameters = Value::object({{"P", "p"}, {"List", Value::list({"a", "b"})}});
  lookup.ref = [](std::string_view name) -> Result<Value> {
    return name == "Late" ? Value(kUnknown) : Value("ref-" + std::string(name));
  };
  lookup.attribute = [](std::string_view name, std::string_view attribute) -> Result<Value> {
    return Value(std::string(name) + "/" + std::string(attribute));
  };
  lookup.import = [](std::string_view name) -> Result<Value> {
    return Value("import-" + std::string(name));
  };
  return lookup;
}

constexpr std::string_view kTemplate = R"(
Parameters: {P: {Type: String}, List: {Type: CommaDelimitedList}}
Conditions:
  IsP: !Equals [!Ref P, p]
  Never: !Not [!Condition IsP]
  Both: !And [!Condition IsP, !Not [!Condition Never]]
Mappings: {M: {us-east-1: {Size: "3", Names: [x, y]}}}
Resources:
  R: {Type: "AWS::S3::Bucket"}
  Late: {Type: "AWS::S3::Bucket"}
)";

std::string evaluated(std::string_view expression) {
  auto t = read_template(kTemplate, any_type);
  EXPECT_TRUE(t) << t.error().message;
  auto value = parse_template("V: " + std::string(expression));
  EXPECT_TRUE(value) << value.error().message;
  auto result = evaluate((*value)["V"], lookup_of(*t));
  return result ? to_json(*result) : result.error().message;
}

}  // namespace

TEST(TemplateText, ScalarsStayAsTheyWereWritten) {
  EXPECT_EQ(
      parsed(
          "Version: 2012-10-17\nA: 012345678901\nB: 1.10\nC: 7\nD: False\nE: yes\nF: 'true'\nG: 1.5"),
      R"({"Version":"2012-10-17","A":"012345678901","B":"1.10","C":7,"D":false,"E":true,"F":"true","G":1.5})");
}

TEST(TemplateText, ShortFormsBecomeLongForms) {
  EXPECT_EQ(
      parsed(
          "A: !Ref X\nB: !GetAtt X.Y.Z\nC: !Sub '${X}'\nD: !Join ['-', [a, !Ref B]]\nE: !If [C, 1, !Ref 'AWS::NoValue']"),
      R"({"A":{"Ref":"X"},"B":{"Fn::GetAtt":["X","Y.Z"]},"C":{"Fn::Sub":"${X}"},"D":{"Fn::Join":["-",["a",{"Ref":"B"}]]},)"
      R"("E":{"Fn::If":["C",1,{"Ref":"AWS::NoValue"}]}})");
}

TEST(TemplateText, SaysWhereItIsBroken) {
  EXPECT_EQ(parsed("{\"a\": }"), "Template format error: JSON not well-formed. (line 1, column 7)");
  EXPECT_TRUE(
      parsed("a: [1, 2\nb: 3").starts_with("Template format error: YAML not well-formed. (line "));
  EXPECT_EQ(parsed("a: &x 1\nb: *x"),
            "Template error: YAML aliases are not allowed in CloudFormation templates");
  EXPECT_EQ(parsed("just text"), "Template format error: unsupported structure.");
  EXPECT_TRUE(parsed(std::string(400, '[')).starts_with("Template format error"));
}

TEST(TemplateStructure, AwsTexts) {
  EXPECT_EQ(refusal("{\"Foo\": 1}"), "Invalid template property or properties [Foo]");
  EXPECT_EQ(refusal("Description: x"),
            "Template format error: At least one Resources member must be defined.");
  EXPECT_EQ(refusal("Resources: {A: {Type: AWS::Nope::Nope}}"),
            "Template format error: Unrecognized resource types: [AWS::Nope::Nope]");
  EXPECT_EQ(
      refusal("Resources: {A: {Properties: {}}}"),
      "Template format error: [/Resources/A] Every Resources object must contain a Type member.");
  EXPECT_EQ(
      refusal("Resources: {A: {Type: T, Properties: {X: !Ref B}}}"),
      "Template format error: Unresolved resource dependencies [B] in the Resources block of the template");
  EXPECT_EQ(
      refusal("Resources: {A: {Type: T, DependsOn: Z}}"),
      "Template format error: Unresolved resource dependencies [Z] in the Resources block of the template");
  EXPECT_EQ(refusal("Resources: {A: {Type: T, Properties: {X: !GetAtt B.Arn}}}"),
            "Template error: instance of Fn::GetAtt references undefined resource B");
  EXPECT_EQ(
      refusal("Resources: {A: {Type: T, Properties: {X: null}}}"),
      "Template format error: [/Resources/A/Properties/X] 'null' values are not allowed in templates");
  EXPECT_EQ(
      refusal("Resources: {A: {Type: T}}\nOutputs: {O: {Value: !Ref Q}}"),
      "Template format error: Unresolved resource dependencies [Q] in the Outputs block of the template");
  EXPECT_EQ(
      refusal(
          "Resources: {A: {Type: T, Properties: {X: !Ref B}}, B: {Type: T, Properties: {X: !Sub 'a${A}'}}}"),
      "Circular dependency between resources: [A, B]");
  EXPECT_EQ(
      refusal("Resources: {A: {Type: T, Condition: C}}"),
      "Template format error: Unresolved condition dependency C in the Resources block of the template");
  EXPECT_EQ(refusal("Parameters: {P: {Type: Strong}}\nResources: {A: {Type: T}}"),
            "Template format error: Unrecognized parameter type: Strong");
  EXPECT_EQ(refusal("Transform: AWS::Serverless-2016-10-31\nResources: {A: {Type: T}}"),
            "The template transform AWS::Serverless-2016-10-31 is not implemented by Drydock.");
}

TEST(TemplateStructure, DependencyOrderFollowsReferencesThenWriting) {
  auto t = read_template(
      "Resources: {C: {Type: T, DependsOn: [A]}, B: {Type: T}, A: {Type: T, Properties: {X: !Sub '${B.Arn}'}}}",
      any_type);
  ASSERT_TRUE(t);
  auto ordered = in_dependency_order(*t);
  ASSERT_TRUE(ordered);
  std::string order;
  for (auto* resource : *ordered) order += resource->logical_id;
  EXPECT_EQ(order, "BAC");
}

TEST(Functions, Evaluate) {
  EXPECT_EQ(evaluated("!Ref P"), "\"p\"");
  EXPECT_EQ(evaluated("!Ref List"), "[\"a\",\"b\"]");
  EXPECT_EQ(evaluated("!Sub '${P}-${AWS::Region}-${R}-${R.Arn}-${!Not}'"),
            "\"p-us-east-1-ref-R-R/Arn-${Not}\"");
  EXPECT_EQ(evaluated("!Sub ['${V}/${P}', {V: !Ref R}]"), "\"ref-R/p\"");
  EXPECT_EQ(evaluated("!Join ['-', [a, !Join ['', !Split ['/', 'x/y']]]]"), "\"a-xy\"");
  EXPECT_EQ(evaluated("!Select [1, !Ref List]"), "\"b\"");
  EXPECT_EQ(evaluated("!Select [5, !Ref List]"),
            "Template error: Fn::Select cannot select nonexistent value at index 5");
  EXPECT_EQ(evaluated("!FindInMap [M, !Ref 'AWS::Region', Names]"), "[\"x\",\"y\"]");
  EXPECT_EQ(evaluated("!FindInMap [M, eu, Size]"),
            "Template error: Unable to get mapping for M::eu::Size");
  EXPECT_EQ(evaluated("!If [Both, yes1, no1]"), "\"yes1\"");
  EXPECT_EQ(evaluated("{A: !If [Never, 1, !Ref 'AWS::NoValue'], B: [1, !Ref 'AWS::NoValue']}"),
            "{\"B\":[1]}");
  EXPECT_EQ(evaluated("!ImportValue x"), "\"import-x\"");
  EXPECT_EQ(evaluated("!Base64 abc"), "\"YWJj\"");
  EXPECT_EQ(evaluated("{Condition: {StringEquals: {a: b}}}"),
            "{\"Condition\":{\"StringEquals\":{\"a\":\"b\"}}}");
}

TEST(Functions, OfTheUnknownIsUnknown) {
  auto t = read_template(kTemplate, any_type);
  auto value = parse_template(
      "V: [!Sub 'x${Late}', !Join ['', [!Ref Late]], !Select [0, !Split ['/', !Ref Late]]]");
  auto result = evaluate((*value)["V"], lookup_of(*t));
  ASSERT_TRUE(result) << result.error().message;
  for (const Value& one : result->as_list()) EXPECT_TRUE(is_unknown(one));
}

TEST(Functions, Rules) {
  auto t = read_template(R"(
Parameters: {P: {Type: String}}
Rules: {Check: {Assertions: [{Assert: !Not [!Contains [[a, p], !Ref P]], AssertDescription: not p}]}}
Resources: {R: {Type: T}})",
                         any_type);
  ASSERT_TRUE(t) << t.error().message;
  auto checked = check_rules(lookup_of(*t));
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().message, "Template rule Check failed: not p");
}

TEST(Cidr, Cuts) {
  EXPECT_EQ((*cut_cidr("10.0.0.0/16", 2, 8)),
            (std::vector<std::string>{"10.0.0.0/24", "10.0.1.0/24"}));
  EXPECT_FALSE(cut_cidr("10.0.0.0/30", 2, 8));
}

TEST(Parameters, Constraints) {
  auto settle = [](std::string_view declaration, std::vector<GivenParameter> given) -> std::string {
    auto t = read_template(
        "Parameters: {P: " + std::string(declaration) + "}\nResources: {R: {Type: T}}", any_type);
    EXPECT_TRUE(t) << t.error().message;
    auto settled = settle_parameters(*t, given, nullptr, {});
    return settled ? to_json(parameter_values(*t, *settled)) : settled.error().message;
  };
  GivenParameter x{"P", "x", true, false};
  EXPECT_EQ(settle("{Type: String}", {}), "Parameters: [P] must have values");
  EXPECT_EQ(settle("{Type: String, Default: 7}", {}), "{\"P\":\"7\"}");
  EXPECT_EQ(settle("{Type: Number}", {x}), "Parameter 'P' must be a number.");
  EXPECT_EQ(settle("{Type: String, AllowedValues: [a]}", {x}),
            "Parameter 'P' must be one of AllowedValues");
  EXPECT_EQ(settle("{Type: String, AllowedPattern: '\\d{12}'}", {x}),
            "Parameter 'P' must match pattern \\d{12}");
  EXPECT_EQ(settle("{Type: String, MinLength: 12}", {x}),
            "Parameter 'P' must contain at least 12 characters");
  EXPECT_EQ(settle("{Type: String, MinLength: 12, ConstraintDescription: twelve digits}", {x}),
            "Parameter 'P' failed to satisfy constraint: twelve digits");
  EXPECT_EQ(settle("{Type: CommaDelimitedList}", {{"P", "a, b", true, false}}),
            "{\"P\":[\"a\",\"b\"]}");
  EXPECT_EQ(settle("{Type: String, Default: a}", {{"Q", "x", true, false}}),
            "Parameters: [Q] do not exist in the template");
  EXPECT_EQ(
      settle("{Type: String}", {{"P", "", false, true}}),
      "Invalid input for parameter key P. Cannot specify usePreviousValue as true for a parameter key not in the previous template");
}

}  // namespace drydock::cloudformation
