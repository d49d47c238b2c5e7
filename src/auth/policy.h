// Policy documents: parse and hold them ready for evaluation. Pure.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace drydock {

// What a document is used for; each has its own grammar rules.
enum class PolicyUse {
  kIdentity,
  kResource,
  kTrust,
  kBoundary,
  kSession,
  kServiceControl,
  kResourceControl
};

// A parsed document. Immutable, shared between threads.
class Policy;
using PolicyPtr = std::shared_ptr<const Policy>;

// Faults are MalformedPolicyDocument with AWS's text (and line and column where it is no JSON). At
// most 131072 bytes.
Result<PolicyPtr> parse_policy(std::string_view document, PolicyUse use);

}  // namespace drydock
