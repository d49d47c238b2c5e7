// Filter policies of SNS: a policy, a line break, a message. One that is taken decides about any
// message, the same way twice.
#include "input.h"
#include "services/sns/filter.h"

using namespace drydock;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  fuzz::Input input(data, size);
  std::string text(input.line());
  auto message = parse_json(input.rest());
  for (auto scope : {sns::FilterScope::kAttributes, sns::FilterScope::kBody}) {
    auto filter = sns::parse_filter(text, scope);
    if (!filter) {
      fuzz::require(!filter.error().message.empty());
      continue;
    }
    if (!message || !message->is_object()) continue;
    const bool wanted = sns::passes(*filter, *message);
    auto again = sns::parse_filter(to_json(*filter), scope);
    fuzz::require(again.has_value() && sns::passes(*again, *message) == wanted);
  }
  return 0;
}
