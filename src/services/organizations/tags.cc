#include "services/organizations/tags.h"

#include <algorithm>

#include "base/text.h"
#include "gen/organizations_handlers.h"
#include "services/organizations/paging.h"
#include "services/organizations/policies.h"

namespace drydock::organizations {
namespace {

constexpr size_t kMostTags = 50;

void set_tags(Txn& txn, OrganizationRow& organization, const std::string& id, TagList tags) {
  if (id == organization.RootId) {
    organization.RootTags = std::move(tags);
    kOrganizations.put(txn, kInstallation, {organization.Id}, organization);
  } else if (auto resource = kResourcePolicies.get(txn, kInstallation, {organization.Id});
             resource && resource->Id == id) {
    resource->Tags = std::move(tags);
    kResourcePolicies.put(txn, kInstallation, {organization.Id}, *resource);
  } else if (auto unit = kUnits.get(txn, kInstallation, {organization.Id, id})) {
    unit->Tags = std::move(tags);
    kUnits.put(txn, kInstallation, {organization.Id, id}, *unit);
  } else if (auto policy = kPolicies.get(txn, kInstallation, {organization.Id, id})) {
    policy->Tags = std::move(tags);
    kPolicies.put(txn, kInstallation, {organization.Id, id}, *policy);
  } else if (auto account = member(txn, organization, id)) {
    account->Tags = std::move(tags);
    kAccounts.put(txn, kInstallation, {id}, *account);
  }
}

struct FoundTags {
  OrganizationRow organization;
  TagList tags;
};

Result<FoundTags> find(Call& call, const std::string& id, Context context = {}) {
  if (!is_root_id(id) && !is_unit_id(id) && !is_account_id(id) && !is_policy_id(id) &&
      !is_resource_policy_id(id))
    return wrong_pattern();
  // AWS's own policies have no tags; AWS calls their ids malformed here.
  if (is_aws_managed(id)) return wrong_pattern();
  auto organization = TRY(manage(call, {id}, std::move(context)));
  auto tags = tags_of(call.txn(), organization, id);
  if (!tags) return errors::TargetNotFoundException("You specified a target that doesn't exist.");
  return FoundTags{std::move(organization), std::move(*tags)};
}

}  // namespace

std::optional<TagList> tags_of(Txn& txn, const OrganizationRow& organization,
                               const std::string& id) {
  if (id == organization.RootId) return organization.RootTags;
  if (id.starts_with("p-")) {
    auto policy = find_policy(txn, organization, id);
    return policy ? std::optional(policy->Tags) : std::nullopt;
  }
  if (id.starts_with("rp-")) {
    auto policy = kResourcePolicies.get(txn, kInstallation, {organization.Id});
    return policy && policy->Id == id ? std::optional(policy->Tags) : std::nullopt;
  }
  if (id.starts_with("ou-")) {
    auto unit = kUnits.get(txn, kInstallation, {organization.Id, id});
    return unit ? std::optional(unit->Tags) : std::nullopt;
  }
  auto account = member(txn, organization, id);
  return account ? std::optional(account->Tags.value_or(TagList{})) : std::nullopt;
}

Result<void> add_tags(TagList& into, const std::optional<TagList>& tags) {
  if (!tags) return {};
  for (size_t i = 0; i < tags->size(); ++i) {
    const Tag& tag = (*tags)[i];
    if (to_lower(tag.Key).starts_with("aws:"))
      return invalid_input("INVALID_SYSTEM_TAGS_PARAMETER",
                           "You specified a tag key that begins with 'aws:'.");
    for (size_t j = 0; j < i; ++j) {
      if ((*tags)[j].Key == tag.Key)
        return invalid_input("DUPLICATE_TAG_KEY", "Tag keys must be unique.");
    }
    auto known = std::find_if(into.begin(), into.end(),
                              [&](const Tag& other) { return other.Key == tag.Key; });
    if (known == into.end())
      into.push_back(tag);
    else
      known->Value = tag.Value;
  }
  if (into.size() <= kMostTags) return {};
  return errors::ConstraintViolationException(
      "You have exceeded the maximum number of tags: " + std::to_string(kMostTags) + ".",
      Value::object({{"Reason", "MAX_TAG_LIMIT_EXCEEDED"}}));
}

void add_tag_context(Context& context, const std::optional<TagList>& tags) {
  if (!tags || tags->empty()) return;
  std::vector<std::string> keys;
  for (const auto& tag : *tags) {
    context.add("aws:RequestTag/" + tag.Key, tag.Value);
    keys.push_back(tag.Key);
  }
  context.add("aws:TagKeys", std::move(keys));
}

Result<TagResourceOutput> tag_resource(Call& call, const TagResourceInput& in) {
  Context context;
  add_tag_context(context, in.Tags);
  auto [organization, tags] = TRY(find(call, in.ResourceId, std::move(context)));
  TRY(add_tags(tags, in.Tags));
  set_tags(call.txn(), organization, in.ResourceId, std::move(tags));
  return TagResourceOutput{};
}

Result<UntagResourceOutput> untag_resource(Call& call, const UntagResourceInput& in) {
  Context context;
  if (!in.TagKeys.empty()) context.add("aws:TagKeys", in.TagKeys);
  auto [organization, tags] = TRY(find(call, in.ResourceId, std::move(context)));
  std::erase_if(tags, [&](const Tag& tag) {
    return std::find(in.TagKeys.begin(), in.TagKeys.end(), tag.Key) != in.TagKeys.end();
  });
  set_tags(call.txn(), organization, in.ResourceId, std::move(tags));
  return UntagResourceOutput{};
}

Result<ListTagsForResourceOutput> list_tags_for_resource(Call& call,
                                                         const ListTagsForResourceInput& in) {
  auto found = TRY(find(call, in.ResourceId));
  ListTagsForResourceOutput out;
  out.Tags = TRY(page(std::move(found.tags), in.NextToken, std::nullopt, out.NextToken,
                      [](const Tag& tag) { return tag.Key; }));
  return out;
}

}  // namespace drydock::organizations
