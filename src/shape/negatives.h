// Malformed inputs of an operation, made from its tables: what every served operation must refuse,
// and how.
#pragma once

#include <string>
#include <vector>

#include "shape/service.h"

namespace drydock {

struct Negative {
  std::string what;      // "tags.1.member.key: missing"
  Value input;           // malformed in this one place; elsewhere as good as the tables allow
  std::string code;      // of the fault
  std::string contains;  // part of its message
};

// A missing required member, each limit exceeded, a wrong kind: for each member down to a few
// levels.
std::vector<Negative> negatives_of(const Operation& operation);

// A value that has all that is required and keeps lengths, ranges and enums. Patterns may not hold.
Value sample_of(const Shape& shape);

}  // namespace drydock
