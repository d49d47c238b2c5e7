// Event patterns: a pattern, a line break, an event.
#include "input.h"
#include "services/events/pattern.h"

using namespace drydock;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  fuzz::Input input(data, size);
  auto pattern = events::parse_pattern(input.line());
  if (!pattern) return fuzz::require(!pattern.error().message.empty()), 0;
  auto event = parse_json(input.rest());
  if (event) events::matches(*pattern, *event);
  return 0;
}
