// Finding a secret, asking IAM about it, and its sealed versions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/call.h"
#include "services/secretsmanager/tables.h"

namespace drydock::secretsmanager {

inline constexpr std::string_view kCurrent = "AWSCURRENT", kPrevious = "AWSPREVIOUS";

struct FoundSecret {
  SecretRow row;
  Space space;  // of the owner, who may be another account
};
// By name, ARN, or ARN without its random ending; asks IAM for `action`. Secrets marked for
// deletion are refused unless the operation takes them.
enum class Marked { kRefused, kTaken };
Result<FoundSecret> find_secret(Call& call, const std::string& id, std::string_view action,
                                Marked marked, Context context = {});
std::optional<FoundSecret> secret_by_arn(Txn& txn, const Arn& arn);
void put_secret(Call& call, const FoundSecret& secret);
Context tags_context(const std::vector<Tag>& tags);

// What a request gives as a value: one of text and bytes.
struct NewValue {
  std::string bytes;
  bool is_binary = false;
};
Result<std::optional<NewValue>> read_value(const std::optional<std::string>& text,
                                           const std::optional<std::string>& bytes);
// Whether the caller may use the key that a secret was just given, to encrypt and to decrypt.
Result<void> prove_key(Call& call, const FoundSecret& secret);
// Seals a value as the caller, with the secret's key, and puts it as version `id` with `stages`; a
// stage leaves the version that had it. The same value under the same id again changes nothing.
Result<void> add_version(Call& call, FoundSecret& secret, const std::string& id,
                         const NewValue& value, const std::vector<std::string>& stages);
Result<NewValue> open_version(Call& call, const FoundSecret& secret,
                              const SecretVersionRow& version);
std::vector<SecretVersionRow> versions_of(Txn& txn, const FoundSecret& secret);
// Moves a stage to `to` (empty: to none); AWSPREVIOUS follows AWSCURRENT.
void move_stage(Call& call, const FoundSecret& secret, std::string_view stage,
                const std::string& to);
void erase_secret(Txn& txn, const Space& space, const std::string& name);

}  // namespace drydock::secretsmanager
