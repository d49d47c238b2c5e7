// Access keys and service-specific credentials of users.
#include "gen/iam_handlers.h"
#include "base/encoding.h"
#include "services/iam/cache.h"
#include "services/iam/entities.h"
#include "services/iam/tables.h"

namespace drydock::iam {

namespace {

constexpr size_t kMaxKeysPerUser = 2;
constexpr std::string_view kBase64Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

Names ids_under(Call& call, const Table<std::string>& table, const std::string& user) {
  Names ids;
  table.each(call.txn(), call.global_space(), {.prefix = {user}}, [&](const auto& parts, const auto&) { ids.push_back(parts.at(1)); return true; });
  return ids;
}

Result<AccessKeyRow> find_key(Call& call, const std::string& user, const std::string& id) {
  auto row = kAccessKeys.get(call.txn(), kInstallation, {id});
  if (!row || row->Account != call.account().text || row->UserName != user)
    return errors::NoSuchEntityException("The Access Key with id " + id + " cannot be found.");
  return std::move(*row);
}

ServiceSpecificCredential credential_of(const ServiceCredentialRow& row) {
  return ServiceSpecificCredential{.CreateDate = row.Created, .ServiceName = row.ServiceName, .ServiceUserName = row.ServiceUserName, .ServicePassword = row.Password,
                                   .ServiceSpecificCredentialId = row.Id, .UserName = row.UserName, .Status = row.Status};
}

Result<ServiceCredentialRow> find_credential(Call& call, const std::optional<std::string>& user, const std::string& id, std::string_view action) {
  const std::string name = TRY(user_name_or_caller(call, user));
  TRY(open_user(call, name, action));
  auto service_user = kUserCredentials.get(call.txn(), call.global_space(), {name, id});
  auto row = service_user ? kServiceCredentials.get(call.txn(), kInstallation, {*service_user}) : std::nullopt;
  if (!row) return errors::NoSuchEntityException("No such credential " + id + " exists");
  return std::move(*row);
}

}  // namespace

Result<CreateAccessKeyOutput> create_access_key(Call& call, const CreateAccessKeyInput& in) {
  const std::string name = TRY(user_name_or_caller(call, in.UserName));
  UserRow user = TRY(open_user(call, name, "iam:CreateAccessKey"));
  if (ids_under(call, kUserKeys, name).size() >= kMaxKeysPerUser)
    return errors::LimitExceededException("Cannot exceed quota for AccessKeysPerUser: " + std::to_string(kMaxKeysPerUser));
  AccessKeyRow row{.Id = "AKIA" + call.random().upper_base32(16), .Secret = call.random().text(40, kBase64Letters), .Account = call.account().text,
                   .UserName = name, .Status = "Active", .Created = whole_seconds(call.now())};
  kAccessKeys.put(call.txn(), kInstallation, {row.Id}, row);
  kUserKeys.put(call.txn(), call.global_space(), {name, row.Id}, "");
  save(call, user);  // two creations at once must not both pass the quota
  return CreateAccessKeyOutput{.AccessKey = AccessKey{.UserName = name, .AccessKeyId = row.Id, .Status = row.Status, .SecretAccessKey = row.Secret, .CreateDate = row.Created}};
}

Result<ListAccessKeysOutput> list_access_keys(Call& call, const ListAccessKeysInput& in) {
  const std::string name = TRY(user_name_or_caller(call, in.UserName));
  TRY(open_user(call, name, "iam:ListAccessKeys"));
  std::vector<AccessKeyMetadata> all;
  for (const std::string& id : ids_under(call, kUserKeys, name))
    if (auto row = kAccessKeys.get(call.txn(), kInstallation, {id}))
      all.push_back({.UserName = name, .AccessKeyId = id, .Status = row->Status, .CreateDate = row->Created});
  ListAccessKeysOutput out;
  out.AccessKeyMetadata = page_of(std::move(all), in.Marker, in.MaxItems, [](const AccessKeyMetadata& k) { return *k.AccessKeyId; }, out.IsTruncated, out.Marker);
  return out;
}

Result<UpdateAccessKeyOutput> update_access_key(Call& call, const UpdateAccessKeyInput& in) {
  const std::string name = TRY(user_name_or_caller(call, in.UserName));
  TRY(open_user(call, name, "iam:UpdateAccessKey"));
  AccessKeyRow row = TRY(find_key(call, name, in.AccessKeyId));
  row.Status = in.Status;
  kAccessKeys.put(call.txn(), kInstallation, {row.Id}, row);
  forget_principals_after(call);
  return UpdateAccessKeyOutput{};
}

Result<DeleteAccessKeyOutput> delete_access_key(Call& call, const DeleteAccessKeyInput& in) {
  const std::string name = TRY(user_name_or_caller(call, in.UserName));
  TRY(open_user(call, name, "iam:DeleteAccessKey"));
  AccessKeyRow row = TRY(find_key(call, name, in.AccessKeyId));
  kAccessKeys.erase(call.txn(), kInstallation, {row.Id});
  kUserKeys.erase(call.txn(), call.global_space(), {name, row.Id});
  forget_principals_after(call);
  return DeleteAccessKeyOutput{};
}

Result<CreateServiceSpecificCredentialOutput> create_service_specific_credential(Call& call, const CreateServiceSpecificCredentialInput& in) {
  TRY(open_user(call, in.UserName, "iam:CreateServiceSpecificCredential"));
  if (in.ServiceName != "codecommit.amazonaws.com")
    return errors::ServiceNotSupportedException("No such service " + in.ServiceName + " is supported for Service Specific Credentials");
  const auto existing = ids_under(call, kUserCredentials, in.UserName);
  if (existing.size() >= 2) return errors::LimitExceededException("Cannot exceed quota for ServiceSpecificCredentialsPerUser: 2");
  ServiceCredentialRow row{.Id = "ACCA" + call.random().upper_base32(17), .Account = call.account().text, .UserName = in.UserName, .ServiceName = in.ServiceName,
                           .Password = to_base64(call.random().bytes(32)), .Status = "Active", .Created = whole_seconds(call.now())};
  // jane-at-123456789012; AWS does number further ones: jane+1-at-…
  row.ServiceUserName = in.UserName + "-at-" + row.Account;
  for (int n = 1; kServiceCredentials.contains(call.txn(), kInstallation, {row.ServiceUserName}); ++n)
    row.ServiceUserName = in.UserName + "+" + std::to_string(n) + "-at-" + row.Account;
  kServiceCredentials.put(call.txn(), kInstallation, {row.ServiceUserName}, row);
  kUserCredentials.put(call.txn(), call.global_space(), {in.UserName, row.Id}, row.ServiceUserName);
  return CreateServiceSpecificCredentialOutput{.ServiceSpecificCredential = credential_of(row)};
}

Result<ListServiceSpecificCredentialsOutput> list_service_specific_credentials(Call& call, const ListServiceSpecificCredentialsInput& in) {
  const std::string name = TRY(user_name_or_caller(call, in.UserName));
  TRY(open_user(call, name, "iam:ListServiceSpecificCredentials"));
  std::vector<ServiceSpecificCredentialMetadata> all;
  kUserCredentials.each(call.txn(), call.global_space(), {.prefix = {name}}, [&](const auto&, const std::string& service_user) {
    auto row = kServiceCredentials.get(call.txn(), kInstallation, {service_user});
    if (row && (!in.ServiceName || *in.ServiceName == row->ServiceName))
      all.push_back({.UserName = row->UserName, .Status = row->Status, .ServiceUserName = row->ServiceUserName, .CreateDate = row->Created,
                     .ServiceSpecificCredentialId = row->Id, .ServiceName = row->ServiceName});
    return true;
  });
  return ListServiceSpecificCredentialsOutput{.ServiceSpecificCredentials = std::move(all)};
}

Result<UpdateServiceSpecificCredentialOutput> update_service_specific_credential(Call& call, const UpdateServiceSpecificCredentialInput& in) {
  auto row = TRY(find_credential(call, in.UserName, in.ServiceSpecificCredentialId, "iam:UpdateServiceSpecificCredential"));
  row.Status = in.Status;
  kServiceCredentials.put(call.txn(), kInstallation, {row.ServiceUserName}, row);
  return UpdateServiceSpecificCredentialOutput{};
}

Result<ResetServiceSpecificCredentialOutput> reset_service_specific_credential(Call& call, const ResetServiceSpecificCredentialInput& in) {
  auto row = TRY(find_credential(call, in.UserName, in.ServiceSpecificCredentialId, "iam:ResetServiceSpecificCredential"));
  row.Password = to_base64(call.random().bytes(32));
  kServiceCredentials.put(call.txn(), kInstallation, {row.ServiceUserName}, row);
  return ResetServiceSpecificCredentialOutput{.ServiceSpecificCredential = credential_of(row)};
}

Result<DeleteServiceSpecificCredentialOutput> delete_service_specific_credential(Call& call, const DeleteServiceSpecificCredentialInput& in) {
  auto row = TRY(find_credential(call, in.UserName, in.ServiceSpecificCredentialId, "iam:DeleteServiceSpecificCredential"));
  kServiceCredentials.erase(call.txn(), kInstallation, {row.ServiceUserName});
  kUserCredentials.erase(call.txn(), call.global_space(), {row.UserName, row.Id});
  return DeleteServiceSpecificCredentialOutput{};
}

Result<AuthenticateServiceSpecificCredentialOutput> authenticate_service_specific_credential(Call& call, const AuthenticateServiceSpecificCredentialInput& in) {
  auto row = kServiceCredentials.get(call.txn(), kInstallation, {in.ServiceUserName});
  if (!row || row->Status != "Active" || row->ServiceName != in.ServiceName || !equal_in_constant_time(row->Password, in.ServicePassword))
    return fault("AccessDenied", "The service-specific credential is not valid.", 403);
  auto user = kUsers.get(call.txn(), {row->Account, ""}, {row->UserName});
  if (!user) return fault("AccessDenied", "The service-specific credential is not valid.", 403);
  return AuthenticateServiceSpecificCredentialOutput{.UserArn = user_arn(row->Account, *user), .UserName = user->Name, .UserId = user->Id, .AccountId = row->Account};
}

}  // namespace drydock::iam
