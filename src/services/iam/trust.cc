#include "services/iam/trust.h"

#include <functional>

#include "base/encoding.h"
#include "services/iam/documents.h"
#include "services/iam/entities.h"

namespace drydock::iam {
namespace {

constexpr size_t kMostTrustCharacters = 2048;

// Calls `change` on every text of a Principal's "AWS" entry.
Result<void> each_principal(Value& document,
                            const std::function<Result<void>(std::string&)>& change) {
  Value* statements = document.find("Statement");
  if (!statements) return {};
  auto visit_statement = [&](Value& statement) -> Result<void> {
    Value* principal = statement.find("Principal");
    Value* names = principal ? principal->find("AWS") : nullptr;
    if (!names) return {};
    if (names->is_string()) return change(names->as_string());
    if (!names->is_list()) return {};
    for (Value& name : names->as_list()) {
      if (name.is_string()) TRY(change(name.as_string()));
    }
    return {};
  };
  if (!statements->is_list()) return visit_statement(*statements);
  for (Value& statement : statements->as_list()) TRY(visit_statement(statement));
  return {};
}

// The last part of "role/path/name", and the path before it.
struct NamedEntity {
  std::string path, name;
};
NamedEntity split_resource(std::string_view resource, std::string_view word) {
  resource.remove_prefix(word.size());
  auto slash = resource.rfind('/');
  return {std::string(resource.substr(0, slash + 1)), std::string(resource.substr(slash + 1))};
}

template <class Row>
std::optional<std::string> id_of(Txn& txn, const Arn& arn) {
  auto [path, name] = split_resource(arn.resource, Kind<Row>::kWord);
  auto row = read<Row>(txn, {arn.account, ""}, name);
  if (!row || row->Path != path) return std::nullopt;
  return row->Id;
}

Result<void> store_principal(Txn& txn, std::string& text) {
  auto arn = Arn::parse(text);
  if (!arn || arn->service != "iam") return {};
  std::optional<std::string> id;
  if (arn->resource.starts_with("user/"))
    id = id_of<UserRow>(txn, *arn);
  else if (arn->resource.starts_with("role/"))
    id = id_of<RoleRow>(txn, *arn);
  else
    return {};
  if (!id)
    return errors::MalformedPolicyDocument("Invalid principal in policy: \"AWS\":\"" + text + "\"");
  text = *id;
  return {};
}

}  // namespace

Result<std::string> stored_trust(Call& call, const std::string& document) {
  TRY(parse_policy(document, PolicyUse::kTrust));
  if (document_size(document) > kMostTrustCharacters) {
    return errors::LimitExceeded("Cannot exceed quota for ACLSizePerRole: " +
                                 std::to_string(kMostTrustCharacters));
  }
  auto value = parse_json(document);
  TRY(each_principal(*value, [&](std::string& text) { return store_principal(call.txn(), text); }));
  return to_json(*value);
}

std::string readable_trust(Txn& txn, const std::string& stored) {
  auto value = parse_json(stored);
  if (!value) return stored;
  auto shown = each_principal(*value, [&](std::string& text) -> Result<void> {
    if (text.starts_with("AIDA") || text.starts_with("AROA")) {
      if (auto arn = kUniqueIds.get(txn, kInstallation, {text})) text = *arn;
    }
    return {};
  });
  return shown ? to_json(*value) : stored;
}

std::string shown_trust(Txn& txn, const std::string& stored) {
  return percent_encode(readable_trust(txn, stored));
}

}  // namespace drydock::iam
