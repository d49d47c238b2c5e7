// Grants: permissions given to one principal beside the key policy.
#include "services/kms/grants.h"
#include "api/server.h"
#include "base/text.h"
#include "gen/iam.h"
#include "gen/kms_handlers.h"
#include "services/kms/keys.h"

namespace drydock::kms {
namespace {

constexpr size_t kMostGrantsPerKey = 50000;

bool is_principal(const std::string& text) {
  if (text.ends_with(".amazonaws.com")) return true;
  auto arn = Arn::parse(text);
  return arn && (arn->service == "iam" || arn->service == "sts") && AccountId::parse(arn->account);
}

Value principal_element(const std::string& text) {
  return Value::object({{text.ends_with(".amazonaws.com") ? "Service" : "AWS", text}});
}

bool has_id(const Arn& arn) {
  return arn.service == "iam"
             ? arn.resource.starts_with("user/") || arn.resource.starts_with("role/")
             : arn.resource.starts_with("assumed-role/");
}

// The unique id behind a principal, as aws:userid has it: "AIDA…", "AROA…:*" of a role,
// "AROA…:session". Nothing for accounts and services. The fault is that of one that is not there.
Result<std::optional<std::string>> id_of(Call& call, const std::string& principal) {
  auto arn = Arn::parse(principal);
  if (!arn || !has_id(*arn)) return std::nullopt;
  auto found =
      TRY(call.server()
              .client_as_service("kms.amazonaws.com", {}, call.account().text, call.region())
              .call<iam::ResolvePrincipal>({.Arn = principal}));
  if (found.Id.empty())
    return errors::InvalidArnException("ARN does not refer to a valid principal: " + principal);
  if (arn->resource.starts_with("user/")) return found.Id;
  if (arn->resource.starts_with("role/")) return found.Id + ":*";
  return found.Id + ":" + arn->resource.substr(arn->resource.rfind('/') + 1);
}

// AWS does show the id of who is gone, or is another one by now.
std::string shown(Call& call, const std::string& principal, const std::optional<std::string>& id) {
  if (!id) return principal;
  auto now = id_of(call, principal);
  if (now && *now == id) return principal;
  return id->ends_with(":*") ? id->substr(0, id->size() - 2) : *id;
}

Value statement(const std::string& principal, const std::optional<std::string>& id, Value actions,
                Value condition) {
  if (id) condition.set("StringLike").set("aws:userid", *id);
  Value s = Value::object({{"Effect", "Allow"},
                           {"Principal", principal_element(principal)},
                           {"Action", std::move(actions)},
                           {"Resource", "*"}});
  if (condition.size()) s.set("Condition", std::move(condition));
  return s;
}

// A constraint on the encryption context, as conditions: each pair; and no other key when it must
// be equal.
Value context_condition(const GrantRow& grant) {
  Value condition;
  const auto& pairs = grant.Equals ? grant.Equals : grant.Subset;
  if (!pairs) return condition;
  Value keys = Value::list();
  for (const auto& [key, value] : *pairs) {
    condition.set("StringEquals").set("kms:EncryptionContext:" + key, value);
    keys.push_back(key);
  }
  if (grant.Equals) {
    if (keys.size())
      condition.set("ForAllValues:StringEquals").set("kms:EncryptionContextKeys", std::move(keys));
    else
      condition.set("Null").set("kms:EncryptionContextKeys", "true");
  }
  return condition;
}

GrantListEntry entry_of(Call& call, const GrantRow& row, const std::string& key_arn) {
  GrantListEntry e;
  e.KeyId = key_arn;
  e.GrantId = row.Id;
  e.Name = row.Name;
  e.CreationDate = row.Created;
  e.GranteePrincipal = shown(call, row.Grantee, row.GranteeId);
  if (row.Retiring) e.RetiringPrincipal = shown(call, *row.Retiring, row.RetiringId);
  e.IssuingAccount = row.Issuer;
  e.Operations = row.Operations;
  if (row.Subset || row.Equals)
    e.Constraints = GrantConstraints{.EncryptionContextSubset = row.Subset,
                                     .EncryptionContextEquals = row.Equals};
  return e;
}

Result<void> dry_run_done(const std::optional<bool>& dry_run) {
  if (!dry_run.value_or(false)) return {};
  return errors::DryRunOperationException(
      "The request would have succeeded, but the DryRun option is set.");
}

// "account/region/key id/grant id", as the installation's two lists keep it.
struct GrantPlace {
  Space space;
  std::string key_id, grant_id;
};
std::string text_of(const Space& space, const GrantRow& row) {
  return space.account + "/" + space.region + "/" + row.KeyId + "/" + row.Id;
}
std::optional<GrantPlace> place_of(const std::optional<std::string>& text) {
  const auto parts = text ? split(*text, '/') : std::vector<std::string_view>();
  if (parts.size() != 4) return std::nullopt;
  return GrantPlace{
      {std::string(parts[0]), std::string(parts[1])}, std::string(parts[2]), std::string(parts[3])};
}

void put_grant(Call& call, const Space& space, const GrantRow& row) {
  kGrants.put(call.txn(), space, {row.KeyId, row.Id}, row);
  kGrantsByToken.put(call.txn(), kInstallation, {row.Token}, text_of(space, row));
  if (row.Retiring)
    kGrantsToRetire.put(call.txn(), kInstallation, {space.region, *row.Retiring, row.Id},
                        text_of(space, row));
}

}  // namespace

void erase_grant(Txn& txn, const Space& space, const GrantRow& row) {
  kGrants.erase(txn, space, {row.KeyId, row.Id});
  kGrantsByToken.erase(txn, kInstallation, {row.Token});
  if (row.Retiring)
    kGrantsToRetire.erase(txn, kInstallation, {space.region, *row.Retiring, row.Id});
}

std::string grant_policy(const GrantRow& grant) {
  Value actions = Value::list(), plain = Value::list(), all = Value::list();
  bool passed_on = false;
  for (const auto& operation : grant.Operations) {
    all.push_back(operation);
    // Its statement is one of its own.
    if (operation == "CreateGrant") {
      passed_on = true;
      continue;
    }
    // These two know no encryption context, so a constraint does not hold them back.
    bool without_context = operation == "DescribeKey" || operation == "RetireGrant";
    (without_context ? plain : actions).push_back("kms:" + operation);
  }
  Value statements = Value::list();
  if (actions.size())
    statements.push_back(
        statement(grant.Grantee, grant.GranteeId, std::move(actions), context_condition(grant)));
  if (plain.size())
    statements.push_back(statement(grant.Grantee, grant.GranteeId, std::move(plain), {}));
  if (passed_on) {
    // AWS does: who may create grants by a grant gives no more than it has, under constraints that
    // are at least as strict (KMS Developer Guide, "Granting CreateGrant permission").
    Value condition = context_condition(grant);
    condition.set("ForAllValues:StringEquals").set("kms:GrantOperations", std::move(all));
    if (grant.Equals)
      condition.set("StringEquals").set("kms:GrantConstraintType", "EncryptionContextEquals");
    statements.push_back(
        statement(grant.Grantee, grant.GranteeId, "kms:CreateGrant", std::move(condition)));
  }
  if (grant.Retiring)
    statements.push_back(statement(*grant.Retiring, grant.RetiringId, "kms:RetireGrant", {}));
  return to_json(Value::object({{"Version", "2012-10-17"}, {"Statement", std::move(statements)}}));
}

Result<CreateGrantOutput> create_grant(Call& call, const CreateGrantInput& in) {
  auto key = TRY(find_key(call, in.KeyId, Names::kNoAlias));
  Context context;
  context.add("kms:GranteePrincipal", in.GranteePrincipal);
  context.add("kms:GrantOperations", in.Operations);
  context.add("kms:GrantIsForAWSResource", call.caller().called_via.empty() ? "false" : "true");
  if (in.RetiringPrincipal) context.add("kms:RetiringPrincipal", *in.RetiringPrincipal);
  if (in.Constraints) {
    context.add("kms:GrantConstraintType", in.Constraints->EncryptionContextEquals
                                               ? "EncryptionContextEquals"
                                               : "EncryptionContextSubset");
    const auto& pairs = in.Constraints->EncryptionContextEquals
                            ? in.Constraints->EncryptionContextEquals
                            : in.Constraints->EncryptionContextSubset;
    std::vector<std::string> keys;
    for (const auto& [key_of_pair, value] : pairs.value_or(Map<std::string>{})) {
      context.add("kms:EncryptionContext:" + key_of_pair, value);
      keys.push_back(key_of_pair);
    }
    if (!keys.empty()) context.add("kms:EncryptionContextKeys", std::move(keys));
  }
  TRY(authorize(call, key, "kms:CreateGrant", std::move(context)));
  TRY(require_enabled(key.row));
  for (const auto* principal :
       {&in.GranteePrincipal, in.RetiringPrincipal ? &*in.RetiringPrincipal : nullptr}) {
    if (principal && !is_principal(*principal))
      return errors::InvalidArnException("ARN does not refer to a valid principal: " + *principal);
  }
  if (in.Operations.empty()) return errors::ValidationException("Operations must not be empty.");

  GrantRow row;
  row.KeyId = key.row.Id;
  row.Name = in.Name;
  row.Created = call.now();
  row.Grantee = in.GranteePrincipal;
  row.GranteeId = TRY(id_of(call, row.Grantee));
  row.Retiring = in.RetiringPrincipal;
  if (row.Retiring) row.RetiringId = TRY(id_of(call, *row.Retiring));
  row.Issuer = "arn:aws:iam::" + call.account().text + ":root";
  row.Operations = in.Operations;
  if (in.Constraints) {
    row.Subset = in.Constraints->EncryptionContextSubset;
    row.Equals = in.Constraints->EncryptionContextEquals;
  }
  auto grants = kGrants.scan(call.txn(), key.space, {.prefix = {key.row.Id}});
  if (grants.size() >= kMostGrantsPerKey)
    return errors::LimitExceededException("Too many grants on " + key.row.Arn);
  for (const auto& known : grants) {
    // AWS does answer a repeated named grant with the one that is there.
    bool same = in.Name && known.Name == in.Name && known.Grantee == row.Grantee &&
                known.GranteeId == row.GranteeId && known.Operations == row.Operations &&
                known.Retiring == row.Retiring && known.RetiringId == row.RetiringId &&
                known.Subset == row.Subset && known.Equals == row.Equals;
    if (same) return CreateGrantOutput{.GrantToken = known.Token, .GrantId = known.Id};
  }
  row.Id = call.random().text(64, "0123456789abcdef");
  row.Token =
      call.random().text(128, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");
  if (!parse_policy(grant_policy(row), PolicyUse::kResource)) {
    return errors::InvalidArnException("ARN does not refer to a valid principal: " +
                                       in.GranteePrincipal);
  }
  TRY(dry_run_done(in.DryRun));
  put_grant(call, key.space, row);
  return CreateGrantOutput{.GrantToken = row.Token, .GrantId = row.Id};
}

Result<ListGrantsOutput> list_grants(Call& call, const ListGrantsInput& in) {
  auto key = TRY(find_key(call, in.KeyId, Names::kNoAlias));
  TRY(authorize(call, key, "kms:ListGrants"));
  TRY(require_not_deleting(key.row));
  auto page = TRY(read_page(in.Limit ? in.Limit : 50, in.Marker));
  ListGrantsOutput out;
  ScanOptions options{.prefix = {key.row.Id}};
  if (!page.marker.empty()) options.after = {key.row.Id, page.marker};
  kGrants.each(call.txn(), key.space, options, [&](const auto&, const GrantRow& row) {
    if (in.GrantId && row.Id != *in.GrantId) return true;
    if (in.GranteePrincipal && row.Grantee != *in.GranteePrincipal) return true;
    if (out.Grants.size() == page.limit) {
      out.Truncated = true;
      out.NextMarker = write_marker(*out.Grants.back().GrantId);
      return false;
    }
    out.Grants.push_back(entry_of(call, row, key.row.Arn));
    return true;
  });
  return out;
}

Result<ListRetirableGrantsOutput> list_retirable_grants(Call& call,
                                                        const ListRetirableGrantsInput& in) {
  if (!is_principal(in.RetiringPrincipal))
    return errors::InvalidArnException("ARN does not refer to a valid principal: " +
                                       in.RetiringPrincipal);
  auto page = TRY(read_page(in.Limit ? in.Limit : 50, in.Marker));
  ListRetirableGrantsOutput out;
  // AWS does tell these to the principal's own account alone.
  auto principal = Arn::parse(in.RetiringPrincipal);
  if (principal && principal->account != call.account().text) return out;
  ScanOptions options{.prefix = {call.region().text, in.RetiringPrincipal}};
  if (!page.marker.empty()) options.after = {call.region().text, in.RetiringPrincipal, page.marker};
  kGrantsToRetire.each(
      call.txn(), kInstallation, options, [&](const auto&, const std::string& text) {
        auto place = place_of(text);
        auto row = place ? kGrants.get(call.txn(), place->space, {place->key_id, place->grant_id})
                         : std::nullopt;
        if (!row) return true;
        if (out.Grants.size() == page.limit) {
          out.Truncated = true;
          out.NextMarker = write_marker(*out.Grants.back().GrantId);
          return false;
        }
        out.Grants.push_back(entry_of(call, *row,
                                      "arn:aws:kms:" + place->space.region + ":" +
                                          place->space.account + ":key/" + row->KeyId));
        return true;
      });
  return out;
}

Result<RevokeGrantOutput> revoke_grant(Call& call, const RevokeGrantInput& in) {
  auto key = TRY(find_key(call, in.KeyId, Names::kNoAlias));
  TRY(authorize(call, key, "kms:RevokeGrant"));
  auto row = kGrants.get(call.txn(), key.space, {key.row.Id, in.GrantId});
  if (!row) return errors::NotFoundException("Grant ID " + in.GrantId + " not found");
  TRY(dry_run_done(in.DryRun));
  erase_grant(call.txn(), key.space, *row);
  return RevokeGrantOutput{};
}

Result<RetireGrantOutput> retire_grant(Call& call, const RetireGrantInput& in) {
  std::string key_id, grant_id;
  if (in.GrantToken) {
    auto place = place_of(kGrantsByToken.get(call.txn(), kInstallation, {*in.GrantToken}));
    if (!place || place->space.region != call.region().text)
      return errors::InvalidGrantTokenException("Invalid grant token");
    key_id =
        "arn:aws:kms:" + place->space.region + ":" + place->space.account + ":key/" + place->key_id;
    grant_id = place->grant_id;
  } else if (in.KeyId && in.GrantId) {
    key_id = *in.KeyId;
    grant_id = *in.GrantId;
  } else {
    return errors::ValidationException(
        "Must specify either the grant token, or the key ID and grant ID.");
  }
  auto key = TRY(find_key(call, key_id, Names::kNoAlias));
  auto row = kGrants.get(call.txn(), key.space, {key.row.Id, grant_id});
  TRY(authorize(call, key, "kms:RetireGrant"));
  if (!row) return errors::NotFoundException("Grant ID " + grant_id + " not found");
  TRY(dry_run_done(in.DryRun));
  erase_grant(call.txn(), key.space, *row);
  return RetireGrantOutput{};
}

}  // namespace drydock::kms
