// Tags of roots, units, accounts and policies.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "services/organizations/tree.h"

namespace drydock::organizations {

using TagList = std::vector<Tag>;

// Puts tags on top of those that are there, in AWS's limits.
Result<void> add_tags(TagList& into, const std::optional<TagList>& tags);
// aws:RequestTag/…, aws:TagKeys
void add_tag_context(Context& context, const std::optional<TagList>& tags);
// The tags of whatever has this id; nothing when there is no such thing.
std::optional<TagList> tags_of(Txn& txn, const OrganizationRow& organization,
                               const std::string& id);

}  // namespace drydock::organizations
