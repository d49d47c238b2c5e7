// Packed questions as the store gives them back: whatever the bytes are, what is read is written
// and read again as the same.
#include "api/question.h"

#include "input.h"

using namespace drydock;

namespace {
std::string packed(const Question& q) {
  std::string out;
  pack(out,
       {q.request_id, q.time, q.region.text, q.caller, q.action, q.resource, q.context.entries});
  return out;
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const auto question = unpack(bytes);
  const std::string_view request_id = packed_request_id(bytes);
  if (!question) return 0;
  fuzz::require(request_id == question->request_id);
  fuzz::require(question->caller.principal.kind <= Principal::Kind::kFederated);
  (void)acting_principal(question->caller.principal);
  const std::string once = packed(*question);
  const auto again = unpack(once);
  fuzz::require(again && packed(*again) == once);
  return 0;
}
