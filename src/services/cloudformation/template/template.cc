// The structure checks, in the order in which AWS reports them.
#include "services/cloudformation/template/template.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "services/cloudformation/template/parse.h"
#include "services/cloudformation/template/substitution.h"

namespace drydock::cloudformation {

namespace {

Unexpected format_error(std::string message) {
  return invalid("Template format error: " + std::move(message));
}

bool is_alphanumeric(std::string_view text) {
  return !text.empty() && text.size() <= 255 &&
         std::ranges::all_of(text, [](unsigned char c) { return std::isalnum(c); });
}

constexpr std::string_view kSections[] = {"AWSTemplateFormatVersion",
                                          "Description",
                                          "Metadata",
                                          "Parameters",
                                          "Mappings",
                                          "Conditions",
                                          "Rules",
                                          "Transform",
                                          "Resources",
                                          "Outputs",
                                          "Hooks"};
constexpr std::string_view kResourceMembers[] = {
    "Type",           "Properties",   "DependsOn",           "Condition",      "Metadata",
    "DeletionPolicy", "UpdatePolicy", "UpdateReplacePolicy", "CreationPolicy", "Description"};
constexpr std::string_view kPolicies[] = {"Delete", "Retain", "Snapshot", "RetainExceptOnCreate"};

template <class List>
bool among(const List& list, std::string_view name) {
  return std::ranges::find(list, name) != std::end(list);
}

// The first null below `value`, as a path; AWS takes none anywhere in Resources.
std::string null_path(const Value& value, const std::string& path) {
  if (value.is_null()) return path;
  if (value.is_list()) {
    for (size_t i = 0; i < value.as_list().size(); ++i)
      if (auto found = null_path(value.as_list()[i], path + "/" + std::to_string(i));
          !found.empty())
        return found;
  } else if (value.is_object()) {
    for (const auto& member : value.as_object())
      if (auto found = null_path(member.value, path + "/" + member.name); !found.empty())
        return found;
  }
  return {};
}

Result<void> check_sections(const Value& document) {
  std::vector<std::string> unknown;
  for (const auto& member : document.as_object())
    if (!among(kSections, member.name)) unknown.push_back(member.name);
  if (!unknown.empty())
    return invalid("Invalid template property or properties [" + join(unknown, ", ") + "]");
  if (const Value* version = document.find("AWSTemplateFormatVersion");
      version && version->scalar_text() != "2010-09-09")
    return format_error(version->scalar_text() +
                        " is not a supported value for AWSTemplateFormatVersion.");
  if (const Value* text = document.find("Description")) {
    if (!text->is_string()) return format_error("Every Description member must be a string.");
    if (text->as_string().size() > 1024)
      return format_error("'Description' length is greater than 1024.");
  }
  if (document.find("Transform")) {
    const Value& transform = document["Transform"];
    std::string name = transform.is_list() && transform.size()
                           ? transform.as_list()[0].scalar_text()
                           : transform.scalar_text();
    return not_implemented("The template transform " + name);
  }
  if (document.find("Hooks")) return not_implemented("The template section Hooks");
  for (const char* name : {"Parameters", "Mappings", "Conditions", "Rules", "Resources", "Outputs"})
    if (const Value* section = document.find(name); section && !section->is_object())
      return format_error(section->is_null() ? std::string("[/") + name +
                                                   "] 'null' values are not allowed in templates"
                                             : std::string(name) + " must be an object");
  if (document["Resources"].size() == 0)
    return format_error("At least one Resources member must be defined.");
  struct {
    const char* name;
    size_t most;
    const char* noun;
  } limits[] = {{"Resources", kResourcesMax, "resources"},
                {"Parameters", kParametersMax, "parameters"},
                {"Mappings", kMappingsMax, "mappings"},
                {"Outputs", kOutputsMax, "outputs"}};
  for (auto& limit : limits)
    if (document[limit.name].size() > limit.most)
      return format_error("Number of " + std::string(limit.noun) + ", " +
                          std::to_string(document[limit.name].size()) +
                          ", is greater than maximum allowed, " + std::to_string(limit.most));
  return {};
}

Result<void> check_mappings(const Value& mappings) {
  if (!mappings.is_object()) return {};
  for (const auto& map : mappings.as_object()) {
    if (!map.value.is_object())
      return format_error("Every Mappings member " + map.name + " must be a map");
    for (const auto& row : map.value.as_object()) {
      if (!row.value.is_object())
        return format_error("Every Mappings attribute must be a String or a List.");
      for (const auto& attribute : row.value.as_object())
        if (attribute.value.is_object() || attribute.value.is_null())
          return format_error("Every Mappings attribute must be a String or a List.");
    }
  }
  return {};
}

Result<TemplateResource> read_resource(const Value::Member& member) {
  const std::string& id = member.name;
  const Value& body = member.value;
  if (!is_alphanumeric(id)) return format_error("Resource name " + id + " is non alphanumeric.");
  if (!body.is_object())
    return format_error("[/Resources/" + id + "] resource definition is malformed");
  const std::string type = body["Type"].string_or("");
  const bool custom = type.starts_with("Custom::") || type == "AWS::CloudFormation::CustomResource";
  for (const auto& part : body.as_object())
    if (!among(kResourceMembers, part.name) && !(custom && part.name == "Version"))
      return invalid("Invalid template resource property '" + part.name + "'");
  if (!body["Type"].is_string())
    return format_error("[/Resources/" + id +
                        "] Every Resources object must contain a Type member.");
  if (const Value* properties = body.find("Properties"); properties && !properties->is_object())
    return format_error("[/Resources/" + id + "/Properties] Properties must be an object");
  TemplateResource resource;
  resource.logical_id = id;
  resource.type = body["Type"].as_string();
  resource.body = &body;
  if (const Value* condition = body.find("Condition")) {
    if (!condition->is_string())
      return format_error("[/Resources/" + id + "/Condition] Condition must be a string");
    resource.condition = condition->as_string();
  }
  for (auto [name, into] : {std::pair{"DeletionPolicy", &resource.deletion_policy},
                            std::pair{"UpdateReplacePolicy", &resource.update_replace_policy}}) {
    const Value* policy = body.find(name);
    *into = policy ? policy->string_or("") : "Delete";
    if (!among(kPolicies, *into))
      return format_error("Unrecognized " + std::string(name) + " " + *into + " for resource " +
                          id);
    if (*into == "RetainExceptOnCreate" && std::string_view(name) == "UpdateReplacePolicy")
      return format_error("Unrecognized UpdateReplacePolicy " + *into + " for resource " + id);
  }
  return resource;
}

// References of one resource; unknown names are collected.
Result<void> link(Template& t, TemplateResource& resource, std::set<std::string>& unresolved) {
  const Value& parameters = t.section("Parameters");
  std::set<std::string> seen;
  auto add = [&](const std::string& name) {
    if (seen.insert(name).second) resource.references.push_back(name);
  };
  std::string undefined;
  for (const char* part : {"Properties", "Metadata", "UpdatePolicy", "CreationPolicy"})
    each_reference((*resource.body)[part], [&](const Reference& reference) {
      if (t.document["Resources"].find(reference.name)) return add(reference.name);
      if (!reference.attribute.empty())
        undefined = reference.name;
      else if (!is_pseudo_parameter(reference.name) && !parameters.find(reference.name))
        unresolved.insert(reference.name);
    });
  if (!undefined.empty())
    return invalid("Template error: instance of Fn::GetAtt references undefined resource " +
                   undefined);
  const Value& depends = (*resource.body)["DependsOn"];
  auto depend = [&](const Value& name) -> Result<void> {
    if (!name.is_string())
      return format_error("[/Resources/" + resource.logical_id +
                          "/DependsOn] DependsOn must be a string or list of strings");
    if (t.document["Resources"].find(name.as_string()))
      add(name.as_string());
    else
      unresolved.insert(name.as_string());
    return {};
  };
  if (depends.is_list()) {
    for (const Value& name : depends.as_list()) TRY(depend(name));
  } else if (!depends.is_null()) {
    TRY(depend(depends));
  }
  return {};
}

// Names of conditions that `value` uses (Fn::If, Condition).
void each_condition(const Value& value, const std::function<void(const std::string&)>& visit) {
  if (value.is_list())
    for (const Value& item : value.as_list()) each_condition(item, visit);
  if (!value.is_object()) return;
  for (const auto& member : value.as_object()) {
    if (member.name == "Fn::If" && member.value.is_list() && member.value.size() == 3 &&
        member.value.as_list()[0].is_string())
      visit(member.value.as_list()[0].as_string());
    each_condition(member.value, visit);
  }
}

void each_named_condition(const Value& value,
                          const std::function<void(const std::string&)>& visit) {
  if (value.is_list())
    for (const Value& item : value.as_list()) each_named_condition(item, visit);
  if (!value.is_object()) return;
  for (const auto& member : value.as_object()) {
    if (member.name == "Condition" && member.value.is_string() && value.size() == 1)
      visit(member.value.as_string());
    each_named_condition(member.value, visit);
  }
}

Result<void> check_conditions(const Template& t) {
  const Value& conditions = t.section("Conditions");
  std::string unresolved;
  auto need = [&](const std::string& name) {
    if (!conditions.find(name)) unresolved = name;
  };
  for (const char* block : {"Resources", "Outputs"}) {
    for (const auto& member :
         t.section(block).is_object() ? t.section(block).as_object() : Value::Object{}) {
      if (const Value* name = member.value.find("Condition"); name && name->is_string())
        need(name->as_string());
      each_condition(member.value, need);
    }
    if (!unresolved.empty())
      return format_error("Unresolved condition dependency " + unresolved + " in the " + block +
                          " block of the template");
  }
  std::set<std::string> names;
  each_reference(conditions, [&](const Reference& reference) {
    if (!is_pseudo_parameter(reference.name) && !t.section("Parameters").find(reference.name))
      names.insert(reference.name);
  });
  if (!names.empty())
    return format_error("Unresolved dependencies [" + join({names.begin(), names.end()}, ", ") +
                        "]. Cannot reference resources in the Conditions block of the template");
  each_named_condition(conditions, need);
  if (!unresolved.empty())
    return format_error("Unresolved condition dependency " + unresolved +
                        " in the Conditions block of the template");
  return {};
}

Result<void> check_outputs(const Template& t) {
  const Value& outputs = t.section("Outputs");
  if (!outputs.is_object()) return {};
  std::set<std::string> unresolved;
  std::string undefined;
  for (const auto& output : outputs.as_object()) {
    if (!is_alphanumeric(output.name))
      return format_error("Output name " + output.name + " is non alphanumeric.");
    if (!output.value.is_object())
      return format_error("[/Outputs/" + output.name + "] Every Outputs member must be an object");
    if (!output.value.find("Value"))
      return format_error("Output " + output.name +
                          " is malformed. Every Outputs member must contain a Value object");
    for (const auto& part : output.value.as_object())
      if (part.name != "Value" && part.name != "Description" && part.name != "Export" &&
          part.name != "Condition")
        return format_error("Invalid outputs property : [" + part.name + "]");
    each_reference(output.value, [&](const Reference& reference) {
      if (t.find(reference.name)) return;
      if (!reference.attribute.empty())
        undefined = reference.name;
      else if (!is_pseudo_parameter(reference.name) &&
               !t.section("Parameters").find(reference.name))
        unresolved.insert(reference.name);
    });
  }
  if (!undefined.empty())
    return invalid("Template error: instance of Fn::GetAtt references undefined resource " +
                   undefined);
  if (!unresolved.empty())
    return format_error("Unresolved resource dependencies [" +
                        join({unresolved.begin(), unresolved.end()}, ", ") +
                        "] in the Outputs block of the template");
  return {};
}

}  // namespace

const TemplateResource* Template::find(std::string_view logical_id) const {
  for (const auto& resource : resources)
    if (resource.logical_id == logical_id) return &resource;
  return nullptr;
}

bool is_pseudo_parameter(std::string_view name) {
  constexpr std::string_view kNames[] = {"AWS::AccountId", "AWS::NotificationARNs", "AWS::NoValue",
                                         "AWS::Partition", "AWS::Region",           "AWS::StackId",
                                         "AWS::StackName", "AWS::URLSuffix"};
  return among(kNames, name);
}

void each_reference(const Value& value, const std::function<void(const Reference&)>& visit) {
  if (value.is_list()) {
    for (const Value& item : value.as_list()) each_reference(item, visit);
    return;
  }
  if (!value.is_object()) return;
  for (const auto& [name, argument] : value.as_object()) {
    if (name == "Ref" && argument.is_string() && value.size() == 1) {
      visit({argument.as_string(), {}});
    } else if (name == "Fn::GetAtt" && value.size() == 1) {
      if (argument.is_list() && argument.size() == 2 && argument.as_list()[0].is_string()) {
        visit({argument.as_list()[0].as_string(), argument.as_list()[1].string_or("?")});
        each_reference(argument.as_list()[1], visit);
      } else if (argument.is_string()) {
        const std::string& text = argument.as_string();
        size_t dot = text.find('.');
        visit({text.substr(0, dot), dot == std::string::npos ? "?" : text.substr(dot + 1)});
      }
    } else if (name == "Fn::Sub" && value.size() == 1) {
      const Value& text = argument.is_list() && argument.size() ? argument.as_list()[0] : argument;
      const Value& own =
          argument.is_list() && argument.size() > 1 ? argument.as_list()[1] : Value();
      if (text.is_string())
        for (const auto& piece : split_substitution(text.as_string())) {
          if (!piece.is_name || own.find(piece.text)) continue;
          size_t dot = piece.text.find('.');
          if (dot == std::string::npos)
            visit({piece.text, {}});
          else
            visit({piece.text.substr(0, dot), piece.text.substr(dot + 1)});
        }
      each_reference(own, visit);
    } else {
      each_reference(argument, visit);
    }
  }
}

Result<Template> read_template(std::string_view text,
                               const std::function<bool(std::string_view)>& known_type) {
  Template t;
  t.document = TRY(parse_template(text));
  TRY(check_sections(t.document));
  if (auto path = null_path(t.document["Resources"], "/Resources"); !path.empty())
    return format_error("[" + path + "] 'null' values are not allowed in templates");
  std::vector<std::string> unknown_types;
  for (const auto& member : t.document["Resources"].as_object()) {
    t.resources.push_back(TRY(read_resource(member)));
    const std::string& type = t.resources.back().type;
    if (!known_type(type) && !among(unknown_types, type)) unknown_types.push_back(type);
  }
  if (!unknown_types.empty())
    return format_error("Unrecognized resource types: [" + join(unknown_types, ", ") + "]");
  TRY(check_mappings(t.section("Mappings")));
  std::set<std::string> unresolved;
  for (auto& resource : t.resources) TRY(link(t, resource, unresolved));
  if (!unresolved.empty())
    return format_error("Unresolved resource dependencies [" +
                        join({unresolved.begin(), unresolved.end()}, ", ") +
                        "] in the Resources block of the template");
  TRY(check_conditions(t));
  TRY(check_outputs(t));
  TRY(in_dependency_order(t));
  return t;
}

Result<std::vector<const TemplateResource*>> in_dependency_order(const Template& t) {
  std::map<std::string_view, size_t> index;
  for (size_t i = 0; i < t.resources.size(); ++i) index[t.resources[i].logical_id] = i;
  std::vector<size_t> open(t.resources.size());
  std::vector<std::vector<size_t>> dependents(t.resources.size());
  for (size_t i = 0; i < t.resources.size(); ++i)
    for (const std::string& name : t.resources[i].references) {
      dependents[index.at(name)].push_back(i);
      ++open[i];
    }
  std::set<size_t> ready;  // lowest position first, so that ties stay as written
  for (size_t i = 0; i < open.size(); ++i)
    if (open[i] == 0) ready.insert(i);
  std::vector<const TemplateResource*> order;
  while (!ready.empty()) {
    size_t i = *ready.begin();
    ready.erase(ready.begin());
    order.push_back(&t.resources[i]);
    for (size_t dependent : dependents[i])
      if (--open[dependent] == 0) ready.insert(dependent);
  }
  if (order.size() == t.resources.size()) return order;
  std::vector<std::string> circle;
  for (size_t i = 0; i < open.size(); ++i)
    if (open[i] > 0) circle.push_back(t.resources[i].logical_id);
  return invalid("Circular dependency between resources: [" + join(circle, ", ") + "]");
}

}  // namespace drydock::cloudformation
