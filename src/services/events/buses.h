// Which bus a request means, and the names of buses and rules.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/call.h"
#include "services/events/tables.h"

namespace drydock::events {

struct BusRef {
  std::string account, region, name;
  Space space() const { return {account, region}; }
  std::string arn() const;
  std::string rule_arn(std::string_view rule) const;
};

// From a name or an ARN; absent: the default bus. Does not look whether it is there.
BusRef bus_of(Call& call, const std::optional<std::string>& name_or_arn);
bool bus_exists(Txn& txn, const BusRef& bus);
// The bus of an operation on rules: must be there and in the caller's account and region.
Result<BusRef> own_bus(Call& call, const std::optional<std::string>& name_or_arn);
// The rule that an ARN names.
std::optional<std::pair<BusRef, std::string>> rule_of_arn(std::string_view text);

// Pages: the token is the last name given.
size_t page_limit(const std::optional<int64_t>& limit);

}  // namespace drydock::events
