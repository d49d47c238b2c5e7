// Finding users, groups, roles and policies, and what their answers look like.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/call.h"
#include "gen/iam.h"

namespace drydock::iam {

using Tags = std::vector<Tag>;
using InlineList = std::vector<InlinePolicy>;
using Names = std::vector<std::string>;

std::string user_arn(std::string_view account, const UserRow& row);
std::string group_arn(std::string_view account, const GroupRow& row);
std::string role_arn(std::string_view account, const RoleRow& row);
std::string policy_arn(std::string_view account, const PolicyRow& row);
std::string instance_profile_arn(std::string_view account, const InstanceProfileRow& row);

// The entity of the caller's account, after IAM allowed `action` on it. NoSuchEntity in AWS's words, told only
// to those who may act on the name.
Result<UserRow> open_user(Call& call, const std::string& name, std::string_view action, Context context = {});
Result<GroupRow> open_group(Call& call, const std::string& name, std::string_view action, Context context = {});
Result<RoleRow> open_role(Call& call, const std::string& name, std::string_view action, Context context = {});
Result<InstanceProfileRow> open_instance_profile(Call& call, const std::string& name, std::string_view action);

void save(Call& call, const UserRow& row);
void save(Call& call, const GroupRow& row);
void save(Call& call, const RoleRow& row);

User user_of(const Call& call, const UserRow& row);
Group group_of(const Call& call, const GroupRow& row);
// `document`: whether the trust policy is part of the answer.
Role role_of(Call& call, const RoleRow& row);

// The user name that a request names, or the calling user's own.
Result<std::string> user_name_or_caller(Call& call, const std::optional<std::string>& name);

// AWS writes documents percent-encoded in answers.
std::string encoded_document(std::string_view document);

// Timestamps of IAM have whole seconds.
Timestamp whole_seconds(Timestamp t);

Result<void> merge_tags(std::optional<Tags>& into, const Tags& more);
void remove_tags(std::optional<Tags>& from, const Names& keys);
Context tag_context(const std::optional<Tags>& tags);

// Cuts a sorted list of everything to one page: Marker is the last name of the page before.
template <class Item, class Name>
std::vector<Item> page_of(std::vector<Item> all, const std::optional<std::string>& marker, const std::optional<int64_t>& max_items,
                          Name name, std::optional<bool>& truncated, std::optional<std::string>& next) {
  std::vector<Item> page;
  const auto limit = static_cast<size_t>(max_items.value_or(100));
  truncated = false;
  for (Item& item : all) {
    if (marker && name(item) <= *marker) continue;
    if (page.size() == limit) {
      truncated = true;
      next = name(page.back());
      break;
    }
    page.push_back(std::move(item));
  }
  return page;
}

}  // namespace drydock::iam
