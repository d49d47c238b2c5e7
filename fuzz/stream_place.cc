// Shard iterators as clients give them back: one that is taken is written again as it was meant.
#include "input.h"
#include "services/dynamodb/streams.h"

using namespace drydock;
using namespace drydock::dynamodb;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  if (auto place = read_place(text)) {
    auto again = read_place(write_place(*place));
    fuzz::require(place->next >= 1 && again && again->next == place->next &&
                  again->issued == place->issued && again->stream_arn == place->stream_arn);
  }
  if (auto name = stream_name(text))
    fuzz::require(text == "table/" + name->table + "/stream/" + name->label);
  return 0;
}
