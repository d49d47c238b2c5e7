// IAM: what the server must know besides its operations.
#include "services/iam/principals.h"

namespace drydock::iam {

void register_service(Registry& registry) { register_principals(registry); }

}  // namespace drydock::iam
