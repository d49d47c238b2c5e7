#include "services/apigateway/stage/site.h"

#include "base/encoding.h"
#include "base/text.h"

namespace drydock::apigateway {

namespace {
bool is_greedy(std::string_view part) { return part.ends_with("+}"); }
bool is_variable(std::string_view part) { return part.starts_with('{'); }
std::string variable_name(std::string_view part) {
  return std::string(part.substr(1, part.size() - (is_greedy(part) ? 3 : 2)));
}

std::vector<std::string_view> parts_of(std::string_view path) {
  if (path.starts_with('/')) path.remove_prefix(1);
  if (path.ends_with('/')) path.remove_suffix(1);
  if (path.empty()) return {};
  return split(path, '/');
}

// The resource that serves parts[at…], the most specific first; one without methods serves nothing.
const PlacedResource* find(const Site& site, const Site::Node& node,
                           const std::vector<std::string_view>& parts, size_t at,
                           Map<std::string>& parameters) {
  if (at == parts.size()) {
    if (node.resource == SIZE_MAX || site.resources[node.resource].row.Methods.empty())
      return nullptr;
    return &site.resources[node.resource];
  }
  std::string part = percent_decode(parts[at]);
  for (const auto& child : node.children)
    if (child->part == part)
      if (auto* found = find(site, *child, parts, at + 1, parameters)) return found;
  for (const auto& child : node.children) {
    if (!is_variable(child->part) || is_greedy(child->part)) continue;
    size_t before = parameters.size();
    parameters.emplace_back(variable_name(child->part), part);
    if (auto* found = find(site, *child, parts, at + 1, parameters)) return found;
    parameters.resize(before);
  }
  for (const auto& child : node.children) {
    if (!is_greedy(child->part) || child->resource == SIZE_MAX ||
        site.resources[child->resource].row.Methods.empty())
      continue;
    std::string rest;
    for (size_t i = at; i < parts.size(); ++i)
      rest += (i > at ? "/" : "") + percent_decode(parts[i]);
    parameters.emplace_back(variable_name(child->part), std::move(rest));
    return &site.resources[child->resource];
  }
  return nullptr;
}
}  // namespace

std::shared_ptr<const Site> build_site(DeploymentRow deployment) {
  auto site = std::make_shared<Site>();
  site->deployment_id = deployment.Id;
  site->api = std::move(deployment.RestApi);
  site->resources = placed_resources(std::move(deployment.Resources));
  for (size_t i = 0; i < site->resources.size(); ++i) {
    Site::Node* node = &site->root;
    for (std::string_view part : parts_of(site->resources[i].path)) {
      Site::Node* next = nullptr;
      for (auto& child : node->children)
        if (child->part == part) next = child.get();
      if (!next) {
        node->children.push_back(std::make_unique<Site::Node>());
        next = node->children.back().get();
        next->part = part;
      }
      node = next;
    }
    node->resource = i;
  }
  return site;
}

Match match_site(const Site& site, std::string_view http_method, std::string_view path) {
  Match match;
  match.resource = find(site, site.root, parts_of(path), 0, match.parameters);
  if (!match.resource) return match;
  for (const auto& [name, method] : match.resource->row.Methods)
    if (name == http_method) match.method = &method;
  if (!match.method)
    for (const auto& [name, method] : match.resource->row.Methods)
      if (name == "ANY") match.method = &method;
  return match;
}

}  // namespace drydock::apigateway
