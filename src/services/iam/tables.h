// Every persisted table of IAM. All lie in an account's global space but the keys, which are looked up by id alone.
#pragma once

#include "gen/iam.h"
#include "store/table.h"

namespace drydock::iam {

inline constexpr Table<UserRow> kUsers{"iam.user"};                        // [name]
inline constexpr Table<GroupRow> kGroups{"iam.group"};                     // [name]
inline constexpr Table<RoleRow> kRoles{"iam.role"};                        // [name]
inline constexpr Table<PolicyRow> kPolicies{"iam.policy"};                 // [name]
inline constexpr Table<InstanceProfileRow> kInstanceProfiles{"iam.instance-profile"};  // [name]
inline constexpr Table<std::string> kPrincipalIds{"iam.principal-id"};     // [unique id] -> ARN, in no account's space
inline constexpr Table<std::string> kAliases{"iam.alias"};                 // [alias]
inline constexpr Table<std::string> kUserKeys{"iam.user-key"};             // [user, key id]
inline constexpr Table<std::string> kUserCredentials{"iam.user-credential"};  // [user, credential id] -> service user name

inline const Space kInstallation{};
inline constexpr Table<AccessKeyRow> kAccessKeys{"iam.access-key"};        // [key id]
inline constexpr Table<ServiceCredentialRow> kServiceCredentials{"iam.service-credential"};  // [service user name]

}  // namespace drydock::iam
