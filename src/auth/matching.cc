#include "auth/matching.h"

#include <algorithm>

#include "auth/conditions.h"
#include "auth/variables.h"
#include "base/text.h"

namespace drydock {
namespace {

bool any_action(const Statement& s, std::string_view action) {
  for (const auto& pattern : s.actions) {
    if (pattern.matches(action)) return true;
  }
  return false;
}

bool part_matches(const Pattern& pattern, std::string_view part, const Keys& keys) {
  if (!pattern.has_variable) return pattern.matches(part);
  auto expanded = expand_variables(pattern.text, keys);
  return expanded && pattern_matches(*expanded, part);
}

bool resource_matches(const ResourcePattern& pattern, const Subject& subject) {
  if (pattern.all) return true;
  if (subject.resource.count != 6) return false;
  // Services and resources differ most; account and partition seldom.
  for (size_t i : {2, 5, 4, 3, 1, 0}) {
    if (!part_matches(pattern.parts[i], subject.resource.part[i], subject.keys)) return false;
  }
  return true;
}

bool any_resource(const Statement& s, const Subject& subject) {
  for (const auto& pattern : s.resources) {
    if (resource_matches(pattern, subject)) return true;
  }
  return false;
}

bool names(const std::vector<std::string>& list, std::string_view wanted) {
  return !wanted.empty() && std::find(list.begin(), list.end(), wanted) != list.end();
}

// "arn:aws:iam::<account>:root", without making that text.
bool names_account(const std::vector<std::string>& list, std::string_view account) {
  constexpr std::string_view kRoot = ":root", kIam = ":iam::";
  if (account.empty()) return false;
  for (std::string_view arn : list) {
    if (!arn.ends_with(kRoot)) continue;
    arn.remove_suffix(kRoot.size());
    if (!arn.ends_with(account)) continue;
    arn.remove_suffix(account.size());
    if (arn.ends_with(kIam)) return true;
  }
  return false;
}

// Whether a NotPrincipal spares this caller. Evaluation checks account, role and session in turn,
// so all of them must be named; and AWS does deny a caller with a permissions boundary whatever is
// named.
bool spared(const PrincipalElement& e, const Principal& p, bool has_boundary) {
  if (e.any) return true;
  switch (p.kind) {
    case Principal::Kind::kAnonymous: return false;
    case Principal::Kind::kService: return names(e.services, p.name) || names(e.services, "*");
    case Principal::Kind::kFederated: return names(e.federated, p.name);
    default: break;
  }
  if (has_boundary || !names_account(e.aws, p.account.text)) return false;
  switch (p.kind) {
    case Principal::Kind::kRoot: return true;
    case Principal::Kind::kAssumedRole:
      return (names(e.aws, p.role_arn) || names(e.aws, p.role_id)) && names(e.aws, p.arn);
    case Principal::Kind::kFederatedUser: return names(e.aws, p.arn);
    default: return names(e.aws, p.arn) || names(e.aws, p.id);
  }
}

template <class Item, class Text>
void add_list(std::string& out, const std::vector<Item>& items, Text text) {
  if (items.empty()) out += "nothing";
  for (const Item& item : items) {
    if (&item != items.data()) out += ", ";
    out += text(item);
  }
}

// Of many actions those of the request's service, else the first ones.
void add_actions(std::string& out, const std::vector<std::string>& items, std::string_view action) {
  constexpr size_t kMost = 8;
  auto text = [](const std::string& one) { return std::string_view(one); };
  if (items.size() <= kMost) return add_list(out, items, text);
  const std::string_view service = action.substr(0, action.find(':') + 1);
  std::vector<std::string> some;
  for (const auto& item : items)
    if (some.size() < kMost && item.size() > service.size() &&
        equals_ignore_case(std::string_view(item).substr(0, service.size()), service))
      some.push_back(item);
  for (size_t i = 0; some.empty() && i < kMost; ++i) some.push_back(items[i]);
  add_list(out, some, text);
  out += " and others (" + std::to_string(items.size()) + " in all)";
}

std::string principal_text(const PrincipalElement& e) {
  if (e.any) return "*";
  auto all = e.aws;
  all.insert(all.end(), e.services.begin(), e.services.end());
  all.insert(all.end(), e.federated.begin(), e.federated.end());
  all.insert(all.end(), e.canonical_users.begin(), e.canonical_users.end());
  return all.empty() ? "nothing" : join(all, ", ");
}

}  // namespace

Subject::Subject(const AuthorizationRequest& from, AskedKeys* asked)
    : request(&from),
      resource(split_arn(from.resource)),
      keys(from, asked),
      has_boundary(!from.boundary.empty()) {
  if (from.action.size() > sizeof short_action_) {
    long_action_ = to_lower(from.action);
    action = long_action_;
  } else {
    for (size_t i = 0; i < from.action.size(); ++i) short_action_[i] = lower(from.action[i]);
    action = {short_action_, from.action.size()};
  }
}

PrincipalMatch match_principal(const PrincipalElement& e, const Principal& p) {
  if (e.any) return PrincipalMatch::kDirect;
  switch (p.kind) {
    case Principal::Kind::kAnonymous: return PrincipalMatch::kNone;
    case Principal::Kind::kService:
      return names(e.services, p.name) || names(e.services, "*") ? PrincipalMatch::kDirect
                                                                 : PrincipalMatch::kNone;
    case Principal::Kind::kRoot: break;
    case Principal::Kind::kUser:
      if (names(e.aws, p.arn) || names(e.aws, p.id)) return PrincipalMatch::kDirect;
      break;
    case Principal::Kind::kFederated:
      return names(e.federated, p.name) ? PrincipalMatch::kDirect : PrincipalMatch::kNone;
    case Principal::Kind::kFederatedUser:
      if (names(e.aws, p.arn)) return PrincipalMatch::kDirect;
      // The user who federated: worth as much as a role is to its sessions.
      if (names(e.aws, p.role_arn) || names(e.aws, p.role_id)) return PrincipalMatch::kRole;
      break;
    case Principal::Kind::kAssumedRole:
      if (names(e.aws, p.arn)) return PrincipalMatch::kDirect;
      if (names(e.aws, p.role_arn) || names(e.aws, p.role_id)) return PrincipalMatch::kRole;
      break;
  }
  return names_account(e.aws, p.account.text) ? PrincipalMatch::kAccount : PrincipalMatch::kNone;
}

StatementMatch match_statement(const Statement& s, bool variables, const Subject& subject) {
  StatementMatch match;
  match.principal = PrincipalMatch::kDirect;
  if (any_action(s, subject.action) == s.not_action) {
    match.failed = Element::kAction;
    return match;
  }
  if (s.has_resource && any_resource(s, subject) == s.not_resource) {
    match.failed = Element::kResource;
    return match;
  }
  if (s.has_principal) {
    const auto& principal = subject.request->caller->principal;
    bool in = true;
    if (s.not_principal) {
      in = !spared(s.principal, principal, subject.has_boundary);
    } else {
      match.principal = match_principal(s.principal, principal);
      in = match.principal != PrincipalMatch::kNone;
    }
    if (!in) {
      match.failed = Element::kPrincipal;
      return match;
    }
  }
  for (const auto& condition : s.conditions) {
    if (condition_holds(condition, subject.keys, variables)) continue;
    match.failed = Element::kCondition;
    match.condition = &condition;
    return match;
  }
  return match;
}

std::string describe_failure(const Statement& s, const StatementMatch& match,
                             const Subject& subject) {
  const auto& request = *subject.request;
  std::string out;
  auto begin = [&](bool negated, std::string_view element) {
    if (negated) out.append("Not").append(element).append(" ");
    out += "has ";
  };
  switch (match.failed) {
    case Element::kMatched: break;
    case Element::kAction:
      begin(s.not_action, "Action");
      add_actions(out, s.written_actions, request.action);
      out.append(", the request is ").append(request.action);
      break;
    case Element::kResource:
      begin(s.not_resource, "Resource");
      add_list(out, s.resources, [](const auto& one) { return std::string_view(one.text); });
      out.append(", the request is for ").append(request.resource);
      break;
    case Element::kPrincipal: {
      const auto& p = request.caller->principal;
      begin(s.not_principal, "Principal");
      out += principal_text(s.principal) + ", the caller is " +
             (p.arn.empty() ? p.name.empty() ? "anonymous" : p.name : p.arn);
      break;
    }
    case Element::kCondition: return describe_failed_condition(*match.condition, subject.keys);
  }
  return out;
}

}  // namespace drydock
