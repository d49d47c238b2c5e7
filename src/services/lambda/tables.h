// The stored rows of Lambda, and how a request's many ways to name a function are read.
#pragma once

#include <string>
#include <string_view>

#include "api/call.h"
#include "gen/lambda.h"
#include "store/table.h"

namespace drydock::lambda {

inline const Table<FunctionRow> kFunctions{"lambda.function"};            // {name}
inline const Table<VersionRow> kLatest{"lambda.latest"};                  // {name}
inline const Table<VersionRow> kVersions{"lambda.version"};               // {name, number}
inline const Table<AliasRow> kAliases{"lambda.alias"};                    // {name, alias}
inline const Table<PolicyRow> kPolicies{"lambda.policy"};                 // {name, qualifier}
inline const Table<EventConfigRow> kEventConfigs{"lambda.event_config"};  // {name, qualifier}
inline const Table<UrlRow> kUrls{"lambda.url"};                           // {name, qualifier}
inline const Table<UrlOwnerRow> kUrlOwners{"lambda.url_owner"};           // {url id}, of all
inline const Table<MappingRow> kMappings{"lambda.mapping"};               // {id}
inline const Table<BatchRow> kBatches{"lambda.batch"};                    // {mapping's id, batch}
inline const Table<LayerRow> kLayers{"lambda.layer"};                     // {name}
inline const Table<LayerVersionRow> kLayerVersions{"lambda.layer_version"};  // {name, number}
inline const Table<PolicyRow> kLayerPolicies{"lambda.layer_policy"};         // {name, number}
inline const Table<EventRow> kEvents{"lambda.event"};                        // {request id}

inline constexpr int64_t kAccountConcurrency = 1000;  // invocations at once in an account's Region
inline constexpr size_t kTailBytes = 4096;            // of the log, as Invoke gives it

// A function as a request names it: name, "function:name", "123…:function:name" or ARN, each with
// ":qualifier" or not.
struct FunctionRef {
  Space space;
  std::string name;
  std::string qualifier;              // empty: none given
  std::string arn() const;            // unqualified
  std::string qualified_arn() const;  // with the qualifier, when there is one
};
Result<FunctionRef> function_ref(Call& call, const std::string& name,
                                 const std::optional<std::string>& qualifier = {});
std::optional<FunctionRef> function_of_arn(std::string_view arn);

// Reads the name and asks IAM about `action` on it.
enum class AskAbout { kFunction, kQualified };
Result<FunctionRef> permitted(Call& call, std::string_view action, const std::string& name,
                              const std::optional<std::string>& qualifier = {},
                              AskAbout about = AskAbout::kFunction);

Result<FunctionRow> find_function(Txn& txn, const FunctionRef& ref);
// The version that the qualifier means: $LATEST, a number, or an alias (by its weights, drawn with
// `chance` in [0, 1)).
Result<VersionRow> find_version(Txn& txn, const FunctionRef& ref, double chance = 0);
// Writes a version's row where it belongs.
void put_version(Txn& txn, const Space& space, const VersionRow& row);

FunctionConfiguration describe(const Space& space, const VersionRow& row);
Result<FunctionConfiguration> publish(Call& call, const FunctionRef& ref,
                                      const std::optional<std::string>& description);

// The layers of a configuration, each asked of IAM as lambda:GetLayerVersion.
Result<std::optional<std::vector<LayerUse>>> used_layers(Call& call,
                                                         const std::vector<std::string>& arns);

// The URL of a function or alias, and all of a function's.
void erase_url(Txn& txn, const FunctionRef& ref, const std::string& qualifier);
void erase_urls(Txn& txn, const FunctionRef& ref);

// AWS does add the side that is to blame to each of Lambda's errors.
Value user_type();
Result<void> check_revision(const std::optional<std::string>& given, const std::string& current);

// Whether the role trusts Lambda, for a function.
Result<void> check_role(Call& call, const std::string& role, const std::string& function_arn);

}  // namespace drydock::lambda
