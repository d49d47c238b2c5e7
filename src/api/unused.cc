#include "api/unused.h"

#include <set>

#include "base/text.h"

namespace drydock {

namespace {

std::vector<std::string> texts_of(const Value& one_or_many) {
  std::vector<std::string> out;
  if (one_or_many.is_string()) out.push_back(one_or_many.as_string());
  for (size_t i = 0; i < (one_or_many.is_list() ? one_or_many.size() : 0); ++i)
    out.push_back(one_or_many.as_list()[i].string_or(""));
  return out;
}

// The patterns that none of the calls' texts match.
Value unmatched(const std::vector<std::string>& patterns, const std::set<std::string>& texts,
                Case mode) {
  Value list = Value::list();
  for (const std::string& pattern : patterns) {
    bool used = false;
    for (const std::string& text : texts)
      used = used || pattern == "*" || pattern.find("${") != std::string::npos ||
             glob_match(pattern, text, mode);
    if (!used) list.push_back(pattern);
  }
  return list;
}

// Whether the statement has the action at all: it may have been written anew since the call.
bool names_action(const Value& statement, const std::string& action) {
  const auto any = [&](const Value& patterns) {
    for (const std::string& pattern : texts_of(patterns))
      if (glob_match(pattern, action, Case::kFold)) return true;
    return false;
  };
  if (const Value* others = statement.find("NotAction")) return !any(*others);
  return any(statement["Action"]);
}

Value check_statement(const Value& statement, const std::string& label, size_t position,
                      const std::vector<const Use*>& uses) {
  Value out = Value::object({{"label", label},
                             {"position", static_cast<int64_t>(position)},
                             {"neverUsed", uses.empty()}});
  std::set<std::string> actions, resources;
  for (const Use* use : uses) {
    actions.insert(use->sample.action);
    resources.insert(use->sample.resource);
  }
  const auto granted = texts_of(statement["Action"]);
  Value used = Value::list();
  for (const std::string& action : actions) used.push_back(action);
  Value all = Value::list();
  for (const std::string& action : granted) all.push_back(action);
  out.set("actions", std::move(all));
  if (const Value* others = statement.find("NotAction")) {
    Value list = Value::list();
    for (const std::string& action : texts_of(*others)) list.push_back(action);
    out.set("notActions", std::move(list));
  }
  out.set("usedActions", std::move(used));
  out.set("unusedActions", unmatched(granted, actions, Case::kFold));
  out.set("unusedResources",
          unmatched(texts_of(statement["Resource"]), resources, Case::kSensitive));
  return out;
}

}  // namespace

Value unused_grants(const std::vector<GrantingPolicy>& policies, const std::vector<Use>& uses) {
  Value list = Value::list();
  for (const GrantingPolicy& policy : policies) {
    const std::string id = policy.arn.empty() ? policy.name : policy.arn;
    const Value& statements = policy.document["Statement"];
    const size_t count = statements.is_list() ? statements.size() : 1;
    Value told = Value::list();
    for (size_t i = 0; i < count; ++i) {
      const Value& statement = statements.is_list() ? statements.as_list()[i] : statements;
      if (statement["Effect"].string_or("") != "Allow") continue;
      const std::string sid = statement["Sid"].string_or("");
      const std::string label = sid.empty() ? "#" + std::to_string(i + 1) : sid;
      std::vector<const Use*> matching;
      for (const Use& use : uses)
        for (const Needs::Matched& m : use.needs.matched)
          if (m.policy == id && m.label == label && m.attached_to == policy.role_arn &&
              names_action(statement, use.sample.action)) {
            matching.push_back(&use);
            break;
          }
      Value one = check_statement(statement, label, i + 1, matching);
      if (matching.empty() || one["unusedActions"].size() || one["unusedResources"].size())
        told.push_back(std::move(one));
    }
    if (!told.size()) continue;
    list.push_back(Value::object({{"account", policy.account},
                                  {"role", policy.role_arn},
                                  {"policy", id},
                                  {"managed", !policy.arn.empty()},
                                  {"statements", std::move(told)}}));
  }
  return list;
}

}  // namespace drydock
