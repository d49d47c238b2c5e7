// SSH public keys of users. They are kept; git over SSH is not served.
#include <algorithm>

#include "base/encoding.h"
#include "gen/iam_handlers.h"
#include "services/iam/entities.h"
#include "services/iam/paging.h"

namespace drydock::iam {
namespace {

constexpr size_t kMostSshKeys = 5;

using Keys = std::vector<SshKeyRow>;

// "ssh-rsa <base64> comment": the MD5 of the key, as AWS shows it; empty when it is no key.
std::string fingerprint_of(const std::string& body) {
  if (!body.starts_with("ssh-rsa ")) return {};
  auto end = body.find_first_of(" \r\n", 8);
  auto blob = from_base64(std::string_view(body).substr(8, end - 8));
  constexpr std::string_view kStart{"\0\0\0\7ssh-rsa", 11};
  if (!blob || !blob->starts_with(kStart)) return {};
  const std::string hex = to_hex(md5(*blob));
  std::string out;
  for (size_t i = 0; i < hex.size(); i += 2) {
    if (i) out += ':';
    out += hex.substr(i, 2);
  }
  return out;
}

SSHPublicKey shown(const UserRow& user, const SshKeyRow& row) {
  return {.UserName = user.Name,
          .SSHPublicKeyId = row.Id,
          .Fingerprint = row.Fingerprint,
          .SSHPublicKeyBody = row.Body,
          .Status = row.Status,
          .UploadDate = row.Uploaded};
}

Result<size_t> find_key(const UserRow& user, const std::string& id) {
  const Keys keys = user.SshKeys.value_or(Keys{});
  for (size_t i = 0; i < keys.size(); ++i) {
    if (keys[i].Id == id) return i;
  }
  return errors::NoSuchEntity("The Public Key with id " + id + " cannot be found.");
}

}  // namespace

Result<UploadSSHPublicKeyOutput> upload_ssh_public_key(Call& call,
                                                       const UploadSSHPublicKeyInput& in) {
  auto user = TRY(find<UserRow>(call, in.UserName));
  auto& keys = user.SshKeys ? *user.SshKeys : user.SshKeys.emplace();
  SshKeyRow row;
  row.Fingerprint = fingerprint_of(in.SSHPublicKeyBody);
  if (row.Fingerprint.empty())
    return errors::InvalidPublicKey(
        "Public key is malformed or encoded incorrectly. It must be an RSA key that begins with ssh-rsa.");
  for (const auto& other : keys) {
    if (other.Fingerprint == row.Fingerprint)
      return errors::DuplicateSSHPublicKey(
          "The SSH public key is already associated with the specified IAM user.");
  }
  if (keys.size() >= kMostSshKeys)
    return errors::LimitExceeded("Cannot exceed quota for SSHPublicKeysPerUser: " +
                                 std::to_string(kMostSshKeys));
  row.Id = unique_id(call, "APKA");
  row.Id.resize(20);
  row.Body = in.SSHPublicKeyBody;
  row.Status = "Active";
  row.Uploaded = call.now();
  keys.push_back(row);
  save(call, user);
  return UploadSSHPublicKeyOutput{.SSHPublicKey = shown(user, row)};
}

Result<GetSSHPublicKeyOutput> get_ssh_public_key(Call& call, const GetSSHPublicKeyInput& in) {
  auto user = TRY(find<UserRow>(call, in.UserName));
  const size_t at = TRY(find_key(user, in.SSHPublicKeyId));
  if (in.Encoding != "SSH") return not_implemented("The encoding PEM");
  return GetSSHPublicKeyOutput{.SSHPublicKey = shown(user, (*user.SshKeys)[at])};
}

Result<ListSSHPublicKeysOutput> list_ssh_public_keys(Call& call, const ListSSHPublicKeysInput& in) {
  auto user = TRY(find<UserRow>(call, TRY(user_or_caller(call, in.UserName))));
  std::vector<SSHPublicKeyMetadata> all, page;
  for (const auto& row : user.SshKeys.value_or(Keys{}))
    all.push_back({user.Name, row.Id, row.Status, row.Uploaded});
  ListSSHPublicKeysOutput out;
  struct {
    bool IsTruncated = false;
    std::optional<std::string> Marker;
  } rest;
  TRY(paginate(in, rest, page, std::move(all),
               [](const SSHPublicKeyMetadata& k) { return k.SSHPublicKeyId; }));
  out.SSHPublicKeys = std::move(page);
  out.IsTruncated = rest.IsTruncated;
  out.Marker = rest.Marker;
  return out;
}

Result<UpdateSSHPublicKeyOutput> update_ssh_public_key(Call& call,
                                                       const UpdateSSHPublicKeyInput& in) {
  auto user = TRY(find<UserRow>(call, in.UserName));
  const size_t at = TRY(find_key(user, in.SSHPublicKeyId));
  (*user.SshKeys)[at].Status = in.Status;
  save(call, user);
  return UpdateSSHPublicKeyOutput{};
}

Result<DeleteSSHPublicKeyOutput> delete_ssh_public_key(Call& call,
                                                       const DeleteSSHPublicKeyInput& in) {
  auto user = TRY(find<UserRow>(call, in.UserName));
  const size_t at = TRY(find_key(user, in.SSHPublicKeyId));
  user.SshKeys->erase(user.SshKeys->begin() + static_cast<ptrdiff_t>(at));
  save(call, user);
  return DeleteSSHPublicKeyOutput{};
}

}  // namespace drydock::iam
