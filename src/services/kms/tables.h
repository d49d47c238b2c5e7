// The stored rows of KMS.
#pragma once

#include <string_view>

#include "gen/kms.h"
#include "store/table.h"

namespace drydock::kms {

inline const Table<KeyRow> kKeys{"kms.key"};                      // {key id}
inline const Table<AliasRow> kAliases{"kms.alias"};               // {"alias/name"}
inline const Table<GrantRow> kGrants{"kms.grant"};                // {key id, grant id}
inline const Table<std::string> kGrantTokens{"kms.grant-token"};  // {token} -> "key id/grant id"

inline constexpr std::string_view kDeleteJob = "kms.delete-key";
inline constexpr std::string_view kRotateJob = "kms.rotate-key";

}  // namespace drydock::kms
