// Tags and resource policies of tables, and what else CreateTable and UpdateTable share.
#include <set>

#include "api/server.h"
#include "auth/policy.h"
#include "gen/dynamodb_handlers.h"
#include "services/dynamodb/table_changes.h"
#include "services/dynamodb/values/document.h"

namespace drydock::dynamodb {
namespace {

constexpr size_t kMaxPolicyBytes = 20 * 1024;

// A table by its ARN, after IAM allowed `action` on it.
struct Opened {
  TableReference table;
  SchemaPtr schema;
};
Result<Opened> open_resource(Call& call, std::string_view action, const std::string& arn,
                             Context context = {}) {
  if (!arn.starts_with("arn:"))
    return validation("Invalid TableArn: Invalid ResourceArn provided as input " + arn);
  Opened out;
  out.table = TRY(reference_table(call, arn));
  TRY(call.authorize(action, out.table.arn, std::move(context)));
  out.schema = find_schema(call.txn(), out.table);
  // AWS does spell it so.
  if (!out.schema)
    return errors::ResourceNotFoundException("Requested resource not found: ResourcArn: " + arn +
                                             " not found");
  return out;
}

}  // namespace

IndexRow new_index(Call& call, const std::string& name, const std::vector<KeySchemaElement>& keys,
                   const IndexProjection& projection) {
  IndexRow row;
  row.Name = name;
  row.Id = call.random().base36(12);
  row.Global = false;
  row.KeySchema = keys;
  row.ProjectionType = *projection.ProjectionType;
  if (projection.NonKeyAttributes) row.NonKeyAttributes = *projection.NonKeyAttributes;
  row.Backfilling = false;
  return row;
}

IndexRow new_global_index(Call& call, const GlobalSecondaryIndex& index) {
  IndexRow row = new_index(call, index.IndexName, index.KeySchema, index.Projection);
  row.Global = true;
  if (index.ProvisionedThroughput) {
    row.ReadCapacityUnits = index.ProvisionedThroughput->ReadCapacityUnits;
    row.WriteCapacityUnits = index.ProvisionedThroughput->WriteCapacityUnits;
  }
  row.OnDemandThroughput = index.OnDemandThroughput;
  return row;
}

Result<void> set_policy(Call& call, TableRow& row, const std::string& policy) {
  if (policy.size() > kMaxPolicyBytes)
    return validation("Resource policy size exceeds the limit of 20480 bytes");
  auto parsed = parse_policy(policy, PolicyUse::kResource);
  if (!parsed)
    return validation("One or more parameter values were invalid: Invalid policy document: " +
                      parsed.error().message);
  auto held = call.server().hold_principals(call.txn(), policy);
  if (!held)
    return validation(
        "One or more parameter values were invalid: Invalid principal in policy document.");
  row.Policy = std::move(*held);
  row.PolicyRevision = std::to_string(call.now().ms);
  return {};
}

Result<void> check_tags(Call& call, const std::optional<std::vector<Tag>>& tags) {
  if (!tags) return {};
  std::set<std::string> keys;
  for (const Tag& tag : *tags) {
    if (call.http() && tag.Key.starts_with("aws:"))
      return validation(
          "One or more parameter values were invalid: Tag keys cannot begin with aws:");
    if (!keys.insert(tag.Key).second)
      return invalid_parameter("Duplicate tag keys found: " + tag.Key);
  }
  if (tags->size() > kMaxTags) return invalid_parameter("Too many tags: the limit is 50");
  return {};
}

Context tag_context(const std::optional<std::vector<Tag>>& tags) {
  Context context;
  if (!tags || tags->empty()) return context;
  std::vector<std::string> keys;
  for (const Tag& tag : *tags) {
    context.add("aws:RequestTag/" + tag.Key, tag.Value);
    keys.push_back(tag.Key);
  }
  context.add("aws:TagKeys", std::move(keys));
  return context;
}

Result<TagResourceOutput> tag_resource(Call& call, const TagResourceInput& in) {
  TRY(check_tags(call, in.Tags));
  Opened opened =
      TRY(open_resource(call, "dynamodb:TagResource", in.ResourceArn, tag_context(in.Tags)));
  TableRow row = opened.schema->row;
  for (const Tag& tag : in.Tags) {
    std::erase_if(row.Tags, [&](const Tag& old) { return old.Key == tag.Key; });
    row.Tags.push_back(tag);
  }
  if (row.Tags.size() > kMaxTags) return invalid_parameter("Too many tags: the limit is 50");
  kTables.put(call.txn(), opened.table.space, {row.Name}, row);
  return TagResourceOutput{};
}

Result<UntagResourceOutput> untag_resource(Call& call, const UntagResourceInput& in) {
  Context context;
  context.add("aws:TagKeys", in.TagKeys);
  Opened opened =
      TRY(open_resource(call, "dynamodb:UntagResource", in.ResourceArn, std::move(context)));
  TableRow row = opened.schema->row;
  for (const std::string& key : in.TagKeys)
    std::erase_if(row.Tags, [&](const Tag& tag) { return tag.Key == key; });
  kTables.put(call.txn(), opened.table.space, {row.Name}, row);
  return UntagResourceOutput{};
}

Result<ListTagsOfResourceOutput> list_tags_of_resource(Call& call,
                                                       const ListTagsOfResourceInput& in) {
  Opened opened = TRY(open_resource(call, "dynamodb:ListTagsOfResource", in.ResourceArn));
  ListTagsOfResourceOutput out;
  out.Tags = opened.schema->row.Tags;
  return out;
}

Result<PutResourcePolicyOutput> put_resource_policy(Call& call, const PutResourcePolicyInput& in) {
  Opened opened = TRY(open_resource(call, "dynamodb:PutResourcePolicy", in.ResourceArn));
  TableRow row = opened.schema->row;
  if (in.ExpectedRevisionId && *in.ExpectedRevisionId != row.PolicyRevision.value_or("NO_POLICY"))
    return errors::PolicyNotFoundException(
        "The provided ExpectedRevisionId does not match the revision of the resource-based policy");
  TRY(set_policy(call, row, in.Policy));
  kTables.put(call.txn(), opened.table.space, {row.Name}, row);
  PutResourcePolicyOutput out;
  out.RevisionId = row.PolicyRevision;
  return out;
}

Result<GetResourcePolicyOutput> get_resource_policy(Call& call, const GetResourcePolicyInput& in) {
  Opened opened = TRY(open_resource(call, "dynamodb:GetResourcePolicy", in.ResourceArn));
  const TableRow& row = opened.schema->row;
  if (!row.Policy)
    return errors::PolicyNotFoundException(
        "Resource-based policy not found for the provided ResourceArn: " + in.ResourceArn);
  GetResourcePolicyOutput out;
  out.Policy = call.server().show_principals(call.txn(), *row.Policy);
  out.RevisionId = row.PolicyRevision;
  return out;
}

Result<DeleteResourcePolicyOutput> delete_resource_policy(Call& call,
                                                          const DeleteResourcePolicyInput& in) {
  Opened opened = TRY(open_resource(call, "dynamodb:DeleteResourcePolicy", in.ResourceArn));
  TableRow row = opened.schema->row;
  if (in.ExpectedRevisionId && in.ExpectedRevisionId != row.PolicyRevision)
    return errors::PolicyNotFoundException(
        "The provided ExpectedRevisionId does not match the revision of the resource-based policy");
  DeleteResourcePolicyOutput out;
  out.RevisionId = row.PolicyRevision;
  row.Policy.reset();
  row.PolicyRevision.reset();
  kTables.put(call.txn(), opened.table.space, {row.Name}, row);
  return out;
}

}  // namespace drydock::dynamodb
