// A second evaluator, for the differential tests: slow, plain, written from AWS's documents,
// sharing nothing with the one that decides requests. Rules and sources: slow_test.cc.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace slow {

struct Condition {
  std::string op, key;  // as written: "ForAnyValue:StringLikeIfExists"
  std::vector<std::string> values;
};

struct Statement {
  bool deny = false;
  bool not_action = false, not_resource = false, not_principal = false;
  std::vector<std::string> actions, resources;
  bool everybody = false;  // Principal "*"
  std::vector<std::string> aws, services, federated;
  std::vector<Condition> conditions;
};

struct Policy {
  bool variables = true;       // Version 2012-10-17
  bool has_principal = false;  // a resource's policy
  std::vector<Statement> statements;
  std::string json() const;
};
using Policies = std::vector<const Policy*>;

struct Request {
  // user, root, session, federated-user, service, anonymous, federated
  std::string principal, account, arn, id, name;
  std::string role_arn, role_id;  // of a session; of the user behind a federated user
  std::string action, resource, resource_account;
  std::map<std::string, std::vector<std::string>> context;  // names in lower case
  Policies identity, boundary, session, resource_policies;
  Policies grants;  // of KMS; they stand among resource_policies too
  std::vector<Policies> service_control, resource_control;  // root, units, account
  bool service_linked = false, management = false, resource_in_management = false;
  bool mandatory = false, aws_managed = false, owner_only = false;
};

struct Answer {
  char effect = 'i';  // a: allowed, e: explicitly denied, i: implicitly
  std::string kind;   // of the policy that denies
  bool operator==(const Answer&) const = default;
};

Answer decide(const Request& request);

}  // namespace slow
