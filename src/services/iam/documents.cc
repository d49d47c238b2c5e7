#include "services/iam/documents.h"

#include "auth/policy.h"
#include "base/ids.h"
#include "base/value.h"

namespace drydock::iam {
namespace {

constexpr std::string_view kIamResources[] = {"user/",
                                              "federated-user/",
                                              "role/",
                                              "group/",
                                              "instance-profile/",
                                              "mfa/",
                                              "server-certificate/",
                                              "policy/",
                                              "sms-mfa/",
                                              "saml-provider/",
                                              "oidc-provider/",
                                              "report/",
                                              "access-report/"};

Unexpected malformed(std::string text) { return errors::MalformedPolicyDocument(std::move(text)); }

// What the general grammar lets pass and IAM does not: its own resources have no region, and are of
// a known kind.
Result<void> check_resource(const std::string& resource) {
  auto arn = Arn::parse(resource);
  if (!arn) {
    // "arn:aws:s3:*" leaves the rest open; less than that names nothing.
    if (resource == "*" || resource.ends_with('*')) return {};
    return malformed("The policy failed legacy parsing");
  }
  if (arn->service != "iam") return {};
  if (!arn->region.empty() && arn->region != "*")
    return malformed("IAM resource " + resource + " cannot contain region information.");
  const std::string& path = arn->resource;
  if (path.substr(0, path.find('/')).find_first_of("*?$") != std::string::npos) return {};
  if (path == "root") return {};  // of sts:AssumeRoot
  for (auto known : kIamResources) {
    if (path.starts_with(known)) return {};
  }
  return malformed(
      "IAM resource path must either be \"*\" or start with user/, federated-user/, role/, group/, instance-profile/, mfa/, server-certificate/, policy/, sms-mfa/, saml-provider/, oidc-provider/, report/, access-report/.");
}

Result<void> check_resources(const Value& statement) {
  for (std::string_view element : {"Resource", "NotResource"}) {
    const Value* resources = statement.find(element);
    if (!resources) continue;
    if (resources->is_string()) TRY(check_resource(resources->as_string()));
    if (!resources->is_list()) continue;
    for (const Value& resource : resources->as_list()) {
      if (resource.is_string()) TRY(check_resource(resource.as_string()));
    }
  }
  return {};
}

}  // namespace

Result<void> check_document(const std::string& document) {
  TRY(parse_policy(document, PolicyUse::kIdentity));
  auto value = parse_json(document);
  if (!value) return {};
  const Value* statements = value->find("Statement");
  if (!statements) return {};
  if (!statements->is_list()) return check_resources(*statements);
  for (const Value& statement : statements->as_list()) TRY(check_resources(statement));
  return {};
}

size_t document_size(std::string_view document) {
  size_t size = 0;
  for (char c : document) size += c != ' ' && c != '\n' && c != '\t' && c != '\r';
  return size;
}

bool is_service_linked(const RoleRow& role) { return role.Path.starts_with("/aws-service-role/"); }

Result<void> check_modifiable(const RoleRow& role) {
  if (!is_service_linked(role)) return {};
  return errors::UnmodifiableEntity("Cannot perform the operation on the protected role '" +
                                    role.Name + "' - this role is only modifiable by AWS");
}

}  // namespace drydock::iam
