// JSON: what parses is written and read back as the same value.
#include "base/value.h"
#include "input.h"

using namespace drydock;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  fuzz::Input input(data, size);
  JsonLimits limits{
      .max_bytes = 1 << 20, .max_depth = 64, .reject_duplicate_keys = (input.byte() & 1) != 0};
  auto text = input.rest();
  auto value = parse_json(text, limits);
  if (!value) {
    fuzz::require(value.error().offset <= text.size() && value.error().line >= 1 &&
                  value.error().column >= 1);
    return 0;
  }
  auto compact = to_json(*value);
  auto again = parse_json(compact);
  fuzz::require(again.has_value() && to_json(*again) == compact);
  fuzz::require(parse_json(to_pretty_json(*value)).has_value());
  return 0;
}
