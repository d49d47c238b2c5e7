// The policies of a user, group or role with their documents, in one list: for tools that look at
// policies rather than decide by them.
#pragma once

#include <string>
#include <vector>

#include "api/call.h"
#include "services/iam/entities.h"

namespace drydock::iam {

struct PolicySource {
  std::string name, arn, document;       // no ARN: inline
  std::string entity_type, entity_name;  // "USER", "GROUP", "ROLE": who carries it
};
struct Entity {
  std::string arn, name, type, id, path;  // type: "USER", "GROUP", "ROLE"
};

// Those whose policies and calls an ARN stands for: a user or role itself, the users of a group,
// whoever has a policy.
struct Subject {
  std::vector<Entity> entities;
  std::vector<PolicySource> policies;
};
// Of this account; NoSuchEntity or InvalidInput otherwise. Asks IAM for nothing.
Result<Subject> read_subject(Call& call, const std::string& arn);

}  // namespace drydock::iam
