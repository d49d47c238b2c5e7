// CloudTrail: nothing beside its one operation; api/trail writes the events.
#include "api/registry.h"

namespace drydock::cloudtrail {

void register_service(Registry&) {}

}  // namespace drydock::cloudtrail
