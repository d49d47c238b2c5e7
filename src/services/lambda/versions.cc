// Versions: publish and list.
#include "base/text.h"
#include "gen/lambda_handlers.h"
#include "services/lambda/environment.h"
#include "services/lambda/tables.h"

namespace drydock::lambda {

namespace {
// Whether publishing `latest` would make a version that differs from `version`.
bool differs(const VersionRow& latest, const VersionRow& version) {
  VersionRow a = latest, b = version;
  a.Version = b.Version = a.RevisionId = b.RevisionId = a.Description = b.Description = "";
  a.LastModified = b.LastModified = 0;
  a.EnvironmentKey = b.EnvironmentKey = a.Grant = b.Grant = std::nullopt;
  return !(to_value(a) == to_value(b));
}
}  // namespace

Result<FunctionConfiguration> publish(Call& call, const FunctionRef& ref,
                                      const std::optional<std::string>& description) {
  FunctionRow function = TRY(find_function(call.txn(), ref));
  VersionRow latest = TRY(find_version(call.txn(), {ref.space, ref.name, ""}));
  // AWS does answer with the newest version when nothing changed since.
  std::optional<VersionRow> newest;
  kVersions.each(call.txn(), ref.space, {.prefix = {ref.name}, .order = Txn::Order::kReverse},
                 [&](const auto&, VersionRow row) {
                   newest = std::move(row);
                   return false;
                 });
  if (newest && !differs(latest, *newest)) return show(call, ref.space, *newest);
  VersionRow row = latest;
  row.Version = std::to_string(++function.LastVersion);
  row.RevisionId = call.random().uuid();
  if (description) row.Description = *description;
  put_version(call.txn(), ref.space, row);
  kFunctions.put(call.txn(), ref.space, {ref.name}, function);
  return show(call, ref.space, row);
}

Result<FunctionConfiguration> publish_version(Call& call, const PublishVersionInput& in) {
  FunctionRef ref = TRY(permitted(call, "lambda:PublishVersion", in.FunctionName));
  VersionRow latest = TRY(find_version(call.txn(), {ref.space, ref.name, ""}));
  TRY(check_revision(in.RevisionId, latest.RevisionId));
  if (in.CodeSha256 && !in.CodeSha256->empty() && *in.CodeSha256 != latest.CodeSha256)
    return errors::InvalidParameterValueException(
        "CodeSHA256 (" + *in.CodeSha256 + ") is different from current CodeSHA256 in $LATEST (" +
            latest.CodeSha256 + "). Please try again with the CodeSHA256 in $LATEST.",
        user_type());
  return publish(call, ref, in.Description);
}

Result<ListVersionsByFunctionOutput> list_versions_by_function(
    Call& call, const ListVersionsByFunctionInput& in) {
  FunctionRef ref = TRY(permitted(call, "lambda:ListVersionsByFunction", in.FunctionName));
  ref.qualifier.clear();
  VersionRow latest = TRY(find_version(call.txn(), ref));
  size_t limit = std::min<size_t>(in.MaxItems.value_or(50), 50);
  ListVersionsByFunctionOutput out;
  out.Versions.emplace();
  ScanOptions options{.prefix = {ref.name}};
  auto marker = in.Marker ? parse_int(*in.Marker) : std::nullopt;
  if (marker) {
    options.after = {ref.name, *marker};
  } else {
    out.Versions->push_back(show(call, ref.space, latest));
    out.Versions->back().FunctionArn = ref.arn() + ":$LATEST";
  }
  std::string last = "0";
  kVersions.each(call.txn(), ref.space, options, [&](const auto& key, const VersionRow& row) {
    if (out.Versions->size() >= limit) {
      out.NextMarker = last;
      return false;
    }
    out.Versions->push_back(show(call, ref.space, row));
    last = key[1];
    return true;
  });
  return out;
}

}  // namespace drydock::lambda
