#include "api/door_access.h"

#include "api/server_impl.h"

namespace drydock {

Result<void> authorize_visit(Server& server, const std::string& request_id, const Caller& caller,
                             const Region& region, std::string_view action,
                             std::string_view resource, Context context) {
  auto txn = server.engine().begin_read();
  std::optional<IdentityPolicies> policies;
  return static_cast<ServerImpl&>(server).decide(*txn, caller, region, request_id, action, resource,
                                                 std::move(context), policies);
}

}  // namespace drydock
