// What a new template changes. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gen/cloudformation.h"
#include "services/cloudformation/template/functions.h"
#include "services/cloudformation/types/type.h"

namespace drydock::cloudformation {

struct ResourceDifference {
  enum class Kind { kNone, kUpdate, kReplace } kind = Kind::kNone;
  struct Changed {
    std::string name;
    bool create_only = false;
  };
  std::vector<Changed> properties;
  bool tags = false;         // the stack's tags changed and the type carries tags
  bool conditional = false;  // replacement depends on a value that is not known yet
};
// Resolved properties and stack tags, before and wanted; unknown parts count as changed.
ResourceDifference difference_of(const ResourceType& type, const Value& before, const Value& wanted,
                                 const Value& tags_before, const Value& tags);

Value to_value_list(const std::optional<std::vector<Tag>>& tags);

// The Changes of a change set. `lookup` has parameters and imports; resources are answered from
// `rows`.
struct Difference {
  std::vector<Change> changes;
  bool outputs = false;  // outputs differ
};
Result<Difference> compare(const Template& t, Lookup lookup, const std::vector<ResourceRow>& rows,
                           const Value& tags, const std::vector<Output>& outputs);

}  // namespace drydock::cloudformation
