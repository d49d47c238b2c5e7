// Which users, groups and roles a managed policy is attached to.
#pragma once

#include <string>
#include <vector>

#include "api/call.h"
#include "gen/iam.h"

namespace drydock::iam {

struct Attachments {
  std::vector<PolicyUser> users;
  std::vector<PolicyGroup> groups;
  std::vector<PolicyRole> roles;
  size_t boundaries = 0;  // of how many users and roles it is the permissions boundary
};
Attachments attachments_of(Call& call, const std::string& policy_arn);

}  // namespace drydock::iam
