#include <gtest/gtest.h>

#include "services/dynamodb/expressions/evaluate.h"
#include "services/dynamodb/expressions/lexer.h"
#include "services/dynamodb/expressions/parser.h"
#include "services/dynamodb/expressions/projection.h"
#include "services/dynamodb/expressions/update.h"
#include "services/dynamodb/values/document.h"

namespace drydock::dynamodb {
namespace {

Value json(std::string_view text) { return *parse_json(text); }

const char* kItem =
    R"({"id":{"S":"x"},"n":{"N":"5"},"tags":{"SS":["a","b"]},"l":{"L":[{"N":"1"},{"N":"2"},{"N":"3"}]},
  "m":{"M":{"k":{"S":"deep"},"inside":{"M":{"z":{"BOOL":true}}}}}})";
const char* kValues =
    R"({":n":{"N":"5"},":s":{"S":"x"},":a":{"S":"a"},":big":{"N":"10"},":t":{"S":"SS"},":l":{"L":[{"N":"9"}]},
  ":set":{"SS":["b","c"]},":de":{"S":"de"}})";

std::string condition_error(std::string_view text) {
  auto parsed = parse_condition(text);
  if (!parsed) return parsed.error();
  auto substitutions = Substitutions::read({}, json(kValues));
  auto bindings = substitutions->bind(parsed->used, "X");
  if (!bindings) return bindings.error().message;
  return check_condition(parsed->root, *bindings).value_or("");
}

