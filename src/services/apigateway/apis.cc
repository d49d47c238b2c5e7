// REST APIs: create, get, update, delete.
#include <algorithm>

#include "api/server.h"
#include "auth/policy.h"
#include "gen/apigateway_handlers.h"
#include "services/apigateway/tables.h"

namespace drydock::apigateway {

namespace {
// An empty policy, as deployment tools send it, is none. AWS does accept both written and short
// forms of Resource.
Result<std::optional<std::string>> held_policy(Call& call,
                                               const std::optional<std::string>& policy) {
  if (!policy || policy->empty()) return std::optional<std::string>();
  auto held = call.server().hold_principals(call.txn(), *policy);
  if (!held || !parse_policy(*policy, PolicyUse::kResource))
    return errors::BadRequestException(
        "Invalid policy document. Please check the policy syntax and ensure that Principals are valid.");
  return std::optional(std::move(*held));
}

bool is_of_policy(const PatchOperation& operation) {
  const auto path = patch_path(operation);
  return !path.empty() && path.front() == "policy";
}

// AWS does ask for this besides the method, because the policy opens the API to others.
Result<void> authorize_policy(Call& call, const std::string& api) {
  return call.authorize("apigateway:UpdateRestApiPolicy",
                        "arn:aws:apigateway:" + call.region().text + "::/restapis" + api);
}

// As it is shown: the principals of its policy by name again.
RestApi shown(Call& call, RestApi api) {
  if (api.policy) api.policy = call.server().show_principals(call.txn(), *api.policy);
  return api;
}

template <class In>
void erase_rows(Call& call, const RawTable& table, const In& api) {
  std::vector<std::string> ids;
  table.scan(call.txn(), call.space(), {.prefix = {api}}, [&](const auto& key, std::string_view) {
    ids.push_back(key[1]);
    return true;
  });
  for (const std::string& id : ids) table.erase(call.txn(), call.space(), {api, id});
}

Result<void> patch_endpoint(EndpointConfiguration& endpoint, const PatchOperation& operation,
                            const std::vector<std::string>& path) {
  std::string value = operation.value.value_or("");
  if (path.size() == 3 && path[1] == "types" &&
      (value == "EDGE" || value == "REGIONAL" || value == "PRIVATE")) {
    endpoint.types = std::vector<std::string>{value};
    return {};
  }
  return bad_patch(operation);
}

Result<void> patch(Call& call, RestApi& api, const PatchOperation& operation) {
  auto path = patch_path(operation);
  const std::string& what = path[0];
  bool remove = operation.op == "remove";
  std::string value = operation.value.value_or("");
  if (what == "name" && !value.empty()) {
    api.name = value;
  } else if (what == "description") {
    api.description = remove ? std::nullopt : operation.value;
  } else if (what == "version") {
    api.version = remove ? std::nullopt : operation.value;
  } else if (what == "policy") {
    api.policy = remove ? std::nullopt : TRY(held_policy(call, operation.value));
  } else if (what == "apiKeySource" && (value == "HEADER" || value == "AUTHORIZER")) {
    api.apiKeySource = value;
  } else if (what == "disableExecuteApiEndpoint") {
    api.disableExecuteApiEndpoint = TRY(patch_boolean(operation));
  } else if (what == "minimumCompressionSize") {
    api.minimumCompressionSize = remove || value.empty()
                                     ? std::nullopt
                                     : std::optional<int64_t>(strtoll(value.c_str(), nullptr, 10));
  } else if (what == "binaryMediaTypes" && path.size() == 2) {
    if (!api.binaryMediaTypes) api.binaryMediaTypes.emplace();
    std::erase(*api.binaryMediaTypes, path[1]);
    if (operation.op == "replace")
      api.binaryMediaTypes->push_back(value);
    else if (!remove)
      api.binaryMediaTypes->push_back(path[1]);
    if (api.binaryMediaTypes->empty()) api.binaryMediaTypes.reset();
  } else if (what == "endpointConfiguration") {
    TRY(patch_endpoint(*api.endpointConfiguration, operation, path));
  } else {
    return bad_patch(operation);
  }
  return {};
}
}  // namespace

Result<RestApi> create_rest_api(Call& call, const CreateRestApiInput& in) {
  if (in.cloneFrom) return not_implemented("cloneFrom of CreateRestApi");
  if (in.name.empty()) return errors::BadRequestException("API name must not be empty");
  RestApi api;
  api.id = call.random().base36(10);
  api.name = in.name;
  api.description = in.description;
  api.createdDate = Timestamp{call.now().ms / 1000 * 1000};
  api.version = in.version;
  if (in.binaryMediaTypes && !in.binaryMediaTypes->empty())
    api.binaryMediaTypes = in.binaryMediaTypes;
  api.minimumCompressionSize = in.minimumCompressionSize;
  api.apiKeySource = in.apiKeySource.value_or("HEADER");
  api.endpointConfiguration = in.endpointConfiguration.value_or(EndpointConfiguration{});
  if (!api.endpointConfiguration->types || api.endpointConfiguration->types->empty())
    api.endpointConfiguration->types = std::vector<std::string>{"EDGE"};
  if (in.policy && !in.policy->empty()) TRY(authorize_policy(call, ""));
  if (in.tags && !in.tags->empty()) TRY(authorize_tags(call, "/restapis/*"));
  api.policy = TRY(held_policy(call, in.policy));
  if (in.tags && !in.tags->empty()) api.tags = in.tags;
  api.disableExecuteApiEndpoint = in.disableExecuteApiEndpoint.value_or(false);
  api.rootResourceId = call.random().base36(10);
  kApis.put(call.txn(), call.space(), {*api.id}, ApiRow{.Api = api});
  kResources.put(call.txn(), call.space(), {*api.id, *api.rootResourceId},
                 ResourceRow{.Id = *api.rootResourceId});
  kOwners.put(call.txn(), Space{}, {*api.id},
              OwnerRow{.Account = call.account().text, .Region = call.region().text});
  return shown(call, std::move(api));
}

Result<RestApi> get_rest_api(Call& call, const GetRestApiInput& in) {
  ApiRow row = TRY(find_api(call, in.restApiId));
  return shown(call, std::move(row.Api));
}

Result<GetRestApisOutput> get_rest_apis(Call& call, const PageInput& in) {
  auto rows = kApis.scan(call.txn(), call.space());
  Page page = TRY(page_of(rows.size(), in.position, in.limit));
  GetRestApisOutput out{.position = page.next};
  out.items.emplace();
  for (size_t i = page.begin; i < page.end; ++i)
    out.items->push_back(shown(call, std::move(rows[i].Api)));
  return out;
}

Result<RestApi> update_rest_api(Call& call, const UpdateRestApiInput& in) {
  ApiRow row = TRY(find_api(call, in.restApiId));
  if (in.patchOperations && std::ranges::any_of(*in.patchOperations, is_of_policy))
    TRY(authorize_policy(call, "/" + in.restApiId));
  if (in.patchOperations)
    for (const PatchOperation& operation : *in.patchOperations)
      TRY(patch(call, row.Api, operation));
  kApis.put(call.txn(), call.space(), {in.restApiId}, row);
  return shown(call, std::move(row.Api));
}

Result<DeleteRestApiOutput> delete_rest_api(Call& call, const DeleteRestApiInput& in) {
  TRY(find_api(call, in.restApiId));
  for (const RawTable* table : {&kResources.raw(), &kDeployments.raw(), &kStages.raw()})
    erase_rows(call, *table, in.restApiId);
  kApis.erase(call.txn(), call.space(), {in.restApiId});
  kOwners.erase(call.txn(), Space{}, {in.restApiId});
  return DeleteRestApiOutput{};
}

}  // namespace drydock::apigateway
