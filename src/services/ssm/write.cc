// Putting, labelling and deleting parameters.
#include <re2/re2.h>

#include "base/text.h"
#include "gen/ssm_handlers.h"
#include "services/ssm/parameters.h"

namespace drydock::ssm {
namespace {

constexpr int64_t kMostVersions = 100;
constexpr size_t kMostLabels = 10;
constexpr size_t kMostTags = 50;

void emit_change(Call& call, const std::string& name, std::string_view operation,
                 const std::string& type) {
  call.emit("aws.ssm", "Parameter Store Change", {parameter_arn(call.space(), name)},
            Value::object({{"name", name}, {"operation", operation}, {"type", type}}));
}

Context tags_context(const std::optional<std::vector<Tag>>& tags) {
  Context context;
  if (!tags) return context;
  std::vector<std::string> keys;
  for (const auto& tag : *tags) {
    context.add("aws:RequestTag/" + tag.Key, tag.Value);
    keys.push_back(tag.Key);
  }
  context.add("aws:TagKeys", std::move(keys));
  return context;
}

Result<void> check_value(const PutParameterInput& in, const std::string& tier) {
  if (in.Value.empty()) {
    return errors::ValidationException(
        "1 validation error detected: Value '' at 'value' failed to satisfy constraint: Member must have length greater than or "
        "equal to 1.");
  }
  const bool advanced = tier == "Advanced" || in.Tier == "Intelligent-Tiering";
  if (in.Value.size() > 4096 && !advanced) {
    return errors::ValidationException(
        "Standard tier parameters support a maximum parameter value of 4096 characters. To create a larger parameter value, "
        "upgrade the parameter to use the advanced-parameter tier. For more information, see "
        "https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html");
  }
  if (in.Value.size() > 8192) {
    return errors::ValidationException(
        "Advanced tier parameters support a maximum parameter value of 8192 characters.");
  }
  if (!in.AllowedPattern || in.AllowedPattern->empty()) return {};
  RE2 pattern(*in.AllowedPattern, RE2::Quiet);
  if (!pattern.ok()) {
    return errors::InvalidAllowedPatternException(
        "Parameter value, cannot be validated against allowedPattern: " + *in.AllowedPattern);
  }
  if (RE2::PartialMatch(in.Value, pattern)) return {};
  return errors::ParameterPatternMismatchException(
      "Parameter value, cannot be validated against allowedPattern: " + *in.AllowedPattern);
}

// Room for one more version: the oldest goes, unless a label holds it.
Result<void> make_room(Call& call, ParameterRow& row) {
  if (row.Latest - row.Oldest + 1 < kMostVersions) return {};
  auto oldest = kVersions.get(call.txn(), call.space(), {row.Name, row.Oldest});
  if (oldest && !oldest->Labels.empty()) {
    return fault("ParameterMaxVersionLimitExceeded",
                 "You attempted to create a new version of " + row.Name +
                     " by calling the PutParameter API with the overwrite flag. "
                     "Version " +
                     std::to_string(row.Oldest) +
                     ", the oldest version, can't be deleted because it has a label associated "
                     "with it. Move the label to another version of the parameter, and try again.");
  }
  kVersions.erase(call.txn(), call.space(), {row.Name, row.Oldest});
  ++row.Oldest;
  return {};
}

void erase_parameter(Call& call, const ParameterRow& row) {
  for (int64_t version = row.Oldest; version <= row.Latest; ++version) {
    kVersions.erase(call.txn(), call.space(), {row.Name, version});
  }
  kParameters.erase(call.txn(), call.space(), {row.Name});
  emit_change(call, row.Name, "Delete", row.Type);
}

}  // namespace

Result<PutParameterOutput> put_parameter(Call& call, const PutParameterInput& in) {
  auto context = tags_context(in.Tags);
  context.add("ssm:Overwrite", in.Overwrite.value_or(false) ? "true" : "false");
  TRY(call.authorize("ssm:PutParameter", parameter_arn(call.space(), in.Name), std::move(context)));
  if (in.Policies && !in.Policies->empty() && *in.Policies != "[]")
    return not_implemented("Parameter policies");
  if (in.Name.find(':') != std::string::npos) TRY(check_new_name(in.Name));
  auto row = kParameters.get(call.txn(), call.space(), {in.Name});
  if (row && !in.Overwrite.value_or(false)) {
    return errors::ParameterAlreadyExists(
        "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.");
  }
  if (in.Overwrite.value_or(false) && in.Tags && !in.Tags->empty()) {
    return errors::ValidationException(
        "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite "
        "flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.");
  }
  std::optional<VersionRow> before;
  if (row) before = latest_version(call.txn(), call.space(), *row);
  if (!row) {
    TRY(check_new_name(in.Name));
    if (!in.Type)
      return errors::ValidationException(
          "A parameter type is required when you create a parameter.");
    row = ParameterRow{.Name = in.Name,
                       .Latest = 0,
                       .Oldest = 1,
                       .Tags = in.Tags.value_or(std::vector<Tag>{}),
                       .Type = *in.Type};
  }
  VersionRow version;
  version.Tier = in.Tier.value_or(before ? before->Tier : "Standard");
  if (before && before->Tier == "Advanced" && version.Tier == "Standard") {
    return errors::ValidationException(
        "This parameter uses the advanced-parameter tier. You can't downgrade a parameter from the advanced-parameter tier to "
        "the standard-parameter tier. If necessary, you can delete the advanced parameter and recreate it as a standard "
        "parameter.");
  }
  TRY(check_value(in, version.Tier));
  if (version.Tier == "Intelligent-Tiering")
    version.Tier =
        in.Value.size() > 4096 || (before && before->Tier == "Advanced") ? "Advanced" : "Standard";
  TRY(make_room(call, *row));
  version.Name = in.Name;
  version.Version = ++row->Latest;
  version.Type = in.Type.value_or(row->Type);
  version.Description = in.Description ? in.Description
                        : before       ? before->Description
                                       : std::nullopt;
  version.AllowedPattern = in.AllowedPattern;
  version.DataType = in.DataType.value_or("text");
  version.Modified = call.now();
  version.User = call.caller().principal.arn;
  if (version.Type == "SecureString") {
    version.KeyId = in.KeyId                  ? *in.KeyId
                    : before && before->KeyId ? *before->KeyId
                                              : std::string(kDefaultKey);
    version.Value = TRY(encrypt_value(call, in.Name, *version.KeyId, in.Value));
  } else {
    if (in.KeyId) {
      return errors::ValidationException(
          "Invalid request: KeyId is only applicable for SecureString parameters.");
    }
    version.Value = in.Value;
  }
  row->Type = version.Type;
  kVersions.put(call.txn(), call.space(), {in.Name, version.Version}, version);
  kParameters.put(call.txn(), call.space(), {in.Name}, *row);
  emit_change(call, in.Name, before ? "Update" : "Create", version.Type);
  return PutParameterOutput{.Version = version.Version, .Tier = version.Tier};
}

Result<DeleteParameterOutput> delete_parameter(Call& call, const DeleteParameterInput& in) {
  auto s = read_selector(call, in.Name);
  TRY(call.authorize("ssm:DeleteParameter", parameter_arn(s.space, s.name)));
  std::optional<ParameterRow> row;
  if (is_own(call, s)) row = kParameters.get(call.txn(), call.space(), {s.name});
  if (!row) return errors::ParameterNotFound("");
  erase_parameter(call, *row);
  return DeleteParameterOutput{};
}

Result<DeleteParametersOutput> delete_parameters(Call& call, const DeleteParametersInput& in) {
  DeleteParametersOutput out{.DeletedParameters = std::vector<std::string>{},
                             .InvalidParameters = std::vector<std::string>{}};
  for (const auto& name : in.Names)
    TRY(call.authorize("ssm:DeleteParameters", parameter_arn(call.space(), name)));
  for (const auto& name : in.Names) {
    auto row = kParameters.get(call.txn(), call.space(), {name});
    if (row) erase_parameter(call, *row);
    (row ? out.DeletedParameters : out.InvalidParameters)->push_back(name);
  }
  return out;
}

Result<LabelParameterVersionOutput> label_parameter_version(Call& call,
                                                            const LabelParameterVersionInput& in) {
  auto s = read_selector(call, in.Name);
  TRY(call.authorize("ssm:LabelParameterVersion", parameter_arn(s.space, s.name)));
  if (!is_own(call, s)) return errors::ParameterNotFound("");
  if (in.ParameterVersion) s.version = std::to_string(*in.ParameterVersion);
  auto version = TRY(find_version(call, s));
  LabelParameterVersionOutput out{.InvalidLabels = std::vector<std::string>{},
                                  .ParameterVersion = version.Version};
  std::vector<std::string> good;
  for (const auto& label : in.Labels) {
    auto lower = to_lower(label);
    bool valid = !label.empty() && label.size() <= 100 && !(label[0] >= '0' && label[0] <= '9') &&
                 !lower.starts_with("aws") && !lower.starts_with("ssm") &&
                 label.find_first_not_of(
                     "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") ==
                     std::string::npos;
    if (valid)
      good.push_back(label);
    else
      out.InvalidLabels->push_back(label);
  }
  // A label names one version; putting it elsewhere moves it.
  for (auto& other : kVersions.scan(call.txn(), call.space(), {.prefix = {s.name}})) {
    auto before = other.Labels.size();
    for (const auto& label : good) std::erase(other.Labels, label);
    if (other.Version == version.Version)
      version = other;
    else if (other.Labels.size() != before)
      kVersions.put(call.txn(), call.space(), {s.name, other.Version}, other);
  }
  version.Labels.insert(version.Labels.end(), good.begin(), good.end());
  if (version.Labels.size() > kMostLabels) {
    return errors::ParameterVersionLabelLimitExceeded(
        "An error occurred (ParameterVersionLabelLimitExceeded) when calling the LabelParameterVersion operation: A parameter "
        "version can have maximum 10 labels.Move one or more labels to another version and try again.");
  }
  kVersions.put(call.txn(), call.space(), {s.name, version.Version}, version);
  return out;
}

// ---- tags

namespace {

Result<ParameterRow> tagged(Call& call, std::string_view action, const std::string& type,
                            const std::string& id, Context context = {}) {
  TRY(call.authorize(action, parameter_arn(call.space(), id), std::move(context)));
  if (type != "Parameter") {
    return errors::InvalidResourceType(
        type + " is not a valid resource type. Valid resource types are: Parameter.");
  }
  auto row = kParameters.get(call.txn(), call.space(), {id});
  if (!row)
    return errors::InvalidResourceId(
        "The resource ID " + id + " is not valid. Verify that the resource exists and try again.");
  return std::move(*row);
}

}  // namespace

Result<AddTagsToResourceOutput> add_tags_to_resource(Call& call, const AddTagsToResourceInput& in) {
  auto row = TRY(
      tagged(call, "ssm:AddTagsToResource", in.ResourceType, in.ResourceId, tags_context(in.Tags)));
  for (const auto& tag : in.Tags) {
    std::erase_if(row.Tags, [&](const Tag& old) { return old.Key == tag.Key; });
    row.Tags.push_back(tag);
  }
  if (row.Tags.size() > kMostTags)
    return errors::TooManyTagsError("A resource can have at most 50 tags.");
  kParameters.put(call.txn(), call.space(), {row.Name}, row);
  return AddTagsToResourceOutput{};
}

Result<RemoveTagsFromResourceOutput> remove_tags_from_resource(
    Call& call, const RemoveTagsFromResourceInput& in) {
  Context context;
  context.add("aws:TagKeys", in.TagKeys);
  auto row = TRY(tagged(call, "ssm:RemoveTagsFromResource", in.ResourceType, in.ResourceId,
                        std::move(context)));
  for (const auto& key : in.TagKeys)
    std::erase_if(row.Tags, [&](const Tag& tag) { return tag.Key == key; });
  kParameters.put(call.txn(), call.space(), {row.Name}, row);
  return RemoveTagsFromResourceOutput{};
}

Result<ListTagsForResourceOutput> list_tags_for_resource(Call& call,
                                                         const ListTagsForResourceInput& in) {
  auto row = TRY(tagged(call, "ssm:ListTagsForResource", in.ResourceType, in.ResourceId));
  return ListTagsForResourceOutput{.TagList = row.Tags};
}

}  // namespace drydock::ssm
