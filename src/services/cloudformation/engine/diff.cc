#include "services/cloudformation/engine/diff.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"

namespace drydock::cloudformation {

namespace {

bool carries_tags(const ResourceType& type) {
  return std::ranges::any_of(properties_of(type),
                             [](const Property& p) { return p.name == "Tags"; });
}

ResourceChange base_change(const char* action, const std::string& id, const std::string& type) {
  return {.Action = action,
          .LogicalResourceId = id,
          .ResourceType = type,
          .Scope = std::vector<std::string>{},
          .Details = std::vector<ResourceChangeDetail>{}};
}

Change as_change(ResourceChange change) {
  return {.Type = "Resource", .ResourceChange = std::move(change)};
}

ResourceChangeDetail detail_of(std::string attribute, std::optional<std::string> name,
                               std::string recreation, bool dynamic) {
  return {.Target = ChangeTarget{.Attribute = std::move(attribute),
                                 .Name = std::move(name),
                                 .RequiresRecreation = std::move(recreation)},
          .Evaluation = dynamic ? "Dynamic" : "Static",
          .ChangeSource = "DirectModification"};
}

ResourceChange modification(const ResourceRow& row, const ResourceDifference& difference,
                            const Value& wanted) {
  ResourceChange change = base_change("Modify", row.LogicalId, row.Type);
  change.PhysicalResourceId = row.PhysicalId;
  change.Replacement = difference.kind == ResourceDifference::Kind::kReplace
                           ? (difference.conditional ? "Conditional" : "True")
                           : "False";
  if (!difference.properties.empty()) change.Scope->push_back("Properties");
  if (difference.tags) change.Scope->push_back("Tags");
  for (const auto& property : difference.properties) {
    bool dynamic = holds_unknown(wanted[property.name]);
    change.Details->push_back(detail_of(
        "Properties", property.name,
        property.create_only ? (dynamic ? "Conditionally" : "Always") : "Never", dynamic));
  }
  if (difference.tags) change.Details->push_back(detail_of("Tags", std::nullopt, "Never", false));
  return change;
}

}  // namespace

Value to_value_list(const std::optional<std::vector<Tag>>& tags) {
  Value out = Value::list();
  if (tags)
    for (const Tag& tag : *tags)
      out.push_back(Value::object({{"Key", tag.Key}, {"Value", tag.Value}}));
  return out;
}

ResourceDifference difference_of(const ResourceType& type, const Value& before, const Value& wanted,
                                 const Value& tags_before, const Value& tags) {
  ResourceDifference difference;
  using Kind = ResourceDifference::Kind;
  auto note = [&](const ResourceDifference::Changed& property) {
    difference.properties.push_back(property);
    bool dynamic = holds_unknown(wanted[property.name]);
    if (property.create_only) {
      difference.conditional =
          difference.kind == Kind::kReplace ? difference.conditional && dynamic : dynamic;
      difference.kind = Kind::kReplace;
    } else if (difference.kind == Kind::kNone) {
      difference.kind = Kind::kUpdate;
    }
  };
  auto known = properties_of(type);
  std::set<std::string> names;
  for (const Value* side : {&before, &wanted})
    if (side->is_object())
      for (const auto& member : side->as_object()) names.insert(member.name);
  for (const std::string& name : names) {
    if (before[name] == wanted[name]) continue;
    auto found = std::ranges::find(known, std::string_view(name), &Property::name);
    note({name, found != known.end() && found->create_only});
  }
  if (difference.kind == Kind::kUpdate && type.replaces && type.replaces(before, wanted))
    difference.kind = Kind::kReplace;
  if (carries_tags(type) && !(tags_before == tags)) {
    difference.tags = true;
    if (difference.kind == Kind::kNone) difference.kind = Kind::kUpdate;
  }
  return difference;
}

Result<Difference> compare(const Template& t, Lookup lookup, const std::vector<ResourceRow>& rows,
                           const Value& tags, const std::vector<Output>& outputs) {
  std::map<std::string, const ResourceRow*> living;
  for (const ResourceRow& row : rows)
    if (row.Status != "DELETE_COMPLETE" && row.Status != "DELETE_SKIPPED")
      living[row.LogicalId] = &row;
  std::set<std::string> renewed;  // new or replaced: their values are not known yet
  std::set<std::string> changed;
  lookup.ref = [&](std::string_view name) -> Result<Value> {
    auto row = living.find(std::string(name));
    if (renewed.contains(std::string(name))) return Value(kUnknown);
    return row == living.end() ? Value() : Value(row->second->PhysicalId.value_or(""));
  };
  lookup.attribute = [&](std::string_view name, std::string_view attribute) -> Result<Value> {
    if (renewed.contains(std::string(name))) return Value(kUnknown);
    auto row = living.find(std::string(name));
    if (row == living.end()) return Value();
    // An attribute that only appears with a change (a stream's ARN) is not known either.
    const Value* found =
        row->second->Attributes ? row->second->Attributes->find(attribute) : nullptr;
    if (!found && changed.contains(std::string(name))) return Value(kUnknown);
    return found ? *found : Value("");
  };

  Difference difference;
  std::map<std::string, Change> by_id;
  std::set<std::string> wanted_ids;
  std::vector<std::string> retyped;
  for (const TemplateResource* resource : TRY(in_dependency_order(t))) {
    if (!TRY(is_wanted(resource->condition, lookup))) continue;
    const std::string& id = resource->logical_id;
    wanted_ids.insert(id);
    auto row = living.find(id);
    if (row == living.end()) {
      renewed.insert(id);
      by_id.emplace(id, as_change(base_change("Add", id, resource->type)));
      continue;
    }
    if (row->second->Type != resource->type) {
      retyped.push_back(id);
      continue;
    }
    Value properties = TRY(evaluate(resource->properties(), lookup));
    if (!properties.is_object()) properties = Value(Value::Object{});
    ResourceDifference one =
        difference_of(*find_type(resource->type), row->second->Properties.value_or(Value()),
                      properties, row->second->Tags.value_or(Value::list()), tags);
    if (row->second->Status.ends_with("_FAILED") && one.kind == ResourceDifference::Kind::kNone)
      one.kind = ResourceDifference::Kind::kUpdate;
    if (one.kind == ResourceDifference::Kind::kNone) continue;
    changed.insert(id);
    if (one.kind == ResourceDifference::Kind::kReplace) renewed.insert(id);
    by_id.emplace(id, as_change(modification(*row->second, one, properties)));
  }
  if (!retyped.empty())
    return fault(
        "ValidationError",
        "Update of resource type is not permitted. The new template modifies resource type of the following resources: [" +
            join(retyped, ", ") + "]");
  for (const auto& [id, row] : living) {
    if (wanted_ids.contains(id)) continue;
    ResourceChange change = base_change("Remove", id, row->Type);
    change.PhysicalResourceId = row->PhysicalId;
    change.PolicyAction = row->DeletionPolicy.value_or("Delete") == "Delete" ? "Delete" : "Retain";
    by_id.emplace(id, as_change(std::move(change)));
  }
  for (auto& [id, change] : by_id) difference.changes.push_back(std::move(change));

  std::map<std::string, std::pair<std::string, std::string>> before, after;
  for (const Output& output : outputs)
    before[output.OutputKey.value_or("")] = {
        output.OutputValue.value_or(""),
        output.ExportName.value_or("") + "\n" + output.Description.value_or("")};
  if (t.section("Outputs").is_object())
    for (const auto& output : t.section("Outputs").as_object()) {
      auto wanted = is_wanted(output.value["Condition"].string_or(""), lookup);
      if (!wanted || !*wanted) continue;
      auto value = evaluate(output.value["Value"], lookup);
      auto name = evaluate(output.value["Export"]["Name"], lookup);
      after[output.name] = {
          value ? value->scalar_text() : "",
          (name ? name->scalar_text() : "") + "\n" + output.value["Description"].scalar_text()};
    }
  difference.outputs = before != after;
  return difference;
}

}  // namespace drydock::cloudformation
