// Lambda: what the server must know besides its operations.
#include <map>
#include <mutex>

#include "api/registry.h"
#include "services/lambda/asynchronous.h"
#include "services/lambda/code.h"
#include "services/lambda/layers.h"
#include "services/lambda/mappings.h"
#include "services/lambda/permissions.h"
#include "services/lambda/runtime/fleet.h"
#include "services/lambda/runtime/launch.h"
#include "services/lambda/url_door.h"

namespace drydock::lambda {

namespace {
std::mutex fleets_mutex;
std::map<Server*, std::shared_ptr<Fleet>> fleets;
}  // namespace

std::shared_ptr<Fleet> fleet_of(Server& server) {
  std::lock_guard lock(fleets_mutex);
  auto& fleet = fleets[&server];
  if (!fleet) fleet = std::make_shared<Fleet>(server);
  return fleet;
}

void register_service(Registry& registry) {
  Server& server = registry.server();
  register_asynchronous(registry);
  register_poller(registry);
  registry.resource_facts("lambda", [](Txn& txn, std::string_view, const Arn& arn) {
    if (arn.resource.starts_with("layer:")) return layer_facts(txn, arn);
    return mapping_of_arn(arn) ? mapping_facts(txn, arn) : function_facts(txn, arn);
  });
  registry.door(download_door(server));
  registry.door(url_door(server));
  // Also after a reset, when the functions of the running instances are gone.
  registry.at_start([&server] {
    std::shared_ptr<Fleet> old;
    {
      std::lock_guard lock(fleets_mutex);
      old = std::move(fleets[&server]);
    }
    if (old) old->stop();
    clear_unpacked(server);
  });
  registry.at_stop([&server] {
    std::lock_guard lock(fleets_mutex);
    if (auto found = fleets.find(&server); found != fleets.end() && found->second)
      found->second->stop();
  });
}

}  // namespace drydock::lambda
