// The stored rows of KMS.
#pragma once

#include <string_view>

#include "gen/kms.h"
#include "store/table.h"

namespace drydock::kms {

inline const Table<KeyRow> kKeys{"kms.key"};         // {key id}
inline const Table<AliasRow> kAliases{"kms.alias"};  // {"alias/name"}
inline const Table<GrantRow> kGrants{"kms.grant"};   // {key id, grant id}
// Of the whole installation, because who retires a grant may be of another account than the key:
// {token}, and {region, retiring principal, grant id} -> "account/region/key id/grant id".
inline const Table<std::string> kGrantsByToken{"kms.grant-by-token"};
inline const Table<std::string> kGrantsToRetire{"kms.grant-to-retire"};

inline constexpr std::string_view kDeleteJob = "kms.delete-key";
inline constexpr std::string_view kRotateJob = "kms.rotate-key";

}  // namespace drydock::kms
