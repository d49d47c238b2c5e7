// The stored rows of Parameter Store.
#pragma once

#include "gen/ssm.h"
#include "store/table.h"

namespace drydock::ssm {

inline const Table<ParameterRow> kParameters{"ssm.parameter"};  // {name}
inline const Table<VersionRow> kVersions{"ssm.version"};        // {name, version}

}  // namespace drydock::ssm
