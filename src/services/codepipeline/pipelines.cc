// Pipelines: their declarations, versions and tags.
#include <algorithm>

#include "api/server.h"
#include "base/text.h"
#include "gen/codepipeline_handlers.h"
#include "services/codepipeline/actions.h"
#include "services/codepipeline/executions.h"
#include "services/codepipeline/structure.h"

namespace drydock::codepipeline {
namespace {

constexpr size_t kMostTags = 50;
constexpr size_t kMostPipelines = 1000;

// What AWS writes into a declaration when it keeps it.
PipelineDeclaration completed(PipelineDeclaration pipeline, int64_t version) {
  pipeline.version = version;
  if (!pipeline.executionMode) pipeline.executionMode = "SUPERSEDED";
  if (!pipeline.pipelineType)
    pipeline.pipelineType =
        pipeline.variables || *pipeline.executionMode != "SUPERSEDED" ? "V2" : "V1";
  for (auto& stage : pipeline.stages)
    for (auto& action : stage.actions) {
      if (!action.runOrder) action.runOrder = 1;
      if (!action.configuration) action.configuration.emplace();
      if (!action.inputArtifacts) action.inputArtifacts.emplace();
      if (!action.outputArtifacts) action.outputArtifacts.emplace();
    }
  return pipeline;
}

Result<void> check(Call& call, const PipelineDeclaration& pipeline) {
  std::string arn = pipeline_arn(call.account().text, call.region().text, pipeline.name);
  TRY(call.pass_role(pipeline.roleArn, "codepipeline.amazonaws.com", arn));
  TRY(check_structure(pipeline, call.region().text));
  // AWS does try the role when a pipeline is made or changed.
  auto assumed =
      call.server()
          .client_as_service("codepipeline.amazonaws.com", arn, call.account().text, call.region())
          .assume_role(pipeline.roleArn, std::to_string(call.now().ms));
  if (!assumed)
    return errors::InvalidStructureException(
        "CodePipeline is not authorized to perform AssumeRole on role " + pipeline.roleArn +
        ". Error: " + assumed.error().message);
  return {};
}

Result<void> check_tags(Call& call, const std::vector<Tag>& tags) {
  if (tags.size() > kMostTags)
    return errors::TooManyTagsException("The tags limit for a resource has been exceeded.");
  // CloudFormation, acting for the caller, does set aws: tags.
  bool is_service = !call.caller().called_via.empty();
  for (auto& tag : tags)
    if (!is_service && tag.key.starts_with("aws:"))
      return errors::InvalidTagsException("Tag keys that begin with aws: are reserved.");
  return {};
}

Result<std::pair<std::string, PipelineRow>> by_arn(Call& call, const std::string& text) {
  auto arn = Arn::parse(text);
  if (!arn || arn->service != "codepipeline")
    return errors::InvalidArnException("Invalid ARN: " + text);
  auto row = arn->account == call.account().text && arn->region == call.region().text
                 ? kPipelines.get(call.txn(), call.space(), {arn->resource})
                 : std::nullopt;
  if (!row) return errors::ResourceNotFoundException("The resource " + text + " was not found");
  return std::pair(arn->resource, std::move(*row));
}

}  // namespace

Result<CreatePipelineOutput> create_pipeline(Call& call, const CreatePipelineInput& in) {
  const std::string& name = in.pipeline.name;
  TRY(call.authorize("codepipeline:CreatePipeline",
                     pipeline_arn(call.account().text, call.region().text, name)));
  if (kPipelines.contains(call.txn(), call.space(), {name}))
    return errors::PipelineNameInUseException("A pipeline with the name '" + name +
                                              "' already exists in account '" +
                                              call.account().text + "'");
  TRY(check(call, in.pipeline));
  TRY(check_tags(call, in.tags.value_or(std::vector<Tag>{})));
  if (kPipelines.scan(call.txn(), call.space()).size() >= kMostPipelines)
    return errors::LimitExceededException(
        "The number of pipelines associated with the AWS account has exceeded the limit.");
  PipelineRow row{.Definition = completed(in.pipeline, 1),
                  .Version = 1,
                  .Created = call.now(),
                  .Updated = call.now(),
                  .Tags = in.tags.value_or(std::vector<Tag>{})};
  kVersions.put(call.txn(), call.space(), {name, int64_t{1}}, row.Definition);
  CreatePipelineOutput out{row.Definition, in.tags};
  plan_polls(call, row);
  // Creating a pipeline starts it. Without a default a variable stops that, silently as on AWS.
  auto begun =
      begin_execution(call, row, {.trigger = {"CreatePipeline", call.caller().principal.arn}});
  if (!begun) kPipelines.put(call.txn(), call.space(), {name}, row);
  return out;
}

Result<GetPipelineOutput> get_pipeline(Call& call, const GetPipelineInput& in) {
  PipelineRow row = TRY(find_pipeline(call, in.name));
  GetPipelineOutput out{row.Definition, PipelineMetadata{pipeline_arn(call.account().text,
                                                                      call.region().text, in.name),
                                                         row.Created, row.Updated}};
  if (in.version && *in.version != row.Version) {
    auto old = kVersions.get(call.txn(), call.space(), {in.name, *in.version});
    if (!old)
      return errors::PipelineVersionNotFoundException("Pipeline '" + in.name +
                                                      "' does not have a version '" +
                                                      std::to_string(*in.version) + "'");
    out.pipeline = std::move(*old);
  }
  return out;
}

Result<UpdatePipelineOutput> update_pipeline(Call& call, const UpdatePipelineInput& in) {
  const std::string& name = in.pipeline.name;
  TRY(call.authorize("codepipeline:UpdatePipeline",
                     pipeline_arn(call.account().text, call.region().text, name)));
  PipelineRow row = TRY(find_pipeline(call, name));
  TRY(check(call, in.pipeline));
  row.Definition = completed(in.pipeline, ++row.Version);
  row.Updated = call.now();
  std::erase_if(row.Disabled, [&](auto& d) {
    return std::ranges::find(row.Definition.stages, d.Stage, &StageDeclaration::name) ==
           row.Definition.stages.end();
  });
  kVersions.put(call.txn(), call.space(), {name, row.Version}, row.Definition);
  plan_polls(call, row);
  kPipelines.put(call.txn(), call.space(), {name}, row);
  return UpdatePipelineOutput{row.Definition};
}

Result<DeletePipelineOutput> delete_pipeline(Call& call, const DeletePipelineInput& in) {
  auto row = kPipelines.get(call.txn(), call.space(), {in.name});
  if (!row) return DeletePipelineOutput{};  // AWS does answer so
  row->Definition.stages.clear();
  plan_polls(call, *row);
  auto erase_all = [&](const RawTable& table, auto&& key_of) {
    table.scan(call.txn(), call.space(), {.prefix = {in.name}},
               [&](const std::vector<std::string>& key, std::string_view) {
                 table.erase(call.txn(), call.space(), key_of(key));
                 return true;
               });
  };
  auto number = [](const std::string& text) { return parse_int(text).value_or(0); };
  erase_all(kVersions.raw(), [&](auto& k) { return Key{k[0], number(k[1])}; });
  erase_all(kExecutions.raw(), [&](auto& k) { return Key{k[0], number(k[1])}; });
  erase_all(kExecutionNumbers.raw(), [&](auto& k) { return Key{k[0], k[1]}; });
  erase_all(kTokens.raw(), [&](auto& k) { return Key{k[0], k[1]}; });
  erase_all(kPastActions.raw(), [&](auto& k) { return Key{k[0], number(k[1]), k[2], k[3], k[4]}; });
  kPipelines.erase(call.txn(), call.space(), {in.name});
  return DeletePipelineOutput{};
}

Result<ListPipelinesOutput> list_pipelines(Call& call, const ListPipelinesInput& in) {
  ListPipelinesOutput out;
  size_t most = in.maxResults ? static_cast<size_t>(*in.maxResults) : kMostPipelines;
  ScanOptions options;
  if (in.nextToken) options.after = {*in.nextToken};
  kPipelines.each(call.txn(), call.space(), options, [&](const auto& key, const PipelineRow& row) {
    if (out.pipelines.size() == most) {
      out.nextToken = *out.pipelines.back().name;
      return false;
    }
    out.pipelines.push_back({key[0], row.Version, row.Definition.pipelineType,
                             row.Definition.executionMode, row.Created, row.Updated});
    return true;
  });
  return out;
}

Result<TagResourceOutput> tag_resource(Call& call, const TagResourceInput& in) {
  auto [name, row] = TRY(by_arn(call, in.resourceArn));
  for (auto& tag : in.tags) {
    std::erase_if(row.Tags, [&](auto& old) { return old.key == tag.key; });
    row.Tags.push_back(tag);
  }
  TRY(check_tags(call, in.tags));
  if (row.Tags.size() > kMostTags)
    return errors::TooManyTagsException("The tags limit for a resource has been exceeded.");
  kPipelines.put(call.txn(), call.space(), {name}, row);
  return TagResourceOutput{};
}

Result<UntagResourceOutput> untag_resource(Call& call, const UntagResourceInput& in) {
  auto [name, row] = TRY(by_arn(call, in.resourceArn));
  std::erase_if(row.Tags, [&](auto& tag) { return std::ranges::count(in.tagKeys, tag.key) > 0; });
  kPipelines.put(call.txn(), call.space(), {name}, row);
  return UntagResourceOutput{};
}

Result<ListTagsForResourceOutput> list_tags_for_resource(Call& call,
                                                         const ListTagsForResourceInput& in) {
  auto [name, row] = TRY(by_arn(call, in.resourceArn));
  return ListTagsForResourceOutput{.tags = row.Tags};
}

}  // namespace drydock::codepipeline
