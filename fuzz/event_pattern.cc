// Event patterns: a pattern, a line break, an event.
#include "base/event_pattern.h"
#include "input.h"

using namespace drydock;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  fuzz::Input input(data, size);
  auto pattern = parse_event_pattern(input.line());
  if (!pattern) return fuzz::require(!pattern.error().message.empty()), 0;
  auto event = parse_json(input.rest());
  if (event) matches_event(*pattern, *event);
  return 0;
}
