// Aliases of versions.
#include "base/text.h"
#include "gen/lambda_handlers.h"
#include "services/lambda/tables.h"

namespace drydock::lambda {

namespace {
AliasConfiguration describe(const FunctionRef& ref, const AliasRow& row) {
  AliasConfiguration out;
  out.AliasArn = ref.arn() + ":" + row.Name;
  out.Name = row.Name;
  out.FunctionVersion = row.FunctionVersion;
  out.Description = row.Description;
  if (row.Weights)
    out.RoutingConfig = AliasRoutingConfiguration{.AdditionalVersionWeights = row.Weights};
  out.RevisionId = row.RevisionId;
  return out;
}

Result<AliasRow> find_alias(Call& call, const FunctionRef& ref, const std::string& name) {
  auto row = kAliases.get(call.txn(), ref.space, {ref.name, name});
  if (row) return std::move(*row);
  return errors::ResourceNotFoundException("Cannot find alias arn: " + ref.arn() + ":" + name,
                                           user_type());
}

Result<void> set_routing(Call& call, const FunctionRef& ref, AliasRow& row,
                         const std::optional<AliasRoutingConfiguration>& routing) {
  if (!routing) return {};
  row.Weights = routing->AdditionalVersionWeights;
  if (!row.Weights || row.Weights->empty()) {
    row.Weights.reset();
    return {};
  }
  if (row.Weights->size() > 1)
    return errors::InvalidParameterValueException(
        "Number of items in AdditionalVersionWeights cannot be greater than 1", user_type());
  if (row.FunctionVersion == "$LATEST")
    return errors::InvalidParameterValueException(
        "$LATEST is not supported for an alias pointing to more than 1 version", user_type());
  TRY(find_version(call.txn(), {ref.space, ref.name, row.Weights->front().first}));
  return {};
}
}  // namespace

Result<AliasConfiguration> create_alias(Call& call, const CreateAliasInput& in) {
  FunctionRef ref = TRY(permitted(call, "lambda:CreateAlias", in.FunctionName));
  TRY(find_function(call.txn(), ref));
  if (parse_int(in.Name))
    return errors::InvalidParameterValueException("Alias name must not be a number: " + in.Name,
                                                  user_type());
  if (kAliases.contains(call.txn(), ref.space, {ref.name, in.Name}))
    return errors::ResourceConflictException("Alias already exists: " + ref.arn() + ":" + in.Name,
                                             user_type());
  TRY(find_version(call.txn(), {ref.space, ref.name, in.FunctionVersion}));
  AliasRow row{.Name = in.Name,
               .FunctionVersion = in.FunctionVersion,
               .Description = in.Description.value_or(""),
               .RevisionId = call.random().uuid()};
  TRY(set_routing(call, ref, row, in.RoutingConfig));
  kAliases.put(call.txn(), ref.space, {ref.name, in.Name}, row);
  return describe(ref, row);
}

Result<AliasConfiguration> get_alias(Call& call, const GetAliasInput& in) {
  FunctionRef ref = TRY(permitted(call, "lambda:GetAlias", in.FunctionName));
  AliasRow row = TRY(find_alias(call, ref, in.Name));
  return describe(ref, row);
}

Result<AliasConfiguration> update_alias(Call& call, const UpdateAliasInput& in) {
  FunctionRef ref = TRY(permitted(call, "lambda:UpdateAlias", in.FunctionName));
  AliasRow row = TRY(find_alias(call, ref, in.Name));
  TRY(check_revision(in.RevisionId, row.RevisionId));
  if (in.FunctionVersion) {
    TRY(find_version(call.txn(), {ref.space, ref.name, *in.FunctionVersion}));
    row.FunctionVersion = *in.FunctionVersion;
  }
  if (in.Description) row.Description = *in.Description;
  TRY(set_routing(call, ref, row, in.RoutingConfig));
  row.RevisionId = call.random().uuid();
  kAliases.put(call.txn(), ref.space, {ref.name, in.Name}, row);
  return describe(ref, row);
}

Result<DeleteAliasOutput> delete_alias(Call& call, const DeleteAliasInput& in) {
  FunctionRef ref = TRY(permitted(call, "lambda:DeleteAlias", in.FunctionName));
  TRY(find_function(call.txn(), ref));
  // AWS does answer 204 for an alias that is not there.
  kAliases.erase(call.txn(), ref.space, {ref.name, in.Name});
  kPolicies.erase(call.txn(), ref.space, {ref.name, in.Name});
  kEventConfigs.erase(call.txn(), ref.space, {ref.name, in.Name});
  erase_url(call.txn(), ref, in.Name);
  return DeleteAliasOutput{};
}

Result<ListAliasesOutput> list_aliases(Call& call, const ListAliasesInput& in) {
  FunctionRef ref = TRY(permitted(call, "lambda:ListAliases", in.FunctionName));
  TRY(find_function(call.txn(), ref));
  size_t limit = std::min<size_t>(in.MaxItems.value_or(50), 50);
  ListAliasesOutput out;
  out.Aliases.emplace();
  ScanOptions options{.prefix = {ref.name}};
  if (in.Marker && !in.Marker->empty()) options.after = {ref.name, *in.Marker};
  std::string last;
  kAliases.each(call.txn(), ref.space, options, [&](const auto&, const AliasRow& row) {
    if (in.FunctionVersion && row.FunctionVersion != *in.FunctionVersion) return true;
    if (out.Aliases->size() == limit) {
      out.NextMarker = last;
      return false;
    }
    out.Aliases->push_back(describe(ref, row));
    last = row.Name;
    return true;
  });
  return out;
}

}  // namespace drydock::lambda
