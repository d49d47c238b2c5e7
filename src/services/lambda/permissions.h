// What IAM must know of functions: their resource policies and tags.
#pragma once

#include <optional>

#include "api/registry.h"

namespace drydock::lambda {

std::optional<ResourceFacts> function_facts(Txn& txn, const Arn& arn);

}  // namespace drydock::lambda
