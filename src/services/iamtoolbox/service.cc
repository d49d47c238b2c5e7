// IAM Toolbox: nothing beside its operations.
#include "api/registry.h"

namespace drydock::iamtoolbox {

void register_service(Registry&) {}

}  // namespace drydock::iamtoolbox
