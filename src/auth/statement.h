// The parsed form of a policy: what parse_policy makes and the evaluator reads. Internal to this
// folder.
#pragma once

#include <string>
#include <vector>

#include "auth/pattern.h"
#include "auth/policy.h"

namespace drydock {

struct PrincipalElement {
  bool any = false;              // "*" or {"AWS": "*"}
  std::vector<std::string> aws;  // ARNs, account ids as ARN of their root, unique ids
  std::vector<std::string> services, federated, canonical_users;
};

enum class Operator : unsigned char {
  kStringEquals,
  kStringEqualsIgnoreCase,
  kStringLike,
  kNumericEquals,
  kNumericLessThan,
  kNumericLessThanEquals,
  kNumericGreaterThan,
  kNumericGreaterThanEquals,
  kDateEquals,
  kDateLessThan,
  kDateLessThanEquals,
  kDateGreaterThan,
  kDateGreaterThanEquals,
  kBool,
  kBinaryEquals,
  kIpAddress,
  kArnLike,
  kNull,
};
enum class SetOperator : unsigned char { kNone, kForAllValues, kForAnyValue };

struct Condition {
  Operator op = Operator::kStringEquals;
  bool negated = false;  // StringNotEquals, NotIpAddress, …
  bool if_exists = false;
  SetOperator set = SetOperator::kNone;
  std::string written;  // the operator as written
  std::string key;
  std::vector<std::string> values;
};

struct Statement {
  std::string sid;
  int position = 1;
  SourceRange source;
  bool deny = false;
  bool not_action = false, not_resource = false, not_principal = false;
  bool has_resource = false, has_principal = false;
  std::vector<Pattern> actions;  // lower case
  std::vector<std::string> written_actions;
  std::vector<ResourcePattern> resources;
  PrincipalElement principal;
  std::vector<Condition> conditions;

  // The Sid, or "#2" by position.
  std::string label() const { return sid.empty() ? "#" + std::to_string(position) : sid; }
};

class Policy {
 public:
  PolicyUse use = PolicyUse::kIdentity;
  bool variables = false;  // Version 2012-10-17
  std::vector<Statement> statements;
  std::string document;
};

}  // namespace drydock
