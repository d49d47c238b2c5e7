// URLs of functions and aliases: made, changed, listed, taken away with what they lead to.
#include "gen/lambda_handlers.h"
#include "services/lambda/tables.h"

namespace drydock::lambda {

namespace {
constexpr const char* kAuthTypeKey = "lambda:FunctionUrlAuthType";

std::string url_of(const Space& space, const UrlRow& row) {
  return "https://" + row.Id + ".lambda-url." + space.region + ".on.aws/";
}

FunctionUrlConfig describe(const FunctionRef& ref, const UrlRow& row) {
  FunctionUrlConfig out;
  out.FunctionUrl = url_of(ref.space, row);
  out.FunctionArn = FunctionRef{ref.space, ref.name, row.Qualifier}.qualified_arn();
  out.CreationTime = to_iso8601_ms({row.Created});
  out.LastModifiedTime = to_iso8601_ms({row.Modified});
  out.Cors = row.Cors;
  out.AuthType = row.AuthType;
  out.InvokeMode = row.InvokeMode;
  return out;
}

// AWS does give URLs to functions and aliases alone.
Result<FunctionRef> url_ref(Call& call, const std::string& name,
                            const std::optional<std::string>& qualifier) {
  FunctionRef ref = TRY(function_ref(call, name, qualifier));
  if (ref.qualifier == "$LATEST" ||
      (!ref.qualifier.empty() &&
       ref.qualifier.find_first_not_of("0123456789") == std::string::npos))
    return fault("ValidationException",
                 "1 validation error detected: Value '" + ref.qualifier +
                     "' at 'qualifier' failed to satisfy constraint: Member must satisfy regular "
                     "expression pattern: ((?!^\\d+$)^[0-9a-zA-Z-_]+$)",
                 400);
  return ref;
}

// The URL that a request names, and whether the caller may do `action` with it.
Result<UrlRow> permitted_url(Call& call, std::string_view action, const FunctionRef& ref,
                             const std::optional<std::string>& wanted_auth_type = {}) {
  auto row = kUrls.get(call.txn(), ref.space, {ref.name, ref.qualifier});
  Context context;
  if (!wanted_auth_type && row) context.add(kAuthTypeKey, row->AuthType);
  TRY(call.authorize(action, ref.arn(), std::move(context)));
  if (!row)
    return errors::ResourceNotFoundException("The resource you requested does not exist.",
                                             user_type());
  return std::move(*row);
}

// A configuration that says nothing is none: so clients take it away.
std::optional<Cors> kept_cors(const Cors& cors) {
  const bool says = cors.AllowCredentials || cors.AllowHeaders || cors.AllowMethods ||
                    cors.AllowOrigins || cors.ExposeHeaders || cors.MaxAge;
  return says ? std::optional(cors) : std::nullopt;
}

Result<void> check_mode(const std::optional<std::string>& mode) {
  if (mode == "RESPONSE_STREAM") return not_implemented("InvokeMode RESPONSE_STREAM");
  return {};
}
}  // namespace

void erase_url(Txn& txn, const FunctionRef& ref, const std::string& qualifier) {
  if (auto row = kUrls.get(txn, ref.space, {ref.name, qualifier})) {
    kUrlOwners.erase(txn, kInstallation, {row->Id});
    kUrls.erase(txn, ref.space, {ref.name, qualifier});
  }
}

void erase_urls(Txn& txn, const FunctionRef& ref) {
  for (const UrlRow& row : kUrls.scan(txn, ref.space, {.prefix = {ref.name}}))
    erase_url(txn, ref, row.Qualifier);
}

Result<CreateFunctionUrlConfigOutput> create_function_url_config(
    Call& call, const CreateFunctionUrlConfigInput& in) {
  FunctionRef ref = TRY(url_ref(call, in.FunctionName, in.Qualifier));
  TRY(call.authorize("lambda:CreateFunctionUrlConfig", ref.arn()));
  if (!find_version(call.txn(), ref))
    return errors::ResourceNotFoundException("Function does not exist", user_type());
  TRY(check_mode(in.InvokeMode));
  if (kUrls.contains(call.txn(), ref.space, {ref.name, ref.qualifier}))
    return errors::ResourceConflictException(
        "Failed to create function url config for [functionArn = " + ref.qualified_arn() +
            "]. Error message:  FunctionUrlConfig exists for this Lambda function",
        user_type());
  UrlRow row{.Id = call.random().base36(32),
             .Qualifier = ref.qualifier,
             .AuthType = in.AuthType,
             .InvokeMode = in.InvokeMode.value_or("BUFFERED"),
             .Created = call.now().ms,
             .Modified = call.now().ms};
  if (in.Cors) row.Cors = kept_cors(*in.Cors);
  kUrls.put(call.txn(), ref.space, {ref.name, ref.qualifier}, row);
  kUrlOwners.put(call.txn(), kInstallation, {row.Id},
                 {.Account = ref.space.account,
                  .Region = ref.space.region,
                  .Name = ref.name,
                  .Qualifier = ref.qualifier});
  FunctionUrlConfig made = describe(ref, row);
  CreateFunctionUrlConfigOutput out;
  out.FunctionUrl = made.FunctionUrl;
  out.FunctionArn = made.FunctionArn;
  out.AuthType = made.AuthType;
  out.Cors = made.Cors;
  out.CreationTime = made.CreationTime;
  out.InvokeMode = made.InvokeMode;
  return out;
}

Result<FunctionUrlConfig> get_function_url_config(Call& call, const GetFunctionUrlConfigInput& in) {
  FunctionRef ref = TRY(url_ref(call, in.FunctionName, in.Qualifier));
  UrlRow row = TRY(permitted_url(call, "lambda:GetFunctionUrlConfig", ref));
  return describe(ref, row);
}

Result<FunctionUrlConfig> update_function_url_config(Call& call,
                                                     const UpdateFunctionUrlConfigInput& in) {
  FunctionRef ref = TRY(url_ref(call, in.FunctionName, in.Qualifier));
  UrlRow row = TRY(permitted_url(call, "lambda:UpdateFunctionUrlConfig", ref, in.AuthType));
  TRY(check_mode(in.InvokeMode));
  if (in.AuthType) row.AuthType = *in.AuthType;
  if (in.InvokeMode) row.InvokeMode = *in.InvokeMode;
  if (in.Cors) row.Cors = kept_cors(*in.Cors);
  row.Modified = call.now().ms;
  kUrls.put(call.txn(), ref.space, {ref.name, ref.qualifier}, row);
  return describe(ref, row);
}

Result<DeleteFunctionUrlConfigOutput> delete_function_url_config(
    Call& call, const DeleteFunctionUrlConfigInput& in) {
  FunctionRef ref = TRY(url_ref(call, in.FunctionName, in.Qualifier));
  TRY(permitted_url(call, "lambda:DeleteFunctionUrlConfig", ref));
  erase_url(call.txn(), ref, ref.qualifier);
  return DeleteFunctionUrlConfigOutput{};
}

Result<ListFunctionUrlConfigsOutput> list_function_url_configs(
    Call& call, const ListFunctionUrlConfigsInput& in) {
  FunctionRef ref = TRY(permitted(call, "lambda:ListFunctionUrlConfigs", in.FunctionName));
  TRY(find_function(call.txn(), ref));
  const size_t limit = static_cast<size_t>(in.MaxItems.value_or(50));
  ListFunctionUrlConfigsOutput out;
  ScanOptions options{.prefix = {ref.name}};
  // The key of the function's own URL has an empty qualifier, so a marker begins with a mark.
  if (in.Marker && in.Marker->starts_with(':')) options.after = {ref.name, in.Marker->substr(1)};
  std::string last;
  kUrls.each(call.txn(), ref.space, options, [&](const auto&, const UrlRow& row) {
    if (out.FunctionUrlConfigs.size() == limit) {
      out.NextMarker = ":" + last;
      return false;
    }
    out.FunctionUrlConfigs.push_back(describe(ref, row));
    last = row.Qualifier;
    return true;
  });
  return out;
}

}  // namespace drydock::lambda
