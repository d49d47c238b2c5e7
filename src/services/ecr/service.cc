// ECR: nothing beside its one operation.
#include "api/registry.h"

namespace drydock::ecr {

void register_service(Registry&) {}

}  // namespace drydock::ecr
