#include "services/sts/session_policies.h"

#include "api/server.h"
#include "auth/policy.h"
#include "base/encoding.h"
#include "gen/iam.h"

namespace drydock::sts {

namespace {
constexpr size_t kMaxPlainBytes = 2048;

// The document of a managed policy of the role's account, or of AWS. Read as that account: it is not the
// caller's to see, but the session's to be bound by.
Result<std::string> managed_document(Call& call, const std::string& arn, const std::string& account) {
  Caller reader;
  reader.principal.kind = Principal::Kind::kRoot;
  reader.principal.account = AccountId{account};
  reader.principal.arn = "arn:aws:iam::" + account + ":root";
  reader.principal.id = account;
  Client client = call.server().client_as(reader, call.region());
  auto policy = client.call<iam::GetPolicy>({.PolicyArn = arn});
  if (!policy || !policy->Policy || !policy->Policy->DefaultVersionId) return errors::InvalidParameterValueException("The policy " + arn + " cannot be found.");
  auto version = client.call<iam::GetPolicyVersion>({.PolicyArn = arn, .VersionId = *policy->Policy->DefaultVersionId});
  if (!version || !version->PolicyVersion || !version->PolicyVersion->Document) return errors::InvalidParameterValueException("The policy " + arn + " cannot be found.");
  return percent_decode(*version->PolicyVersion->Document);
}
}  // namespace

Result<int64_t> take_session_policies(Call& call, const std::optional<std::string>& policy,
                                      const std::optional<std::vector<PolicyDescriptor>>& arns, const std::string& account, SessionRow& row) {
  std::vector<std::string> documents, names;
  size_t plain = 0;
  if (policy) {
    auto parsed = parse_policy(*policy, PolicyUse::kSession);
    if (!parsed) return errors::MalformedPolicyDocumentException(parsed.error().message);
    documents.push_back(*policy);
    names.emplace_back();
    plain += policy->size();
  }
  if (arns)
    for (const PolicyDescriptor& one : *arns) {
      if (!one.arn) continue;
      documents.push_back(TRY(managed_document(call, *one.arn, account)));
      names.push_back(*one.arn);
      plain += one.arn->size();
    }
  if (plain > kMaxPlainBytes)
    return errors::PackedPolicyTooLargeException("Packed size of session policies and tags consumes " + std::to_string(plain * 100 / kMaxPlainBytes) + "% of allotted space.");
  if (!documents.empty()) {
    row.SessionPolicies = std::move(documents);
    row.SessionPolicyArns = std::move(names);
  }
  return static_cast<int64_t>(plain * 100 / kMaxPlainBytes);
}

}  // namespace drydock::sts
