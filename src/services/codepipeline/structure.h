// What a pipeline's declaration must satisfy beyond its shape, in AWS's words. Pure.
#pragma once

#include <string_view>

#include "base/result.h"
#include "gen/codepipeline.h"

namespace drydock::codepipeline {

Result<void> check_structure(const PipelineDeclaration& pipeline, std::string_view region);

}  // namespace drydock::codepipeline
