// Resource policies of layers' versions: which other accounts may use them.
#include "api/server.h"
#include "gen/lambda_handlers.h"
#include "services/lambda/layers.h"
#include "services/lambda/permissions.h"

namespace drydock::lambda {
namespace {

struct FoundLayerPolicy {
  LayerRef ref;
  std::optional<PolicyRow> row;
};
Result<FoundLayerPolicy> find_layer_policy(Call& call, std::string_view action,
                                           const std::string& name, int64_t version) {
  LayerRef ref = layer_ref(call, name, version);
  TRY(call.authorize(action, ref.version_arn()));
  TRY(find_layer(call, ref));
  auto row = kLayerPolicies.get(call.txn(), ref.space, {ref.name, ref.version});
  return FoundLayerPolicy{std::move(ref), std::move(row)};
}

Value layer_statement(const LayerRef& ref, const AddLayerVersionPermissionInput& in) {
  Value principal("*");
  if (in.Principal.starts_with("arn:"))
    principal = Value::object({{"AWS", in.Principal}});
  else if (in.Principal != "*")
    principal = Value::object({{"AWS", "arn:aws:iam::" + in.Principal + ":root"}});
  Value statement = Value::object({{"Sid", in.StatementId},
                                   {"Effect", "Allow"},
                                   {"Principal", std::move(principal)},
                                   {"Action", in.Action},
                                   {"Resource", ref.version_arn()}});
  if (in.OrganizationId)
    statement.set("Condition")
        .set("StringEquals", Value::object({{"aws:PrincipalOrgID", *in.OrganizationId}}));
  return statement;
}

}  // namespace

Result<AddLayerVersionPermissionOutput> add_layer_version_permission(
    Call& call, const AddLayerVersionPermissionInput& in) {
  auto found = TRY(
      find_layer_policy(call, "lambda:AddLayerVersionPermission", in.LayerName, in.VersionNumber));
  if (in.OrganizationId && in.Principal != "*")
    return errors::InvalidParameterValueException(
        "OrganizationId can only be given with the principal *.", user_type());
  PolicyRow row = found.row.value_or(PolicyRow{});
  TRY(check_revision(in.RevisionId, row.RevisionId));
  Value statement = layer_statement(found.ref, in);
  AddLayerVersionPermissionOutput out{.Statement = to_json(statement)};
  TRY(add_statement(call, row, std::move(statement)));
  kLayerPolicies.put(call.txn(), found.ref.space, {found.ref.name, found.ref.version}, row);
  out.RevisionId = row.RevisionId;
  return out;
}

Result<RemoveLayerVersionPermissionOutput> remove_layer_version_permission(
    Call& call, const RemoveLayerVersionPermissionInput& in) {
  auto found = TRY(find_layer_policy(call, "lambda:RemoveLayerVersionPermission", in.LayerName,
                                     in.VersionNumber));
  TRY(remove_statement(call, found.row, in.StatementId, in.RevisionId));
  const Key key{found.ref.name, found.ref.version};
  if (found.row->Statements.empty())
    kLayerPolicies.erase(call.txn(), found.ref.space, key);
  else
    kLayerPolicies.put(call.txn(), found.ref.space, key, *found.row);
  return RemoveLayerVersionPermissionOutput{};
}

Result<GetLayerVersionPolicyOutput> get_layer_version_policy(Call& call,
                                                             const LayerVersionInput& in) {
  auto found =
      TRY(find_layer_policy(call, "lambda:GetLayerVersionPolicy", in.LayerName, in.VersionNumber));
  if (!found.row)
    return errors::ResourceNotFoundException("No policy is associated with the given resource.",
                                             user_type());
  return GetLayerVersionPolicyOutput{
      .Policy = call.server().show_principals(call.txn(), to_json(policy_document(*found.row))),
      .RevisionId = found.row->RevisionId};
}

std::optional<ResourceFacts> layer_facts(Txn& txn, const Arn& arn) {
  auto ref = layer_of_arn(arn.text());
  if (!ref || !kLayerVersions.contains(txn, ref->space, {ref->name, ref->version}))
    return std::nullopt;
  ResourceFacts facts;
  if (auto row = kLayerPolicies.get(txn, ref->space, {ref->name, ref->version}))
    if (auto policy = compiled_policy(to_json(policy_document(*row)), PolicyUse::kResource))
      facts.policies.push_back({.policy = policy, .name = arn.text(), .attached_to = arn.text()});
  return facts;
}

}  // namespace drydock::lambda
