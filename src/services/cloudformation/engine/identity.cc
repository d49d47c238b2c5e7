#include "services/cloudformation/engine/identity.h"

#include "api/journal.h"

namespace drydock::cloudformation {

namespace {

constexpr const char* kPrincipal = "cloudformation.amazonaws.com";

Value to_list(const std::vector<std::string>& items) {
  return Value(Value::List(items.begin(), items.end()));
}
std::vector<std::string> to_strings(const Value& list) {
  std::vector<std::string> out;
  if (list.is_list())
    for (const Value& item : list.as_list()) out.push_back(item.string_or(""));
  return out;
}

}  // namespace

Value to_stored(const Caller& caller) {
  const Principal& p = caller.principal;
  Value::Object tags;
  for (const auto& [key, value] : p.tags) tags.push_back({key, value});
  Value out = Value::object({{"Kind", static_cast<int>(p.kind)},
                             {"Account", p.account.text},
                             {"Arn", p.arn},
                             {"Id", p.id},
                             {"Name", p.name},
                             {"RoleArn", p.role_arn},
                             {"RoleName", p.role_name},
                             {"RoleId", p.role_id},
                             {"SessionPolicies", to_list(p.session_policies)},
                             {"SessionPolicyArns", to_list(p.session_policy_arns)},
                             {"Tags", Value(std::move(tags))},
                             {"TransitiveTagKeys", to_list(p.transitive_tag_keys)},
                             {"SourceIdentity", p.source_identity},
                             {"Chained", p.chained},
                             {"CalledVia", to_list(caller.called_via)},
                             {"SourceArn", caller.source_arn},
                             {"SourceAccount", caller.source_account},
                             {"SourceIp", caller.source_ip},
                             {"AccessKeyId", caller.access_key_id},
                             {"FederatedProvider", p.federated_provider}});
  if (p.issued) out.set("Issued", p.issued->ms);
  if (p.mfa_at) out.set("MfaAt", p.mfa_at->ms);
  return out;
}

Caller from_stored(const Value& v) {
  Caller caller;
  Principal& p = caller.principal;
  p.kind = static_cast<Principal::Kind>(v["Kind"].int_or(0));
  p.account.text = v["Account"].string_or("");
  p.arn = v["Arn"].string_or("");
  p.id = v["Id"].string_or("");
  p.name = v["Name"].string_or("");
  p.role_arn = v["RoleArn"].string_or("");
  p.role_name = v["RoleName"].string_or("");
  p.role_id = v["RoleId"].string_or("");
  p.session_policies = to_strings(v["SessionPolicies"]);
  p.session_policy_arns = to_strings(v["SessionPolicyArns"]);
  if (v["Tags"].is_object())
    for (const auto& [key, value] : v["Tags"].as_object())
      p.tags.push_back({key, value.string_or("")});
  p.transitive_tag_keys = to_strings(v["TransitiveTagKeys"]);
  p.source_identity = v["SourceIdentity"].string_or("");
  p.chained = v["Chained"].bool_or(false);
  p.federated_provider = v["FederatedProvider"].string_or("");
  if (const Value* issued = v.find("Issued")) p.issued = Timestamp{issued->int_or(0)};
  if (const Value* mfa = v.find("MfaAt")) p.mfa_at = Timestamp{mfa->int_or(0)};
  caller.access_key_id = v["AccessKeyId"].string_or("");
  caller.called_via = to_strings(v["CalledVia"]);
  caller.source_arn = v["SourceArn"].string_or("");
  caller.source_account = v["SourceAccount"].string_or("");
  caller.source_ip = v["SourceIp"].string_or("");
  return caller;
}

Result<Client> stack_client(Server& server, const Region& region, const std::string& account,
                            const std::string& stack_id, const std::string& role_arn,
                            const Value& stored_caller) {
  Caller caller;
  if (role_arn.empty()) {
    caller = from_stored(stored_caller);
  } else {
    auto session = server.client_as_service(kPrincipal, stack_id, account, region)
                       .assume_role(role_arn, "AWSCloudFormation");
    if (!session)
      return fault("ValidationError", "Role " + role_arn + " is invalid or cannot be assumed");
    caller = session->caller();
    works_for(server, caller, stack_id);
  }
  // AWS does forward access sessions in both cases: aws:CalledVia names CloudFormation also with a
  // service role.
  caller.called_via.emplace_back(kPrincipal);
  caller.source_ip = kPrincipal;
  return server.client_as(std::move(caller), region);
}

}  // namespace drydock::cloudformation
