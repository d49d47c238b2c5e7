// What every way to become a role shares: the role, how long, and the session's row.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/call.h"
#include "services/sts/session_input.h"
#include "services/sts/tables.h"

namespace drydock::sts {

bool is_role_arn(const std::string& text);

// The seconds that a session of the role lasts: what is asked, within the role's own limit and, for
// a session that comes from another, an hour.
Result<int64_t> role_seconds(const std::optional<int64_t>& asked, int64_t most_seconds,
                             bool chained);

struct RoleFound {
  std::string name, id;
  int64_t most_seconds = 0;
  TagList tags;
};
// Nothing when there is no such role.
Result<std::optional<RoleFound>> find_role(Call& call, const std::string& role_arn);

// What a provider's token or assertion claims for the session.
struct FederatedClaims {
  TagList tags;
  std::vector<std::string> transitive;
  std::string source_identity;
};
// Asks the role's trust policy as the provider's principal (ARN and id): `action`, and what tags
// and a source identity ask besides. AWS does not say why it denies here.
Result<void> authorize_federated(Call& call, const std::string& provider_arn, const std::string& id,
                                 const std::string& role_arn, const std::string& action,
                                 const std::string& session_name, const FederatedClaims& claims,
                                 Context context);

// A row for a session of that role under that name; key, secret and times are set.
SessionRow role_session(Call& call, const std::string& role_arn, const RoleFound& role,
                        const std::string& session_name, int64_t seconds);

}  // namespace drydock::sts
