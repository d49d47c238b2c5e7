// Tags of users, roles, policies and instance profiles.
#pragma once

#include <string>
#include <vector>

#include "api/call.h"
#include "services/iam/entities.h"

namespace drydock::iam {

// aws:RequestTag/… and aws:TagKeys.
Context tag_context(const std::optional<TagList>& tags);
Context tag_key_context(const std::vector<std::string>& keys);

// Adds or replaces; keys differ without regard to case.
Result<void> add_tags(TagList& into, const TagList& tags);
void remove_tags(TagList& from, const std::vector<std::string>& keys);

}  // namespace drydock::iam
