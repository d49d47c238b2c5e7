// Access keys of users. The keys of the root user are not served: on this machine it signs with the
// account's own id.
#include "services/iam/access_keys.h"

#include <algorithm>

#include "gen/iam_handlers.h"
#include "services/iam/entities.h"
#include "services/iam/last_use.h"
#include "services/iam/paging.h"

namespace drydock::iam {
namespace {

constexpr size_t kMostKeys = 2;
constexpr std::string_view kSecretAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// The key, if it is the user's.
Result<AccessKeyRow> find_key(Call& call, const UserRow& user, const std::string& id) {
  if (std::find(user.AccessKeys.begin(), user.AccessKeys.end(), id) != user.AccessKeys.end()) {
    if (auto key = kAccessKeys.get(call.txn(), kInstallation, {id})) return std::move(*key);
  }
  return errors::NoSuchEntity("The Access Key with id " + id + " cannot be found.");
}

}  // namespace

AccessKeyRow add_access_key(Call& call, UserRow& user) {
  AccessKeyRow key;
  key.Id = unique_id(call, "AKIA");
  key.Id.resize(20);
  key.Secret = call.random().text(40, kSecretAlphabet);
  key.Account = call.account().text;
  key.UserName = user.Name;
  key.Status = "Active";
  key.Created = call.now();
  kAccessKeys.put(call.txn(), kInstallation, {key.Id}, key);
  user.AccessKeys.push_back(key.Id);
  return key;
}

Result<CreateAccessKeyOutput> create_access_key(Call& call, const CreateAccessKeyInput& in) {
  auto user = TRY(find<UserRow>(call, TRY(user_or_caller(call, in.UserName))));
  if (user.AccessKeys.size() >= kMostKeys) {
    return errors::LimitExceeded("Cannot exceed quota for AccessKeysPerUser: " +
                                 std::to_string(kMostKeys));
  }
  auto key = add_access_key(call, user);
  save(call, user);
  return CreateAccessKeyOutput{.AccessKey = {.UserName = user.Name,
                                             .AccessKeyId = key.Id,
                                             .Status = key.Status,
                                             .SecretAccessKey = key.Secret,
                                             .CreateDate = key.Created}};
}

Result<ListAccessKeysOutput> list_access_keys(Call& call, const ListAccessKeysInput& in) {
  auto user = TRY(find_person(call, in.UserName));
  std::vector<AccessKeyMetadata> all;
  for (const auto& id : user.AccessKeys) {
    if (auto key = kAccessKeys.get(call.txn(), kInstallation, {id}))
      all.push_back({user.Name, key->Id, key->Status, key->Created});
  }
  ListAccessKeysOutput out;
  TRY(paginate(in, out, out.AccessKeyMetadata, std::move(all),
               [](const AccessKeyMetadata& k) { return *k.AccessKeyId; }));
  return out;
}

Result<UpdateAccessKeyOutput> update_access_key(Call& call, const UpdateAccessKeyInput& in) {
  auto user = TRY(find<UserRow>(call, TRY(user_or_caller(call, in.UserName))));
  auto key = TRY(find_key(call, user, in.AccessKeyId));
  key.Status = in.Status;
  kAccessKeys.put(call.txn(), kInstallation, {key.Id}, key);
  permissions_changed(call);
  return UpdateAccessKeyOutput{};
}

Result<DeleteAccessKeyOutput> delete_access_key(Call& call, const DeleteAccessKeyInput& in) {
  auto user = TRY(find_person(call, in.UserName));
  auto key = TRY(find_key(call, user, in.AccessKeyId));
  kAccessKeys.erase(call.txn(), kInstallation, {key.Id});
  std::erase(user.AccessKeys, key.Id);
  save_person(call, user);
  return DeleteAccessKeyOutput{};
}

Result<GetAccessKeyLastUsedOutput> get_access_key_last_used(Call& call,
                                                            const GetAccessKeyLastUsedInput& in) {
  auto key = kAccessKeys.get(call.txn(), kInstallation, {in.AccessKeyId});
  bool ours = key && key->Account == call.account().text;
  TRY(call.authorize("iam:GetAccessKeyLastUsed",
                     entity_arn(call.account().text, "user", "/", ours ? key->UserName : "*")));
  // AWS does deny here instead of saying that there is no such key.
  if (!ours) {
    return fault(
        "AccessDenied",
        "User: " + call.caller().principal.arn +
            " is not authorized to perform: iam:GetAccessKeyLastUsed on resource: access key " +
            in.AccessKeyId,
        403);
  }
  GetAccessKeyLastUsedOutput out{.UserName = key->UserName};
  out.AccessKeyLastUsed = AccessKeyLastUsed{.ServiceName = "N/A", .Region = "N/A"};
  if (auto use = latest_use(call, in.AccessKeyId))
    out.AccessKeyLastUsed = AccessKeyLastUsed{
        .LastUsedDate = use->time, .ServiceName = use->service, .Region = use->region};
  return out;
}

}  // namespace drydock::iam
