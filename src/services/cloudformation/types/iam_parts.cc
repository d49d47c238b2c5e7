// Small parts of IAM: AWS::IAM::RolePolicy, AWS::IAM::UserPolicy, AWS::IAM::GroupPolicy,
// AWS::IAM::UserToGroupAddition, AWS::IAM::OIDCProvider, AWS::IAM::SAMLProvider,
// AWS::IAM::ServiceLinkedRole
#include "services/cloudformation/types/lists.h"
#include "services/cloudformation/types/type.h"

namespace drydock::cloudformation {

namespace {

// ---- one inline policy of one holder

struct InlineHolder {
  const char *property, *put, *drop;
};
constexpr InlineHolder kRoleHolder{"RoleName", "PutRolePolicy", "DeleteRolePolicy"};
constexpr InlineHolder kUserHolder{"UserName", "PutUserPolicy", "DeleteUserPolicy"};
constexpr InlineHolder kGroupHolder{"GroupName", "PutGroupPolicy", "DeleteGroupPolicy"};

template <const InlineHolder& holder>
Result<void> put_one_policy(Work& w) {
  TRY(w.call("iam", holder.put,
             pick(w.properties, {holder.property, "PolicyName", "PolicyDocument"})));
  if (w.physical_id.empty())
    w.made(w["PolicyName"].scalar_text() + "|" + w[holder.property].scalar_text());
  return {};
}
template <const InlineHolder& holder>
Result<void> remove_one_policy(Work& w) {
  return deleted(w.call("iam", holder.drop, pick(w.properties, {holder.property, "PolicyName"})));
}
template <const InlineHolder& holder>
constexpr ResourceType one_policy(std::string_view name, std::string_view properties) {
  return {.name = name,
          .properties = properties,
          .iam = true,
          .create = put_one_policy<holder>,
          .update = put_one_policy<holder>,
          .remove = remove_one_policy<holder>};
}

// ---- memberships

Result<void> set_members(Work& w) {
  const std::string group = w["GroupName"].scalar_text();
  auto with = [&](const std::string& user) {
    return Value::object({{"GroupName", group}, {"UserName", user}});
  };
  if (w.physical_id.empty()) w.made(w.name);
  const std::vector<std::string> users = strings_of(w["Users"]);
  for (const std::string& user : users) TRY(w.call("iam", "AddUserToGroup", with(user)));
  const std::vector<std::string> dropped = gone(w.before["Users"], w["Users"]);
  for (const std::string& user : dropped)
    TRY(deleted(w.call("iam", "RemoveUserFromGroup", with(user))));
  w.attributes = Value::object({{"Id", w.physical_id.empty() ? w.name : w.physical_id}});
  return {};
}
Result<void> remove_members(Work& w) {
  const std::vector<std::string> users = strings_of(w["Users"]);
  for (const std::string& user : users)
    TRY(deleted(w.call("iam", "RemoveUserFromGroup",
                       Value::object({{"GroupName", w["GroupName"]}, {"UserName", user}}))));
  return {};
}

// ---- identity providers

Result<void> create_oidc_provider(Work& w) {
  Value input = pick(w.properties, {"Url", "ClientIdList:ClientIDList", "ThumbprintList"});
  Value tags = user_tags(merged_tags(w["Tags"], w.tags));
  if (tags.size() > 0) input.set("Tags", std::move(tags));
  auto made = w.call("iam", "CreateOpenIDConnectProvider", std::move(input));
  std::string host = w["Url"].scalar_text();
  if (const size_t scheme = host.find("://"); scheme != std::string::npos)
    host.erase(0, scheme + 3);
  std::string arn = "arn:aws:iam::" + w.account + ":oidc-provider/" + host;
  if (!made && !w.adopts(made.error(), {"EntityAlreadyExists"}))
    return fault(std::move(made).error());
  if (made) arn = (*made)["OpenIDConnectProviderArn"].string_or(arn);
  w.attributes = Value::object({{"Arn", arn}});
  w.made(arn);
  return {};
}
Result<void> update_oidc_provider(Work& w) {
  const Value provider = Value::object({{"OpenIDConnectProviderArn", w.physical_id}});
  auto change = [&](const char* operation, const std::string& client) -> Result<void> {
    Value input = provider;
    input.set("ClientID", client);
    TRY(w.call("iam", operation, std::move(input)));
    return {};
  };
  const auto added = gone(w["ClientIdList"], w.before["ClientIdList"]);
  const auto dropped = gone(w.before["ClientIdList"], w["ClientIdList"]);
  for (const std::string& client : added) TRY(change("AddClientIDToOpenIDConnectProvider", client));
  for (const std::string& client : dropped)
    TRY(change("RemoveClientIDFromOpenIDConnectProvider", client));
  if (w.changed("ThumbprintList") && w["ThumbprintList"].size() > 0) {
    Value input = provider;
    input.set("ThumbprintList", w["ThumbprintList"]);
    TRY(w.call("iam", "UpdateOpenIDConnectProviderThumbprint", std::move(input)));
  }
  return retag(w, {"iam", "TagOpenIDConnectProvider", "UntagOpenIDConnectProvider"}, provider,
               user_tags(merged_tags(w.before["Tags"], w.tags_before)),
               user_tags(merged_tags(w["Tags"], w.tags)));
}
Result<void> remove_oidc_provider(Work& w) {
  return deleted(w.call("iam", "DeleteOpenIDConnectProvider",
                        Value::object({{"OpenIDConnectProviderArn", w.physical_id}})));
}

Result<void> create_saml_provider(Work& w) {
  Value input = pick(w.properties, {"SamlMetadataDocument:SAMLMetadataDocument"});
  input.set("Name", w.name);
  Value tags = user_tags(merged_tags(w["Tags"], w.tags));
  if (tags.size() > 0) input.set("Tags", std::move(tags));
  auto made = w.call("iam", "CreateSAMLProvider", std::move(input));
  if (!made && !w.adopts(made.error(), {"EntityAlreadyExists"}))
    return fault(std::move(made).error());
  const std::string arn = "arn:aws:iam::" + w.account + ":saml-provider/" + w.name;
  w.attributes = Value::object({{"Arn", arn}});
  w.made(arn);
  return {};
}
Result<void> update_saml_provider(Work& w) {
  const Value provider = Value::object({{"SAMLProviderArn", w.physical_id}});
  if (w.changed("SamlMetadataDocument")) {
    Value input = provider;
    input.set("SAMLMetadataDocument", w["SamlMetadataDocument"]);
    TRY(w.call("iam", "UpdateSAMLProvider", std::move(input)));
  }
  return retag(w, {"iam", "TagSAMLProvider", "UntagSAMLProvider"}, provider,
               user_tags(merged_tags(w.before["Tags"], w.tags_before)),
               user_tags(merged_tags(w["Tags"], w.tags)));
}
Result<void> remove_saml_provider(Work& w) {
  return deleted(
      w.call("iam", "DeleteSAMLProvider", Value::object({{"SAMLProviderArn", w.physical_id}})));
}

// ---- service-linked roles

Result<void> create_service_linked_role(Work& w) {
  Value made = TRY(w.call("iam", "CreateServiceLinkedRole",
                          pick(w.properties, {"AWSServiceName", "CustomSuffix", "Description"})));
  const std::string name = made["Role"]["RoleName"].as_string();
  w.attributes = Value::object({{"RoleName", name}});
  w.made(name);
  return {};
}
Result<void> update_service_linked_role(Work& w) {
  TRY(w.call("iam", "UpdateRole",
             Value::object(
                 {{"RoleName", w.physical_id}, {"Description", w["Description"].string_or("")}})));
  return {};
}
Result<void> remove_service_linked_role(Work& w) {
  return deleted(
      w.call("iam", "DeleteServiceLinkedRole", Value::object({{"RoleName", w.physical_id}})));
}

}  // namespace

extern const ResourceType kIamRolePolicy =
    one_policy<kRoleHolder>("AWS::IAM::RolePolicy", "PolicyName!# RoleName!# PolicyDocument");
extern const ResourceType kIamUserPolicy =
    one_policy<kUserHolder>("AWS::IAM::UserPolicy", "PolicyName!# UserName!# PolicyDocument");
extern const ResourceType kIamGroupPolicy =
    one_policy<kGroupHolder>("AWS::IAM::GroupPolicy", "PolicyName!# GroupName!# PolicyDocument");
extern const ResourceType kIamUserToGroupAddition = {.name = "AWS::IAM::UserToGroupAddition",
                                                     .properties = "GroupName!# Users!",
                                                     .attributes = "Id",
                                                     .name_max = 128,
                                                     .iam = true,
                                                     .create = set_members,
                                                     .update = set_members,
                                                     .remove = remove_members};
extern const ResourceType kIamOidcProvider = {.name = "AWS::IAM::OIDCProvider",
                                              .properties = "Url# ClientIdList ThumbprintList Tags",
                                              .attributes = "Arn",
                                              .iam = true,
                                              .create = create_oidc_provider,
                                              .update = update_oidc_provider,
                                              .remove = remove_oidc_provider};
extern const ResourceType kIamSamlProvider = {
    .name = "AWS::IAM::SAMLProvider",
    .properties =
        "Name# SamlMetadataDocument! Tags AddPrivateKey~ AssertionEncryptionMode~ PrivateKeyList~ RemovePrivateKey~",
    .attributes = "Arn",
    .name_property = "Name",
    .name_max = 128,
    .iam = true,
    .create = create_saml_provider,
    .update = update_saml_provider,
    .remove = remove_saml_provider};
extern const ResourceType kIamServiceLinkedRole = {
    .name = "AWS::IAM::ServiceLinkedRole",
    .properties = "AWSServiceName!# CustomSuffix# Description",
    .attributes = "RoleName",
    .iam = true,
    .create = create_service_linked_role,
    .update = update_service_linked_role,
    .remove = remove_service_linked_role};

}  // namespace drydock::cloudformation
