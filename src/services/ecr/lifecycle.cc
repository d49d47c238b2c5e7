// Lifecycle policies of repositories: checked, kept and shown. There is never an image for one to
// expire.
#include <algorithm>
#include <initializer_list>
#include <set>

#include "base/value.h"
#include "gen/ecr_handlers.h"
#include "services/ecr/repositories.h"

namespace drydock::ecr {
namespace {

constexpr size_t kMostRules = 50;
constexpr size_t kLongestDescription = 256;
constexpr size_t kMostWildcards = 4;  // of one tag pattern

using Names = std::initializer_list<std::string_view>;

bool has_only(const Value& object, Names names) {
  if (!object.is_object()) return false;
  return std::all_of(object.as_object().begin(), object.as_object().end(), [&](const auto& member) {
    return std::find(names.begin(), names.end(), member.name) != names.end();
  });
}

bool is_one_of(const Value& value, Names names) {
  return value.is_string() &&
         std::find(names.begin(), names.end(), value.as_string()) != names.end();
}

bool is_list_of_tags(const Value& list) {
  if (!list.is_list() || list.size() == 0) return false;
  return std::all_of(list.as_list().begin(), list.as_list().end(), [](const Value& tag) {
    return tag.is_string() && !tag.as_string().empty() &&
           static_cast<size_t>(std::count(tag.as_string().begin(), tag.as_string().end(), '*')) <=
               kMostWildcards;
  });
}

bool is_selection(const Value& selection) {
  if (!has_only(selection, {"tagStatus", "tagPatternList", "tagPrefixList", "storageClass",
                            "countType", "countUnit", "countNumber"}))
    return false;
  const Value &patterns = selection["tagPatternList"], &prefixes = selection["tagPrefixList"];
  const bool some_pattern = selection.find("tagPatternList") != nullptr,
             some_prefix = selection.find("tagPrefixList") != nullptr;
  if (selection["tagStatus"] == Value("tagged")) {
    if (some_pattern == some_prefix) return false;
    if (!is_list_of_tags(some_pattern ? patterns : prefixes)) return false;
  } else if (!is_one_of(selection["tagStatus"], {"untagged", "any"}) || some_pattern ||
             some_prefix) {
    return false;
  }
  if (selection.find("storageClass") &&
      !is_one_of(selection["storageClass"], {"standard", "archive"}))
    return false;
  if (selection["countType"] == Value("imageCountMoreThan")) {
    if (selection.find("countUnit")) return false;
  } else if (!is_one_of(selection["countType"],
                        {"sinceImagePushed", "sinceImagePulled", "sinceImageTransitioned"}) ||
             !(selection["countUnit"] == Value("days"))) {
    return false;
  }
  return selection["countNumber"].is_int() && selection["countNumber"].as_int() >= 1;
}

bool is_action(const Value& action) {
  if (action["type"] == Value("expire")) return has_only(action, {"type"});
  return has_only(action, {"type", "targetStorageClass"}) &&
         action["type"] == Value("transition") && action["targetStorageClass"] == Value("archive");
}

std::string missing(std::string_view name) {
  return "object has missing required properties ([\"" + std::string(name) + "\"])";
}

// Why a rule is none, in the words of ECR's own schema; empty when it is one.
std::string rule_fault(const Value& rule) {
  for (std::string_view name : {"action", "rulePriority", "selection"})
    if (!rule.find(name)) return missing(name);
  if (!has_only(rule, {"rulePriority", "description", "selection", "action"}))
    return "object instance has properties which are not allowed by the schema";
  const Value& priority = rule["rulePriority"];
  if (!priority.is_int())
    return "instance type does not match any allowed primitive type (allowed: [\"integer\"])";
  if (priority.as_int() < 1)
    return "numeric instance is lower than the required minimum (minimum: 1, found: " +
           std::to_string(priority.as_int()) + ")";
  const Value* description = rule.find("description");
  if (description &&
      (!description->is_string() || description->as_string().size() > kLongestDescription))
    return "the description of a rule must be a string of at most 256 characters";
  if (!is_selection(rule["selection"]))
    return "instance failed to match exactly one schema (matched 0 out of 4)";
  if (!is_action(rule["action"]))
    return "instance failed to match exactly one schema (matched 0 out of 2)";
  return "";
}

std::string lifecycle_fault(const std::string& text) {
  auto document = parse_json(text);
  if (!document) return "the text is not valid JSON";
  const Value* rules = document->find("rules");
  if (!rules) return missing("rules");
  if (!has_only(*document, {"rules"}))
    return "object instance has properties which are not allowed by the schema";
  if (!rules->is_list() || rules->size() == 0 || rules->size() > kMostRules)
    return "rules must be a list of 1 to " + std::to_string(kMostRules) + " rules";
  std::set<int64_t> priorities;
  for (const Value& rule : rules->as_list()) {
    std::string fault = rule_fault(rule);
    if (!fault.empty()) return fault;
    if (!priorities.insert(rule["rulePriority"].as_int()).second)
      return "the priorities of rules must be unique";
  }
  // What selects everything comes last, or the others would find nothing left.
  for (const Value& rule : rules->as_list()) {
    const Value& selection = rule["selection"];
    if (selection["tagStatus"] == Value("any") && !selection.find("storageClass") &&
        rule["rulePriority"].as_int() != *priorities.rbegin())
      return "a rule with the tag status any must have the highest rulePriority";
  }
  return "";
}

Result<FoundRepository> find_lifecycle(Call& call, std::string_view action,
                                       const std::optional<std::string>& registry,
                                       const std::string& name) {
  auto found = TRY(find_repository(call, action, registry, name));
  if (!found.row.lifecycle)
    return errors::LifecyclePolicyNotFoundException("Lifecycle policy does not exist for " +
                                                    named(name, found.space));
  return found;
}

}  // namespace

Result<PutLifecyclePolicyOutput> put_lifecycle_policy(Call& call,
                                                      const PutLifecyclePolicyInput& in) {
  auto found =
      TRY(find_repository(call, "ecr:PutLifecyclePolicy", in.registryId, in.repositoryName));
  if (std::string fault = lifecycle_fault(in.lifecyclePolicyText); !fault.empty())
    return invalid_parameter("LifecyclePolicyText",
                             "Lifecycle policy validation failure: " + fault);
  found.row.lifecycle = in.lifecyclePolicyText;
  put_repository(call, found);
  return PutLifecyclePolicyOutput{.registryId = found.space.account,
                                  .repositoryName = in.repositoryName,
                                  .lifecyclePolicyText = in.lifecyclePolicyText};
}

// The time of a last evaluation is that of AWS for a policy not evaluated yet.
Result<GetLifecyclePolicyOutput> get_lifecycle_policy(Call& call,
                                                      const GetLifecyclePolicyInput& in) {
  auto found =
      TRY(find_lifecycle(call, "ecr:GetLifecyclePolicy", in.registryId, in.repositoryName));
  return GetLifecyclePolicyOutput{.registryId = found.space.account,
                                  .repositoryName = in.repositoryName,
                                  .lifecyclePolicyText = found.row.lifecycle,
                                  .lastEvaluatedAt = Timestamp{0}};
}

Result<DeleteLifecyclePolicyOutput> delete_lifecycle_policy(Call& call,
                                                            const DeleteLifecyclePolicyInput& in) {
  auto found =
      TRY(find_lifecycle(call, "ecr:DeleteLifecyclePolicy", in.registryId, in.repositoryName));
  DeleteLifecyclePolicyOutput out{.registryId = found.space.account,
                                  .repositoryName = in.repositoryName,
                                  .lifecyclePolicyText = std::move(found.row.lifecycle),
                                  .lastEvaluatedAt = Timestamp{0}};
  found.row.lifecycle.reset();
  put_repository(call, found);
  return out;
}

}  // namespace drydock::ecr
