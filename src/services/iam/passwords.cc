// Passwords of users for the console. There is no console here: they are kept, as salted hashes,
// and held to the account's password policy.
#include <algorithm>

#include "base/encoding.h"
#include "gen/iam_handlers.h"
#include "services/iam/entities.h"

namespace drydock::iam {
namespace {

constexpr int kHashRounds = 10000;
constexpr size_t kMostEarlier = 24;
constexpr int64_t kDefaultLength = 8;
constexpr int kDefaultClasses = 3;

std::string hash_of(const std::string& salt, const std::string& password) {
  std::string hash = hmac_sha256(salt, password);
  for (int i = 0; i < kHashRounds; ++i) hash = hmac_sha256(salt, hash);
  return to_hex(hash);
}

struct Classes {
  bool upper = false, lower = false, digit = false, symbol = false;
  int count() const { return upper + lower + digit + symbol; }
};

Classes classes_of(const std::string& password) {
  Classes out;
  for (char c : password) {
    if (c >= 'A' && c <= 'Z')
      out.upper = true;
    else if (c >= 'a' && c <= 'z')
      out.lower = true;
    else if (c >= '0' && c <= '9')
      out.digit = true;
    else
      out.symbol = true;
  }
  return out;
}

std::optional<PasswordPolicyRow> policy_of(Call& call) {
  return kPasswordPolicy.get(call.txn(), call.global_space(), {"policy"});
}

Result<void> check_password(Call& call, const UserRow& user, const std::string& password) {
  auto too_weak = [](std::string text) { return errors::PasswordPolicyViolation(std::move(text)); };
  const auto policy = policy_of(call);
  const Classes has = classes_of(password);
  const int64_t least = policy ? policy->MinimumLength : kDefaultLength;
  if (static_cast<int64_t>(password.size()) < least)
    return too_weak("Password should have a minimum length of " + std::to_string(least));
  if (!policy) {
    if (has.count() < kDefaultClasses || password == user.Name)
      return too_weak("Password does not conform to the account password policy.");
    return {};
  }
  if (policy->Uppercase && !has.upper)
    return too_weak("Password should have at least one uppercase letter");
  if (policy->Lowercase && !has.lower)
    return too_weak("Password should have at least one lowercase letter");
  if (policy->Numbers && !has.digit) return too_weak("Password should have at least one number");
  if (policy->Symbols && !has.symbol) return too_weak("Password should have at least one symbol");
  if (!policy->ReusePrevention || !user.Password) return {};
  const std::string hash = hash_of(user.Password->Salt, password);
  const auto& earlier = user.Password->Earlier;
  const size_t looked_at = std::min<size_t>(*policy->ReusePrevention - 1, earlier.size());
  if (hash == user.Password->Hash ||
      std::find(earlier.begin(), earlier.begin() + looked_at, hash) != earlier.begin() + looked_at)
    return too_weak("Password should not be the same as an earlier one");
  return {};
}

Result<void> set_password(Call& call, UserRow& user, const std::string& password) {
  TRY(check_password(call, user, password));
  if (!user.Password) {
    user.Password.emplace();
    user.Password->Salt = to_hex(call.random().bytes(16));
    user.Password->Created = call.now();
  } else {
    auto& earlier = user.Password->Earlier;
    earlier.insert(earlier.begin(), user.Password->Hash);
    if (earlier.size() > kMostEarlier) earlier.resize(kMostEarlier);
  }
  user.Password->Hash = hash_of(user.Password->Salt, password);
  user.Password->Changed = call.now();
  return {};
}

Unexpected no_profile(const UserRow& user) {
  return errors::NoSuchEntity("Login Profile for User " + user.Name + " cannot be found.");
}

LoginProfile profile_of(const UserRow& user) {
  return {.UserName = user.Name,
          .CreateDate = user.Password->Created,
          .PasswordResetRequired = user.Password->ResetRequired};
}

}  // namespace

Result<CreateLoginProfileOutput> create_login_profile(Call& call,
                                                      const CreateLoginProfileInput& in) {
  auto user = TRY(find_person(call, in.UserName));
  if (user.Password)
    return errors::EntityAlreadyExists("Login Profile for user " + user.Name + " already exists.");
  if (is_root_user(call, user)) {
    // AWS does take no password here: it allows the root user to recover one by mail, which nobody
    // does here.
    if (in.Password)
      return errors::ValidationError("A password cannot be given for the root user.");
    user.Password.emplace();
    user.Password->Created = user.Password->Changed = call.now();
    save_person(call, user);
    return CreateLoginProfileOutput{.LoginProfile = profile_of(user)};
  }
  if (!in.Password) return errors::ValidationError("A password must be given.");
  TRY(set_password(call, user, *in.Password));
  user.Password->ResetRequired = in.PasswordResetRequired.value_or(false);
  save_person(call, user);
  return CreateLoginProfileOutput{.LoginProfile = profile_of(user)};
}

Result<GetLoginProfileOutput> get_login_profile(Call& call, const GetLoginProfileInput& in) {
  auto user = TRY(find_person(call, in.UserName));
  if (!user.Password) return no_profile(user);
  return GetLoginProfileOutput{.LoginProfile = profile_of(user)};
}

Result<UpdateLoginProfileOutput> update_login_profile(Call& call,
                                                      const UpdateLoginProfileInput& in) {
  auto user = TRY(find<UserRow>(call, in.UserName));
  if (!user.Password) return no_profile(user);
  if (in.Password) TRY(set_password(call, user, *in.Password));
  if (in.PasswordResetRequired) user.Password->ResetRequired = *in.PasswordResetRequired;
  save(call, user);
  return UpdateLoginProfileOutput{};
}

Result<DeleteLoginProfileOutput> delete_login_profile(Call& call,
                                                      const DeleteLoginProfileInput& in) {
  auto user = TRY(find_person(call, in.UserName));
  if (!user.Password) return no_profile(user);
  user.Password.reset();
  save_person(call, user);
  return DeleteLoginProfileOutput{};
}

Result<ChangePasswordOutput> change_password(Call& call, const ChangePasswordInput& in) {
  const auto& caller = call.caller().principal;
  const bool is_user = caller.kind == Principal::Kind::kUser;
  auto user = is_user ? read<UserRow>(call.txn(), call.global_space(), caller.name) : std::nullopt;
  // The password policy may permit it to everyone.
  const auto policy = policy_of(call);
  if (!policy || !policy->UsersMayChange || !user)
    TRY(call.authorize("iam:ChangePassword", is_user ? caller.arn : "*"));
  else
    (void)call.authorize("iam:ChangePassword", caller.arn);
  if (!is_user) return errors::InvalidUserType("Only IAM Users can change their own password");
  if (!user || !user->Password)
    return errors::NoSuchEntity("Login Profile for User " + caller.name + " cannot be found.");
  if (!equal_in_constant_time(hash_of(user->Password->Salt, in.OldPassword), user->Password->Hash))
    return fault("AccessDenied", "The old password was incorrect.", 403);
  TRY(set_password(call, *user, in.NewPassword));
  user->Password->ResetRequired = false;
  save(call, *user);
  return ChangePasswordOutput{};
}

Result<UpdateAccountPasswordPolicyOutput> update_account_password_policy(
    Call& call, const UpdateAccountPasswordPolicyInput& in) {
  PasswordPolicyRow row;
  row.MinimumLength = in.MinimumPasswordLength.value_or(6);
  row.Symbols = in.RequireSymbols.value_or(false);
  row.Numbers = in.RequireNumbers.value_or(false);
  row.Uppercase = in.RequireUppercaseCharacters.value_or(false);
  row.Lowercase = in.RequireLowercaseCharacters.value_or(false);
  row.UsersMayChange = in.AllowUsersToChangePassword.value_or(false);
  row.MaxAge = in.MaxPasswordAge;
  row.ReusePrevention = in.PasswordReusePrevention;
  row.HardExpiry = in.HardExpiry;
  kPasswordPolicy.put(call.txn(), call.global_space(), {"policy"}, row);
  return UpdateAccountPasswordPolicyOutput{};
}

Result<GetAccountPasswordPolicyOutput> get_account_password_policy(
    Call& call, const GetAccountPasswordPolicyInput&) {
  auto row = policy_of(call);
  if (!row)
    return errors::NoSuchEntity("The Password Policy with domain name " + call.account().text +
                                " cannot be found.");
  GetAccountPasswordPolicyOutput out;
  out.PasswordPolicy = {.MinimumPasswordLength = row->MinimumLength,
                        .RequireSymbols = row->Symbols,
                        .RequireNumbers = row->Numbers,
                        .RequireUppercaseCharacters = row->Uppercase,
                        .RequireLowercaseCharacters = row->Lowercase,
                        .AllowUsersToChangePassword = row->UsersMayChange,
                        .ExpirePasswords = row->MaxAge.has_value(),
                        .MaxPasswordAge = row->MaxAge,
                        .PasswordReusePrevention = row->ReusePrevention,
                        .HardExpiry = row->HardExpiry};
  return out;
}

Result<DeleteAccountPasswordPolicyOutput> delete_account_password_policy(
    Call& call, const DeleteAccountPasswordPolicyInput&) {
  if (!policy_of(call))
    return errors::NoSuchEntity("The account policy with name PasswordPolicy cannot be found.");
  kPasswordPolicy.erase(call.txn(), call.global_space(), {"policy"});
  return DeleteAccountPasswordPolicyOutput{};
}

}  // namespace drydock::iam
