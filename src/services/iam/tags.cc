#include "services/iam/tags.h"

#include <algorithm>

#include "gen/iam_handlers.h"
#include "services/iam/managed_policies.h"
#include "services/iam/paging.h"

namespace drydock::iam {
namespace {

constexpr size_t kMostTags = 50;

const std::string& key_of(const Tag& tag) { return tag.Key; }

template <class Row>
Result<void> tag(Call& call, const std::string& name, const TagList& tags) {
  auto row = TRY(find<Row>(call, name, tag_context(tags)));
  TRY(add_tags(row.Tags, tags));
  save(call, row);
  return {};
}
template <class Row>
Result<void> untag(Call& call, const std::string& name, const std::vector<std::string>& keys) {
  auto row = TRY(find<Row>(call, name, tag_key_context(keys)));
  remove_tags(row.Tags, keys);
  save(call, row);
  return {};
}

}  // namespace

Context tag_context(const std::optional<TagList>& tags) {
  Context context;
  if (!tags || tags->empty()) return context;
  std::vector<std::string> keys;
  for (const auto& tag : *tags) {
    context.add("aws:RequestTag/" + tag.Key, tag.Value);
    keys.push_back(tag.Key);
  }
  context.add("aws:TagKeys", std::move(keys));
  return context;
}

Context tag_key_context(const std::vector<std::string>& keys) {
  Context context;
  if (!keys.empty()) context.add("aws:TagKeys", keys);
  return context;
}

Result<void> add_tags(TagList& into, const TagList& tags) {
  for (size_t i = 0; i < tags.size(); ++i) {
    // CloudFormation marks what it made, and finds it again after a crash by these.
    if (to_lower(tags[i].Key).starts_with("aws:") &&
        !tags[i].Key.starts_with("aws:cloudformation:")) {
      return errors::InvalidInput("Tag keys starting with 'aws:' are reserved for system use.");
    }
    for (size_t j = 0; j < i; ++j) {
      if (equals_ignore_case(tags[i].Key, tags[j].Key)) {
        return errors::InvalidInput(
            "Duplicate tag keys found. Please note that Tag keys are case insensitive.");
      }
    }
    auto known = std::find_if(into.begin(), into.end(),
                              [&](const Tag& t) { return equals_ignore_case(t.Key, tags[i].Key); });
    if (known == into.end())
      into.push_back(tags[i]);
    else
      *known = tags[i];
  }
  if (into.size() > kMostTags)
    return errors::LimitExceeded("The number of tags has reached the maximum limit.");
  return {};
}

void remove_tags(TagList& from, const std::vector<std::string>& keys) {
  std::erase_if(from, [&](const Tag& tag) {
    return std::any_of(keys.begin(), keys.end(),
                       [&](const auto& key) { return equals_ignore_case(key, tag.Key); });
  });
}

Result<TagUserOutput> tag_user(Call& call, const TagUserInput& in) {
  TRY(tag<UserRow>(call, in.UserName, in.Tags));
  return TagUserOutput{};
}
Result<UntagUserOutput> untag_user(Call& call, const UntagUserInput& in) {
  TRY(untag<UserRow>(call, in.UserName, in.TagKeys));
  return UntagUserOutput{};
}
Result<ListUserTagsOutput> list_user_tags(Call& call, const ListUserTagsInput& in) {
  auto row = TRY(find<UserRow>(call, in.UserName));
  ListUserTagsOutput out;
  TRY(paginate(in, out, out.Tags, row.Tags, key_of));
  return out;
}

Result<TagRoleOutput> tag_role(Call& call, const TagRoleInput& in) {
  TRY(tag<RoleRow>(call, in.RoleName, in.Tags));
  return TagRoleOutput{};
}
Result<UntagRoleOutput> untag_role(Call& call, const UntagRoleInput& in) {
  TRY(untag<RoleRow>(call, in.RoleName, in.TagKeys));
  return UntagRoleOutput{};
}
Result<ListRoleTagsOutput> list_role_tags(Call& call, const ListRoleTagsInput& in) {
  auto row = TRY(find<RoleRow>(call, in.RoleName));
  ListRoleTagsOutput out;
  TRY(paginate(in, out, out.Tags, row.Tags, key_of));
  return out;
}

Result<TagPolicyOutput> tag_policy(Call& call, const TagPolicyInput& in) {
  TRY(call.authorize("iam:TagPolicy", in.PolicyArn, tag_context(in.Tags)));
  auto row = TRY(find_policy(call, in.PolicyArn));
  TRY(add_tags(row.Tags, in.Tags));
  save_policy(call, row);
  return TagPolicyOutput{};
}
Result<UntagPolicyOutput> untag_policy(Call& call, const UntagPolicyInput& in) {
  TRY(call.authorize("iam:UntagPolicy", in.PolicyArn, tag_key_context(in.TagKeys)));
  auto row = TRY(find_policy(call, in.PolicyArn));
  remove_tags(row.Tags, in.TagKeys);
  save_policy(call, row);
  return UntagPolicyOutput{};
}
Result<ListPolicyTagsOutput> list_policy_tags(Call& call, const ListPolicyTagsInput& in) {
  auto row = TRY(find_policy(call, in.PolicyArn));
  ListPolicyTagsOutput out;
  TRY(paginate(in, out, out.Tags, row.Tags, key_of));
  return out;
}

}  // namespace drydock::iam
