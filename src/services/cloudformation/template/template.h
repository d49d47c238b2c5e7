// A checked template: its sections, resources and the references between them. Pure.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/value.h"

namespace drydock::cloudformation {

inline constexpr size_t kResourcesMax = 500, kParametersMax = 200, kMappingsMax = 200,
                        kOutputsMax = 200;

inline Unexpected invalid(std::string message) {
  return fault("ValidationError", std::move(message));
}

struct TemplateResource {
  std::string logical_id;
  std::string type;
  std::string condition;              // empty: always
  std::string deletion_policy;        // "Delete" when not said
  std::string update_replace_policy;  // "Delete" when not said
  const Value* body = nullptr;        // the whole resource, in Template::document
  std::vector<std::string>
      references;  // other resources it names (Ref, GetAtt, Sub, DependsOn), each once
  const Value& properties() const { return (*body)["Properties"]; }
};

struct Template {
  Value document;
  std::vector<TemplateResource> resources;  // as written
  const Value& section(std::string_view name) const { return document[name]; }
  const TemplateResource* find(std::string_view logical_id) const;
  Template() = default;
  Template(Template&&) = default;
  Template& operator=(Template&&) = default;
};

// Parses and checks all that can be checked without parameter values. Faults are ValidationError
// with AWS's text. `known_type` says which resource types are served.
Result<Template> read_template(std::string_view text,
                               const std::function<bool(std::string_view)>& known_type);

// Visits every name that `value` refers to: Ref, GetAtt (with attribute), ${X} of Sub. Literal
// parts of Sub maps are followed.
struct Reference {
  std::string name;
  std::string attribute;  // empty for Ref
};
void each_reference(const Value& value, const std::function<void(const Reference&)>& visit);

// Resources ordered so that each follows what it names; ties as written. A cycle is a fault with
// AWS's text.
Result<std::vector<const TemplateResource*>> in_dependency_order(const Template& t);

bool is_pseudo_parameter(std::string_view name);

}  // namespace drydock::cloudformation
