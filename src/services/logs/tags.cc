// Tags of log groups: by name (the old API) and by ARN.
#include "base/text.h"
#include "gen/logs_handlers.h"
#include "services/logs/tables.h"

namespace drydock::logs {

namespace {
Result<void> add_tags(Call& call, const Space& space, const std::string& group,
                      const Map<std::string>& tags) {
  GroupRow row = TRY(find_group(call.txn(), space, group));
  for (const auto& [key, value] : tags) {
    bool found = false;
    for (auto& tag : row.Tags)
      if (tag.first == key) tag.second = value, found = true;
    if (!found) row.Tags.push_back({key, value});
  }
  if (row.Tags.size() > 50)
    return errors::InvalidParameterException("Too many tags: a log group has at most 50.");
  kGroups.put(call.txn(), space, {group}, row);
  return {};
}

Result<void> remove_tags(Call& call, const Space& space, const std::string& group,
                         const std::vector<std::string>& keys) {
  GroupRow row = TRY(find_group(call.txn(), space, group));
  std::erase_if(row.Tags, [&](const auto& tag) {
    for (const std::string& key : keys)
      if (key == tag.first) return true;
    return false;
  });
  kGroups.put(call.txn(), space, {group}, row);
  return {};
}

Result<GroupName> group_of_resource(const std::string& arn) {
  auto group = group_of_arn(arn);
  if (!group)
    return errors::InvalidParameterException("The specified resource ARN is not valid: " + arn);
  return *group;
}
}  // namespace

Result<TagLogGroupOutput> tag_log_group(Call& call, const TagLogGroupInput& in) {
  TRY(add_tags(call, call.space(), in.logGroupName, in.tags));
  return TagLogGroupOutput{};
}

Result<UntagLogGroupOutput> untag_log_group(Call& call, const UntagLogGroupInput& in) {
  TRY(remove_tags(call, call.space(), in.logGroupName, in.tags));
  return UntagLogGroupOutput{};
}

Result<ListTagsLogGroupOutput> list_tags_log_group(Call& call, const ListTagsLogGroupInput& in) {
  GroupRow row = TRY(find_group(call.txn(), call.space(), in.logGroupName));
  return ListTagsLogGroupOutput{.tags = row.Tags};
}

Result<TagResourceOutput> tag_resource(Call& call, const TagResourceInput& in) {
  GroupName group = TRY(group_of_resource(in.resourceArn));
  TRY(add_tags(call, group.space, group.name, in.tags));
  return TagResourceOutput{};
}

Result<UntagResourceOutput> untag_resource(Call& call, const UntagResourceInput& in) {
  GroupName group = TRY(group_of_resource(in.resourceArn));
  TRY(remove_tags(call, group.space, group.name, in.tagKeys));
  return UntagResourceOutput{};
}

Result<ListTagsForResourceOutput> list_tags_for_resource(Call& call,
                                                         const ListTagsForResourceInput& in) {
  GroupName group = TRY(group_of_resource(in.resourceArn));
  GroupRow row = TRY(find_group(call.txn(), group.space, group.name));
  return ListTagsForResourceOutput{.tags = row.Tags};
}

}  // namespace drydock::logs
