// Names of parameters, and reading one of their versions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/call.h"
#include "services/ssm/tables.h"

namespace drydock::ssm {

// "name", "name:3", "name:label", or the ARN with either.
struct Selector {
  std::string name;
  std::string version;  // number or label; empty: the latest
  Space space;
};
Selector read_selector(Call& call, const std::string& text);
// Whether the parameter would be the caller's own: others' can be read, nothing else.
bool is_own(Call& call, const Selector& selector);
// The key of a SecureString that names none: AWS's own, which no other account can use.
inline constexpr std::string_view kDefaultKey = "alias/aws/ssm";
std::string parameter_arn(const Space& space, std::string_view name);
// AWS's rules for names of new parameters.
Result<void> check_new_name(const std::string& name);

std::optional<VersionRow> latest_version(Txn& txn, const Space& space, const ParameterRow& row);
// ParameterNotFound or ParameterVersionNotFound when there is none.
Result<VersionRow> find_version(Call& call, const Selector& selector);
// The text of the value: a SecureString decrypted as the caller, or base64 of what is stored.
enum class Secrets { kDecrypt, kAsStored };
Result<std::string> value_text(Call& call, const Space& owner, const VersionRow& row,
                               Secrets secrets);
Result<std::string> encrypt_value(Call& call, const std::string& name, const std::string& key_id,
                                  const std::string& text);

inline Secrets secrets_of(const std::optional<bool>& with_decryption) {
  return with_decryption.value_or(false) ? Secrets::kDecrypt : Secrets::kAsStored;
}

// Filters of DescribeParameters and GetParametersByPath.
Result<void> check_filters(const std::optional<std::vector<ParameterStringFilter>>& filters);
bool passes_filters(const ParameterRow& row, const VersionRow& latest,
                    const std::optional<std::vector<ParameterStringFilter>>& filters);

Result<std::string> read_token(const std::optional<std::string>& token);
std::string write_token(std::string_view last_name);

}  // namespace drydock::ssm
