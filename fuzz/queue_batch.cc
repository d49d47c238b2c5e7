// Event source mappings: filters of a mapping and what a function says of a batch. A filter that is
// taken decides about any message; only messages of the batch can have failed.
#include "services/lambda/queue_batch.h"
#include "input.h"

using namespace drydock;
using namespace drydock::lambda;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  fuzz::Input in(data, size);
  const std::string filter = in.line(), body = in.line();
  const Value message = Value::object({{"MessageId", "a"}, {"Body", body}});
  const Value record = queue_record(message, "arn:aws:sqs:r:1:q", "r");
  if (auto filters = parse_filters({filter}))
    fuzz::require(passes_filters(*filters, record) == passes_filters(*filters, record));
  if (auto failed = failed_items(in.rest(), {"a", "b"}))
    for (const std::string& id : *failed) fuzz::require(id == "a" || id == "b");
  return 0;
}
