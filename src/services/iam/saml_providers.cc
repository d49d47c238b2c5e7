// SAML providers: whose responses may become sessions of roles that trust them.
#include "gen/iam_handlers.h"
#include "services/iam/entities.h"
#include "services/iam/paging.h"
#include "services/iam/tags.h"

namespace drydock::iam {
namespace {

constexpr size_t kMostSamlProviders = 100;

std::string saml_provider_arn(Call& call, const std::string& name) {
  return "arn:aws:iam::" + call.account().text + ":saml-provider/" + name;
}

Result<SamlProviderRow> find_saml_provider(Call& call, const std::string& arn) {
  const std::string prefix = saml_provider_arn(call, "");
  auto row = arn.starts_with(prefix)
                 ? kSamlProviders.get(call.txn(), call.global_space(), {arn.substr(prefix.size())})
                 : std::nullopt;
  if (!row) return errors::NoSuchEntity("SAMLProvider not found for arn " + arn);
  return std::move(*row);
}

void save_provider(Call& call, const SamlProviderRow& row) {
  kSamlProviders.put(call.txn(), call.global_space(), {row.Name}, row);
}

// A provider that names itself and has a certificate to check signatures with.
Result<void> check_metadata(const std::string& document) {
  for (std::string_view part : {"EntityDescriptor", "entityID", "X509Certificate"}) {
    if (document.find(part) == std::string::npos)
      return errors::InvalidInput("Could not parse metadata");
  }
  return {};
}

}  // namespace

Result<CreateSAMLProviderOutput> create_saml_provider(Call& call,
                                                      const CreateSAMLProviderInput& in) {
  const std::string arn = saml_provider_arn(call, in.Name);
  TRY(call.authorize("iam:CreateSAMLProvider", arn, tag_context(in.Tags)));
  if (kSamlProviders.contains(call.txn(), call.global_space(), {in.Name}))
    return errors::EntityAlreadyExists("A SAML provider with name " + in.Name + " already exists.");
  TRY(check_quota(call, kSamlProviders.raw(), "SAMLProvidersPerAccount", kMostSamlProviders));
  TRY(check_metadata(in.SAMLMetadataDocument));
  SamlProviderRow row;
  row.Name = in.Name;
  row.Metadata = in.SAMLMetadataDocument;
  row.Created = call.now();
  if (in.Tags) TRY(add_tags(row.Tags, *in.Tags));
  save_provider(call, row);
  return CreateSAMLProviderOutput{.SAMLProviderArn = arn, .Tags = tags_or_none(row.Tags)};
}

Result<GetSAMLProviderOutput> get_saml_provider(Call& call, const GetSAMLProviderInput& in) {
  auto row = TRY(find_saml_provider(call, in.SAMLProviderArn));
  GetSAMLProviderOutput out;
  out.SAMLMetadataDocument = row.Metadata;
  out.CreateDate = row.Created;
  out.Tags = tags_or_none(row.Tags);
  return out;
}

Result<ListSAMLProvidersOutput> list_saml_providers(Call& call, const ListSAMLProvidersInput&) {
  ListSAMLProvidersOutput out;
  out.SAMLProviderList.emplace();
  for (const auto& row : kSamlProviders.scan(call.txn(), call.global_space()))
    out.SAMLProviderList->push_back(
        {.Arn = saml_provider_arn(call, row.Name), .CreateDate = row.Created});
  return out;
}

Result<UpdateSAMLProviderOutput> update_saml_provider(Call& call,
                                                      const UpdateSAMLProviderInput& in) {
  auto row = TRY(find_saml_provider(call, in.SAMLProviderArn));
  if (in.SAMLMetadataDocument) {
    TRY(check_metadata(*in.SAMLMetadataDocument));
    row.Metadata = *in.SAMLMetadataDocument;
  }
  save_provider(call, row);
  return UpdateSAMLProviderOutput{.SAMLProviderArn = in.SAMLProviderArn};
}

Result<DeleteSAMLProviderOutput> delete_saml_provider(Call& call,
                                                      const DeleteSAMLProviderInput& in) {
  auto row = TRY(find_saml_provider(call, in.SAMLProviderArn));
  kSamlProviders.erase(call.txn(), call.global_space(), {row.Name});
  return DeleteSAMLProviderOutput{};
}

Result<TagSAMLProviderOutput> tag_saml_provider(Call& call, const TagSAMLProviderInput& in) {
  TRY(call.authorize("iam:TagSAMLProvider", in.SAMLProviderArn, tag_context(in.Tags)));
  auto row = TRY(find_saml_provider(call, in.SAMLProviderArn));
  TRY(add_tags(row.Tags, in.Tags));
  save_provider(call, row);
  return TagSAMLProviderOutput{};
}

Result<UntagSAMLProviderOutput> untag_saml_provider(Call& call, const UntagSAMLProviderInput& in) {
  TRY(call.authorize("iam:UntagSAMLProvider", in.SAMLProviderArn, tag_key_context(in.TagKeys)));
  auto row = TRY(find_saml_provider(call, in.SAMLProviderArn));
  remove_tags(row.Tags, in.TagKeys);
  save_provider(call, row);
  return UntagSAMLProviderOutput{};
}

Result<ListSAMLProviderTagsOutput> list_saml_provider_tags(Call& call,
                                                           const ListSAMLProviderTagsInput& in) {
  auto row = TRY(find_saml_provider(call, in.SAMLProviderArn));
  ListSAMLProviderTagsOutput out;
  TRY(paginate(in, out, out.Tags, row.Tags, [](const Tag& tag) { return tag.Key; }));
  return out;
}

// ---- in-process

Result<FindSAMLProviderOutput> find_saml_provider(Call& call, const FindSAMLProviderInput& in) {
  FindSAMLProviderOutput out;
  auto row = find_saml_provider(call, in.Arn);
  out.Exists = row.has_value();
  if (!row) return out;
  out.Name = row->Name;
  out.Metadata = row->Metadata;
  return out;
}

}  // namespace drydock::iam
