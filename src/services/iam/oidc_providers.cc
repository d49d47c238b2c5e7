// OpenID Connect providers: whose tokens may become sessions of roles that trust them.
#include <algorithm>

#include "base/encoding.h"
#include "gen/iam_handlers.h"
#include "services/iam/entities.h"
#include "services/iam/paging.h"
#include "services/iam/tags.h"

namespace drydock::iam {
namespace {

constexpr size_t kMostOidcProviders = 100;
constexpr size_t kMostClientIds = 100;
constexpr size_t kMostThumbprints = 5;

// The URL without its scheme names the provider.
std::string without_scheme(const std::string& url) { return url.substr(url.find("://") + 3); }

// AWS takes https alone; an issuer of this machine may speak plain HTTP here.
bool is_provider_url(const std::string& url) {
  std::string_view rest;
  if (url.starts_with("https://"))
    rest = std::string_view(url).substr(8);
  else if (url.starts_with("http://127.0.0.1") || url.starts_with("http://localhost"))
    rest = std::string_view(url).substr(7);
  if (rest.empty() || rest[0] == '/' || rest.find_first_of("?#@ *") != std::string_view::npos)
    return false;
  for (char c : rest) {
    if (c <= ' ' || c >= '\x7f') return false;
  }
  return true;
}

std::string oidc_provider_arn(Call& call, const std::string& name) {
  return "arn:aws:iam::" + call.account().text + ":oidc-provider/" + name;
}

std::optional<std::string> name_in(Call& call, const std::string& arn_text) {
  auto arn = Arn::parse(arn_text);
  constexpr std::string_view kWord = "oidc-provider/";
  if (!arn || arn->service != "iam" || arn->account != call.account().text ||
      !arn->resource.starts_with(kWord))
    return std::nullopt;
  return arn->resource.substr(kWord.size());
}

Result<OidcProviderRow> find_oidc_provider(Call& call, const std::string& arn) {
  auto name = name_in(call, arn);
  auto row = name ? kOidcProviders.get(call.txn(), call.global_space(), {*name}) : std::nullopt;
  if (!row) return errors::NoSuchEntity("OpenIDConnect Provider not found for arn " + arn);
  return std::move(*row);
}

void save_provider(Call& call, const OidcProviderRow& row) {
  kOidcProviders.put(call.txn(), call.global_space(), {without_scheme(row.Url)}, row);
}

Result<void> check_thumbprints(const std::vector<std::string>& thumbprints) {
  if (thumbprints.size() > kMostThumbprints)
    return errors::InvalidInput("Thumbprint list must contain fewer than 5 entries.");
  for (const auto& thumbprint : thumbprints) {
    if (!from_hex(to_lower(thumbprint)))
      return errors::ValidationError("Invalid thumbprint: " + thumbprint);
  }
  return {};
}

Result<void> check_client_ids(const std::vector<std::string>& ids) {
  if (ids.size() <= kMostClientIds) return {};
  return errors::LimitExceeded("Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: " +
                               std::to_string(kMostClientIds));
}

}  // namespace

Result<CreateOpenIDConnectProviderOutput> create_open_id_connect_provider(
    Call& call, const CreateOpenIDConnectProviderInput& in) {
  const bool good = is_provider_url(in.Url);
  OidcProviderRow row;
  row.Url = in.Url;
  while (good && row.Url.ends_with('/')) row.Url.pop_back();
  const std::string arn = oidc_provider_arn(call, good ? without_scheme(row.Url) : "*");
  TRY(call.authorize("iam:CreateOpenIDConnectProvider", arn, tag_context(in.Tags)));
  if (!good) return errors::ValidationError("Invalid Open ID Connect Provider URL");
  if (kOidcProviders.contains(call.txn(), call.global_space(), {without_scheme(row.Url)}))
    return errors::EntityAlreadyExists("Provider with url " + in.Url + " already exists.");
  TRY(check_quota(call, kOidcProviders.raw(), "OpenIdConnectProvidersPerAccount",
                  kMostOidcProviders));
  row.ClientIds = in.ClientIDList.value_or(std::vector<std::string>{});
  row.Thumbprints = in.ThumbprintList.value_or(std::vector<std::string>{});
  row.Created = call.now();
  TRY(check_client_ids(row.ClientIds));
  TRY(check_thumbprints(row.Thumbprints));
  if (in.Tags) TRY(add_tags(row.Tags, *in.Tags));
  save_provider(call, row);
  return CreateOpenIDConnectProviderOutput{.OpenIDConnectProviderArn = arn,
                                           .Tags = tags_or_none(row.Tags)};
}

Result<GetOpenIDConnectProviderOutput> get_open_id_connect_provider(
    Call& call, const GetOpenIDConnectProviderInput& in) {
  auto row = TRY(find_oidc_provider(call, in.OpenIDConnectProviderArn));
  GetOpenIDConnectProviderOutput out;
  out.Url = without_scheme(row.Url);
  out.ClientIDList = row.ClientIds;
  out.ThumbprintList = row.Thumbprints;
  out.CreateDate = row.Created;
  out.Tags = row.Tags;
  return out;
}

Result<ListOpenIDConnectProvidersOutput> list_open_id_connect_providers(
    Call& call, const ListOpenIDConnectProvidersInput&) {
  ListOpenIDConnectProvidersOutput out;
  out.OpenIDConnectProviderList.emplace();
  for (const auto& row : kOidcProviders.scan(call.txn(), call.global_space()))
    out.OpenIDConnectProviderList->push_back(
        {.Arn = oidc_provider_arn(call, without_scheme(row.Url))});
  return out;
}

Result<DeleteOpenIDConnectProviderOutput> delete_open_id_connect_provider(
    Call& call, const DeleteOpenIDConnectProviderInput& in) {
  // AWS does not mind when it is gone already.
  if (auto name = name_in(call, in.OpenIDConnectProviderArn))
    kOidcProviders.erase(call.txn(), call.global_space(), {*name});
  return DeleteOpenIDConnectProviderOutput{};
}

Result<AddClientIDToOpenIDConnectProviderOutput> add_client_id_to_open_id_connect_provider(
    Call& call, const AddClientIDToOpenIDConnectProviderInput& in) {
  auto row = TRY(find_oidc_provider(call, in.OpenIDConnectProviderArn));
  if (std::find(row.ClientIds.begin(), row.ClientIds.end(), in.ClientID) == row.ClientIds.end())
    row.ClientIds.push_back(in.ClientID);
  TRY(check_client_ids(row.ClientIds));
  save_provider(call, row);
  return AddClientIDToOpenIDConnectProviderOutput{};
}

Result<RemoveClientIDFromOpenIDConnectProviderOutput>
remove_client_id_from_open_id_connect_provider(
    Call& call, const RemoveClientIDFromOpenIDConnectProviderInput& in) {
  auto row = TRY(find_oidc_provider(call, in.OpenIDConnectProviderArn));
  std::erase(row.ClientIds, in.ClientID);
  save_provider(call, row);
  return RemoveClientIDFromOpenIDConnectProviderOutput{};
}

Result<UpdateOpenIDConnectProviderThumbprintOutput> update_open_id_connect_provider_thumbprint(
    Call& call, const UpdateOpenIDConnectProviderThumbprintInput& in) {
  auto row = TRY(find_oidc_provider(call, in.OpenIDConnectProviderArn));
  TRY(check_thumbprints(in.ThumbprintList));
  row.Thumbprints = in.ThumbprintList;
  save_provider(call, row);
  return UpdateOpenIDConnectProviderThumbprintOutput{};
}

Result<TagOpenIDConnectProviderOutput> tag_open_id_connect_provider(
    Call& call, const TagOpenIDConnectProviderInput& in) {
  TRY(call.authorize("iam:TagOpenIDConnectProvider", in.OpenIDConnectProviderArn,
                     tag_context(in.Tags)));
  auto row = TRY(find_oidc_provider(call, in.OpenIDConnectProviderArn));
  TRY(add_tags(row.Tags, in.Tags));
  save_provider(call, row);
  return TagOpenIDConnectProviderOutput{};
}

Result<UntagOpenIDConnectProviderOutput> untag_open_id_connect_provider(
    Call& call, const UntagOpenIDConnectProviderInput& in) {
  TRY(call.authorize("iam:UntagOpenIDConnectProvider", in.OpenIDConnectProviderArn,
                     tag_key_context(in.TagKeys)));
  auto row = TRY(find_oidc_provider(call, in.OpenIDConnectProviderArn));
  remove_tags(row.Tags, in.TagKeys);
  save_provider(call, row);
  return UntagOpenIDConnectProviderOutput{};
}

Result<ListOpenIDConnectProviderTagsOutput> list_open_id_connect_provider_tags(
    Call& call, const ListOpenIDConnectProviderTagsInput& in) {
  auto row = TRY(find_oidc_provider(call, in.OpenIDConnectProviderArn));
  ListOpenIDConnectProviderTagsOutput out;
  TRY(paginate(in, out, out.Tags, row.Tags, [](const Tag& tag) { return tag.Key; }));
  return out;
}

// ---- in-process

Result<FindOpenIDConnectProviderOutput> find_open_id_connect_provider(
    Call& call, const FindOpenIDConnectProviderInput& in) {
  FindOpenIDConnectProviderOutput out;
  // Some issuers leave the scheme out of their tokens.
  std::string name =
      in.Issuer.find("://") == std::string::npos ? in.Issuer : without_scheme(in.Issuer);
  while (name.ends_with('/')) name.pop_back();
  auto row = kOidcProviders.get(call.txn(), call.global_space(), {name});
  if (!row) return out;
  out.Exists = true;
  out.Arn = oidc_provider_arn(call, name);
  out.Name = name;
  out.Url = row->Url;
  out.ClientIds = row->ClientIds;
  return out;
}

}  // namespace drydock::iam
