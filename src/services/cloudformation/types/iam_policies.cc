// AWS::IAM::Policy (inline in roles, users, groups) and AWS::IAM::ManagedPolicy (attached to them).
#include "services/cloudformation/types/lists.h"
#include "services/cloudformation/types/type.h"

namespace drydock::cloudformation {

namespace {

struct Holder {
  const char *property, *member, *put, *drop, *attach, *detach;
};
constexpr Holder kHolders[] = {{"Roles", "RoleName", "PutRolePolicy", "DeleteRolePolicy",
                                "AttachRolePolicy", "DetachRolePolicy"},
                               {"Users", "UserName", "PutUserPolicy", "DeleteUserPolicy",
                                "AttachUserPolicy", "DetachUserPolicy"},
                               {"Groups", "GroupName", "PutGroupPolicy", "DeleteGroupPolicy",
                                "AttachGroupPolicy", "DetachGroupPolicy"}};

// ---- inline

Result<void> put_inline(Work& w) {
  std::string name = w["PolicyName"].scalar_text();
  bool any = false;
  if (w.physical_id != name) w.made(name);
  for (const Holder& holder : kHolders)
    for (const std::string& who : strings_of(w[holder.property])) {
      any = true;
      TRY(w.call("iam", holder.put,
                 Value::object({{holder.member, who},
                                {"PolicyName", name},
                                {"PolicyDocument", w["PolicyDocument"]}})));
    }
  if (!any) return refuse("At least one of [Groups,Roles,Users] must be non-empty.");
  w.attributes = Value::object({{"Id", name}});
  return {};
}

Result<void> drop_inline(Work& w, const Holder& holder, const std::string& who,
                         const std::string& name) {
  return deleted(
      w.call("iam", holder.drop, Value::object({{holder.member, who}, {"PolicyName", name}})));
}

Result<void> update_inline(Work& w) {
  std::string before_name = w.before["PolicyName"].scalar_text();
  bool renamed = w.changed("PolicyName");
  TRY(put_inline(w));
  for (const Holder& holder : kHolders)
    for (const std::string& who : renamed ? strings_of(w.before[holder.property])
                                          : gone(w.before[holder.property], w[holder.property]))
      TRY(drop_inline(w, holder, who, before_name));
  return {};
}

Result<void> remove_inline(Work& w) {
  for (const Holder& holder : kHolders)
    for (const std::string& who : strings_of(w[holder.property]))
      TRY(drop_inline(w, holder, who, w["PolicyName"].scalar_text()));
  return {};
}

// ---- managed

Result<void> attach_all(Work& w) {
  for (const Holder& holder : kHolders)
    for (const std::string& who : strings_of(w[holder.property]))
      TRY(w.call("iam", holder.attach,
                 Value::object({{holder.member, who}, {"PolicyArn", w.physical_id}})));
  return {};
}

Result<void> create_managed(Work& w) {
  Value input = pick(w.properties, {"PolicyDocument", "Path", "Description"});
  input.set("PolicyName", w.name);
  auto made = w.call("iam", "CreatePolicy", std::move(input));
  std::string path = w["Path"].string_or("/");
  std::string arn = "arn:aws:iam::" + w.account + ":policy" + path + w.name;
  if (!made && !w.adopts(made.error(), {"EntityAlreadyExists"}))
    return fault(std::move(made).error());
  if (made) arn = (*made)["Policy"]["Arn"].string_or(arn);
  w.attributes = Value::object({{"PolicyArn", arn}});
  if (made) w.attributes.set("PolicyId", (*made)["Policy"]["PolicyId"]);
  w.made(arn);
  return attach_all(w);
}

// A policy holds five versions at most: the oldest that is not in force makes room.
Result<void> make_room(Work& w) {
  Value answer =
      TRY(w.call("iam", "ListPolicyVersions", Value::object({{"PolicyArn", w.physical_id}})));
  const Value& versions = answer["Versions"];
  if (versions.size() < 5) return {};
  for (size_t i = versions.size(); i-- > 0;) {
    const Value& version = versions.as_list()[i];
    if (version["IsDefaultVersion"].bool_or(false)) continue;
    TRY(w.call("iam", "DeletePolicyVersion",
               Value::object({{"PolicyArn", w.physical_id}, {"VersionId", version["VersionId"]}})));
    break;
  }
  return {};
}

Result<void> update_managed(Work& w) {
  if (w.changed("PolicyDocument")) {
    TRY(make_room(w));
    TRY(w.call("iam", "CreatePolicyVersion",
               Value::object({{"PolicyArn", w.physical_id},
                              {"PolicyDocument", w["PolicyDocument"]},
                              {"SetAsDefault", true}})));
  }
  TRY(attach_all(w));
  for (const Holder& holder : kHolders)
    for (const std::string& who : gone(w.before[holder.property], w[holder.property]))
      TRY(deleted(w.call("iam", holder.detach,
                         Value::object({{holder.member, who}, {"PolicyArn", w.physical_id}}))));
  return {};
}

Result<void> remove_managed(Work& w) {
  for (const Holder& holder : kHolders)
    for (const std::string& who : strings_of(w[holder.property]))
      TRY(deleted(w.call("iam", holder.detach,
                         Value::object({{holder.member, who}, {"PolicyArn", w.physical_id}}))));
  auto versions =
      w.call("iam", "ListPolicyVersions", Value::object({{"PolicyArn", w.physical_id}}));
  if (!versions) return deleted(versions);
  if ((*versions)["Versions"].is_list())
    for (const Value& version : (*versions)["Versions"].as_list())
      if (!version["IsDefaultVersion"].bool_or(false))
        TRY(deleted(w.call(
            "iam", "DeletePolicyVersion",
            Value::object({{"PolicyArn", w.physical_id}, {"VersionId", version["VersionId"]}}))));
  return deleted(w.call("iam", "DeletePolicy", Value::object({{"PolicyArn", w.physical_id}})));
}

}  // namespace

extern const ResourceType kIamPolicy = {
    .name = "AWS::IAM::Policy",
    .properties = "PolicyName! PolicyDocument! Roles Users Groups",
    .attributes = "Id",
    .iam = true,
    .create = put_inline,
    .update = update_inline,
    .remove = remove_inline};

extern const ResourceType kIamManagedPolicy = {
    .name = "AWS::IAM::ManagedPolicy",
    .properties = "ManagedPolicyName# PolicyDocument! Path# Description# Roles Users Groups",
    .attributes = "PolicyArn PolicyId",
    .name_property = "ManagedPolicyName",
    .name_max = 128,
    .iam = true,
    .create = create_managed,
    .update = update_managed,
    .remove = remove_managed};

}  // namespace drydock::cloudformation
