#include "services/iam/last_use.h"

namespace drydock::iam {

std::optional<LastUse> latest_use(Call& call, const std::string& id) {
  std::optional<LastUse> latest;
  for (auto& use : last_uses(call.server()).of(id)) {
    if (!latest || latest->time < use.time) latest = std::move(use);
  }
  return latest;
}

RoleLastUsed role_last_used(Call& call, const RoleRow& row) {
  auto use = latest_use(call, row.Id);
  if (!use) return {};
  return {.LastUsedDate = use->time, .Region = use->region};
}

}  // namespace drydock::iam
