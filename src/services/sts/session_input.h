// What a caller may ask for a session besides its principal: policies that narrow it and tags that
// describe it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/call.h"
#include "services/sts/tables.h"

namespace drydock::sts {

using TagList = std::vector<Tag>;

// Checks the policies and puts their documents into `row`: the inline one first, then those of the
// ARNs, which must be of `account` or AWS's own.
Result<void> set_session_policies(Call& call, const std::string& account,
                                  const std::optional<std::string>& policy,
                                  const std::optional<std::vector<PolicyDescriptorType>>& arns,
                                  SessionRow& row);

// Checks session tags against those that the calling session hands down, and puts them, on top of
// `base` (the tags of the role or user) into `row`.
Result<void> check_session_tags(const Principal& caller, const TagList& tags,
                                const std::vector<std::string>& transitive_keys);
void set_session_tags(const Principal& caller, const TagList& base, const TagList& tags,
                      const std::vector<std::string>& transitive_keys, SessionRow& row);

// aws:RequestTag/…, aws:TagKeys, sts:TransitiveTagKeys.
void add_tag_context(Context& context, const TagList& tags,
                     const std::vector<std::string>& transitive_keys);

// How much of the room for policies and tags is used, in percent; nothing when there are none.
Result<std::optional<int64_t>> packed_size(const SessionRow& row, const TagList& tags);

}  // namespace drydock::sts
