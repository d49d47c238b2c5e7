// The stored rows of API Gateway and how they are found.
#pragma once

#include <string>
#include <string_view>

#include "api/call.h"
#include "api/registry.h"
#include "gen/apigateway.h"
#include "store/table.h"

namespace drydock::apigateway {

inline const Table<ApiRow> kApis{"apigateway.api"};                       // {api}
inline const Table<ResourceRow> kResources{"apigateway.resource"};        // {api, resource}
inline const Table<DeploymentRow> kDeployments{"apigateway.deployment"};  // {api, deployment}
inline const Table<StageRow> kStages{"apigateway.stage"};                 // {api, stage}
inline const Table<AccountRow> kAccounts{"apigateway.account"};           // {""}
inline const Table<OwnerRow> kOwners{"apigateway.owner"};  // of the installation: {api}

Result<ApiRow> find_api(Call& call, const std::string& id);
Result<ResourceRow> find_resource(Call& call, const std::string& api, const std::string& id);
Result<StageRow> find_stage(Call& call, const std::string& api, const std::string& name);
Result<DeploymentRow> find_deployment(Call& call, const std::string& api, const std::string& id);
// The method of a resource row, or the fault.
Result<Method*> find_method(ResourceRow& row, const std::string& http_method);

// An API's resources with their whole paths ("/product/{id}").
struct PlacedResource {
  ResourceRow row;
  std::string path;
};
std::vector<PlacedResource> placed_resources(std::vector<ResourceRow> rows);
Resource describe(const PlacedResource& resource, bool with_methods);

// Tags given at creation need what TagResource needs. What has no id yet is named by *.
Result<void> authorize_tags(Call& call, const std::string& path);
// aws:ResourceTag of what is managed: an API's tags, and a stage's own.
std::optional<ResourceFacts> managed_facts(Txn& txn, const Arn& arn);

// A value in a map that keeps its order.
template <class T>
T* find_key(Map<T>& map, std::string_view key) {
  for (auto& [name, value] : map)
    if (name == key) return &value;
  return nullptr;
}
template <class T>
void put_key(Map<T>& map, std::string_view key, T value) {
  if (T* old = find_key(map, key))
    *old = std::move(value);
  else
    map.emplace_back(std::string(key), std::move(value));
}
template <class T>
bool erase_key(Map<T>& map, std::string_view key) {
  return std::erase_if(map, [&](const auto& member) { return member.first == key; }) > 0;
}

// One page of a list: `position` is the index behind the last item, as text.
struct Page {
  size_t begin = 0, end = 0;
  std::optional<std::string> next;
};
Result<Page> page_of(size_t count, const std::optional<std::string>& position,
                     const std::optional<int64_t>& limit);

// A patch path in its parts, ~1 and ~0 undone: "/variables/a~1b" is {"variables", "a/b"}.
std::vector<std::string> patch_path(const PatchOperation& operation);
Unexpected bad_patch(const PatchOperation& operation);
Result<bool> patch_boolean(const PatchOperation& operation);

}  // namespace drydock::apigateway
