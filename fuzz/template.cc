// CloudFormation templates: what parses is written as JSON and read back; its functions evaluate or
// fault.
#include "services/cloudformation/template/template.h"
#include "input.h"
#include "services/cloudformation/template/functions.h"
#include "services/cloudformation/template/parse.h"

using namespace drydock;
using namespace drydock::cloudformation;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  fuzz::Input input(data, size);
  auto value = parse_template(input.rest());
  if (!value) return fuzz::require(!value.error().message.empty()), 0;
  fuzz::require(parse_json(to_json(*value), {.max_depth = 1000}).has_value());
  Lookup lookup;
  static const Template empty;
  lookup.source = &empty;
  lookup.stack = {"111111111111", "us-east-1",
                  "arn:aws:cloudformation:us-east-1:111111111111:stack/s/1", "s", Value::list()};
  lookup.parameters = Value::object({{"P", "p"}});
  lookup.ref = [](std::string_view id) -> Result<Value> { return Value(id); };
  lookup.attribute = [](std::string_view id, std::string_view name) -> Result<Value> {
    return Value(std::string(id) + "." + std::string(name));
  };
  lookup.import = [](std::string_view name) -> Result<Value> { return Value(name); };
  (void)evaluate(*value, lookup);
  return 0;
}
