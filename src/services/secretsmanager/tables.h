// The stored rows of Secrets Manager.
#pragma once

#include <string_view>

#include "gen/secretsmanager.h"
#include "store/table.h"

namespace drydock::secretsmanager {

inline const Table<SecretRow> kSecrets{"secretsmanager.secret"};  // {name}
inline const Table<SecretVersionRow> kVersions{
    "secretsmanager.version"};  // {secret's name, version id}

inline constexpr std::string_view kDeleteJob = "secretsmanager.delete-secret";

}  // namespace drydock::secretsmanager
