// Filter patterns of CloudWatch Logs: a pattern, a line break, a message.
#include "services/logs/filter_pattern.h"
#include "input.h"

using namespace drydock;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  fuzz::Input input(data, size);
  auto pattern = logs::parse_filter_pattern(input.line());
  if (!pattern) return fuzz::require(!pattern.error().message.empty()), 0;
  (*pattern)->matches(input.rest());
  return 0;
}
