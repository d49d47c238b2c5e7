// The stored rows of IAM. Those of an account lie in its global space; what is looked up without
// knowing the account (keys, unique ids, aliases) lies in the installation's own space.
#pragma once

#include "gen/iam.h"
#include "store/table.h"

namespace drydock::iam {

// Names are unique without regard to case: the key is the name in lower case.
inline const Table<UserRow> kUsers{"iam.user"};
inline const Table<GroupRow> kGroups{"iam.group"};
inline const Table<RoleRow> kRoles{"iam.role"};
inline const Table<PolicyRow> kPolicies{"iam.policy"};
inline const Table<InstanceProfileRow> kInstanceProfiles{"iam.instance-profile"};
// {policy ARN, "Group" | "Role" | "User", name} -> the entity's unique id
inline const Table<std::string> kAttachments{"iam.attachment"};
inline const Table<std::string> kBoundaryUses{"iam.boundary-use"};
// {"global-endpoint"} -> v1Token or v2Token
inline const Table<std::string> kTokenVersion{"iam.token-version"};
inline const Table<std::string> kAccountAlias{"iam.account-alias"};  // {"alias"} -> the alias

// {"root"} -> what the root user has to sign in with; nothing until then
inline const Table<UserRow> kRootUser{"iam.root-user"};
// {organization, feature} -> "": centralized root access
inline const Table<std::string> kRootFeatures{"iam.root-feature"};

inline const Table<PasswordPolicyRow> kPasswordPolicy{"iam.password-policy"};  // {"policy"}
inline const Table<MfaDeviceRow> kMfaDevices{"iam.mfa-device"};
inline const Table<OidcProviderRow> kOidcProviders{"iam.oidc-provider"};  // {URL without scheme}
inline const Table<SamlProviderRow> kSamlProviders{"iam.saml-provider"};  // {name}
inline const Table<ServerCertificateRow> kServerCertificates{"iam.server-certificate"};
inline const Table<CredentialReportRow> kCredentialReport{"iam.credential-report"};  // {"report"}
inline const Table<AccessJobRow> kAccessJobs{"iam.access-job"};                      // {job id}

inline const Table<AccessKeyRow> kAccessKeys{"iam.access-key"};  // {access key id}
inline const Table<ServiceCredentialRow> kServiceCredentials{
    "iam.service-credential"};                                // {service user name}
inline const Table<std::string> kUniqueIds{"iam.unique-id"};  // {AIDA… or AROA…} -> ARN
inline const Table<std::string> kAliases{"iam.alias"};        // {alias} -> account

}  // namespace drydock::iam
