// API Gateway: what the server must know besides its operations.
#include "api/registry.h"
#include "base/text.h"
#include "services/apigateway/stage/door.h"
#include "services/apigateway/tables.h"

namespace drydock::apigateway {

void register_service(Registry& registry) {
  registry.door(stage_door(registry.server()));
  registry.resource_facts("execute-api", [](Txn& txn, std::string_view, const Arn& arn) {
    return stage_facts(txn, arn);
  });
  registry.resource_facts("apigateway", [](Txn& txn, std::string_view, const Arn& arn) {
    return managed_facts(txn, arn);
  });
}

}  // namespace drydock::apigateway
