// #{namespace.key} in an action's configuration. Pure.
#pragma once

#include "base/result.h"
#include "gen/codepipeline.h"

namespace drydock::codepipeline {

// The configuration with every variable replaced. A fault names the first that cannot be resolved.
Result<Map<std::string>> resolve_configuration(const Map<std::string>& configuration,
                                               const PipelineDeclaration& definition,
                                               const ExecutionRow& execution);

}  // namespace drydock::codepipeline
