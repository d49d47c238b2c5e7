// DynamoDB's expressions: a kind, the expression, then values as JSON; parse, bind, check and apply
// to an item.
#include "input.h"
#include "services/dynamodb/expressions/bind.h"
#include "services/dynamodb/expressions/evaluate.h"
#include "services/dynamodb/expressions/parser.h"
#include "services/dynamodb/expressions/projection.h"
#include "services/dynamodb/expressions/update.h"
#include "services/dynamodb/values/document.h"
#include "services/dynamodb/values/encoding.h"

using namespace drydock;
using namespace drydock::dynamodb;

namespace {

Item item() {
  Item i;
  i.set("s", Attribute("text"));
  i.set("n", Attribute(Number(12)));
  i.set("l", Attribute(Attribute::List{Attribute("a"), Attribute(Number(1))}));
  Item m;
  m.set("x", Attribute(true));
  i.set("m", Attribute(m));
  i.set("ss", Attribute(StringSet{{"a", "b"}}));
  return i;
}

Substitutions read(const std::string& json) {
  auto value = parse_json(json);
  auto names = Value::object({{"#n", "n"}, {"#m", "m"}});
  auto found =
      Substitutions::read(names, value && value->is_object() && value->size() ? *value : Value());
  if (!found) found = Substitutions::read(names, Value());
  fuzz::require(found.has_value());
  return std::move(*found);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  fuzz::Input input(data, size);
  auto kind = input.byte() % 3;
  auto text = input.line();
  auto given = read(input.rest());
  static const Item before = item();
  if (kind == 0) {
    auto parsed = parse_condition(text);
    if (!parsed) return fuzz::require(!parsed.error().empty()), 0;
    auto bound = given.bind(parsed->used, "ConditionExpression");
    if (bound && !check_condition(parsed->root, *bound)) holds(parsed->root, *bound, before);
  } else if (kind == 1) {
    auto parsed = parse_update(text);
    if (!parsed) return fuzz::require(!parsed.error().empty()), 0;
    auto bound = given.bind(parsed->used, "UpdateExpression");
    if (!bound || check_update(parsed->update, *bound)) return 0;
    auto after = apply_update(parsed->update, *bound, before, UpdateDialect::kExpression);
    if (after) fuzz::require(decode_item(encode_item(*after)) == *after);
  } else {
    auto parsed = parse_projection(text);
    if (!parsed) return fuzz::require(!parsed.error().empty()), 0;
    auto bound = given.bind(parsed->used, "ProjectionExpression");
    if (!bound) return 0;
    Projection projection;
    for (const auto& path : parsed->paths) projection.add(path, *bound);
    projection.apply(before);
  }
  return 0;
}
