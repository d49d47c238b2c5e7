// Policy documents as they are saved: their grammar and size; and which roles may not be changed at
// all.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "services/iam/tables.h"

namespace drydock::iam {

// An identity policy that may be saved.
Result<void> check_document(const std::string& document);
// AWS does not count blanks.
size_t document_size(std::string_view document);

// Roles that belong to a service are changed by that service alone.
bool is_service_linked(const RoleRow& role);
Result<void> check_modifiable(const RoleRow& role);
inline Result<void> check_modifiable(const UserRow&) { return {}; }
inline Result<void> check_modifiable(const GroupRow&) { return {}; }

}  // namespace drydock::iam
