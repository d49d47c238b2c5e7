// Aliases: names of keys inside one account and region.
#include "gen/kms_handlers.h"
#include "services/kms/keys.h"

namespace drydock::kms {
namespace {

std::string alias_arn(Call& call, const std::string& name) { return call.arn("kms", name); }

Result<void> check_name(const std::string& name) {
  if (name.starts_with("alias/aws/")) return errors::NotAuthorizedException("");
  if (!name.starts_with("alias/") || name.size() == 6) {
    return errors::ValidationException("Invalid identifier");
  }
  if (name.find(':') != std::string::npos)
    return errors::ValidationException(name + " contains invalid characters for an alias");
  return {};
}

// A change of an alias is asked on the alias and on the key it names.
Result<void> authorize_alias(Call& call, std::string_view action, const std::string& name) {
  Context context;
  add_caller_context(call, context);
  return call.authorize(action, alias_arn(call, name), std::move(context));
}

Result<FoundKey> target_key(Call& call, const std::string& id) {
  auto key = TRY(find_key(call, id, Names::kNoAlias));
  if (key.space.account != call.account().text)
    return errors::NotFoundException("Key '" + key.row.Arn + "' does not exist");
  return key;
}

}  // namespace

Result<CreateAliasOutput> create_alias(Call& call, const CreateAliasInput& in) {
  TRY(authorize_alias(call, "kms:CreateAlias", in.AliasName));
  TRY(check_name(in.AliasName));
  if (in.TargetKeyId.starts_with("alias/"))
    return errors::ValidationException("Aliases must refer to keys. Not aliases");
  auto key = TRY(target_key(call, in.TargetKeyId));
  TRY(authorize(call, key, "kms:CreateAlias"));
  TRY(require_not_deleting(key.row));
  if (kAliases.contains(call.txn(), call.space(), {in.AliasName})) {
    return errors::AlreadyExistsException("An alias with the name " +
                                          alias_arn(call, in.AliasName) + " already exists");
  }
  kAliases.put(
      call.txn(), call.space(), {in.AliasName},
      {.Name = in.AliasName, .KeyId = key.row.Id, .Created = call.now(), .Updated = call.now()});
  return CreateAliasOutput{};
}

Result<UpdateAliasOutput> update_alias(Call& call, const UpdateAliasInput& in) {
  TRY(authorize_alias(call, "kms:UpdateAlias", in.AliasName));
  TRY(check_name(in.AliasName));
  auto row = kAliases.get(call.txn(), call.space(), {in.AliasName});
  if (!row)
    return errors::NotFoundException("Alias " + alias_arn(call, in.AliasName) + " is not found.");
  auto key = TRY(target_key(call, in.TargetKeyId));
  TRY(authorize(call, key, "kms:UpdateAlias"));
  TRY(require_not_deleting(key.row));
  if (auto old = kKeys.get(call.txn(), call.space(), {row->KeyId})) {
    TRY(authorize(call, FoundKey{std::move(*old), call.space(), {}}, "kms:UpdateAlias"));
  }
  row->KeyId = key.row.Id;
  row->Updated = call.now();
  kAliases.put(call.txn(), call.space(), {in.AliasName}, *row);
  return UpdateAliasOutput{};
}

Result<DeleteAliasOutput> delete_alias(Call& call, const DeleteAliasInput& in) {
  TRY(authorize_alias(call, "kms:DeleteAlias", in.AliasName));
  TRY(check_name(in.AliasName));
  auto row = kAliases.get(call.txn(), call.space(), {in.AliasName});
  if (!row)
    return errors::NotFoundException("Alias " + alias_arn(call, in.AliasName) + " is not found.");
  if (auto key = kKeys.get(call.txn(), call.space(), {row->KeyId})) {
    TRY(authorize(call, FoundKey{std::move(*key), call.space(), {}}, "kms:DeleteAlias"));
  }
  kAliases.erase(call.txn(), call.space(), {in.AliasName});
  return DeleteAliasOutput{};
}

Result<ListAliasesOutput> list_aliases(Call& call, const ListAliasesInput& in) {
  auto page = TRY(read_page(in.Limit, in.Marker));
  std::string wanted;
  if (in.KeyId) wanted = TRY(find_key(call, *in.KeyId, Names::kNoAlias)).row.Id;
  ListAliasesOutput out;
  ScanOptions options;
  if (!page.marker.empty()) options.after = {page.marker};
  kAliases.each(call.txn(), call.space(), options, [&](const auto&, const AliasRow& row) {
    if (!wanted.empty() && row.KeyId != wanted) return true;
    if (out.Aliases.size() == page.limit) {
      out.Truncated = true;
      out.NextMarker = write_marker(*out.Aliases.back().AliasName);
      return false;
    }
    out.Aliases.push_back({.AliasName = row.Name,
                           .AliasArn = alias_arn(call, row.Name),
                           .TargetKeyId = row.KeyId,
                           .CreationDate = row.Created,
                           .LastUpdatedDate = row.Updated});
    return true;
  });
  return out;
}

}  // namespace drydock::kms
