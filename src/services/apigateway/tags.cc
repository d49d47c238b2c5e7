// Tags of APIs and stages, and the account's own settings.
#include <functional>

#include "base/encoding.h"
#include "base/text.h"
#include "gen/apigateway_handlers.h"
#include "services/apigateway/tables.h"

namespace drydock::apigateway {

namespace {
// Lets `change` see the tags of the API or stage that `arn` names; `store` keeps what it changed.
enum class Store { kNo, kYes };
Result<void> with_tags(Call& call, const std::string& text, Store store,
                       const std::function<void(std::optional<Map<std::string>>&)>& change) {
  auto arn = Arn::parse(text);
  if (!arn || arn->service != "apigateway" || !arn->resource.starts_with("/restapis/"))
    return errors::BadRequestException("Invalid ARN specified in the request");
  auto parts = split(std::string_view(arn->resource).substr(1), '/');
  std::string api(parts[1]);
  if (parts.size() == 2) {
    ApiRow row = TRY(find_api(call, api));
    change(row.Api.tags);
    if (store == Store::kYes) kApis.put(call.txn(), call.space(), {api}, row);
    return {};
  }
  if (parts.size() != 4 || parts[2] != "stages")
    return errors::BadRequestException("Invalid ARN specified in the request");
  std::string name(parts[3]);
  StageRow row = TRY(find_stage(call, api, name));
  change(row.Stage.tags);
  if (store == Store::kYes) kStages.put(call.txn(), call.space(), {api, name}, row);
  return {};
}
}  // namespace

Result<void> authorize_tags(Call& call, const std::string& path) {
  const std::string start = "arn:aws:apigateway:" + call.region().text + "::";
  // The ARN in the path is encoded, but for the * that stands for an id.
  return call.authorize("apigateway:PUT", start + "/tags/" + percent_encode(start + path, "*"));
}

std::optional<ResourceFacts> managed_facts(Txn& txn, const Arn& arn) {
  if (!arn.resource.starts_with("/restapis/")) return std::nullopt;
  const auto parts = split(std::string_view(arn.resource).substr(1), '/');
  const std::string api(parts[1]);
  const auto owner = kOwners.get(txn, Space{}, {api});
  if (!owner || owner->Region != arn.region) return std::nullopt;
  const Space space{owner->Account, owner->Region};
  const auto row = kApis.get(txn, space, {api});
  if (!row) return std::nullopt;
  ResourceFacts facts;
  if (row->Api.tags) facts.tags = *row->Api.tags;
  if (parts.size() < 4 || parts[2] != "stages") return facts;
  const auto stage = kStages.get(txn, space, {api, std::string(parts[3])});
  if (stage && stage->Stage.tags)
    for (const auto& [key, value] : *stage->Stage.tags) put_key(facts.tags, key, value);
  return facts;
}

Result<TagResourceOutput> tag_resource(Call& call, const TagResourceInput& in) {
  TRY(with_tags(call, in.resourceArn, Store::kYes, [&](auto& tags) {
    if (!tags) tags.emplace();
    for (const auto& [key, value] : in.tags) put_key(*tags, key, value);
  }));
  return TagResourceOutput{};
}

Result<UntagResourceOutput> untag_resource(Call& call, const UntagResourceInput& in) {
  TRY(with_tags(call, in.resourceArn, Store::kYes, [&](auto& tags) {
    if (!tags) return;
    for (const std::string& key : in.tagKeys) erase_key(*tags, key);
    if (tags->empty()) tags.reset();
  }));
  return UntagResourceOutput{};
}

Result<GetTagsOutput> get_tags(Call& call, const GetTagsInput& in) {
  GetTagsOutput out;
  TRY(with_tags(call, in.resourceArn, Store::kNo,
                [&](auto& tags) { out.tags = tags.value_or(Map<std::string>{}); }));
  return out;
}

Result<Account> get_account(Call& call, const GetAccountInput&) {
  AccountRow row = kAccounts.get(call.txn(), call.space(), {""}).value_or(AccountRow{});
  Account out;
  out.cloudwatchRoleArn = row.CloudwatchRoleArn;
  out.throttleSettings = ThrottleSettings{.burstLimit = 5000, .rateLimit = 10000.0};
  out.features = std::vector<std::string>{"UsagePlans"};
  out.apiKeyVersion = "4";
  return out;
}

Result<Account> update_account(Call& call, const UpdateAccountInput& in) {
  AccountRow row = kAccounts.get(call.txn(), call.space(), {""}).value_or(AccountRow{});
  if (in.patchOperations)
    for (const PatchOperation& operation : *in.patchOperations) {
      if (operation.path != "/cloudwatchRoleArn") return bad_patch(operation);
      bool set = operation.op != "remove" && operation.value && !operation.value->empty();
      if (set) TRY(call.pass_role(*operation.value, "apigateway.amazonaws.com", ""));
      row.CloudwatchRoleArn = set ? operation.value : std::nullopt;
    }
  kAccounts.put(call.txn(), call.space(), {""}, row);
  return get_account(call, {});
}

}  // namespace drydock::apigateway
