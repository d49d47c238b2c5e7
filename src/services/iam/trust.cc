#include "services/iam/trust.h"

#include "api/server.h"
#include "auth/held.h"
#include "base/encoding.h"
#include "services/iam/documents.h"
#include "services/iam/entities.h"

namespace drydock::iam {
namespace {
constexpr size_t kMostTrustCharacters = 2048;
}  // namespace

Result<std::string> stored_trust(Call& call, const std::string& document) {
  TRY(parse_policy(document, PolicyUse::kTrust));
  if (document_size(document) > kMostTrustCharacters) {
    return errors::LimitExceeded("Cannot exceed quota for ACLSizePerRole: " +
                                 std::to_string(kMostTrustCharacters));
  }
  std::string held = TRY(call.server().hold_principals(call.txn(), document));
  if (auto lost = lost_principal(readable_trust(call.txn(), held)))
    return errors::MalformedPolicyDocument("Invalid principal in policy: \"AWS\":\"" + *lost +
                                           "\"");
  return held;
}

std::string readable_trust(Txn& txn, const std::string& stored) {
  auto shown = with_principals(stored, [&](std::string& text) -> Result<void> {
    if (!is_unique_id(text)) return {};
    if (auto arn = kUniqueIds.get(txn, kInstallation, {text})) text = *arn;
    return {};
  });
  return shown ? *shown : stored;
}

std::string shown_trust(Txn& txn, const std::string& stored) {
  return percent_encode(readable_trust(txn, stored));
}

}  // namespace drydock::iam
