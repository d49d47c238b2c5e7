// What STS tells the server about itself: the keys of sessions.
#include "api/registry.h"
#include "api/server.h"
#include "services/sts/sessions.h"

namespace drydock::sts {

void register_service(Registry& registry) {
  Server& server = registry.server();
  registry.access_keys([](Txn& txn, std::string_view id) { return session_key_facts(txn, id); });
  registry.job_kind("sts.sweep", [&server](const Job& job) { return sweep(server, job); });
}

}  // namespace drydock::sts
