// Organizations has operations only.
#include "api/registry.h"

namespace drydock::organizations {

void register_service(Registry&) {}

}  // namespace drydock::organizations
