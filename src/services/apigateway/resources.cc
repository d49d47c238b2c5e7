// Resources: the tree of paths of an API.
#include <algorithm>

#include "gen/apigateway_handlers.h"
#include "services/apigateway/tables.h"

namespace drydock::apigateway {

namespace {
constexpr size_t kMaxResources = 300;  // AWS's quota

bool embeds_methods(const std::optional<std::vector<std::string>>& embed) {
  return embed && std::ranges::count(*embed, "methods");
}

bool valid_part(const std::string& part) {
  if (part.empty()) return false;
  bool variable = part.starts_with('{') && part.ends_with('}');
  std::string_view inner = part;
  if (variable) {
    inner = inner.substr(1, inner.size() - 2);
    if (inner.ends_with('+')) inner.remove_suffix(1);
  }
  return !inner.empty() &&
         inner.find_first_not_of(
             "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-:") ==
             std::string_view::npos;
}

Result<void> check_place(const std::vector<ResourceRow>& rows, const std::string& self,
                         const std::string& parent, const std::string& part) {
  if (!valid_part(part))
    return errors::BadRequestException(
        "Resource's path part only allow a-zA-Z0-9._-: or a valid greedy path variable and curly braces at the beginning and the end.");
  bool is_variable = part.starts_with('{');
  for (const ResourceRow& row : rows) {
    if (row.Id == self) continue;
    if (row.Id == parent && row.PathPart && row.PathPart->ends_with("+}"))
      return errors::BadRequestException(
          "Cannot create a child of a resource with a greedy path variable: " + *row.PathPart);
    if (row.ParentId != parent) continue;
    if (row.PathPart == part)
      return errors::ConflictException(
          "Another resource with the same parent already has this name: " + part);
    if (is_variable && row.PathPart && row.PathPart->starts_with('{'))
      return errors::BadRequestException(
          "A sibling (" + *row.PathPart +
          ") of this resource already has a variable path part -- only one is allowed");
  }
  return {};
}

PlacedResource placed(const std::vector<ResourceRow>& rows, const std::string& id) {
  for (PlacedResource& resource : placed_resources(rows))
    if (resource.row.Id == id) return std::move(resource);
  return {};
}

Result<std::vector<ResourceRow>> lock_resources(Call& call, const std::string& api) {
  ApiRow row = TRY(find_api(call, api));
  ++row.ResourceChanges;
  kApis.put(call.txn(), call.space(), {api}, row);
  return kResources.scan(call.txn(), call.space(), {.prefix = {api}});
}
}  // namespace

Result<Resource> create_resource(Call& call, const CreateResourceInput& in) {
  auto rows = TRY(lock_resources(call, in.restApiId));
  TRY(find_resource(call, in.restApiId, in.parentId));
  TRY(check_place(rows, "", in.parentId, in.pathPart));
  if (rows.size() >= kMaxResources)
    return fault("LimitExceededException",
                 "Maximum number of resources for this API has been reached.", 429);
  ResourceRow row{.Id = call.random().base36(6), .ParentId = in.parentId, .PathPart = in.pathPart};
  kResources.put(call.txn(), call.space(), {in.restApiId, row.Id}, row);
  rows.push_back(row);
  return describe(placed(rows, row.Id), false);
}

Result<Resource> get_resource(Call& call, const GetResourceInput& in) {
  TRY(find_resource(call, in.restApiId, in.resourceId));
  auto rows = kResources.scan(call.txn(), call.space(), {.prefix = {in.restApiId}});
  return describe(placed(rows, in.resourceId), embeds_methods(in.embed));
}

Result<GetResourcesOutput> get_resources(Call& call, const GetResourcesInput& in) {
  TRY(find_api(call, in.restApiId));
  auto all =
      placed_resources(kResources.scan(call.txn(), call.space(), {.prefix = {in.restApiId}}));
  Page page = TRY(page_of(all.size(), in.position, in.limit));
  GetResourcesOutput out{.position = page.next};
  out.items.emplace();
  for (size_t i = page.begin; i < page.end; ++i)
    out.items->push_back(describe(all[i], embeds_methods(in.embed)));
  return out;
}

Result<Resource> update_resource(Call& call, const UpdateResourceInput& in) {
  auto rows = TRY(lock_resources(call, in.restApiId));
  ResourceRow row = TRY(find_resource(call, in.restApiId, in.resourceId));
  if (!row.ParentId) return errors::BadRequestException("The root resource cannot be changed");
  if (in.patchOperations)
    for (const PatchOperation& operation : *in.patchOperations) {
      if (operation.op != "replace" || !operation.value) return bad_patch(operation);
      if (operation.path == "/pathPart")
        row.PathPart = operation.value;
      else if (operation.path == "/parentId")
        row.ParentId = operation.value;
      else
        return bad_patch(operation);
    }
  TRY(find_resource(call, in.restApiId, *row.ParentId));
  for (const ResourceRow* at = &row; at && at->ParentId;) {
    if (*at->ParentId == row.Id)
      return errors::BadRequestException("A resource cannot be moved below itself");
    auto parent = std::ranges::find(rows, *at->ParentId, &ResourceRow::Id);
    at = parent == rows.end() ? nullptr : &*parent;
  }
  TRY(check_place(rows, row.Id, *row.ParentId, *row.PathPart));
  kResources.put(call.txn(), call.space(), {in.restApiId, row.Id}, row);
  for (ResourceRow& other : rows)
    if (other.Id == row.Id) other = row;
  return describe(placed(rows, row.Id), false);
}

Result<DeleteResourceOutput> delete_resource(Call& call, const DeleteResourceInput& in) {
  auto rows = TRY(lock_resources(call, in.restApiId));
  ResourceRow row = TRY(find_resource(call, in.restApiId, in.resourceId));
  if (!row.ParentId) return errors::BadRequestException("Root resource cannot be deleted");
  std::vector<std::string> doomed = {row.Id};
  for (size_t i = 0; i < doomed.size(); ++i)
    for (const ResourceRow& other : rows)
      if (other.ParentId == doomed[i]) doomed.push_back(other.Id);
  for (const std::string& id : doomed)
    kResources.erase(call.txn(), call.space(), {in.restApiId, id});
  return DeleteResourceOutput{};
}

}  // namespace drydock::apigateway
