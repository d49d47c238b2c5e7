#include "services/codepipeline/structure.h"

#include <algorithm>
#include <set>

#include "base/text.h"

namespace drydock::codepipeline {
namespace {

constexpr size_t kMostStages = 50, kMostActionsInStage = 50, kMostActions = 500,
                 kMostVariables = 50;

struct ActionType {
  std::string_view category, provider;
  size_t min_inputs, max_inputs, min_outputs, max_outputs;
  std::string_view required, optional;  // configuration keys, blank-separated
};

constexpr ActionType kTypes[] = {
    {"Source", "CodeCommit", 0, 0, 1, 1, "RepositoryName BranchName",
     "PollForSourceChanges OutputArtifactFormat"},
    {"Source", "S3", 0, 0, 1, 1, "S3Bucket S3ObjectKey",
     "PollForSourceChanges AllowOverrideForS3ObjectKey"},
    {"Build", "CodeBuild", 1, 5, 0, 5, "ProjectName",
     "PrimarySource BatchEnabled CombineArtifacts EnvironmentVariables BuildspecOverride"},
    {"Test", "CodeBuild", 1, 5, 0, 5, "ProjectName",
     "PrimarySource BatchEnabled CombineArtifacts EnvironmentVariables BuildspecOverride"},
    {"Deploy", "CloudFormation", 0, 10, 0, 1, "ActionMode StackName",
     "ChangeSetName Capabilities RoleArn TemplatePath TemplateConfiguration ParameterOverrides OutputFileName"},
    {"Deploy", "S3", 1, 1, 0, 0, "BucketName Extract",
     "ObjectKey KMSEncryptionKeyARN CannedACL CacheControl"},
    {"Approval", "Manual", 0, 0, 0, 0, "", "CustomData ExternalEntityLink NotificationArn"},
    {"Invoke", "Lambda", 0, 5, 0, 5, "FunctionName", "UserParameters"},
};

bool has_word(std::string_view words, std::string_view word) {
  auto all = split(words, ' ');
  return std::ranges::count(all, word) > 0;
}

std::string upper_region(std::string_view region) {
  std::string out;
  for (char c : region)
    out.push_back(c == '-' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
  return out;
}

Unexpected bad_action(std::string text) {
  return errors::InvalidActionDeclarationException(std::move(text));
}

Result<void> check_count(const ActionDeclaration& action, const char* kind, size_t count,
                         size_t least, size_t most) {
  std::string head = "Action " + action.name + " declares " + std::to_string(count) + " " + kind +
                     " artifacts which is ";
  if (count < least)
    return bad_action(head + "less than the minimum count (" + std::to_string(least) + ")");
  if (count > most)
    return bad_action(head + "more than the maximum count (" + std::to_string(most) + ")");
  return {};
}

Result<void> check_configuration(const ActionDeclaration& action, const ActionType& type) {
  auto given = action.configuration.value_or(Map<std::string>{});
  for (auto word : split(type.required, ' ')) {
    if (word.empty()) continue;
    if (!std::ranges::any_of(given, [&](auto& entry) { return entry.first == word; }))
      return bad_action("Action configuration for action '" + action.name +
                        "' is missing required configuration '" + std::string(word) + "'");
  }
  for (auto& [key, value] : given)
    if (!has_word(type.required, key) && !has_word(type.optional, key))
      return bad_action("Action configuration for action '" + action.name +
                        "' contains unknown configuration '" + key + "'");
  return {};
}

// What AWS has and Drydock does not.
Result<void> check_served(const ActionDeclaration& action, std::string_view region) {
  auto& type = action.actionTypeId;
  std::string name = "The action type " + type.category + "/" + type.owner + "/" + type.provider +
                     "/" + type.version + " (action " + action.name + ")";
  if (type.owner != "AWS" || type.version != "1" || type.category == "Compute")
    return not_implemented(name);
  static constexpr std::string_view kOthers =
      "ECR CodeStarSourceConnection CodeDeploy CodeDeployToECS ECS ElasticBeanstalk ServiceCatalog OpsWorks DeviceFarm StepFunctions "
      "CloudFormationStackSet CloudFormationStackInstances AppConfig InspectorScan EC2 EKS Commands ECRBuildAndPublish AlexaSkillsKit Snyk";
  if (has_word(kOthers, type.provider)) return not_implemented(name);
  if (action.region && *action.region != region)
    return not_implemented("An action in another region than its pipeline's (action " +
                           action.name + ")");
  if (action.commands) return not_implemented("Commands of an action (action " + action.name + ")");
  if (action.configuration)
    for (auto& [key, value] : *action.configuration) {
      if (key == "OutputArtifactFormat" && value == "CODEBUILD_CLONE_REF")
        return not_implemented("OutputArtifactFormat CODEBUILD_CLONE_REF (action " + action.name +
                               ")");
      if (key == "BatchEnabled" && equals_ignore_case(value, "true"))
        return not_implemented("Batch builds (action " + action.name + ")");
    }
  return {};
}

Result<void> check_action(const ActionDeclaration& action, std::string_view region) {
  auto& id = action.actionTypeId;
  auto type = std::ranges::find_if(
      kTypes, [&](auto& t) { return t.category == id.category && t.provider == id.provider; });
  TRY(check_served(action, region));
  if (type == std::end(kTypes))
    return bad_action("ActionType (Category: '" + id.category + "', Provider: '" + id.provider +
                      "', Owner: '" + id.owner + "', Version: '" + id.version + "') in action '" +
                      action.name + "' is not available in region " + upper_region(region));
  TRY(check_count(action, "input", action.inputArtifacts ? action.inputArtifacts->size() : 0,
                  type->min_inputs, type->max_inputs));
  TRY(check_count(action, "output", action.outputArtifacts ? action.outputArtifacts->size() : 0,
                  type->min_outputs, type->max_outputs));
  TRY(check_configuration(action, *type));
  if (type->provider == "CodeBuild" && action.inputArtifacts->size() > 1 &&
      !std::ranges::any_of(*action.configuration,
                           [](auto& entry) { return entry.first == "PrimarySource"; }))
    return bad_action("Action configuration for action '" + action.name +
                      "' is missing required configuration 'PrimarySource'");
  if (action.timeoutInMinutes && id.category != "Approval")
    return bad_action("Action " + action.name +
                      " cannot have timeoutInMinutes: only approval actions can");
  return {};
}

Result<void> check_stage(const StageDeclaration& stage) {
  if (stage.actions.empty())
    return errors::InvalidStageDeclarationException("Stage " + stage.name +
                                                    " must contain at least one action");
  if (stage.actions.size() > kMostActionsInStage)
    return errors::InvalidStageDeclarationException("Stage " + stage.name +
                                                    " has more than 50 actions");
  std::set<std::string> names;
  for (auto& action : stage.actions)
    if (!names.insert(action.name).second)
      return errors::InvalidStageDeclarationException(
          "Stage '" + stage.name + "' has more than one action named '" + action.name + "'");
  if (stage.beforeEntry || stage.onSuccess)
    return not_implemented("Conditions of a stage (stage " + stage.name + ")");
  if (stage.onFailure && (stage.onFailure->conditions || stage.onFailure->result == "ROLLBACK" ||
                          stage.onFailure->result == "SKIP"))
    return not_implemented("onFailure other than FAIL and RETRY (stage " + stage.name + ")");
  return {};
}

// Artifacts are made once, before they are used.
Result<void> check_artifacts(const PipelineDeclaration& pipeline) {
  std::set<std::string> made;
  for (auto& stage : pipeline.stages) {
    std::vector<const ActionDeclaration*> ordered;
    for (auto& action : stage.actions) ordered.push_back(&action);
    std::ranges::stable_sort(ordered, {},
                             [](auto* action) { return action->runOrder.value_or(1); });
    for (size_t i = 0; i < ordered.size();) {
      size_t end = i;
      while (end < ordered.size() &&
             ordered[end]->runOrder.value_or(1) == ordered[i]->runOrder.value_or(1))
        ++end;
      for (size_t k = i; k < end; ++k)
        for (auto& input : ordered[k]->inputArtifacts.value_or(std::vector<InputArtifact>{}))
          if (!made.contains(input.name))
            return bad_action(
                "Input Artifact Bundle " + input.name + " in action " + ordered[k]->name +
                " is not declared as Output Artifact Bundle in any of the preceding actions");
      for (size_t k = i; k < end; ++k)
        for (auto& output : ordered[k]->outputArtifacts.value_or(std::vector<OutputArtifact>{}))
          if (!made.insert(output.name).second)
            return bad_action("Output Artifact Bundle name must be unique within the pipeline. " +
                              output.name + " has been used more than once.");
      i = end;
    }
  }
  return {};
}

Result<void> check_namespaces(const PipelineDeclaration& pipeline) {
  std::set<std::string> seen;
  for (auto& stage : pipeline.stages)
    for (auto& action : stage.actions)
      if (action.namespace_ && !seen.insert(*action.namespace_).second)
        return bad_action(
            "Namespaces must be unique across the pipeline definition. The following occur more than once in the pipeline.\nStageName=[" +
            stage.name + "], ActionName=[" + action.name + "], Namespace=[" + *action.namespace_ +
            "]");
  return {};
}

}  // namespace

Result<void> check_structure(const PipelineDeclaration& pipeline, std::string_view region) {
  if (pipeline.artifactStore.has_value() == pipeline.artifactStores.has_value())
    return errors::InvalidStructureException(
        pipeline.artifactStore
            ? "Pipeline has both artifactStore and artifactStores. Only one of them can be used"
            : "Pipeline has neither artifactStore nor artifactStores. One of them is required");
  if (pipeline.artifactStores && !std::ranges::any_of(*pipeline.artifactStores, [&](auto& entry) {
        return entry.first == region;
      }))
    return errors::InvalidStructureException("Pipeline has no artifact store in its own region " +
                                             std::string(region));
  if (pipeline.stages.size() < 2)
    return errors::InvalidStructureException(
        "Pipeline has only " + std::to_string(pipeline.stages.size()) +
        " stage(s). There should be a minimum of 2 stages in a pipeline");
  if (pipeline.stages.size() > kMostStages)
    return errors::LimitExceededException("Pipeline has more than 50 stages");
  if (pipeline.triggers && pipeline.triggers->size() > 0)
    return not_implemented("A pipeline's git triggers");
  if (pipeline.variables && pipeline.variables->size() > kMostVariables)
    return errors::LimitExceededException("Pipeline has more than 50 variables");
  if (pipeline.pipelineType.value_or("V2") == "V1" &&
      (pipeline.variables || pipeline.executionMode.value_or("SUPERSEDED") != "SUPERSEDED"))
    return errors::InvalidStructureException(
        "Pipeline variables and the execution modes QUEUED and PARALLEL are available only for pipelines of type V2");
  std::set<std::string> names;
  size_t actions = 0;
  bool first = true, other = false;
  for (auto& stage : pipeline.stages) {
    if (!names.insert(stage.name).second)
      return errors::InvalidStructureException("Pipeline has more than one stage named '" +
                                               stage.name + "'");
    TRY(check_stage(stage));
    actions += stage.actions.size();
    for (auto& action : stage.actions) {
      bool source = action.actionTypeId.category == "Source";
      if (first && !source)
        return errors::InvalidStructureException(
            "Pipeline should start with a stage that only contains source actions");
      if (!first && source)
        return errors::InvalidStructureException(
            "Source actions can only be in the first stage of a pipeline: action " + action.name +
            " in stage " + stage.name);
      other |= !source;
      TRY(check_action(action, region));
    }
    first = false;
  }
  if (!other)
    return errors::InvalidStructureException(
        "Pipeline should have at least one action that is not a source action");
  if (actions > kMostActions)
    return errors::LimitExceededException("Pipeline has more than 500 actions");
  TRY(check_artifacts(pipeline));
  return check_namespaces(pipeline);
}

}  // namespace drydock::codepipeline
