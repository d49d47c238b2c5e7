// AWS::CodeBuild::Project
#include "services/cloudformation/types/type.h"

namespace drydock::cloudformation {

namespace {

Result<Value> input_of(Work& w) {
  if (w["Triggers"].is_object() && w["Triggers"]["Webhook"].scalar_text() == "true")
    return not_implemented("The property Triggers of AWS::CodeBuild::Project");
  Value input = w.properties;
  input.erase("Triggers");
  // AWS does take this older spelling.
  if (input["Environment"]["Type"].string_or("") == "linuxContainer")
    input.set("Environment").set("Type", "LINUX_CONTAINER");
  // What the template no longer says goes back to its default.
  for (const auto& [name, otherwise] :
       {std::pair<const char*, Value>{"Description", ""},
        {"SourceVersion", ""},
        {"TimeoutInMinutes", 60},
        {"QueuedTimeoutInMinutes", 480},
        {"Cache", Value::object({{"Type", "NO_CACHE"}})},
        {"LogsConfig", Value::object({{"CloudWatchLogs", Value::object({{"Status", "ENABLED"}})},
                                      {"S3Logs", Value::object({{"Status", "DISABLED"}})}})}})
    if (w[name].is_null() && !w.before[name].is_null()) input.set(name, otherwise);
  input.set("Name", w.physical_id.empty() ? w.name : w.physical_id);
  input.set("Tags", merged_tags(w["Tags"], w.tags));
  return input;
}

Result<void> create(Work& w) {
  auto made = w.call("codebuild", "CreateProject", TRY(input_of(w)));
  if (!made && w.adopts(made.error(), {"ResourceAlreadyExistsException"})) {
    w.physical_id = w.name;
    made = w.call("codebuild", "UpdateProject", TRY(input_of(w)));
  }
  if (!made) return fault(std::move(made).error());
  w.attributes = Value::object({{"Arn", (*made)["project"]["arn"]}});
  w.made(w.name);
  return {};
}
Result<void> update(Work& w) {
  TRY(w.call("codebuild", "UpdateProject", TRY(input_of(w))));
  return {};
}
Result<void> remove(Work& w) {
  return deleted(w.call("codebuild", "DeleteProject", Value::object({{"name", w.physical_id}})));
}

}  // namespace

extern const ResourceType kCodeBuildProject = {
    .name = "AWS::CodeBuild::Project",
    .properties =
        "Name# Description Artifacts! Source! Environment! ServiceRole! EncryptionKey TimeoutInMinutes QueuedTimeoutInMinutes SourceVersion Cache "
        "VpcConfig BadgeEnabled LogsConfig SecondarySources SecondaryArtifacts SecondarySourceVersions Triggers Visibility ConcurrentBuildLimit "
        "FileSystemLocations BuildBatchConfig ResourceAccessRole AutoRetryLimit Tags",
    .attributes = "Arn",
    .name_property = "Name",
    .name_max = 150,
    .create = create,
    .update = update,
    .remove = remove};

}  // namespace drydock::cloudformation
