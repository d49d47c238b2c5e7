// Resource policies of functions: who else may invoke them.
#include "services/lambda/permissions.h"

#include "api/server.h"
#include "gen/lambda_handlers.h"
#include "services/lambda/tables.h"

namespace drydock::lambda {

namespace {
constexpr size_t kPolicyBytes = 20480;

Value principal_element(const AddPermissionInput& in) {
  if (in.Principal == "*") return "*";
  if (AccountId::parse(in.Principal))
    return Value::object({{"AWS", "arn:aws:iam::" + in.Principal + ":root"}});
  if (in.Principal.starts_with("arn:")) return Value::object({{"AWS", in.Principal}});
  return Value::object({{"Service", in.Principal}});
}

Value statement_of(const FunctionRef& ref, const AddPermissionInput& in) {
  Value statement = Value::object({{"Sid", in.StatementId},
                                   {"Effect", "Allow"},
                                   {"Principal", principal_element(in)},
                                   {"Action", in.Action},
                                   {"Resource", ref.qualified_arn()}});
  Value equals, like, truth;
  if (in.SourceAccount) equals.set("AWS:SourceAccount", *in.SourceAccount);
  if (in.PrincipalOrgID) equals.set("aws:PrincipalOrgID", *in.PrincipalOrgID);
  if (in.EventSourceToken) equals.set("lambda:EventSourceToken", *in.EventSourceToken);
  if (in.FunctionUrlAuthType) equals.set("lambda:FunctionUrlAuthType", *in.FunctionUrlAuthType);
  if (in.SourceArn) like.set("AWS:SourceArn", *in.SourceArn);
  // AWS does write it as a text.
  if (in.InvokedViaFunctionUrl)
    truth.set("lambda:InvokedViaFunctionUrl", *in.InvokedViaFunctionUrl ? "true" : "false");
  if (!equals.is_null()) statement.set("Condition").set("StringEquals", std::move(equals));
  if (!like.is_null()) statement.set("Condition").set("ArnLike", std::move(like));
  if (!truth.is_null()) statement.set("Condition").set("Bool", std::move(truth));
  return statement;
}
}  // namespace

Value policy_document(const PolicyRow& row) {
  Value statements = Value::list();
  for (const Value& statement : row.Statements) statements.push_back(statement);
  return Value::object(
      {{"Version", "2012-10-17"}, {"Id", "default"}, {"Statement", std::move(statements)}});
}

Result<void> add_statement(Call& call, PolicyRow& row, Value statement) {
  const std::string sid = statement["Sid"].string_or("");
  for (const Value& known : row.Statements)
    if (known["Sid"].string_or("") == sid)
      return errors::ResourceConflictException(
          "The statement id (" + sid +
              ") provided already exists. Please provide a new statement id, or remove the existing statement.",
          user_type());
  // Kept by unique id, so that who is deleted and made anew is not trusted again.
  auto held = call.server().hold_principals(
      call.txn(), to_json(Value::object({{"Statement", std::move(statement)}})));
  if (!held)
    return errors::InvalidParameterValueException(
        "The provided principal was invalid. Please check the principal and try again.",
        user_type());
  row.Statements.push_back((*parse_json(*held))["Statement"]);
  row.RevisionId = call.random().uuid();
  std::string document = to_json(policy_document(row));
  if (document.size() > kPolicyBytes)
    return fault("PolicyLengthExceededException",
                 "The final policy size (" + std::to_string(document.size()) +
                     ") is bigger than the limit (20480).",
                 400);
  TRY(parse_policy(document, PolicyUse::kResource));
  return {};
}

Result<void> remove_statement(Call& call, std::optional<PolicyRow>& row, const std::string& sid,
                              const std::optional<std::string>& revision) {
  size_t removed =
      row ? std::erase_if(row->Statements,
                          [&](const Value& s) { return s["Sid"].string_or("") == sid; })
          : 0;
  if (!removed)
    return errors::ResourceNotFoundException(
        "Statement " + sid + " is not found in resource policy.", user_type());
  TRY(check_revision(revision, row->RevisionId));
  row->RevisionId = call.random().uuid();
  return {};
}

Result<AddPermissionOutput> add_permission(Call& call, const AddPermissionInput& in) {
  FunctionRef ref = TRY(function_ref(call, in.FunctionName, in.Qualifier));
  Context context;
  context.add("lambda:Principal", in.Principal);
  if (in.FunctionUrlAuthType) context.add("lambda:FunctionUrlAuthType", *in.FunctionUrlAuthType);
  if (in.InvokedViaFunctionUrl)
    context.add("lambda:InvokedViaFunctionUrl", *in.InvokedViaFunctionUrl ? "true" : "false");
  TRY(call.authorize("lambda:AddPermission", ref.arn(), std::move(context)));
  if (ref.qualifier == "$LATEST")
    return errors::InvalidParameterValueException(
        "We currently do not support adding policies for $LATEST.", user_type());
  TRY(find_version(call.txn(), ref));
  if (in.Principal != "*" && !AccountId::parse(in.Principal) && !in.Principal.starts_with("arn:") &&
      in.Principal.find('.') == std::string::npos)
    return errors::InvalidParameterValueException(
        "The provided principal was invalid. Please check the principal and try again.",
        user_type());
  PolicyRow row =
      kPolicies.get(call.txn(), ref.space, {ref.name, ref.qualifier}).value_or(PolicyRow{});
  TRY(check_revision(in.RevisionId, row.RevisionId));
  Value statement = statement_of(ref, in);
  AddPermissionOutput out{.Statement = to_json(statement)};
  TRY(add_statement(call, row, std::move(statement)));
  kPolicies.put(call.txn(), ref.space, {ref.name, ref.qualifier}, row);
  return out;
}

Result<RemovePermissionOutput> remove_permission(Call& call, const RemovePermissionInput& in) {
  FunctionRef ref = TRY(permitted(call, "lambda:RemovePermission", in.FunctionName, in.Qualifier));
  TRY(find_version(call.txn(), ref));
  auto row = kPolicies.get(call.txn(), ref.space, {ref.name, ref.qualifier});
  TRY(remove_statement(call, row, in.StatementId, in.RevisionId));
  if (row->Statements.empty())
    kPolicies.erase(call.txn(), ref.space, {ref.name, ref.qualifier});
  else
    kPolicies.put(call.txn(), ref.space, {ref.name, ref.qualifier}, *row);
  return RemovePermissionOutput{};
}

Result<GetPolicyOutput> get_policy(Call& call, const GetPolicyInput& in) {
  FunctionRef ref = TRY(permitted(call, "lambda:GetPolicy", in.FunctionName, in.Qualifier));
  TRY(find_version(call.txn(), ref));
  auto row = kPolicies.get(call.txn(), ref.space, {ref.name, ref.qualifier});
  if (!row)
    return errors::ResourceNotFoundException("The resource you requested does not exist.",
                                             user_type());
  return GetPolicyOutput{
      .Policy = call.server().show_principals(call.txn(), to_json(policy_document(*row))),
      .RevisionId = row->RevisionId};
}

std::optional<ResourceFacts> function_facts(Txn& txn, const Arn& arn) {
  auto ref = function_of_arn(arn.text());
  if (!ref) return std::nullopt;
  auto function = kFunctions.get(txn, ref->space, {ref->name});
  if (!function) return std::nullopt;
  ResourceFacts facts;
  facts.tags = function->Tags;
  std::string qualifier = ref->qualifier == "$LATEST" ? "" : ref->qualifier;
  if (auto row = kPolicies.get(txn, ref->space, {ref->name, qualifier}))
    if (auto policy = compiled_policy(to_json(policy_document(*row)), PolicyUse::kResource))
      facts.policies.push_back(
          {.policy = policy, .name = ref->qualified_arn(), .attached_to = ref->qualified_arn()});
  return facts;
}

}  // namespace drydock::lambda
