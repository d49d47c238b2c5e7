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

// Where something stands in a document. Lines and columns start at 1; the end is behind the last
// character, as iam:Simulate… has it. All 0: unknown.
struct SourceRange {
  int line = 0, column = 0, end_line = 0, end_column = 0;
};

// Faults are MalformedPolicyDocument with AWS's text (and line and column where it is no JSON). At
// most 131072 bytes.
Result<PolicyPtr> parse_policy(std::string_view document, PolicyUse use);

// The same for a document that was accepted before and is read for every request: parsed once, by
// content. Null when it is no such document. Thread-safe.
PolicyPtr compiled_policy(const std::string& document, PolicyUse use);

// The document as it was given.
std::string_view source_of(const Policy& policy);

}  // namespace drydock
