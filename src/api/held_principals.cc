// Resource policies at rest: users and roles by unique id, asked of IAM; accounts by ARN.
#include "api/server_impl.h"
#include "auth/held.h"

namespace drydock {

Result<std::string> ServerImpl::hold_principals(Txn& txn, std::string_view document) {
  return with_principals(document, [&](std::string& text) -> Result<void> {
    // AWS does turn an account's digits into the ARN of its root (aws-cdk issue 9334, terraform
    // provider pull request 3832).
    if (AccountId::parse(text)) {
      text = "arn:aws:iam::" + text + ":root";
      return {};
    }
    auto arn = Arn::parse(text);
    if (!arn || arn->service != "iam" || !registry_.principal_id) return {};
    if (!arn->resource.starts_with("user/") && !arn->resource.starts_with("role/")) return {};
    auto id = registry_.principal_id(txn, text);
    if (!id)
      return fault("MalformedPolicyDocument",
                   "Invalid principal in policy: \"AWS\":\"" + text + "\"");
    text = std::move(*id);
    return {};
  });
}

std::string ServerImpl::show_principals(Txn& txn, std::string_view held) {
  auto shown = with_principals(held, [&](std::string& text) -> Result<void> {
    if (!is_unique_id(text) || !registry_.principal_id) return {};
    if (auto arn = registry_.principal_id(txn, text)) text = std::move(*arn);
    return {};
  });
  return shown ? std::move(*shown) : std::string(held);
}

}  // namespace drydock
