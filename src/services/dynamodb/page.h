// One page of Query or Scan: what is read (a range of stored keys), what is kept, and where it
// stopped.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "services/dynamodb/bound.h"
#include "services/dynamodb/item_store.h"

namespace drydock::dynamodb {

// The members that Query and Scan share, by reference.
struct ReadFields {
  enum class Kind { kQuery, kScan } kind = Kind::kQuery;
  const Text* index_name = nullptr;
  const Text* select = nullptr;
  const std::optional<std::vector<std::string>>* attributes_to_get = nullptr;
  const Text* projection = nullptr;
  const Text* filter = nullptr;
  const Text* key_condition = nullptr;   // Query
  const Value* legacy_keys = nullptr;    // Query: KeyConditions
  const Value* legacy_filter = nullptr;  // QueryFilter, ScanFilter
  const Text* conditional_operator = nullptr;
  const Value* names = nullptr;
  const Value* values = nullptr;
  bool consistent = false;
};

// What the request alone decides.
struct ReadPlan {
  Substitutions substitutions;
  std::optional<BoundCondition> key_condition, filter;
  std::optional<Projection> projection;
  std::string select;  // never empty
  std::string filter_parameter;
};
Result<ReadPlan> plan_read(const ReadFields& fields);
// Checks that need the schema; `index` is null for the table itself. True: the index alone has not
// all that is wanted, whole items are fetched from the table (local indexes only).
Result<bool> check_index_use(const ReadFields& fields, const ReadPlan& plan, const Schema& schema,
                             const IndexSchema* index);
Result<const IndexSchema*> find_index(const Schema& schema, const Text& name);

struct Range {
  std::string begin, end;  // stored keys
  Txn::Order order = Txn::Order::kForward;
};
// Moves the begin (or the end, in reverse) behind ExclusiveStartKey.
Result<void> start_after(Range& range, const Schema& schema, const IndexSchema* index,
                         const Value& start_key, ReadFields::Kind kind);

struct Page {
  std::vector<Value> items;
  int64_t count = 0, scanned = 0;
  std::optional<Value> last_key;
  Consumed consumed;
};
struct PageOptions {
  std::optional<int64_t> limit;
  bool fetch_whole_items = false;
  Reads mode = Reads::kEventual;
};
Page read_page(Txn& txn, const Schema& schema, const IndexSchema* index, const Range& range,
               const ReadPlan& plan, const PageOptions& options);

inline constexpr size_t kMaxPageBytes = 1 << 20;

}  // namespace drydock::dynamodb
