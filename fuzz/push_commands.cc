// The head of a git push.
#include "services/codecommit/push_commands.h"
#include "input.h"

using namespace drydock;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  auto commands = codecommit::parse_push_commands({reinterpret_cast<const char*>(data), size});
  if (commands) fuzz::require(commands->size() <= codecommit::kMostCommands);
  return 0;
}
