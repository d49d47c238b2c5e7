#include "services/cloudformation/access.h"

#include <algorithm>

#include "base/text.h"

namespace drydock::cloudformation {

namespace {

// stack/NAME/UUID of an ARN of this space.
std::optional<std::string> uuid_of_arn(const Space& space, std::string_view text) {
  auto arn = Arn::parse(text);
  if (!arn || arn->service != "cloudformation" || arn->account != space.account ||
      arn->region != space.region)
    return std::nullopt;
  auto parts = split(arn->resource, '/');
  if (parts.size() != 3 || parts[0] != "stack") return std::nullopt;
  return std::string(parts[2]);
}

}  // namespace

std::optional<StackRow> find_stack(Txn& txn, const Space& space, std::string_view name_or_id) {
  if (name_or_id.starts_with("arn:")) {
    auto uuid = uuid_of_arn(space, name_or_id);
    return uuid ? kStacks.get(txn, space, {*uuid}) : std::nullopt;
  }
  auto uuid = kStackNames.get(txn, space, {name_or_id});
  return uuid ? kStacks.get(txn, space, {*uuid}) : std::nullopt;
}

Result<void> permit(Call& call, std::string_view action, std::string_view name_or_id,
                    Context context) {
  std::string resource;
  if (name_or_id.empty())
    resource = "*";
  else if (name_or_id.starts_with("arn:"))
    resource = name_or_id;
  else if (auto stack = find_stack(call.txn(), call.space(), name_or_id))
    resource = stack->StackId;
  else
    resource = call.arn("cloudformation", "stack/" + std::string(name_or_id) + "/*");
  return call.authorize("cloudformation:" + std::string(action), resource, std::move(context));
}

Result<void> permit_tags(Call& call, std::string_view operation, std::string_view name_or_id,
                         const std::vector<Tag>& before, const std::vector<Tag>& after) {
  // AWS does: Service Authorization Reference, CloudFormation, cloudformation:CreateAction ("to
  // control which APIs IAM users can use to add or remove tags on a stack"), and its own managed
  // policies since August 2026 (SecretsManagerReadWrite v6, AWSForWordPressPluginPolicy), which
  // grant both actions for CreateStack, UpdateStack, CreateChangeSet and ExecuteChangeSet.
  Context set, dropped;
  std::vector<std::string> set_keys, dropped_keys;
  bool changed = false;
  for (const Tag& tag : after) {
    changed = changed || std::none_of(before.begin(), before.end(), [&](const Tag& old) {
                return old.Key == tag.Key && old.Value == tag.Value;
              });
    set.add("aws:RequestTag/" + tag.Key, tag.Value);
    set_keys.push_back(tag.Key);
  }
  for (const Tag& old : before)
    if (std::none_of(after.begin(), after.end(),
                     [&](const Tag& tag) { return tag.Key == old.Key; }))
      dropped_keys.push_back(old.Key);
  if (changed) {
    set.add("aws:TagKeys", std::move(set_keys));
    set.add("cloudformation:CreateAction", std::string(operation));
    TRY(permit(call, "TagResource", name_or_id, std::move(set)));
  }
  if (dropped_keys.empty()) return {};
  dropped.add("aws:TagKeys", std::move(dropped_keys));
  dropped.add("cloudformation:CreateAction", std::string(operation));
  return permit(call, "UntagResource", name_or_id, std::move(dropped));
}

std::optional<FoundChangeSet> find_change_set(Txn& txn, const Space& space,
                                              std::string_view name_or_id,
                                              const std::optional<std::string>& stack) {
  if (!name_or_id.starts_with("arn:")) {
    auto row = stack ? find_stack(txn, space, *stack) : std::nullopt;
    auto set = row ? kChangeSets.get(txn, space, {row->Uuid, name_or_id}) : std::nullopt;
    if (!set) return std::nullopt;
    return FoundChangeSet{std::move(*row), std::move(*set)};
  }
  std::optional<FoundChangeSet> found;
  auto arn = Arn::parse(name_or_id);
  auto parts = arn ? split(arn->resource, '/') : std::vector<std::string_view>{};
  if (parts.size() != 3 || parts[0] != "changeSet") return found;
  auto uuid = kChangeSetIds.get(txn, space, {parts[2]});
  auto row = uuid ? kStacks.get(txn, space, {*uuid}) : std::nullopt;
  auto set = row ? kChangeSets.get(txn, space, {row->Uuid, parts[1]}) : std::nullopt;
  if (set && set->Id == name_or_id) found = FoundChangeSet{std::move(*row), std::move(*set)};
  return found;
}

Result<void> permit_change_set(Call& call, std::string_view action, std::string_view name_or_id,
                               const std::optional<std::string>& stack) {
  Context context;
  auto found = find_change_set(call.txn(), call.space(), name_or_id, stack);
  std::string name(name_or_id);
  if (found)
    name = found->set.Name;
  else if (auto arn = Arn::parse(name_or_id))
    name = std::string(split(arn->resource, '/').size() > 1 ? split(arn->resource, '/')[1] : "");
  context.add("cloudformation:ChangeSetName", name);
  return permit(call, action, found ? found->stack.StackId : stack.value_or(std::string()),
                std::move(context));
}

Unexpected no_stack_with_id(std::string_view name) {
  return fault("ValidationError", "Stack with id " + std::string(name) + " does not exist");
}
Unexpected no_stack(std::string_view name) {
  return fault("ValidationError", "Stack [" + std::string(name) + "] does not exist");
}

}  // namespace drydock::cloudformation
