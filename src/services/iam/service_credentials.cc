// Service-specific credentials: the user name and password that git speaks to CodeCommit with.
#include <algorithm>

#include "base/encoding.h"
#include "gen/iam_handlers.h"
#include "services/iam/entities.h"

namespace drydock::iam {
namespace {

constexpr size_t kMostPerService = 2;
constexpr std::string_view kPasswordAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

Result<void> check_service(const std::string& service) {
  if (service == "codecommit.amazonaws.com") return {};
  return errors::ServiceNotSupported("No such service " + service +
                                     " is supported for Service Specific Credentials");
}

ServiceSpecificCredential with_password(const ServiceCredentialRow& row) {
  return {.CreateDate = row.Created,
          .ServiceName = row.ServiceName,
          .ServiceUserName = row.ServiceUserName,
          .ServicePassword = row.Password,
          .ServiceSpecificCredentialId = row.Id,
          .UserName = row.UserName,
          .Status = row.Status};
}

ServiceSpecificCredentialMetadata metadata_of(const ServiceCredentialRow& row) {
  return {.UserName = row.UserName,
          .Status = row.Status,
          .ServiceUserName = row.ServiceUserName,
          .CreateDate = row.Created,
          .ServiceSpecificCredentialId = row.Id,
          .ServiceName = row.ServiceName};
}

std::vector<ServiceCredentialRow> credentials_of(Call& call, const UserRow& user) {
  std::vector<ServiceCredentialRow> out;
  for (const auto& name : user.ServiceCredentials) {
    if (auto row = kServiceCredentials.get(call.txn(), kInstallation, {name}))
      out.push_back(std::move(*row));
  }
  return out;
}

Result<ServiceCredentialRow> find_credential(Call& call, const UserRow& user,
                                             const std::string& id) {
  for (auto& row : credentials_of(call, user)) {
    if (row.Id == id) return std::move(row);
  }
  return errors::NoSuchEntity("No such credential " + id + " exists");
}

std::string new_password(Call& call) { return call.random().text(43, kPasswordAlphabet) + "="; }

void save_credential(Call& call, const ServiceCredentialRow& row) {
  kServiceCredentials.put(call.txn(), kInstallation, {row.ServiceUserName}, row);
}

}  // namespace

Result<CreateServiceSpecificCredentialOutput> create_service_specific_credential(
    Call& call, const CreateServiceSpecificCredentialInput& in) {
  auto user = TRY(find<UserRow>(call, in.UserName));
  TRY(check_service(in.ServiceName));
  auto known = credentials_of(call, user);
  if (std::count_if(known.begin(), known.end(), [&](const auto& row) {
        return row.ServiceName == in.ServiceName;
      }) >= static_cast<std::ptrdiff_t>(kMostPerService)) {
    return errors::LimitExceeded("Cannot exceed quota for ServiceSpecificCredentialsPerUser: " +
                                 std::to_string(kMostPerService));
  }
  ServiceCredentialRow row;
  // bob-at-123456789012, and bob+1-at-… for a second one.
  row.ServiceUserName = user.Name + "-at-" + call.account().text;
  for (int n = 1; kServiceCredentials.contains(call.txn(), kInstallation, {row.ServiceUserName});
       ++n) {
    row.ServiceUserName = user.Name + "+" + std::to_string(n) + "-at-" + call.account().text;
  }
  row.Password = new_password(call);
  row.Id = unique_id(call, "ACCA");
  row.ServiceName = in.ServiceName;
  row.Account = call.account().text;
  row.UserName = user.Name;
  row.Status = "Active";
  row.Created = call.now();
  save_credential(call, row);
  user.ServiceCredentials.push_back(row.ServiceUserName);
  save(call, user);
  return CreateServiceSpecificCredentialOutput{.ServiceSpecificCredential = with_password(row)};
}

Result<ListServiceSpecificCredentialsOutput> list_service_specific_credentials(
    Call& call, const ListServiceSpecificCredentialsInput& in) {
  auto user = TRY(find<UserRow>(call, TRY(user_or_caller(call, in.UserName))));
  if (in.ServiceName) TRY(check_service(*in.ServiceName));
  ListServiceSpecificCredentialsOutput out;
  out.ServiceSpecificCredentials.emplace();
  for (const auto& row : credentials_of(call, user)) {
    if (!in.ServiceName || row.ServiceName == *in.ServiceName)
      out.ServiceSpecificCredentials->push_back(metadata_of(row));
  }
  return out;
}

Result<UpdateServiceSpecificCredentialOutput> update_service_specific_credential(
    Call& call, const UpdateServiceSpecificCredentialInput& in) {
  auto user = TRY(find<UserRow>(call, TRY(user_or_caller(call, in.UserName))));
  auto row = TRY(find_credential(call, user, in.ServiceSpecificCredentialId));
  row.Status = in.Status;
  save_credential(call, row);
  return UpdateServiceSpecificCredentialOutput{};
}

Result<ResetServiceSpecificCredentialOutput> reset_service_specific_credential(
    Call& call, const ResetServiceSpecificCredentialInput& in) {
  auto user = TRY(find<UserRow>(call, TRY(user_or_caller(call, in.UserName))));
  auto row = TRY(find_credential(call, user, in.ServiceSpecificCredentialId));
  row.Password = new_password(call);
  save_credential(call, row);
  return ResetServiceSpecificCredentialOutput{.ServiceSpecificCredential = with_password(row)};
}

Result<DeleteServiceSpecificCredentialOutput> delete_service_specific_credential(
    Call& call, const DeleteServiceSpecificCredentialInput& in) {
  auto user = TRY(find<UserRow>(call, TRY(user_or_caller(call, in.UserName))));
  auto row = TRY(find_credential(call, user, in.ServiceSpecificCredentialId));
  kServiceCredentials.erase(call.txn(), kInstallation, {row.ServiceUserName});
  std::erase(user.ServiceCredentials, row.ServiceUserName);
  save(call, user);
  return DeleteServiceSpecificCredentialOutput{};
}

Result<AuthenticateServiceSpecificCredentialOutput> authenticate_service_specific_credential(
    Call& call, const AuthenticateServiceSpecificCredentialInput& in) {
  auto row = kServiceCredentials.get(call.txn(), kInstallation, {in.ServiceUserName});
  bool good = row && row->Status == "Active" && row->ServiceName == in.ServiceName &&
              equal_in_constant_time(row->Password, in.ServicePassword);
  auto user = good ? read<UserRow>(call.txn(), {row->Account, ""}, row->UserName) : std::nullopt;
  if (!user)
    return errors::NoSuchEntity("No credential of " + in.ServiceName +
                                " has this user name and password.");
  return AuthenticateServiceSpecificCredentialOutput{arn_of(row->Account, *user), user->Name,
                                                     user->Id, row->Account};
}

}  // namespace drydock::iam
