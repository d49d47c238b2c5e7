// Server certificates: for the load balancers of accounts and regions without Certificate Manager.
// They are kept; nothing here serves TLS with them.
#include "base/certificate.h"
#include "gen/iam_handlers.h"
#include "services/iam/entities.h"
#include "services/iam/paging.h"
#include "services/iam/tags.h"

namespace drydock::iam {
namespace {

constexpr size_t kMostServerCertificates = 20;

std::string arn_of_certificate(Call& call, const std::string& path, const std::string& name) {
  return entity_arn(call.account().text, "server-certificate", path, name);
}

Result<ServerCertificateRow> find_certificate(Call& call, const std::string& name,
                                              Context context = {}) {
  auto row = kServerCertificates.get(call.txn(), call.global_space(), {to_lower(name)});
  TRY(call.authorize(call.operation().action, arn_of_certificate(call, row ? row->Path : "/", name),
                     std::move(context)));
  if (!row || row->Name != name)
    return errors::NoSuchEntity("The Server Certificate with name " + name + " cannot be found.");
  return std::move(*row);
}

void save_certificate(Call& call, const ServerCertificateRow& row) {
  kServerCertificates.put(call.txn(), call.global_space(), {to_lower(row.Name)}, row);
}

Result<void> check_free(Call& call, const std::string& name) {
  if (!kServerCertificates.contains(call.txn(), call.global_space(), {to_lower(name)})) return {};
  return errors::EntityAlreadyExists("The Server Certificate with name " + name +
                                     " already exists.");
}

ServerCertificateMetadata metadata_of(Call& call, const ServerCertificateRow& row) {
  return {.Path = row.Path,
          .ServerCertificateName = row.Name,
          .ServerCertificateId = row.Id,
          .Arn = arn_of_certificate(call, row.Path, row.Name),
          .UploadDate = row.Uploaded,
          .Expiration = row.Expires};
}

Result<CertificateFacts> check_pair(const UploadServerCertificateInput& in) {
  const auto facts = read_certificate(in.CertificateBody);
  if (!facts)
    return errors::MalformedCertificate(
        "Unable to parse certificate. Please ensure the certificate is in PEM format.");
  if (in.CertificateChain && !is_certificate_chain(*in.CertificateChain))
    return errors::MalformedCertificate(
        "Unable to parse certificate chain. Please ensure the certificates are in PEM format.");
  switch (key_fits(in.CertificateBody, in.PrivateKey)) {
    case KeyFits::kNoKey:
      return errors::MalformedCertificate(
          "Unable to parse private key. Please ensure the key is in PEM format and not encrypted.");
    case KeyFits::kNo:
      return errors::KeyPairMismatch("The private key does not match the certificate.");
    case KeyFits::kYes: return *facts;
  }
  return *facts;
}

}  // namespace

Result<UploadServerCertificateOutput> upload_server_certificate(
    Call& call, const UploadServerCertificateInput& in) {
  ServerCertificateRow row;
  row.Name = in.ServerCertificateName;
  row.Path = in.Path.value_or("/");
  TRY(call.authorize("iam:UploadServerCertificate", arn_of_certificate(call, row.Path, row.Name),
                     tag_context(in.Tags)));
  TRY(check_path("path", row.Path));
  TRY(check_free(call, row.Name));
  TRY(check_quota(call, kServerCertificates.raw(), "ServerCertificatesPerAccount",
                  kMostServerCertificates));
  const CertificateFacts facts = TRY(check_pair(in));
  row.Id = unique_id(call, "ASCA");
  row.Body = in.CertificateBody;
  row.Chain = in.CertificateChain;
  row.Key = in.PrivateKey;
  row.Uploaded = call.now();
  row.Expires = facts.until;
  if (in.Tags) TRY(add_tags(row.Tags, *in.Tags));
  save_certificate(call, row);
  return UploadServerCertificateOutput{.ServerCertificateMetadata = metadata_of(call, row),
                                       .Tags = tags_or_none(row.Tags)};
}

Result<GetServerCertificateOutput> get_server_certificate(Call& call,
                                                          const GetServerCertificateInput& in) {
  auto row = TRY(find_certificate(call, in.ServerCertificateName));
  return GetServerCertificateOutput{
      .ServerCertificate = {.ServerCertificateMetadata = metadata_of(call, row),
                            .CertificateBody = row.Body,
                            .CertificateChain = row.Chain,
                            .Tags = tags_or_none(row.Tags)}};
}

Result<ListServerCertificatesOutput> list_server_certificates(
    Call& call, const ListServerCertificatesInput& in) {
  std::vector<ServerCertificateMetadata> all;
  for (const auto& row : kServerCertificates.scan(call.txn(), call.global_space())) {
    if (row.Path.starts_with(in.PathPrefix.value_or("/"))) all.push_back(metadata_of(call, row));
  }
  ListServerCertificatesOutput out;
  TRY(paginate(in, out, out.ServerCertificateMetadataList, std::move(all),
               [](const auto& one) { return one.ServerCertificateName; }));
  return out;
}

Result<UpdateServerCertificateOutput> update_server_certificate(
    Call& call, const UpdateServerCertificateInput& in) {
  auto row = TRY(find_certificate(call, in.ServerCertificateName));
  const std::string before = to_lower(row.Name);
  row.Path = in.NewPath.value_or(row.Path);
  row.Name = in.NewServerCertificateName.value_or(row.Name);
  // AWS does ask for the certificate as it will be, too.
  if (in.NewPath || in.NewServerCertificateName)
    TRY(call.authorize("iam:UpdateServerCertificate",
                       arn_of_certificate(call, row.Path, row.Name)));
  TRY(check_path("newPath", row.Path));
  if (to_lower(row.Name) != before) TRY(check_free(call, row.Name));
  kServerCertificates.erase(call.txn(), call.global_space(), {before});
  save_certificate(call, row);
  return UpdateServerCertificateOutput{};
}

Result<DeleteServerCertificateOutput> delete_server_certificate(
    Call& call, const DeleteServerCertificateInput& in) {
  auto row = TRY(find_certificate(call, in.ServerCertificateName));
  kServerCertificates.erase(call.txn(), call.global_space(), {to_lower(row.Name)});
  return DeleteServerCertificateOutput{};
}

Result<TagServerCertificateOutput> tag_server_certificate(Call& call,
                                                          const TagServerCertificateInput& in) {
  auto row = TRY(find_certificate(call, in.ServerCertificateName, tag_context(in.Tags)));
  TRY(add_tags(row.Tags, in.Tags));
  save_certificate(call, row);
  return TagServerCertificateOutput{};
}

Result<UntagServerCertificateOutput> untag_server_certificate(
    Call& call, const UntagServerCertificateInput& in) {
  auto row = TRY(find_certificate(call, in.ServerCertificateName, tag_key_context(in.TagKeys)));
  remove_tags(row.Tags, in.TagKeys);
  save_certificate(call, row);
  return UntagServerCertificateOutput{};
}

Result<ListServerCertificateTagsOutput> list_server_certificate_tags(
    Call& call, const ListServerCertificateTagsInput& in) {
  auto row = TRY(find_certificate(call, in.ServerCertificateName));
  ListServerCertificateTagsOutput out;
  TRY(paginate(in, out, out.Tags, row.Tags, [](const Tag& tag) { return tag.Key; }));
  return out;
}

}  // namespace drydock::iam
