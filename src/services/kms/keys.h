// Finding the key that a request means, and asking IAM about it.
#pragma once

#include <string>
#include <string_view>

#include "api/call.h"
#include "base/result.h"
#include "services/kms/tables.h"

namespace drydock::kms {

struct FoundKey {
  KeyRow row;
  Space space;        // of the key's owner, who may be another account
  std::string alias;  // "alias/x" when the request named it so
};

// What a KeyId may be: some operations take no aliases.
enum class Names { kAll, kNoAlias };
// By id, ARN, alias name or alias ARN. An alias alias/aws/<service> of the caller's account comes
// into being here, with its AWS managed key, as on first use by that service.
Result<FoundKey> find_key(Call& call, const std::string& id, Names names);
void put_key(Call& call, const FoundKey& key);

// Asks IAM for `action` on the key, with the condition keys of KMS added to `context`.
Result<void> authorize(Call& call, const FoundKey& key, std::string_view action,
                       Context context = {});
void add_encryption_context(Context& context,
                            const std::optional<Map<std::string>>& encryption_context);
void add_caller_context(Call& call, Context& context);

// Enabled, or AWS's complaint; or at least not waiting for its deletion.
Result<void> require_enabled(const KeyRow& row);
Result<void> require_not_deleting(const KeyRow& row);

KeyRow new_key(Call& call, std::string_view manager, std::string policy);
std::string new_material(Random& random);
KeyMetadata metadata(const KeyRow& row);

// Parses a key policy and refuses one under which the caller could not change it again. Gives it as
// it is kept: users and roles by their unique ids.
Result<std::string> check_policy(Call& call, const std::string& key_arn,
                                 const std::string& document, bool bypass_lockout_check);
std::string default_policy(std::string_view account);

// A page of an ordered list: what lies behind `marker`, at most `limit` of it.
struct Page {
  size_t limit = 100;
  std::string marker;
};
Result<Page> read_page(const std::optional<int64_t>& limit,
                       const std::optional<std::string>& marker);
std::string write_marker(std::string_view last);

}  // namespace drydock::kms
