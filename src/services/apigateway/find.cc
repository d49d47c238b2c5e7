// How rows are found, placed and paged.
#include <algorithm>

#include "base/text.h"
#include "services/apigateway/tables.h"

namespace drydock::apigateway {

namespace {
constexpr size_t kDefaultPage = 25, kMaxPage = 500;
}

Result<ApiRow> find_api(Call& call, const std::string& id) {
  auto row = kApis.get(call.txn(), call.space(), {id});
  if (!row)
    return errors::NotFoundException("Invalid API identifier specified " + call.account().text +
                                     ":" + id);
  return std::move(*row);
}

Result<ResourceRow> find_resource(Call& call, const std::string& api, const std::string& id) {
  auto row = kResources.get(call.txn(), call.space(), {api, id});
  if (row) return std::move(*row);
  TRY(find_api(call, api));
  return errors::NotFoundException("Invalid Resource identifier specified");
}

Result<StageRow> find_stage(Call& call, const std::string& api, const std::string& name) {
  auto row = kStages.get(call.txn(), call.space(), {api, name});
  if (row) return std::move(*row);
  TRY(find_api(call, api));
  return errors::NotFoundException("Invalid stage identifier specified");
}

Result<DeploymentRow> find_deployment(Call& call, const std::string& api, const std::string& id) {
  auto row = kDeployments.get(call.txn(), call.space(), {api, id});
  if (row) return std::move(*row);
  TRY(find_api(call, api));
  return errors::NotFoundException("Invalid Deployment identifier specified");
}

Result<Method*> find_method(ResourceRow& row, const std::string& http_method) {
  if (Method* method = find_key(row.Methods, http_method)) return method;
  return errors::NotFoundException("Invalid Method identifier specified");
}

std::vector<PlacedResource> placed_resources(std::vector<ResourceRow> rows) {
  auto by_id = [&](const std::string& id) -> const ResourceRow* {
    for (const ResourceRow& row : rows)
      if (row.Id == id) return &row;
    return nullptr;
  };
  std::vector<PlacedResource> placed;
  for (const ResourceRow& row : rows) {
    std::string path;
    size_t depth = 0;
    for (const ResourceRow* at = &row; at && at->ParentId && depth <= rows.size();
         at = by_id(*at->ParentId), ++depth)
      path = "/" + at->PathPart.value_or("") + path;
    placed.push_back({row, path.empty() ? "/" : path});
  }
  std::ranges::sort(placed, {}, &PlacedResource::path);
  return placed;
}

Resource describe(const PlacedResource& resource, bool with_methods) {
  Resource out;
  out.id = resource.row.Id;
  out.parentId = resource.row.ParentId;
  out.pathPart = resource.row.PathPart;
  out.path = resource.path;
  if (!resource.row.Methods.empty()) {
    out.resourceMethods.emplace();
    for (const auto& [name, method] : resource.row.Methods)
      out.resourceMethods->emplace_back(name, with_methods ? method : Method{});
  }
  return out;
}

Result<Page> page_of(size_t count, const std::optional<std::string>& position,
                     const std::optional<int64_t>& limit) {
  Page page;
  if (position && !position->empty()) {
    auto begin = parse_int(*position);
    if (!begin || *begin < 0)
      return errors::BadRequestException("Invalid position parameter specified.");
    page.begin = std::min<size_t>(*begin, count);
  }
  if (limit && (*limit < 1 || *limit > static_cast<int64_t>(kMaxPage)))
    return errors::BadRequestException("Limit must be between 1 and 500.");
  page.end = std::min<size_t>(count, page.begin + limit.value_or(kDefaultPage));
  if (page.end < count) page.next = std::to_string(page.end);
  return page;
}

std::vector<std::string> patch_path(const PatchOperation& operation) {
  std::vector<std::string> parts;
  std::string path = operation.path.value_or("");
  if (path.starts_with('/')) path.erase(0, 1);
  for (std::string_view part : split(path, '/'))
    parts.push_back(replace_all(replace_all(std::string(part), "~1", "/"), "~0", "~"));
  return parts;
}

Unexpected bad_patch(const PatchOperation& operation) {
  return errors::BadRequestException("Invalid patch path '" + operation.path.value_or("") +
                                     "' specified for op '" + operation.op.value_or("") + "'.");
}

Result<bool> patch_boolean(const PatchOperation& operation) {
  std::string value = to_lower(operation.value.value_or(""));
  if (value == "true" || value == "false") return value == "true";
  return errors::BadRequestException("Invalid value specified for " + operation.path.value_or(""));
}

}  // namespace drydock::apigateway
