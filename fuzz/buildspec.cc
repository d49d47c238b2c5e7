// Buildspecs: any text gives a specification or a message; a specification gives a program of
// bounded size.
#include "services/codebuild/engine/script.h"

#include "input.h"

using namespace drydock;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  auto spec = codebuild::parse_buildspec({reinterpret_cast<const char*>(data), size});
  if (!spec) {
    fuzz::require(!spec.error().empty());
    return 0;
  }
  auto steps = codebuild::steps_of(*spec);
  auto files = codebuild::build_script(*spec, steps, {}, "/codebuild/drydock", "token");
  fuzz::require(files.size() == steps.size() + 2);
  return 0;
}
