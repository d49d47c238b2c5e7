#include "api/decisions.h"

#include "store/table.h"

namespace drydock {

namespace {
constexpr Table<Value> kDenies{"api.deny"};                 // [number] -> explanation
constexpr Table<std::string> kByRequest{"api.deny-by-id"};  // [id, number] -> ""
const Space kInstallation{};
}  // namespace

void Decisions::load(Txn& txn) {
  if (loaded_) return;
  loaded_ = true;
  kDenies.each(txn, kInstallation, {.limit = 1, .order = Txn::Order::kReverse},
               [&](const std::vector<std::string>& key, const Value&) {
                 next_ = std::stoull(key.at(0)) + 1;
                 return false;
               });
}

void Decisions::record_deny(const std::string& request_id, const std::string& authorization_id,
                            Timestamp now, Value explanation) {
  explanation.set("requestId", request_id);
  explanation.set("authorizationId", authorization_id);
  explanation.set("time", to_iso8601_ms(now));
  std::lock_guard lock(mutex_);
  auto txn = engine_.begin();
  load(*txn);
  const auto number = static_cast<int64_t>(next_++);
  kDenies.put(*txn, kInstallation, {number}, explanation);
  kByRequest.put(*txn, kInstallation, {request_id, number}, "");
  kByRequest.put(*txn, kInstallation, {authorization_id, number}, "");
  if (number >= static_cast<int64_t>(kKeptDenies)) {
    const int64_t old = number - static_cast<int64_t>(kKeptDenies);
    if (auto gone = kDenies.get(*txn, kInstallation, {old})) {
      kByRequest.erase(*txn, kInstallation, {(*gone)["requestId"].string_or(""), old});
      kByRequest.erase(*txn, kInstallation, {(*gone)["authorizationId"].string_or(""), old});
      kDenies.erase(*txn, kInstallation, {old});
    }
  }
  [[maybe_unused]] bool committed = txn->commit();  // sole writer, under the mutex
}

void Decisions::record_allow(const std::string& principal, std::string_view action,
                             std::string_view resource) {
  std::lock_guard lock(mutex_);
  Use use{principal, std::string(action), std::string(resource)};
  auto found = uses_.find(use);
  if (found != uses_.end())
    ++found->second;
  else if (uses_.size() < kKeptAllows)
    uses_.emplace(std::move(use), 1);
}

std::vector<Value> Decisions::find(std::string_view id) {
  auto txn = engine_.begin_read();
  std::vector<Value> found;
  kByRequest.each(*txn, kInstallation, {.prefix = {id}, .order = Txn::Order::kReverse},
                  [&](const std::vector<std::string>& key, const std::string&) {
                    if (auto deny = kDenies.get(*txn, kInstallation,
                                                {static_cast<int64_t>(std::stoll(key.at(1)))}))
                      found.push_back(std::move(*deny));
                    return true;
                  });
  return found;
}

std::vector<Value> Decisions::denies_since(Timestamp since, size_t limit) {
  auto txn = engine_.begin_read();
  const std::string from = to_iso8601_ms(since);
  std::vector<Value> found;
  kDenies.each(*txn, kInstallation, {.order = Txn::Order::kReverse},
               [&](const std::vector<std::string>&, Value deny) {
                 if (deny["time"].string_or("") < from || found.size() >= limit) return false;
                 found.push_back(std::move(deny));
                 return true;
               });
  return found;
}

Value Decisions::used_permissions(std::string_view principal) {
  std::lock_guard lock(mutex_);
  Value list = Value::list();
  for (const auto& [use, count] : uses_)
    if (principal.empty() || use.principal == principal)
      list.push_back(Value::object({{"principal", use.principal},
                                    {"action", use.action},
                                    {"resource", use.resource},
                                    {"count", static_cast<int64_t>(count)}}));
  return list;
}

void Decisions::clear() {
  std::lock_guard lock(mutex_);
  uses_.clear();
  next_ = 0;
}

}  // namespace drydock
