// Answers of custom resources: what is taken for one has a status, an id and a flat object of data.
#include "input.h"
#include "services/cloudformation/custom_answers.h"

using namespace drydock;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  fuzz::Input input(data, size);
  const auto answer = cloudformation::read_answer(input.rest());
  if (!answer) {
    fuzz::require(!answer.error().message.empty());
    return 0;
  }
  fuzz::require(!answer->success || !answer->physical_id.empty());
  fuzz::require(answer->data.is_object() && size <= 4096);
  return 0;
}
