// Consumed capacity units, counted and written as AWS does.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/value.h"

namespace drydock::dynamodb {

struct Consumed {
  double table = 0;
  std::map<std::string, double> local_indexes, global_indexes;
  double total() const;
  void add(const Consumed& other);
};

enum class Reads { kEventual, kConsistent, kTransactional };
enum class Writes { kStandard, kTransactional };

double read_units(size_t bytes, Reads mode);  // at least one step: 0.5, 1 or 2
double write_units(size_t bytes);             // at least 1

// The ConsumedCapacity member, or nothing when it was not asked for. `mode` is
// ReturnConsumedCapacity.
enum class CapacityKind { kPlain, kTransactionalRead, kTransactionalWrite };
std::optional<Value> describe_capacity(const Consumed& consumed, std::string_view table_name,
                                       const std::optional<std::string>& mode,
                                       CapacityKind kind = CapacityKind::kPlain);

}  // namespace drydock::dynamodb
