// AWS::IAM::Role
#include "services/cloudformation/types/lists.h"
#include "services/cloudformation/types/type.h"

namespace drydock::cloudformation {

namespace {

Value of_role(const Work& w, std::initializer_list<std::pair<std::string, Value>> more) {
  Value input = Value::object(more);
  input.set("RoleName", w.physical_id);
  return input;
}

Result<void> put_policies(Work& w) {
  if (w["Policies"].is_list())
    for (const Value& policy : w["Policies"].as_list())
      TRY(w.call("iam", "PutRolePolicy",
                 of_role(w, {{"PolicyName", policy["PolicyName"]},
                             {"PolicyDocument", policy["PolicyDocument"]}})));
  for (const std::string& arn : strings_of(w["ManagedPolicyArns"]))
    TRY(w.call("iam", "AttachRolePolicy", of_role(w, {{"PolicyArn", arn}})));
  return {};
}

Result<void> create(Work& w) {
  Value input = pick(w.properties, {"AssumeRolePolicyDocument", "Path", "Description",
                                    "MaxSessionDuration", "PermissionsBoundary"});
  input.set("RoleName", w.name);
  input.set("Tags", user_tags(merged_tags(w["Tags"], w.tags)));
  auto made = w.call("iam", "CreateRole", std::move(input));
  if (!made && w.adopts(made.error(), {"EntityAlreadyExists"}))
    made = w.call("iam", "GetRole", Value::object({{"RoleName", w.name}}));
  if (!made) return fault(std::move(made).error());
  w.attributes = pick((*made)["Role"], {"Arn", "RoleId"});
  w.made(w.name);
  return put_policies(w);
}

Result<void> update(Work& w) {
  if (w.changed("AssumeRolePolicyDocument"))
    TRY(w.call("iam", "UpdateAssumeRolePolicy",
               of_role(w, {{"PolicyDocument", w["AssumeRolePolicyDocument"]}})));
  if (w.changed("Description") || w.changed("MaxSessionDuration"))
    TRY(w.call(
        "iam", "UpdateRole",
        of_role(w, {{"Description", w["Description"].scalar_text()},
                    {"MaxSessionDuration",
                     w["MaxSessionDuration"].is_null() ? Value(3600) : w["MaxSessionDuration"]}})));
  if (w.changed("PermissionsBoundary")) {
    if (w["PermissionsBoundary"].is_null())
      TRY(w.call("iam", "DeleteRolePermissionsBoundary", of_role(w, {})));
    else
      TRY(w.call("iam", "PutRolePermissionsBoundary",
                 of_role(w, {{"PermissionsBoundary", w["PermissionsBoundary"]}})));
  }
  if (w.changed("Policies") || w.changed("ManagedPolicyArns")) {
    TRY(put_policies(w));
    for (const std::string& name :
         gone(keys_of(w.before["Policies"], "PolicyName"), keys_of(w["Policies"], "PolicyName")))
      TRY(deleted(w.call("iam", "DeleteRolePolicy", of_role(w, {{"PolicyName", name}}))));
    for (const std::string& arn : gone(w.before["ManagedPolicyArns"], w["ManagedPolicyArns"]))
      TRY(deleted(w.call("iam", "DetachRolePolicy", of_role(w, {{"PolicyArn", arn}}))));
  }
  Value before = merged_tags(w.before["Tags"], w.tags_before),
        after = merged_tags(w["Tags"], w.tags);
  return retag(w, {"iam", "TagRole", "UntagRole"}, of_role(w, {}), before, after);
}

Result<void> remove(Work& w) {
  if (w["Policies"].is_list())
    for (const Value& policy : w["Policies"].as_list())
      TRY(deleted(
          w.call("iam", "DeleteRolePolicy", of_role(w, {{"PolicyName", policy["PolicyName"]}}))));
  for (const std::string& arn : strings_of(w["ManagedPolicyArns"]))
    TRY(deleted(w.call("iam", "DetachRolePolicy", of_role(w, {{"PolicyArn", arn}}))));
  return deleted(w.call("iam", "DeleteRole", of_role(w, {})));
}

}  // namespace

extern const ResourceType kIamRole = {
    .name = "AWS::IAM::Role",
    .properties =
        "AssumeRolePolicyDocument! RoleName# Path# Description MaxSessionDuration PermissionsBoundary Policies ManagedPolicyArns Tags",
    .attributes = "Arn RoleId",
    .name_property = "RoleName",
    .name_max = 64,
    .iam = true,
    .create = create,
    .update = update,
    .remove = remove};

}  // namespace drydock::cloudformation
