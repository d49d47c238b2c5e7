#include "services/dynamodb/capacity.h"

#include <algorithm>
#include <cstddef>

namespace drydock::dynamodb {

double Consumed::total() const {
  double sum = table;
  for (const auto& [name, units] : local_indexes) sum += units;
  for (const auto& [name, units] : global_indexes) sum += units;
  return sum;
}

void Consumed::add(const Consumed& other) {
  table += other.table;
  for (const auto& [name, units] : other.local_indexes) local_indexes[name] += units;
  for (const auto& [name, units] : other.global_indexes) global_indexes[name] += units;
}

double read_units(size_t bytes, Reads mode) {
  auto blocks = static_cast<double>(std::max<size_t>(1, (bytes + 4095) / 4096));
  return mode == Reads::kEventual ? blocks / 2 : mode == Reads::kConsistent ? blocks : blocks * 2;
}

double write_units(size_t bytes) {
  return static_cast<double>(std::max<size_t>(1, (bytes + 1023) / 1024));
}

std::optional<Value> describe_capacity(const Consumed& consumed, std::string_view table_name,
                                       const std::optional<std::string>& mode, CapacityKind kind) {
  if (!mode || *mode == "NONE") return std::nullopt;
  auto units = [&](double count) {
    Value out = Value::object({{"CapacityUnits", count}});
    if (kind == CapacityKind::kTransactionalRead) out.set("ReadCapacityUnits", count);
    if (kind == CapacityKind::kTransactionalWrite) out.set("WriteCapacityUnits", count);
    return out;
  };
  Value out = units(consumed.total());
  out.set("TableName", std::string(table_name));
  if (*mode != "INDEXES") return out;
  out.set("Table", units(consumed.table));
  auto indexes = [&](const char* member, const std::map<std::string, double>& all) {
    if (all.empty()) return;
    Value described = Value::object();
    for (const auto& [name, count] : all) described.set(name, units(count));
    out.set(member, std::move(described));
  };
  indexes("LocalSecondaryIndexes", consumed.local_indexes);
  indexes("GlobalSecondaryIndexes", consumed.global_indexes);
  return out;
}

}  // namespace drydock::dynamodb
