#include "services/iam/documents.h"

#include "auth/policy.h"

namespace drydock::iam {

Result<void> check_document(const std::string& document) {
  TRY(parse_policy(document, PolicyUse::kIdentity));
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