bool matches(std::string_view text) {
  EXPECT_EQ(condition_error(text), "") << text;
  auto parsed = parse_condition(text);
  auto substitutions = Substitutions::read(json(R"({"#k":"k"})"), json(kValues));
  auto bindings = substitutions->bind(parsed->used, "X");
  return holds(parsed->root, *bindings, *read_item(json(kItem)));
}

TEST(DynamoCondition, DecidesOverAnItem) {
  EXPECT_TRUE(matches("id = :s AND n >= :n"));
  EXPECT_TRUE(matches("NOT id <> :s"));
  EXPECT_TRUE(matches("n BETWEEN :n AND :big and contains(tags, :a)"));
  EXPECT_TRUE(matches("id IN (:a, :s)"));
  EXPECT_TRUE(matches("attribute_exists(m.k) AND attribute_not_exists(m.nope)"));
  EXPECT_TRUE(matches("attribute_type(tags, :t)"));
  EXPECT_TRUE(matches("begins_with(m.k, :de)"));
  EXPECT_TRUE(matches("size(tags) < :n"));
  EXPECT_FALSE(matches("absent = :s"));
  EXPECT_TRUE(matches("absent <> :s"));
  EXPECT_FALSE(matches("n < :s"));
  EXPECT_TRUE(matches("id = :a OR id = :s AND n = :n"));
  EXPECT_TRUE(matches("(id = :a OR id = :s) AND NOT (n = :big)"));
  EXPECT_TRUE(matches("l[1] < l[2]"));
}

TEST(DynamoCondition, ErrorsSayWhatAwsSays) {
  EXPECT_EQ(condition_error(""), "The expression can not be empty;");
  EXPECT_EQ(condition_error("foo"), "Syntax error; token: \"<EOF>\", near: \"foo\"");
  EXPECT_EQ(condition_error("user-id = :s"), "Syntax error; token: \"-\", near: \"user-id\"");
  EXPECT_EQ(condition_error("a = :s AND"), "Syntax error; token: \"<EOF>\", near: \"AND\"");
  EXPECT_EQ(condition_error("status = :s"),
            "Attribute name is a reserved keyword; reserved keyword: status");
  EXPECT_EQ(
      condition_error("a = :nope"),
      "Invalid X: An expression attribute value used in expression is not defined; attribute value: :nope");
  EXPECT_EQ(
      condition_error("#k = :s"),
      "Invalid X: An expression attribute name used in the document path is not defined; attribute name: #k");
  EXPECT_EQ(condition_error("foo(a) = :s"), "Invalid function name; function: foo");
  EXPECT_EQ(
      condition_error("attribute_exists(a) = :s"),
      "The function is not allowed to be used this way in an expression; function: attribute_exists");
  EXPECT_EQ(condition_error("size(a)"),
            "The function is not allowed to be used this way in an expression; function: size");
  EXPECT_EQ(condition_error("size(a) > :n AND (b) = (:s)"), "");
  EXPECT_EQ(condition_error("foo(a)"), "Invalid function name; function: foo");
  EXPECT_EQ(condition_error("if_not_exists(a, :s)"),
            "The function is not allowed in a condition expression; function: if_not_exists");
  EXPECT_EQ(
      condition_error("attribute_exists(a, b)"),
      "Incorrect number of operands for operator or function; operator or function: attribute_exists, number of operands: 2");
  EXPECT_EQ(
      condition_error("attribute_exists(:s)"),
      "Operator or function requires a document path; operator or function: attribute_exists");
  EXPECT_EQ(condition_error("((a = :s))"), "The expression has redundant parentheses;");
  EXPECT_EQ(
      condition_error("a = a"),
      "The first operand must be distinct from the remaining operands for this operator or function; operator: =, first operand: [a]");
  EXPECT_EQ(
      condition_error("begins_with(a, :n)"),
      "Incorrect operand type for operator or function; operator or function: begins_with, operand type: N");
  EXPECT_EQ(
      condition_error("a BETWEEN :big AND :n"),
      "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; "
      "lower bound operand: AttributeValue: {N:10}, upper bound operand: AttributeValue: {N:5}");
}

std::string updated(std::string_view text) {
  auto parsed = parse_update(text);
  if (!parsed) return parsed.error();
  auto substitutions = Substitutions::read({}, json(kValues));
  auto bindings = substitutions->bind(parsed->used, "UpdateExpression");
  if (!bindings) return bindings.error().message;
  if (auto error = check_update(parsed->update, *bindings)) return *error;
  auto next =
      apply_update(parsed->update, *bindings, *read_item(json(kItem)), UpdateDialect::kExpression);
  if (!next) return next.error().message;
  // Only what changed.
  Item before = *read_item(json(kItem)), changed;
  for (const auto& [name, value] : *next)
    if (!before.find(name) || !(*before.find(name) == value)) changed.set(name, value);
  for (const auto& [name, value] : before)
    if (!next->find(name)) changed.set("-" + name, Attribute());
  return to_json(write_item(changed));
}

TEST(DynamoUpdate, ChangesAnItem) {
  EXPECT_EQ(updated("SET n = n + :n"), R"({"n":{"N":"10"}})");
  EXPECT_EQ(updated("SET a = if_not_exists(a, :s), b = n - :big"),
            R"({"a":{"S":"x"},"b":{"N":"-5"}})");
  EXPECT_EQ(updated("SET l = list_append(:l, l)"),
            R"({"l":{"L":[{"N":"9"},{"N":"1"},{"N":"2"},{"N":"3"}]}})");
  EXPECT_EQ(updated("SET l[10] = :s, l[9] = :a"),
            R"({"l":{"L":[{"N":"1"},{"N":"2"},{"N":"3"},{"S":"a"},{"S":"x"}]}})");
  EXPECT_EQ(updated("REMOVE l[0], l[2], n SET l[1] = :s"),
            R"({"-n":{"NULL":true},"l":{"L":[{"S":"x"}]}})");
  EXPECT_EQ(updated("ADD tags :set, n :n, fresh :n"),
            R"({"fresh":{"N":"5"},"n":{"N":"10"},"tags":{"SS":["a","b","c"]}})");
  EXPECT_EQ(updated("DELETE tags :set"), R"({"tags":{"SS":["a"]}})");
  EXPECT_EQ(
      updated("SET m.#k = :s"),
      "Invalid UpdateExpression: An expression attribute name used in the document path is not defined; attribute name: #k");
}

TEST(DynamoUpdate, ErrorsSayWhatAwsSays) {
  EXPECT_EQ(updated("SET a = nope"),
            "The provided expression refers to an attribute that does not exist in the item");
  EXPECT_EQ(updated("SET a = id + :n"),
            "An operand in the update expression has an incorrect data type");
  EXPECT_EQ(updated("SET nope.a = :n"),
            "The document path provided in the update expression is invalid for update");
  EXPECT_EQ(updated("SET a = :n SET b = :n"),
            "The \"SET\" section can only be used once in an update expression;");
  EXPECT_EQ(
      updated("SET a = :n, a.b = :n"),
      "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], path two: [a, b]");
  EXPECT_EQ(
      updated("SET a.b = :n, a[0] = :n"),
      "Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [a, b], path two: [a, [0]]");
  EXPECT_EQ(updated("ADD id :s"),
            "Incorrect operand type for operator or function; operator: ADD, operand type: STRING");
  EXPECT_EQ(updated("SET a = size(b)"),
            "The function is not allowed in an update expression; function: size");
  EXPECT_EQ(updated("SET a"), "Syntax error; token: \"<EOF>\", near: \"a\"");
  EXPECT_EQ(updated("list a"), "Syntax error; token: \"list\", near: \"list a\"");
}

TEST(DynamoProjection, CutsNestedPaths) {
  auto parsed = parse_projection("id, m.inside.z, l[2], l[0], nope.x");
  ASSERT_TRUE(parsed) << parsed.error();
  Projection projection;
  for (const Path& path : parsed->paths) projection.add(path, {});
  EXPECT_EQ(
      to_json(write_item(projection.apply(*read_item(json(kItem))))),
      R"({"id":{"S":"x"},"l":{"L":[{"N":"1"},{"N":"3"}]},"m":{"M":{"inside":{"M":{"z":{"BOOL":true}}}}}})");
}

TEST(DynamoParser, TakesAnyText) {
  // Random texts of likely pieces; the parser must always come back.
  const char* pieces[] = {"a",
                          "#a",
                          ":v",
                          "(",
                          ")",
                          "[",
                          "]",
                          ".",
                          ",",
                          "=",
                          "<",
                          "<>",
                          ">=",
                          "+",
                          "-",
                          "AND",
                          "OR",
                          "NOT",
                          "IN",
                          "BETWEEN",
                          "SET",
                          "REMOVE",
                          "ADD",
                          "DELETE",
                          "size",
                          "contains",
                          "list_append",
                          "if_not_exists",
                          "1",
                          "99999999999999",
                          "\xc3\xa4",
                          "\x01",
                          " "};
  uint64_t state = 42;
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    for (int i = 0; i < 24; ++i) {
      state = state * 6364136223846793005ull + 1442695040888963407ull;
      text += pieces[(state >> 33) % std::size(pieces)];
      if ((state >> 60) & 1) text += ' ';
    }
    (void)parse_condition(text);
    (void)parse_update(text);
    (void)parse_projection(text);
  }
  EXPECT_FALSE(parse_condition(std::string(4000, '(')));
  std::string nots;
  for (int i = 0; i < 1000; ++i) nots += "NOT ";
  EXPECT_FALSE(parse_condition(nots + "a=:v"));
}

TEST(DynamoLexer, KnowsReservedWords) {
  EXPECT_TRUE(is_reserved_word("Name"));
  EXPECT_TRUE(is_reserved_word("ZONE"));
  EXPECT_FALSE(is_reserved_word("price"));
}

}  // namespace
}  // namespace drydock::dynamodb
