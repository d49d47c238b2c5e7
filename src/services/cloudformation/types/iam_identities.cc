// AWS::IAM::User, AWS::IAM::Group, AWS::IAM::AccessKey, AWS::IAM::InstanceProfile
#include "services/cloudformation/types/lists.h"
#include "services/cloudformation/types/type.h"

namespace drydock::cloudformation {

namespace {

// Users and groups differ in names only.
struct Kind {
  const char *member, *create, *get, *result, *remove, *put_policy, *drop_policy, *attach, *detach;
};
constexpr Kind kUserKind = {
    "UserName",        "CreateUser",    "GetUser",          "User",
    "DeleteUser",      "PutUserPolicy", "DeleteUserPolicy", "AttachUserPolicy",
    "DetachUserPolicy"};
constexpr Kind kGroupKind = {
    "GroupName",        "CreateGroup",    "GetGroup",          "Group",
    "DeleteGroup",      "PutGroupPolicy", "DeleteGroupPolicy", "AttachGroupPolicy",
    "DetachGroupPolicy"};

Value of(const Kind& kind, const Work& w,
         std::initializer_list<std::pair<std::string, Value>> more) {
  Value input = Value::object(more);
  input.set(kind.member, w.physical_id);
  return input;
}

Result<void> settle_policies(Work& w, const Kind& kind) {
  if (w["Policies"].is_list())
    for (const Value& policy : w["Policies"].as_list())
      TRY(w.call("iam", kind.put_policy,
                 of(kind, w,
                    {{"PolicyName", policy["PolicyName"]},
                     {"PolicyDocument", policy["PolicyDocument"]}})));
  for (const std::string& name :
       gone(keys_of(w.before["Policies"], "PolicyName"), keys_of(w["Policies"], "PolicyName")))
    TRY(deleted(w.call("iam", kind.drop_policy, of(kind, w, {{"PolicyName", name}}))));
  for (const std::string& arn : strings_of(w["ManagedPolicyArns"]))
    TRY(w.call("iam", kind.attach, of(kind, w, {{"PolicyArn", arn}})));
  for (const std::string& arn : gone(w.before["ManagedPolicyArns"], w["ManagedPolicyArns"]))
    TRY(deleted(w.call("iam", kind.detach, of(kind, w, {{"PolicyArn", arn}}))));
  return {};
}

Result<void> settle_groups(Work& w) {
  for (const std::string& group : strings_of(w["Groups"]))
    TRY(w.call("iam", "AddUserToGroup",
               Value::object({{"UserName", w.physical_id}, {"GroupName", group}})));
  for (const std::string& group : gone(w.before["Groups"], w["Groups"]))
    TRY(deleted(w.call("iam", "RemoveUserFromGroup",
                       Value::object({{"UserName", w.physical_id}, {"GroupName", group}}))));
  return {};
}

Result<void> create_identity(Work& w, const Kind& kind, Value input) {
  input.set(kind.member, w.name);
  auto made = w.call("iam", kind.create, std::move(input));
  if (!made && w.adopts(made.error(), {"EntityAlreadyExists"}))
    made = w.call("iam", kind.get, Value::object({{kind.member, w.name}}));
  if (!made) return fault(std::move(made).error());
  w.attributes = pick((*made)[kind.result], {"Arn"});
  w.made(w.name);
  return settle_policies(w, kind);
}

Result<void> remove_identity(Work& w, const Kind& kind) {
  Value properties = w.properties;
  w.before = properties;
  w.properties = Value(Value::Object{});
  TRY(settle_policies(w, kind));
  if (kind.member == kUserKind.member) {
    TRY(settle_groups(w));
    if (properties["LoginProfile"].is_object())
      TRY(deleted(w.call("iam", "DeleteLoginProfile", of(kind, w, {}))));
  }
  return deleted(w.call("iam", kind.remove, of(kind, w, {})));
}

Result<void> create_user(Work& w) {
  Value input = pick(w.properties, {"Path", "PermissionsBoundary"});
  input.set("Tags", user_tags(merged_tags(w["Tags"], w.tags)));
  TRY(create_identity(w, kUserKind, std::move(input)));
  if (w["LoginProfile"].is_object()) {
    auto made = w.call("iam", "CreateLoginProfile",
                       of(kUserKind, w,
                          {{"Password", w["LoginProfile"]["Password"]},
                           {"PasswordResetRequired",
                            w["LoginProfile"]["PasswordResetRequired"].scalar_text() == "true"}}));
    if (!made && !w.adopts(made.error(), {"EntityAlreadyExists"}))
      return fault(std::move(made).error());
  }
  return settle_groups(w);
}
Result<void> update_user(Work& w) {
  TRY(settle_policies(w, kUserKind));
  TRY(settle_groups(w));
  Value before = merged_tags(w.before["Tags"], w.tags_before),
        after = merged_tags(w["Tags"], w.tags);
  return retag(w, {"iam", "TagUser", "UntagUser"}, of(kUserKind, w, {}), before, after);
}
Result<void> remove_user(Work& w) { return remove_identity(w, kUserKind); }

Result<void> create_group(Work& w) {
  return create_identity(w, kGroupKind, pick(w.properties, {"Path"}));
}
Result<void> update_group(Work& w) { return settle_policies(w, kGroupKind); }
Result<void> remove_group(Work& w) { return remove_identity(w, kGroupKind); }

// ---- access keys

Result<void> create_key(Work& w) {
  Value answer =
      TRY(w.call("iam", "CreateAccessKey", Value::object({{"UserName", w["UserName"]}})));
  const Value& key = answer["AccessKey"];
  w.attributes = Value::object({{"SecretAccessKey", key["SecretAccessKey"]}});
  w.made(key["AccessKeyId"].as_string());
  if (w["Status"].string_or("Active") != "Active")
    TRY(w.call("iam", "UpdateAccessKey",
               Value::object({{"UserName", w["UserName"]},
                              {"AccessKeyId", w.physical_id},
                              {"Status", w["Status"]}})));
  return {};
}
Result<void> update_key(Work& w) {
  TRY(w.call("iam", "UpdateAccessKey",
             Value::object({{"UserName", w["UserName"]},
                            {"AccessKeyId", w.physical_id},
                            {"Status", w["Status"].string_or("Active")}})));
  return {};
}
Result<void> remove_key(Work& w) {
  return deleted(
      w.call("iam", "DeleteAccessKey",
             Value::object({{"UserName", w["UserName"]}, {"AccessKeyId", w.physical_id}})));
}

// ---- instance profiles

Value of_profile(const Work& w) { return Value::object({{"InstanceProfileName", w.physical_id}}); }

Result<void> create_profile(Work& w) {
  Value input = pick(w.properties, {"Path"});
  input.set("InstanceProfileName", w.name);
  auto made = w.call("iam", "CreateInstanceProfile", std::move(input));
  if (!made && w.adopts(made.error(), {"EntityAlreadyExists"}))
    made = w.call("iam", "GetInstanceProfile", Value::object({{"InstanceProfileName", w.name}}));
  if (!made) return fault(std::move(made).error());
  w.attributes = pick((*made)["InstanceProfile"], {"Arn"});
  w.made(w.name);
  for (const std::string& role : strings_of(w["Roles"])) {
    Value add = of_profile(w);
    add.set("RoleName", role);
    auto added = w.call("iam", "AddRoleToInstanceProfile", std::move(add));
    if (!added && !w.adopts(added.error(), {"LimitExceeded"}))
      return fault(std::move(added).error());
  }
  return {};
}
Result<void> update_profile(Work& w) {
  for (const std::string& role : gone(w.before["Roles"], w["Roles"])) {
    Value input = of_profile(w);
    input.set("RoleName", role);
    TRY(deleted(w.call("iam", "RemoveRoleFromInstanceProfile", std::move(input))));
  }
  for (const std::string& role : gone(w["Roles"], w.before["Roles"])) {
    Value input = of_profile(w);
    input.set("RoleName", role);
    TRY(w.call("iam", "AddRoleToInstanceProfile", std::move(input)));
  }
  return {};
}
Result<void> remove_profile(Work& w) {
  w.before = w.properties;
  w.properties = Value(Value::Object{});
  TRY(update_profile(w));
  return deleted(w.call("iam", "DeleteInstanceProfile", of_profile(w)));
}

}  // namespace

extern const ResourceType kIamUser = {
    .name = "AWS::IAM::User",
    .properties =
        "UserName# Path# Groups LoginProfile# ManagedPolicyArns PermissionsBoundary# Policies Tags",
    .attributes = "Arn",
    .name_property = "UserName",
    .name_max = 64,
    .iam = true,
    .create = create_user,
    .update = update_user,
    .remove = remove_user};
extern const ResourceType kIamGroup = {.name = "AWS::IAM::Group",
                                       .properties = "GroupName# Path# ManagedPolicyArns Policies",
                                       .attributes = "Arn",
                                       .name_property = "GroupName",
                                       .name_max = 128,
                                       .iam = true,
                                       .create = create_group,
                                       .update = update_group,
                                       .remove = remove_group};
extern const ResourceType kIamAccessKey = {.name = "AWS::IAM::AccessKey",
                                           .properties = "UserName!# Serial# Status",
                                           .attributes = "SecretAccessKey",
                                           .iam = true,
                                           .create = create_key,
                                           .update = update_key,
                                           .remove = remove_key};
extern const ResourceType kIamInstanceProfile = {.name = "AWS::IAM::InstanceProfile",
                                                 .properties = "InstanceProfileName# Path# Roles!",
                                                 .attributes = "Arn",
                                                 .name_property = "InstanceProfileName",
                                                 .name_max = 128,
                                                 .iam = true,
                                                 .create = create_profile,
                                                 .update = update_profile,
                                                 .remove = remove_profile};

}  // namespace drydock::cloudformation
