// STS: what the server must know besides its operations.
#include "services/sts/sessions.h"

namespace drydock::sts {

void register_service(Registry& registry) { register_sessions(registry); }

}  // namespace drydock::sts
