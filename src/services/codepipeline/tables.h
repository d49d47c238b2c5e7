// Every table of CodePipeline.
#pragma once

#include "gen/codepipeline.h"
#include "store/table.h"

namespace drydock::codepipeline {

inline const Table<PipelineRow> kPipelines{"codepipeline.pipeline"};        // {name}
inline const Table<PipelineDeclaration> kVersions{"codepipeline.version"};  // {name, version}
inline const Table<ExecutionRow> kExecutions{"codepipeline.execution"};     // {name, number}
inline const Table<Value> kExecutionNumbers{"codepipeline.execution-id"};   // {name, id} -> number
inline const Table<std::string> kTokens{
    "codepipeline.token"};  // {name, client request token} -> execution id
inline const Table<PastActionRow> kPastActions{
    "codepipeline.past-action"};  // {name, number, stage, action, action execution id}
inline const Table<JobRow> kJobs{"codepipeline.job"};  // {job id}: Lambda actions in flight

}  // namespace drydock::codepipeline
