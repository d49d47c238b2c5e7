// Layers: packages that functions share, mounted at /opt.
#include "services/lambda/layers.h"

#include "base/text.h"
#include "gen/lambda_handlers.h"
#include "services/lambda/code.h"
#include "services/lambda/tables.h"

namespace drydock::lambda {

std::string LayerRef::arn() const {
  return "arn:aws:lambda:" + space.region + ":" + space.account + ":layer:" + name;
}

std::optional<LayerRef> layer_of_arn(std::string_view text) {
  auto arn = Arn::parse(text);
  auto parts = arn ? split(arn->resource, ':') : std::vector<std::string_view>();
  if (parts.size() < 2 || parts.size() > 3 || arn->service != "lambda" || parts[0] != "layer")
    return std::nullopt;
  LayerRef ref{{arn->account, arn->region}, std::string(parts[1])};
  if (parts.size() == 3) ref.version = parse_int(parts[2]).value_or(-1);
  return ref;
}

LayerRef layer_ref(Call& call, const std::string& name, int64_t version) {
  LayerRef ref = layer_of_arn(name).value_or(LayerRef{call.space(), name});
  ref.version = version;
  return ref;
}

namespace {
constexpr size_t kMaxLayers = 5;  // of one function, as on AWS

// Lists show no content.
LayerVersion describe(const Space& space, const LayerVersionRow& row) {
  LayerRef ref{space, row.Name, row.Version};
  LayerVersion out;
  out.LayerVersionArn = ref.version_arn();
  out.Version = row.Version;
  out.Description = row.Description;
  std::string created = to_iso8601_ms({row.Created});
  created.pop_back();
  out.CreatedDate = created + "+0000";
  out.CompatibleRuntimes = row.Runtimes;
  out.LicenseInfo = row.LicenseInfo;
  out.CompatibleArchitectures = row.Architectures;
  return out;
}

LayerVersion describe_with_content(Call& call, const Space& space, const LayerVersionRow& row) {
  LayerVersion out = describe(space, row);
  out.LayerArn = LayerRef{space, row.Name}.arn();
  out.Content = LayerVersionContent{.Location = download_url(call, row.CodeBlob),
                                    .CodeSha256 = row.CodeSha256,
                                    .CodeSize = row.CodeSize};
  return out;
}

bool runs_on(const LayerVersionRow& row, const std::optional<std::string>& runtime) {
  if (!runtime) return true;
  for (const std::string& one : row.Runtimes.value_or(std::vector<std::string>{}))
    if (one == *runtime) return true;
  return false;
}
}  // namespace

Result<LayerVersionRow> find_layer(Call& call, const LayerRef& ref) {
  auto row = kLayerVersions.get(call.txn(), ref.space, {ref.name, ref.version});
  if (row) return std::move(*row);
  return errors::ResourceNotFoundException("The resource you requested does not exist.",
                                           user_type());
}
Result<LayerVersion> publish_layer_version(Call& call, const PublishLayerVersionInput& in) {
  LayerRef ref = layer_ref(call, in.LayerName);
  TRY(call.authorize("lambda:PublishLayerVersion", ref.arn()));
  Package package =
      TRY(take_package(call, FunctionCode{.ZipFile = in.Content.ZipFile,
                                          .S3Bucket = in.Content.S3Bucket,
                                          .S3Key = in.Content.S3Key,
                                          .S3ObjectVersion = in.Content.S3ObjectVersion}));
  LayerRow layer = kLayers.get(call.txn(), ref.space, {ref.name}).value_or(LayerRow{});
  LayerVersionRow row{.Name = ref.name,
                      .Version = ++layer.LastVersion,
                      .CodeBlob = package.blob,
                      .CodeSize = package.size,
                      .CodeSha256 = package.sha256_base64,
                      .Created = call.now().ms,
                      .Description = in.Description.value_or(""),
                      .Runtimes = in.CompatibleRuntimes,
                      .LicenseInfo = in.LicenseInfo,
                      .Architectures = in.CompatibleArchitectures};
  kLayers.put(call.txn(), ref.space, {ref.name}, layer);
  kLayerVersions.put(call.txn(), ref.space, {ref.name, row.Version}, row);
  return describe_with_content(call, ref.space, row);
}

Result<LayerVersion> get_layer_version(Call& call, const LayerVersionInput& in) {
  LayerRef ref = layer_ref(call, in.LayerName, in.VersionNumber);
  TRY(call.authorize("lambda:GetLayerVersion", ref.version_arn()));
  LayerVersionRow row = TRY(find_layer(call, ref));
  return describe_with_content(call, ref.space, row);
}

Result<LayerVersion> get_layer_version_by_arn(Call& call, const GetLayerVersionByArnInput& in) {
  auto ref = in.Arn ? layer_of_arn(*in.Arn) : std::nullopt;
  TRY(call.authorize("lambda:GetLayerVersion", ref ? ref->version_arn() : "*"));
  if (!ref)
    return fault("ValidationException",
                 "1 validation error detected: Value null at 'arn' failed to satisfy constraint: "
                 "Member must not be null",
                 400);
  LayerVersionRow row = TRY(find_layer(call, *ref));
  return describe_with_content(call, ref->space, row);
}

Result<DeleteLayerVersionOutput> delete_layer_version(Call& call, const LayerVersionInput& in) {
  LayerRef ref = layer_ref(call, in.LayerName, in.VersionNumber);
  TRY(call.authorize("lambda:DeleteLayerVersion", ref.version_arn()));
  // AWS does answer 204 for a version that is not there. Numbers are never used again.
  kLayerVersions.erase(call.txn(), ref.space, {ref.name, ref.version});
  kLayerPolicies.erase(call.txn(), ref.space, {ref.name, ref.version});
  return DeleteLayerVersionOutput{};
}

Result<ListLayerVersionsOutput> list_layer_versions(Call& call, const ListLayerVersionsInput& in) {
  LayerRef ref = layer_ref(call, in.LayerName);
  TRY(call.authorize("lambda:ListLayerVersions", "*"));  // AWS has no resource for it
  size_t limit = in.MaxItems.value_or(50);
  ScanOptions options{.prefix = {ref.name}, .order = Txn::Order::kReverse};
  if (auto marker = in.Marker ? parse_int(*in.Marker) : std::nullopt)
    options.after = {ref.name, *marker};
  ListLayerVersionsOutput out;
  out.LayerVersions.emplace();
  kLayerVersions.each(call.txn(), ref.space, options, [&](const auto&, const LayerVersionRow& row) {
    if (!runs_on(row, in.CompatibleRuntime)) return true;
    if (out.LayerVersions->size() == limit) {
      out.NextMarker = std::to_string(*out.LayerVersions->back().Version);
      return false;
    }
    out.LayerVersions->push_back(describe(ref.space, row));
    return true;
  });
  return out;
}

Result<ListLayersOutput> list_layers(Call& call, const ListLayersInput& in) {
  size_t limit = in.MaxItems.value_or(50);
  ScanOptions options;
  if (in.Marker && !in.Marker->empty()) options.after = {*in.Marker};
  std::vector<std::string> names;
  kLayers.each(call.txn(), call.space(), options, [&](const auto& key, const LayerRow&) {
    names.push_back(key[0]);
    return true;
  });
  ListLayersOutput out;
  out.Layers.emplace();
  for (const std::string& name : names) {
    std::optional<LayerVersionRow> latest;
    kLayerVersions.each(call.txn(), call.space(), {.prefix = {name}, .order = Txn::Order::kReverse},
                        [&](const auto&, LayerVersionRow row) {
                          if (runs_on(row, in.CompatibleRuntime)) latest = std::move(row);
                          return !latest;
                        });
    if (!latest) continue;
    if (out.Layers->size() == limit) {
      out.NextMarker = out.Layers->back().LayerName;
      break;
    }
    out.Layers->push_back({.LayerName = name,
                           .LayerArn = LayerRef{call.space(), name}.arn(),
                           .LatestMatchingVersion = describe(call.space(), *latest)});
  }
  return out;
}

Result<std::optional<std::vector<LayerUse>>> used_layers(Call& call,
                                                         const std::vector<std::string>& arns) {
  std::vector<LayerUse> uses;
  if (arns.size() > kMaxLayers)
    return errors::InvalidParameterValueException("Cannot reference more than 5 layers.",
                                                  user_type());
  for (const std::string& arn : arns) {
    auto ref = layer_of_arn(arn);
    if (!ref || ref->version <= 0)
      return errors::InvalidParameterValueException(
          "1 validation error detected: Value '" + arn + "' at 'layers' is no layer version ARN",
          user_type());
    TRY(call.authorize("lambda:GetLayerVersion", ref->version_arn()));
    auto row = kLayerVersions.get(call.txn(), ref->space, {ref->name, ref->version});
    if (!row)
      return errors::InvalidParameterValueException("Layer version " + arn + " does not exist.",
                                                    user_type());
    uses.push_back({.Arn = arn, .CodeSize = row->CodeSize, .CodeBlob = row->CodeBlob});
  }
  if (uses.empty()) return std::optional<std::vector<LayerUse>>();
  return std::optional(std::move(uses));
}

}  // namespace drydock::lambda
