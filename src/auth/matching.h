// One statement against one request: Action, Resource, Principal, Condition, in this order.
#pragma once

#include <string>
#include <string_view>

#include "auth/evaluate.h"
#include "auth/keys.h"
#include "auth/statement.h"

namespace drydock {

// How the Principal element of a resource's policy names the caller, weakest first. It decides how
// much an Allow is worth: see decide() in evaluate.cc.
enum class PrincipalMatch { kNone, kAccount, kRole, kDirect };

enum class Element { kMatched, kAction, kResource, kPrincipal, kCondition };

// A request made ready once for all statements.
class Subject {
 public:
  const AuthorizationRequest* request = nullptr;
  std::string_view action;  // lower case
  ArnParts resource;
  Keys keys;
  bool has_boundary = false;

  // `asked`: see Keys.
  explicit Subject(const AuthorizationRequest& from, AskedKeys* asked = nullptr);
  Subject(const Subject&) = delete;

 private:
  char short_action_[64];  // what `action` shows when it fits
  std::string long_action_;
};

struct StatementMatch {
  Element failed = Element::kMatched;
  PrincipalMatch principal = PrincipalMatch::kNone;  // kDirect for policies without principals
  const Condition* condition = nullptr;              // the first that failed
  bool matched() const { return failed == Element::kMatched; }
};

StatementMatch match_statement(const Statement& statement, bool variables, const Subject& subject);
PrincipalMatch match_principal(const PrincipalElement& element, const Principal& principal);
// What a failed element wanted and what it got, for people.
std::string describe_failure(const Statement& statement, const StatementMatch& match,
                             const Subject& subject);

}  // namespace drydock
