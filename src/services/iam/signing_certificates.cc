// X.509 signing certificates of users, with which AWS's oldest interfaces check who signs. They are
// kept; no interface here takes them.
#include <algorithm>

#include "base/certificate.h"
#include "gen/iam_handlers.h"
#include "services/iam/entities.h"
#include "services/iam/paging.h"

namespace drydock::iam {
namespace {

constexpr size_t kMostSigningCertificates = 2, kIdLength = 32;

using Certificates = std::vector<SigningCertificateRow>;

SigningCertificate shown(const UserRow& user, const SigningCertificateRow& row) {
  return {.UserName = user.Name,
          .CertificateId = row.Id,
          .CertificateBody = row.Body,
          .Status = row.Status,
          .UploadDate = row.Uploaded};
}

Result<UserRow> find_owner(Call& call, const std::optional<std::string>& name) {
  return find<UserRow>(call, TRY(user_or_caller(call, name)));
}

Result<size_t> find_certificate_of(const UserRow& user, const std::string& id) {
  const auto held = user.SigningCertificates.value_or(Certificates{});
  for (size_t i = 0; i < held.size(); ++i) {
    if (held[i].Id == id) return i;
  }
  return errors::NoSuchEntity("The Certificate with id " + id + " cannot be found.");
}

}  // namespace

Result<UploadSigningCertificateOutput> upload_signing_certificate(
    Call& call, const UploadSigningCertificateInput& in) {
  auto user = TRY(find_owner(call, in.UserName));
  const auto facts = read_certificate(in.CertificateBody);
  if (!facts) return errors::MalformedCertificate("Certificate is malformed.");
  if (facts->until <= call.now()) return errors::InvalidCertificate("Certificate is expired.");
  for (const auto& other : kUsers.scan(call.txn(), call.global_space())) {
    const auto held = other.SigningCertificates.value_or(Certificates{});
    const bool known = std::any_of(held.begin(), held.end(), [&](const SigningCertificateRow& one) {
      return one.Body == in.CertificateBody;
    });
    if (known)
      return errors::DuplicateCertificate(
          "The certificate is already associated with an IAM user in the account.");
  }
  auto& held =
      user.SigningCertificates ? *user.SigningCertificates : user.SigningCertificates.emplace();
  if (held.size() >= kMostSigningCertificates)
    return errors::LimitExceeded("Cannot exceed quota for SigningCertificatesPerUser: " +
                                 std::to_string(kMostSigningCertificates));
  held.push_back({.Id = call.random().text(kIdLength, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"),
                  .Body = in.CertificateBody,
                  .Status = "Active",
                  .Uploaded = call.now()});
  save(call, user);
  return UploadSigningCertificateOutput{.Certificate = shown(user, held.back())};
}

Result<ListSigningCertificatesOutput> list_signing_certificates(
    Call& call, const ListSigningCertificatesInput& in) {
  auto user = TRY(find_person(call, in.UserName));
  std::vector<SigningCertificate> all;
  for (const auto& row : user.SigningCertificates.value_or(Certificates{}))
    all.push_back(shown(user, row));
  ListSigningCertificatesOutput out;
  TRY(paginate(in, out, out.Certificates, std::move(all),
               [](const SigningCertificate& one) { return one.CertificateId; }));
  return out;
}

Result<UpdateSigningCertificateOutput> update_signing_certificate(
    Call& call, const UpdateSigningCertificateInput& in) {
  auto user = TRY(find_owner(call, in.UserName));
  const size_t at = TRY(find_certificate_of(user, in.CertificateId));
  (*user.SigningCertificates)[at].Status = in.Status;
  save(call, user);
  return UpdateSigningCertificateOutput{};
}

Result<DeleteSigningCertificateOutput> delete_signing_certificate(
    Call& call, const DeleteSigningCertificateInput& in) {
  auto user = TRY(find_person(call, in.UserName));
  const size_t at = TRY(find_certificate_of(user, in.CertificateId));
  user.SigningCertificates->erase(user.SigningCertificates->begin() + static_cast<ptrdiff_t>(at));
  save_person(call, user);
  return DeleteSigningCertificateOutput{};
}

}  // namespace drydock::iam
