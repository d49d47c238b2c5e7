// `drydock rehearse --least-privilege`: the rehearsal again with the policies that were generated
// from it and those alone, and without each of their statements.
#pragma once

#include <string>

#include "base/value.h"
#include "main/commands.h"
#include "main/rehearse/report.h"
#include "main/rehearse/spec.h"

namespace drydock::rehearse {

enum class Minimal { kReplayed, kRehearsed };

// After a rehearsal that began at `since`, in which `denied_before` was denied (explanations), and
// that was cleaned up. Reports itself; false when the policies do not do or one of their statements
// is not needed.
bool prove_least_privilege(const Endpoint& endpoint, const Spec& spec, Report& report,
                           const std::string& since, const Value& denied_before, Minimal minimal,
                           const std::string& policies_file);

}  // namespace drydock::rehearse
