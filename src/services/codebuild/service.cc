// CodeBuild: what the server must know besides its operations.
#include "api/registry.h"
#include "services/codebuild/engine/engine.h"

namespace drydock::codebuild {

void register_service(Registry& registry) { register_engine(registry); }

}  // namespace drydock::codebuild
