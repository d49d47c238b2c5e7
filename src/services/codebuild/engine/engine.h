// The build engine: runs the builds that rows and jobs describe.
#pragma once

#include <string>

#include "api/call.h"
#include "api/registry.h"
#include "gen/codebuild.h"

namespace drydock::codebuild {

// The job kind, the door of container credentials, and what ends builds when the server stops.
void register_engine(Registry& registry);

// A running build looks at its row and stops, when that asks for it. Any thread.
void interrupt_build(const std::string& build_arn);

// "CodeBuild Build State Change" of this build as it is now.
void emit_build_state(Call& call, const Build& build);
void emit_phase_change(Call& call, const Build& build, const BuildPhase& completed);

}  // namespace drydock::codebuild
