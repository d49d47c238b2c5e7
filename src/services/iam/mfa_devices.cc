// Virtual MFA devices: what a user's second factor is checked against.
#include <algorithm>

#include "gen/iam_handlers.h"
#include "services/iam/entities.h"
#include "services/iam/paging.h"
#include "services/iam/tags.h"
#include "services/iam/totp.h"

namespace drydock::iam {
namespace {

constexpr size_t kMostDevices = 8;  // of a user
constexpr size_t kMostOfAccount = 10000;
constexpr size_t kSeedCharacters = 64;
// How far a device's clock may be off when two codes in a row are shown, and afterwards.
constexpr int64_t kSyncSteps = 10;
constexpr int64_t kLooseSteps = 1;

std::string arn_of_device(Call& call, const MfaDeviceRow& row) {
  return entity_arn(call.account().text, "mfa", row.Path, row.Name);
}

// The device of that serial number in this account.
std::optional<MfaDeviceRow> read_device(Call& call, const std::string& serial) {
  auto arn = Arn::parse(serial);
  if (!arn || arn->account != call.account().text || !arn->resource.starts_with("mfa/"))
    return std::nullopt;
  auto name = arn->resource.substr(arn->resource.rfind('/') + 1);
  auto row = kMfaDevices.get(call.txn(), call.global_space(), {to_lower(name)});
  if (row && arn_of_device(call, *row) != serial) row.reset();
  return row;
}

void put_device(Call& call, const MfaDeviceRow& row) {
  kMfaDevices.put(call.txn(), call.global_space(), {to_lower(row.Name)}, row);
}

Unexpected no_device(const std::string& serial) {
  return errors::NoSuchEntity("VirtualMFADevice with serial number " + serial + " doesn't exist.");
}

Result<MfaDeviceRow> find_device(Call& call, const std::string& serial, Context context = {}) {
  TRY(call.authorize(call.operation().action, serial, std::move(context)));
  auto row = read_device(call, serial);
  if (!row) return no_device(serial);
  return std::move(*row);
}

std::optional<UserRow> user_of_id(Call& call, const std::string& id) {
  auto arn = kUniqueIds.get(call.txn(), kInstallation, {id});
  if (!arn) return std::nullopt;
  return read<UserRow>(call.txn(), call.global_space(), arn->substr(arn->rfind('/') + 1));
}

// The device that is this user's.
Result<MfaDeviceRow> device_of(Call& call, const UserRow& user, const std::string& serial) {
  auto row = read_device(call, serial);
  if (!row || row->UserId != user.Id) return errors::NoSuchEntity("MFA Device invalid for user.");
  return std::move(*row);
}

// Two codes in a row tell how the device's clock stands to ours.
Result<void> synchronize(Call& call, MfaDeviceRow& row, const std::string& first,
                         const std::string& second) {
  const std::string secret = from_base32(row.Seed).value_or("");
  const int64_t now = step_of(call.now());
  for (int64_t drift = -kSyncSteps; drift <= kSyncSteps; ++drift) {
    if (totp(secret, now + drift) != first || totp(secret, now + drift + 1) != second) continue;
    row.Drift = drift;
    row.LastStep = now + drift + 1;
    return {};
  }
  return errors::InvalidAuthenticationCode("Authentication code for device is not valid.");
}

VirtualMFADevice shown(Call& call, const MfaDeviceRow& row) {
  VirtualMFADevice out;
  out.SerialNumber = arn_of_device(call, row);
  out.EnableDate = row.Enabled;
  if (row.UserId) {
    if (auto user = user_of_id(call, *row.UserId)) out.User = user_of(call.account().text, *user);
  }
  return out;
}

}  // namespace

Result<CreateVirtualMFADeviceOutput> create_virtual_mfa_device(
    Call& call, const CreateVirtualMFADeviceInput& in) {
  MfaDeviceRow row;
  row.Name = in.VirtualMFADeviceName;
  row.Path = in.Path.value_or("/");
  TRY(call.authorize("iam:CreateVirtualMFADevice", arn_of_device(call, row), tag_context(in.Tags)));
  TRY(check_path("path", row.Path));
  if (kMfaDevices.contains(call.txn(), call.global_space(), {to_lower(row.Name)}))
    return errors::EntityAlreadyExists(
        "MFADevice entity at the same path and name already exists.");
  TRY(check_quota(call, kMfaDevices.raw(), "VirtualMFADevicesPerAccount", kMostOfAccount));
  row.Seed = call.random().upper_base32(kSeedCharacters);
  if (in.Tags) TRY(add_tags(row.Tags, *in.Tags));
  put_device(call, row);
  CreateVirtualMFADeviceOutput out;
  out.VirtualMFADevice.SerialNumber = arn_of_device(call, row);
  out.VirtualMFADevice.Base32StringSeed = row.Seed;
  out.VirtualMFADevice.Tags = tags_or_none(row.Tags);
  return out;
}

Result<DeleteVirtualMFADeviceOutput> delete_virtual_mfa_device(
    Call& call, const DeleteVirtualMFADeviceInput& in) {
  auto row = TRY(find_device(call, in.SerialNumber));
  if (row.UserId) return errors::DeleteConflict("MFA VirtualDevice in use. Must deactivate first.");
  kMfaDevices.erase(call.txn(), call.global_space(), {to_lower(row.Name)});
  return DeleteVirtualMFADeviceOutput{};
}

Result<ListVirtualMFADevicesOutput> list_virtual_mfa_devices(Call& call,
                                                             const ListVirtualMFADevicesInput& in) {
  const std::string wanted = in.AssignmentStatus.value_or("Any");
  std::vector<VirtualMFADevice> all;
  for (const auto& row : kMfaDevices.scan(call.txn(), call.global_space())) {
    if (wanted == "Any" || (wanted == "Assigned") == row.UserId.has_value())
      all.push_back(shown(call, row));
  }
  ListVirtualMFADevicesOutput out;
  TRY(paginate(in, out, out.VirtualMFADevices, std::move(all),
               [](const VirtualMFADevice& d) { return d.SerialNumber; }));
  return out;
}

Result<EnableMFADeviceOutput> enable_mfa_device(Call& call, const EnableMFADeviceInput& in) {
  auto user = TRY(find<UserRow>(call, in.UserName));
  auto row = read_device(call, in.SerialNumber);
  if (!row) return no_device(in.SerialNumber);
  if (row->UserId) return errors::EntityAlreadyExists("MFA Device is already in use");
  auto& devices = user.MfaDevices ? *user.MfaDevices : user.MfaDevices.emplace();
  if (devices.size() >= kMostDevices)
    return errors::LimitExceeded("Cannot exceed quota for MfaDevicesPerUser: " +
                                 std::to_string(kMostDevices));
  TRY(synchronize(call, *row, in.AuthenticationCode1, in.AuthenticationCode2));
  row->UserId = user.Id;
  row->Enabled = call.now();
  put_device(call, *row);
  devices.push_back(in.SerialNumber);
  save(call, user);
  return EnableMFADeviceOutput{};
}

Result<ResyncMFADeviceOutput> resync_mfa_device(Call& call, const ResyncMFADeviceInput& in) {
  auto user = TRY(find<UserRow>(call, in.UserName));
  auto row = TRY(device_of(call, user, in.SerialNumber));
  TRY(synchronize(call, row, in.AuthenticationCode1, in.AuthenticationCode2));
  put_device(call, row);
  return ResyncMFADeviceOutput{};
}

Result<DeactivateMFADeviceOutput> deactivate_mfa_device(Call& call,
                                                        const DeactivateMFADeviceInput& in) {
  auto user = TRY(find_person(call, in.UserName));
  auto row = TRY(device_of(call, user, in.SerialNumber));
  row.UserId.reset();
  row.Enabled.reset();
  put_device(call, row);
  if (user.MfaDevices) std::erase(*user.MfaDevices, in.SerialNumber);
  save_person(call, user);
  return DeactivateMFADeviceOutput{};
}

Result<ListMFADevicesOutput> list_mfa_devices(Call& call, const ListMFADevicesInput& in) {
  auto user = TRY(find_person(call, in.UserName));
  std::vector<MFADevice> all;
  for (const auto& serial : user.MfaDevices.value_or(std::vector<std::string>{})) {
    if (auto row = read_device(call, serial))
      all.push_back({user.Name, serial, row->Enabled.value_or(Timestamp{})});
  }
  ListMFADevicesOutput out;
  TRY(paginate(in, out, out.MFADevices, std::move(all),
               [](const MFADevice& d) { return d.SerialNumber; }));
  return out;
}

Result<GetMFADeviceOutput> get_mfa_device(Call& call, const GetMFADeviceInput& in) {
  auto device = read_device(call, in.SerialNumber);
  auto owner = device && device->UserId ? user_of_id(call, *device->UserId) : std::nullopt;
  auto name = in.UserName ? *in.UserName : owner ? owner->Name : std::string("*");
  TRY(call.authorize("iam:GetMFADevice",
                     entity_arn(call.account().text, "user", owner ? owner->Path : "/", name)));
  if (!device || (in.UserName && (!owner || owner->Name != *in.UserName)))
    return no_device(in.SerialNumber);
  GetMFADeviceOutput out;
  out.SerialNumber = in.SerialNumber;
  if (owner) out.UserName = owner->Name;
  out.EnableDate = device->Enabled;
  return out;
}

Result<TagMFADeviceOutput> tag_mfa_device(Call& call, const TagMFADeviceInput& in) {
  auto row = TRY(find_device(call, in.SerialNumber, tag_context(in.Tags)));
  TRY(add_tags(row.Tags, in.Tags));
  put_device(call, row);
  return TagMFADeviceOutput{};
}

Result<UntagMFADeviceOutput> untag_mfa_device(Call& call, const UntagMFADeviceInput& in) {
  auto row = TRY(find_device(call, in.SerialNumber, tag_key_context(in.TagKeys)));
  remove_tags(row.Tags, in.TagKeys);
  put_device(call, row);
  return UntagMFADeviceOutput{};
}

Result<ListMFADeviceTagsOutput> list_mfa_device_tags(Call& call, const ListMFADeviceTagsInput& in) {
  auto row = TRY(find_device(call, in.SerialNumber));
  ListMFADeviceTagsOutput out;
  TRY(paginate(in, out, out.Tags, row.Tags, [](const Tag& tag) { return tag.Key; }));
  return out;
}

// ---- in-process

Result<VerifyMfaCodeOutput> verify_mfa_code(Call& call, const VerifyMfaCodeInput& in) {
  VerifyMfaCodeOutput out;
  auto row = read_device(call, in.SerialNumber);
  auto owner = row && row->UserId ? user_of_id(call, *row->UserId) : std::nullopt;
  out.Known = owner && arn_of(call.account().text, *owner) == in.UserArn;
  if (!out.Known) return out;
  const std::string secret = from_base32(row->Seed).value_or("");
  const int64_t expected = step_of(call.now()) + row->Drift;
  for (int64_t step = expected - kLooseSteps; step <= expected + kLooseSteps; ++step) {
    // A code counts once.
    if (step <= row->LastStep || totp(secret, step) != in.Code) continue;
    row->LastStep = step;
    put_device(call, *row);
    out.Valid = true;
    break;
  }
  return out;
}

}  // namespace drydock::iam
