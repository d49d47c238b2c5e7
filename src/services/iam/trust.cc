#include "services/iam/trust.h"

#include "auth/policy.h"
#include "services/iam/tables.h"

namespace drydock::iam {

namespace {

// Calls `change` on every AWS principal of a document.
Result<void> each_principal(Value& document, const std::function<Result<void>(std::string&)>& change) {
  Value* statements = document.find("Statement");
  if (!statements) return {};
  auto in_statement = [&](Value& statement) -> Result<void> {
    Value* principal = statement.find("Principal");
    Value* aws = principal ? principal->find("AWS") : nullptr;
    if (!aws) return {};
    if (aws->is_string()) return change(aws->as_string());
    if (aws->is_list())
      for (Value& item : aws->as_list())
        if (item.is_string()) TRY(change(item.as_string()));
    return {};
  };
  if (statements->is_object()) return in_statement(*statements);
  if (statements->is_list())
    for (Value& statement : statements->as_list()) TRY(in_statement(statement));
  return {};
}

// The unique id of the user or role that an ARN names; empty when there is none.
std::string id_of(Txn& txn, const Arn& arn) {
  const Space space{arn.account, ""};
  const std::string name = arn.resource.substr(arn.resource.rfind('/') + 1);
  if (arn.resource.starts_with("role/")) {
    auto role = kRoles.get(txn, space, {name});
    return role && "role" + role->Path + role->Name == arn.resource ? role->Id : "";
  }
  auto user = kUsers.get(txn, space, {name});
  return user && "user" + user->Path + user->Name == arn.resource ? user->Id : "";
}

}  // namespace

Result<std::string> stored_trust(Txn& txn, std::string_view document) {
  TRY(parse_policy(document, PolicyUse::kTrust));
  auto value = parse_json(document);
  if (!value) return errors::MalformedPolicyDocumentException("This policy contains invalid Json");
  bool changed = false;
  TRY(each_principal(*value, [&](std::string& principal) -> Result<void> {
    auto arn = Arn::parse(principal);
    if (!arn || arn->service != "iam" || !(arn->resource.starts_with("role/") || arn->resource.starts_with("user/"))) return {};
    std::string id = id_of(txn, *arn);
    if (id.empty()) return errors::MalformedPolicyDocumentException("Invalid principal in policy: \"AWS\":\"" + principal + "\"");
    principal = id;
    changed = true;
    return {};
  }));
  return changed ? to_json(*value) : std::string(document);
}

std::string shown_trust(Txn& txn, std::string_view stored) {
  if (stored.find("AROA") == std::string_view::npos && stored.find("AIDA") == std::string_view::npos) return std::string(stored);
  auto value = parse_json(stored);
  if (!value) return std::string(stored);
  auto shown = each_principal(*value, [&](std::string& principal) -> Result<void> {
    if (principal.starts_with("AROA") || principal.starts_with("AIDA"))
      if (auto arn = kPrincipalIds.get(txn, kInstallation, {principal})) principal = *arn;
    return {};
  });
  (void)shown;  // showing replaces ids only and cannot fail
  return to_json(*value);
}

}  // namespace drydock::iam
