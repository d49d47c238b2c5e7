// Functions: create, get, update, delete, list.
#include "api/server.h"
#include "base/text.h"
#include "gen/lambda_handlers.h"
#include "services/lambda/code.h"
#include "services/lambda/environment.h"
#include "services/lambda/runtime/fleet.h"
#include "services/lambda/tables.h"

namespace drydock::lambda {

namespace {
constexpr size_t kEnvironmentBytes = 4096;

Result<void> check_environment(const std::optional<Environment>& environment) {
  if (!environment || !environment->Variables) return {};
  static constexpr std::string_view kReserved[] = {"_HANDLER",
                                                   "AWS_EXECUTION_ENV",
                                                   "AWS_DEFAULT_REGION",
                                                   "AWS_REGION",
                                                   "AWS_LAMBDA_LOG_GROUP_NAME",
                                                   "AWS_LAMBDA_LOG_STREAM_NAME",
                                                   "AWS_LAMBDA_FUNCTION_NAME",
                                                   "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
                                                   "AWS_LAMBDA_FUNCTION_VERSION",
                                                   "AWS_ACCESS_KEY",
                                                   "AWS_ACCESS_KEY_ID",
                                                   "AWS_SECRET_KEY",
                                                   "AWS_SECRET_ACCESS_KEY",
                                                   "AWS_SESSION_TOKEN",
                                                   "AWS_SECURITY_TOKEN",
                                                   "LAMBDA_TASK_ROOT",
                                                   "LAMBDA_RUNTIME_DIR",
                                                   "AWS_LAMBDA_RUNTIME_API",
                                                   "AWS_LAMBDA_INITIALIZATION_TYPE"};
  size_t bytes = 0;
  std::string reserved;
  for (const auto& [name, value] : *environment->Variables) {
    bytes += name.size() + value.size();
    for (std::string_view taken : kReserved)
      if (name == taken) reserved += (reserved.empty() ? "" : ", ") + name;
  }
  if (!reserved.empty())
    return errors::InvalidParameterValueException(
        "Lambda was unable to configure your environment variables because the environment variables you have provided contains "
        "reserved keys that are currently not supported for modification. Reserved keys used in this request: " +
            reserved,
        user_type());
  if (bytes > kEnvironmentBytes)
    return errors::InvalidParameterValueException(
        "Lambda was unable to configure your environment variables because the environment variables you have provided exceeded "
        "the 4KB limit.",
        user_type());
  return {};
}

Result<void> refuse_unserved(const std::optional<Value>& vpc,
                             const std::optional<std::vector<Value>>& file_systems,
                             const std::optional<Value>& image) {
  if (vpc && ((*vpc)["SubnetIds"].size() || (*vpc)["SecurityGroupIds"].size()))
    return not_implemented("A function in a VPC");
  if (file_systems && !file_systems->empty())
    return not_implemented("A function with file systems");
  if (image && image->size()) return not_implemented("A function from a container image");
  return {};
}

// Members that creating and configuring share.
template <class In>
void apply(const In& in, VersionRow& row) {
  if (in.Runtime) row.Runtime = *in.Runtime;
  if (in.Handler) row.Handler = *in.Handler;
  if (in.Description) row.Description = *in.Description;
  if (in.Timeout) row.Timeout = *in.Timeout;
  if (in.MemorySize) row.MemorySize = *in.MemorySize;
  if (in.Environment) row.Environment = in.Environment->Variables.value_or(Map<std::string>{});
  if (row.Environment && row.Environment->empty()) row.Environment.reset();
  if (in.DeadLetterConfig) {
    row.DeadLetterTarget = in.DeadLetterConfig->TargetArn;
    if (row.DeadLetterTarget && row.DeadLetterTarget->empty()) row.DeadLetterTarget.reset();
  }
  if (in.KMSKeyArn) row.KMSKeyArn = in.KMSKeyArn->empty() ? std::nullopt : in.KMSKeyArn;
  if (in.TracingConfig) row.TracingMode = in.TracingConfig->Mode;
  if (in.EphemeralStorage) row.EphemeralStorage = in.EphemeralStorage->Size;
  if (in.LoggingConfig) {
    if (in.LoggingConfig->LogGroup) row.LogGroup = in.LoggingConfig->LogGroup;
    if (in.LoggingConfig->LogFormat) row.LogFormat = in.LoggingConfig->LogFormat;
  }
}

void touch(Call& call, VersionRow& row) {
  // AWS's clients tell updates apart by this time, so it never stands still.
  row.LastModified = std::max(call.now().ms, row.LastModified + 1);
  row.RevisionId = call.random().uuid();
}

void retire_after_commit(Call& call, const FunctionRef& ref) {
  Server& server = call.server();
  call.after_commit([&server, arn = ref.arn()] { fleet_of(server)->retire(arn); });
}

void remove_function(Call& call, const FunctionRef& ref) {
  Txn& txn = call.txn();
  std::vector<Key> keys;
  auto erase_all = [&](const RawTable& table, auto key_of) {
    std::vector<Key> found;
    table.scan(txn, ref.space, {.prefix = {ref.name}}, [&](const auto& key, std::string_view) {
      found.push_back(key_of(key));
      return true;
    });
    for (const Key& key : found) table.erase(txn, ref.space, key);
  };
  auto text = [](const std::vector<std::string>& key) { return Key{key[0], key[1]}; };
  erase_all(kVersions.raw(), [](const std::vector<std::string>& key) {
    return Key{key[0], *parse_int(key[1])};
  });
  erase_all(kAliases.raw(), text);
  erase_all(kPolicies.raw(), text);
  erase_all(kEventConfigs.raw(), text);
  erase_urls(txn, ref);
  kLatest.erase(txn, ref.space, {ref.name});
  kFunctions.erase(txn, ref.space, {ref.name});
}
}  // namespace

Result<void> check_role(Call& call, const std::string& role, const std::string& function_arn) {
  auto assumed = call.server()
                     .client_as_service("lambda.amazonaws.com", function_arn, call.account().text,
                                        call.region())
                     .assume_role(role, "drydock-check");
  if (assumed) return {};
  return errors::InvalidParameterValueException(
      "The role defined for the function cannot be assumed by Lambda.", user_type());
}

Result<FunctionConfiguration> create_function(Call& call, const CreateFunctionInput& in) {
  FunctionRef ref = TRY(permitted(call, "lambda:CreateFunction", in.FunctionName));
  if (in.PackageType == "Image" || in.Code.ImageUri)
    return not_implemented("A function from a container image");
  TRY(refuse_unserved(in.VpcConfig, in.FileSystemConfigs, in.ImageConfig));
  if (in.CodeSigningConfigArn) return not_implemented("Code signing");
  if (kFunctions.contains(call.txn(), ref.space, {ref.name}))
    return errors::ResourceConflictException("Function already exist: " + ref.name, user_type());
  if (!in.Runtime || !in.Handler)
    return errors::InvalidParameterValueException(
        "Runtime and Handler are mandatory parameters for functions created with deployment packages.",
        user_type());
  TRY(check_environment(in.Environment));
  TRY(call.pass_role(in.Role, "lambda.amazonaws.com", ref.arn()));
  TRY(check_role(call, in.Role, ref.arn()));
  Package package = TRY(take_package(call, in.Code));

  VersionRow row;
  row.Name = ref.name;
  row.Version = "$LATEST";
  row.Role = in.Role;
  row.Timeout = 3;
  row.MemorySize = 128;
  row.CodeBlob = package.blob;
  row.CodeSize = package.size;
  row.CodeSha256 = package.sha256_base64;
  if (in.Architectures && !in.Architectures->empty()) row.Architecture = in.Architectures->front();
  apply(in, row);
  if (in.Layers) row.Layers = TRY(used_layers(call, *in.Layers));
  touch(call, row);
  TRY(seal_environment(call, ref, row, {}));
  put_version(call.txn(), ref.space, row);
  FunctionRow function{.Name = ref.name};
  if (in.Tags) function.Tags = *in.Tags;
  kFunctions.put(call.txn(), ref.space, {ref.name}, function);
  if (in.Publish.value_or(false)) return publish(call, ref, {});
  return show(call, ref.space, row);
}

Result<GetFunctionOutput> get_function(Call& call, const GetFunctionInput& in) {
  FunctionRef ref = TRY(
      permitted(call, "lambda:GetFunction", in.FunctionName, in.Qualifier, AskAbout::kQualified));
  VersionRow row = TRY(find_version(call.txn(), ref));
  FunctionRow function = TRY(find_function(call.txn(), ref));
  GetFunctionOutput out;
  out.Configuration = show_qualified(call, ref, row);
  out.Code =
      FunctionCodeLocation{.RepositoryType = "S3", .Location = download_url(call, row.CodeBlob)};
  if (!function.Tags.empty()) out.Tags = function.Tags;
  if (function.Reserved)
    out.Concurrency = Concurrency{.ReservedConcurrentExecutions = function.Reserved};
  return out;
}

Result<FunctionConfiguration> get_function_configuration(Call& call,
                                                         const GetFunctionConfigurationInput& in) {
  FunctionRef ref = TRY(permitted(call, "lambda:GetFunctionConfiguration", in.FunctionName,
                                  in.Qualifier, AskAbout::kQualified));
  VersionRow row = TRY(find_version(call.txn(), ref));
  return show_qualified(call, ref, row);
}

Result<FunctionConfiguration> update_function_code(Call& call, const UpdateFunctionCodeInput& in) {
  FunctionRef ref = TRY(permitted(call, "lambda:UpdateFunctionCode", in.FunctionName));
  ref.qualifier.clear();
  VersionRow row = TRY(find_version(call.txn(), ref));
  TRY(check_revision(in.RevisionId, row.RevisionId));
  Package package = TRY(take_package(call, FunctionCode{.ZipFile = in.ZipFile,
                                                        .S3Bucket = in.S3Bucket,
                                                        .S3Key = in.S3Key,
                                                        .S3ObjectVersion = in.S3ObjectVersion,
                                                        .ImageUri = in.ImageUri}));
  row.CodeBlob = package.blob;
  row.CodeSize = package.size;
  row.CodeSha256 = package.sha256_base64;
  if (in.Architectures && !in.Architectures->empty()) row.Architecture = in.Architectures->front();
  if (in.DryRun.value_or(false)) return show(call, ref.space, row);
  touch(call, row);
  put_version(call.txn(), ref.space, row);
  retire_after_commit(call, ref);
  if (in.Publish.value_or(false)) return publish(call, ref, {});
  return show(call, ref.space, row);
}

Result<FunctionConfiguration> update_function_configuration(
    Call& call, const UpdateFunctionConfigurationInput& in) {
  FunctionRef ref = TRY(permitted(call, "lambda:UpdateFunctionConfiguration", in.FunctionName));
  ref.qualifier.clear();
  TRY(refuse_unserved(in.VpcConfig, in.FileSystemConfigs, in.ImageConfig));
  VersionRow row = TRY(find_version(call.txn(), ref));
  const VersionRow before = row;
  TRY(check_revision(in.RevisionId, row.RevisionId));
  TRY(check_environment(in.Environment));
  if (in.Role) {
    TRY(call.pass_role(*in.Role, "lambda.amazonaws.com", ref.arn()));
    TRY(check_role(call, *in.Role, ref.arn()));
    row.Role = *in.Role;
  }
  apply(in, row);
  if (in.Layers) row.Layers = TRY(used_layers(call, *in.Layers));
  touch(call, row);
  TRY(seal_environment(call, ref, row, before));
  const auto grants = grants_of(call.txn(), ref);
  put_version(call.txn(), ref.space, row);
  retire_unused_grants(call, ref, grants);
  retire_after_commit(call, ref);
  return show(call, ref.space, row);
}

Result<DeleteFunctionOutput> delete_function(Call& call, const DeleteFunctionInput& in) {
  FunctionRef ref = TRY(permitted(call, "lambda:DeleteFunction", in.FunctionName, in.Qualifier));
  TRY(find_function(call.txn(), ref));
  const auto grants = grants_of(call.txn(), ref);
  if (ref.qualifier.empty()) {
    remove_function(call, ref);
    retire_unused_grants(call, ref, grants);
    retire_after_commit(call, ref);
    return DeleteFunctionOutput{};
  }
  if (ref.qualifier == "$LATEST")
    return errors::InvalidParameterValueException(
        "$LATEST version cannot be deleted without deleting the function.", user_type());
  auto number = parse_int(ref.qualifier);
  if (!number)
    return errors::InvalidParameterValueException("Deletion of aliases is not currently supported.",
                                                  user_type());
  std::string holders;
  for (const AliasRow& alias : kAliases.scan(call.txn(), ref.space, {.prefix = {ref.name}})) {
    bool uses = alias.FunctionVersion == ref.qualifier;
    if (alias.Weights)
      for (const auto& [version, weight] : *alias.Weights) uses |= version == ref.qualifier;
    if (uses) holders += (holders.empty() ? "" : ", ") + alias.Name;
  }
  if (!holders.empty())
    return errors::ResourceConflictException(
        "Version " + ref.qualifier +
            " cannot be deleted because it is still referenced by the following aliases: [" +
            holders + "]",
        user_type());
  TRY(find_version(call.txn(), ref));
  kVersions.erase(call.txn(), ref.space, {ref.name, *number});
  retire_unused_grants(call, ref, grants);
  retire_after_commit(call, ref);
  return DeleteFunctionOutput{};
}

Result<ListFunctionsOutput> list_functions(Call& call, const ListFunctionsInput& in) {
  size_t limit = std::min<size_t>(in.MaxItems.value_or(50), 50);
  ListFunctionsOutput out;
  out.Functions.emplace();
  auto full = [&](const std::string& marker) {
    if (out.Functions->size() < limit) return false;
    out.NextMarker = marker;
    return true;
  };
  ScanOptions options;
  if (in.Marker && !in.Marker->empty()) options.after = {*in.Marker};
  std::string last;
  kLatest.each(call.txn(), call.space(), options, [&](const auto&, const VersionRow& row) {
    if (full(last)) return false;
    last = row.Name;
    FunctionConfiguration latest = show(call, call.space(), row);
    if (in.FunctionVersion) {
      // AWS does name $LATEST in the ARN when all versions are listed. One function's versions stay
      // on one page.
      latest.FunctionArn = *latest.FunctionArn + ":$LATEST";
      out.Functions->push_back(std::move(latest));
      for (const VersionRow& version :
           kVersions.scan(call.txn(), call.space(), {.prefix = {row.Name}}))
        out.Functions->push_back(show(call, call.space(), version));
    } else {
      out.Functions->push_back(std::move(latest));
    }
    return true;
  });
  return out;
}

Result<GetAccountSettingsOutput> get_account_settings(Call& call, const GetAccountSettingsInput&) {
  int64_t functions = 0, bytes = 0, reserved = 0;
  kLatest.each(call.txn(), call.space(), {}, [&](const auto&, const VersionRow& row) {
    ++functions;
    bytes += row.CodeSize;
    return true;
  });
  kVersions.each(call.txn(), call.space(), {}, [&](const auto&, const VersionRow& row) {
    bytes += row.CodeSize;
    return true;
  });
  kFunctions.each(call.txn(), call.space(), {}, [&](const auto&, const FunctionRow& row) {
    reserved += row.Reserved.value_or(0);
    return true;
  });
  GetAccountSettingsOutput out;
  out.AccountLimit = AccountLimit{.TotalCodeSize = 80530636800,
                                  .CodeSizeUnzipped = 262144000,
                                  .CodeSizeZipped = 52428800,
                                  .ConcurrentExecutions = kAccountConcurrency,
                                  .UnreservedConcurrentExecutions = kAccountConcurrency - reserved};
  out.AccountUsage = AccountUsage{.TotalCodeSize = bytes, .FunctionCount = functions};
  return out;
}

Result<GetFunctionCodeSigningConfigOutput> get_function_code_signing_config(
    Call& call, const GetFunctionCodeSigningConfigInput& in) {
  FunctionRef ref = TRY(permitted(call, "lambda:GetFunctionCodeSigningConfig", in.FunctionName));
  TRY(find_function(call.txn(), ref));
  return GetFunctionCodeSigningConfigOutput{.CodeSigningConfigArn = "", .FunctionName = ref.name};
}

}  // namespace drydock::lambda
