// How functions are named, found and described.
#include "base/text.h"
#include "services/lambda/tables.h"

namespace drydock::lambda {

namespace {
bool is_version(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// "2026-01-02T03:04:05.678+0000"
std::string last_modified(int64_t ms) {
  std::string text = to_iso8601_ms({ms});
  text.pop_back();
  return text + "+0000";
}

Unexpected not_found(const FunctionRef& ref) {
  return errors::ResourceNotFoundException("Function not found: " + ref.qualified_arn(),
                                           user_type());
}
}  // namespace

Value user_type() { return Value::object({{"Type", "User"}}); }

std::string FunctionRef::arn() const {
  return "arn:aws:lambda:" + space.region + ":" + space.account + ":function:" + name;
}
std::string FunctionRef::qualified_arn() const {
  return qualifier.empty() ? arn() : arn() + ":" + qualifier;
}

std::optional<FunctionRef> function_of_arn(std::string_view text) {
  auto arn = Arn::parse(text);
  if (!arn || arn->service != "lambda" || !arn->resource.starts_with("function:"))
    return std::nullopt;
  auto parts = split(arn->resource, ':');
  if (parts.size() < 2 || parts[1].empty() || parts.size() > 3) return std::nullopt;
  return FunctionRef{{arn->account, arn->region},
                     std::string(parts[1]),
                     parts.size() == 3 ? std::string(parts[2]) : ""};
}

Result<FunctionRef> function_ref(Call& call, const std::string& text,
                                 const std::optional<std::string>& qualifier) {
  FunctionRef ref;
  ref.space = call.space();
  if (text.starts_with("arn:")) {
    auto parsed = function_of_arn(text);
    if (!parsed)
      return errors::InvalidParameterValueException("Invalid function ARN: " + text, user_type());
    ref = std::move(*parsed);
    if (ref.space.region != call.region().text)
      return errors::ResourceNotFoundException("Functions from '" + ref.space.region +
                                                   "' are not reachable in this region ('" +
                                                   call.region().text + "')",
                                               user_type());
  } else {
    auto parts = split(text, ':');
    size_t at = 0;
    if (parts.size() >= 3 && parts[1] == "function") {
      ref.space.account = parts[0];
      at = 2;
    } else if (parts.size() >= 2 && parts[0] == "function") {
      at = 1;
    }
    ref.name = parts[at];
    if (at + 1 < parts.size()) ref.qualifier = parts[at + 1];
  }
  if (qualifier) {
    if (!ref.qualifier.empty() && ref.qualifier != *qualifier)
      return errors::InvalidParameterValueException(
          "The derived qualifier from the function name does not match the specified qualifier.",
          user_type());
    ref.qualifier = *qualifier;
  }
  return ref;
}

Result<FunctionRef> permitted(Call& call, std::string_view action, const std::string& name,
                              const std::optional<std::string>& qualifier, AskAbout about) {
  FunctionRef ref = TRY(function_ref(call, name, qualifier));
  TRY(call.authorize(action, about == AskAbout::kQualified ? ref.qualified_arn() : ref.arn()));
  return ref;
}

Result<FunctionRow> find_function(Txn& txn, const FunctionRef& ref) {
  auto row = kFunctions.get(txn, ref.space, {ref.name});
  if (!row)
    return errors::ResourceNotFoundException("Function not found: " + ref.arn(), user_type());
  return std::move(*row);
}

Result<VersionRow> find_version(Txn& txn, const FunctionRef& ref, double chance) {
  std::string wanted = ref.qualifier;
  if (!wanted.empty() && wanted != "$LATEST" && !is_version(wanted)) {
    auto alias = kAliases.get(txn, ref.space, {ref.name, wanted});
    if (!alias) return not_found(ref);
    wanted = alias->FunctionVersion;
    if (alias->Weights)
      for (const auto& [version, weight] : *alias->Weights) {
        if (chance < weight) {
          wanted = version;
          break;
        }
        chance -= weight;
      }
  }
  std::optional<VersionRow> row;
  if (wanted.empty() || wanted == "$LATEST")
    row = kLatest.get(txn, ref.space, {ref.name});
  else if (auto number = parse_int(wanted))
    row = kVersions.get(txn, ref.space, {ref.name, *number});
  if (!row) return not_found(ref);
  return std::move(*row);
}

void put_version(Txn& txn, const Space& space, const VersionRow& row) {
  if (row.Version == "$LATEST")
    kLatest.put(txn, space, {row.Name}, row);
  else
    kVersions.put(txn, space, {row.Name, *parse_int(row.Version)}, row);
}

FunctionConfiguration describe(const Space& space, const VersionRow& row) {
  FunctionRef ref{space, row.Name, row.Version == "$LATEST" ? "" : row.Version};
  FunctionConfiguration out;
  out.FunctionName = row.Name;
  out.FunctionArn = ref.qualified_arn();
  if (!row.Runtime.empty()) out.Runtime = row.Runtime;
  out.Role = row.Role;
  if (!row.Handler.empty()) out.Handler = row.Handler;
  out.CodeSize = row.CodeSize;
  out.Description = row.Description;
  out.Timeout = row.Timeout;
  out.MemorySize = row.MemorySize;
  out.LastModified = last_modified(row.LastModified);
  out.CodeSha256 = row.CodeSha256;
  out.Version = row.Version;
  if (row.DeadLetterTarget)
    out.DeadLetterConfig = DeadLetterConfig{.TargetArn = row.DeadLetterTarget};
  if (row.Environment) out.Environment = EnvironmentResponse{.Variables = row.Environment};
  out.KMSKeyArn = row.KMSKeyArn;
  out.TracingConfig = TracingConfig{.Mode = row.TracingMode.value_or("PassThrough")};
  out.RevisionId = row.RevisionId;
  if (row.Layers) {
    out.Layers.emplace();
    for (const LayerUse& layer : *row.Layers)
      out.Layers->push_back({.Arn = layer.Arn, .CodeSize = layer.CodeSize});
  }
  out.State = "Active";
  out.LastUpdateStatus = "Successful";
  out.PackageType = "Zip";
  out.Architectures = std::vector<std::string>{row.Architecture.value_or("x86_64")};
  out.EphemeralStorage = EphemeralStorage{.Size = row.EphemeralStorage.value_or(512)};
  out.SnapStart = SnapStart{.ApplyOn = "None", .OptimizationStatus = "Off"};
  out.LoggingConfig = LoggingConfig{.LogFormat = row.LogFormat.value_or("Text"),
                                    .LogGroup = row.LogGroup.value_or("/aws/lambda/" + row.Name)};
  return out;
}

Result<void> check_revision(const std::optional<std::string>& given, const std::string& current) {
  if (given && !given->empty() && *given != current)
    return errors::PreconditionFailedException(
        "The RevisionId provided does not match the latest RevisionId. Call the GetFunction/GetAlias API to retrieve the "
        "latest RevisionId",
        user_type());
  return {};
}

}  // namespace drydock::lambda
