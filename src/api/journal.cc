#include "api/journal.h"

#include <algorithm>
#include <functional>

#include "api/server_impl.h"
#include "base/text.h"
#include "store/table.h"

namespace drydock {

namespace {

constexpr Table<std::string> kWorks{"api.work"};     // [number] -> the work's name
constexpr Table<Value> kWorkCalls{"api.work-call"};  // [number of the work, of the call] -> row

uint64_t hash_of(std::string_view role, const QuestionView& q, bool allowed) {
  uint64_t hash = allowed ? 1 : 2;
  std::string_view via;
  if (!q.caller.called_via.empty()) via = q.caller.called_via.back();
  for (std::string_view text : {role, q.action, q.resource, via})
    hash = (hash ^ std::hash<std::string_view>{}(text)) * 0x9E3779B97F4A7C15ull + 1;
  return hash;
}

uint64_t hash_of(const Value& row) {
  uint64_t hash = row["outcome"].string_or("") == "allowed" ? 1 : 2;
  for (const char* member : {"role", "action", "resource", "via"})
    hash =
        (hash ^ std::hash<std::string_view>{}(row[member].string_or(""))) * 0x9E3779B97F4A7C15ull +
        1;
  return hash;
}

// "aws-cli/1.22.34" of a whole User-Agent.
std::string_view client_of(std::string_view user_agent) {
  return user_agent.substr(0, user_agent.find(' '));
}

}  // namespace

void Journal::begin(std::string_view access_key_id, std::string_view work, std::string_view parent,
                    Tie tie) {
  if (access_key_id.empty() || work.empty()) return;
  std::lock_guard lock(mutex_);
  auto [at, is_new] = sessions_.try_emplace(std::string(access_key_id));
  at->second = {std::string(work), std::string(parent), tie};
  if (!is_new) return;
  keys_.push_back(at->first);
  if (keys_.size() > kKeptKeys) {
    sessions_.erase(keys_.front());
    keys_.pop_front();
  }
  generation_.fetch_add(1, std::memory_order_release);
}

void Journal::follow(const Caller& parent, std::string_view access_key_id, Tie tie) {
  std::string work;
  {
    std::lock_guard lock(mutex_);
    auto found = sessions_.find(parent.access_key_id);
    if (found == sessions_.end()) return;
    work = found->second.work;
  }
  begin(access_key_id, work, parent.principal.arn, tie);
}

void Journal::end(std::string_view access_key_id) {
  std::lock_guard lock(mutex_);
  auto found = sessions_.find(std::string(access_key_id));
  if (found == sessions_.end()) return;
  std::erase(keys_, found->first);
  sessions_.erase(found);
  generation_.fetch_add(1, std::memory_order_release);
}

bool Journal::knows(const Caller& caller) {
  // Only temporary credentials are followed.
  if (!caller.principal.issued || caller.access_key_id.empty()) return false;
  struct Last {
    const Journal* journal = nullptr;
    uint64_t generation = 0;
    std::string key;
    bool known = false;
  };
  thread_local Last last;
  const uint64_t generation = generation_.load(std::memory_order_acquire);
  if (last.journal == this && last.generation == generation && last.key == caller.access_key_id)
    return last.known;
  std::lock_guard lock(mutex_);
  last = {this, generation, caller.access_key_id, sessions_.contains(caller.access_key_id)};
  return last.known;
}

Journal::Work& Journal::work_of(const std::string& name) {
  for (auto& work : held_)
    if (work->name == name) return *work;
  auto work = std::make_unique<Work>();
  work->name = name;
  if (auto known = numbers_.find(name); known != numbers_.end()) {
    auto txn = engine_.begin_read();
    kWorkCalls.each(*txn, kInstallation, {.prefix = {known->second}},
                    [&](const std::vector<std::string>&, Value row) {
                      work->by_hash[hash_of(row)] = work->calls.size();
                      const int64_t count = row["count"].int_or(1);
                      work->calls.push_back({std::move(row), count, false});
                      return true;
                    });
  }
  held_.push_back(std::move(work));
  return *held_.back();
}

void Journal::note(const QuestionView& q, Outcome outcome, std::string_view authorization_id) {
  const bool allowed = outcome == Outcome::kAllowed;
  std::lock_guard lock(mutex_);
  auto found = sessions_.find(q.caller.access_key_id);
  if (found == sessions_.end()) return;
  Work& work = work_of(found->second.work);
  const std::string_view role = acting_principal(q.caller.principal);
  auto [at, is_new] = work.by_hash.try_emplace(hash_of(role, q, allowed), work.calls.size());
  if (is_new) {
    if (work.calls.size() >= kMostCalls) {
      work.by_hash.erase(at);
      return;
    }
    Value row = Value::object({{"principal", q.caller.principal.arn},
                               {"role", role},
                               {"action", q.action},
                               {"resource", q.resource},
                               {"outcome", allowed ? "allowed" : "denied"},
                               {"first", to_iso8601_ms(q.time)}});
    if (const std::string& parent = found->second.parent; !parent.empty())
      row.set(found->second.tie == Tie::kAssumedBy ? "assumedBy" : "invokedBy", parent);
    if (outcome == Outcome::kLetPass) row.set("passed", true);
    if (!q.caller.called_via.empty()) row.set("via", q.caller.called_via.back());
    if (const auto client = client_of(q.caller.user_agent); !client.empty())
      row.set("client", client);
    work.calls.push_back({std::move(row)});
  }
  Called& called = work.calls[at->second];
  ++called.count;
  called.dirty = true;
  called.row.set("count", called.count);
  called.row.set("last", to_iso8601_ms(q.time));
  called.row.set("requestId", q.request_id);
  if (!authorization_id.empty()) called.row.set("authorizationId", authorization_id);
}

Value Journal::calls_of(std::string_view work) {
  std::lock_guard lock(mutex_);
  Value list = Value::list();
  for (const auto& held : held_)
    if (held->name == work) {
      for (const Called& called : held->calls) list.push_back(called.row);
      return list;
    }
  auto number = numbers_.find(std::string(work));
  if (number == numbers_.end()) return list;
  auto txn = engine_.begin_read();
  kWorkCalls.each(*txn, kInstallation, {.prefix = {number->second}},
                  [&](const std::vector<std::string>&, Value row) {
                    list.push_back(std::move(row));
                    return true;
                  });
  return list;
}

std::vector<std::string> Journal::works_with(std::string_view prefix) {
  std::lock_guard lock(mutex_);
  std::vector<std::pair<int64_t, std::string>> found;
  for (const auto& [name, number] : numbers_)
    if (name.starts_with(prefix)) found.emplace_back(number, name);
  for (const auto& work : held_)
    if (work->name.starts_with(prefix) && !numbers_.contains(work->name))
      found.emplace_back(INT64_MAX, work->name);
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> names;
  for (auto& [number, name] : found) names.push_back(std::move(name));
  return names;
}

void Journal::load() {
  std::lock_guard lock(mutex_);
  auto txn = engine_.begin_read();
  kWorks.each(*txn, kInstallation, {},
              [&](const std::vector<std::string>& key, const std::string& name) {
                const int64_t number = parse_int(key.at(0)).value_or(0);
                numbers_[name] = number;
                next_number_ = std::max(next_number_, number + 1);
                return true;
              });
}

void Journal::write(Txn& txn, Work& work) {
  auto [at, is_new] = numbers_.try_emplace(work.name, next_number_);
  if (is_new) {
    ++next_number_;
    kWorks.put(txn, kInstallation, {at->second}, work.name);
  }
  for (size_t i = 0; i < work.calls.size(); ++i)
    if (std::exchange(work.calls[i].dirty, false))
      kWorkCalls.put(txn, kInstallation, {at->second, static_cast<int64_t>(i)}, work.calls[i].row);
}

void Journal::flush() {
  std::lock_guard flushing(flush_mutex_);
  std::lock_guard lock(mutex_);
  std::unique_ptr<Txn> txn;
  for (auto& work : held_) {
    if (std::none_of(work->calls.begin(), work->calls.end(),
                     [](const Called& called) { return called.dirty; }))
      continue;
    if (!txn) txn = engine_.begin();
    write(*txn, *work);
  }
  while (txn && numbers_.size() > kKeptWork) {
    const auto oldest =
        std::min_element(numbers_.begin(), numbers_.end(),
                         [](const auto& a, const auto& b) { return a.second < b.second; });
    const int64_t number = oldest->second;
    std::erase_if(held_, [&](const auto& work) { return work->name == oldest->first; });
    numbers_.erase(oldest);
    kWorks.erase(*txn, kInstallation, {number});
    for (int64_t i = 0; i < static_cast<int64_t>(kMostCalls); ++i) {
      if (!kWorkCalls.contains(*txn, kInstallation, {number, i})) break;
      kWorkCalls.erase(*txn, kInstallation, {number, i});
    }
  }
  if (txn) (void)txn->commit();  // sole writer of these rows
  while (held_.size() > kHeldWork) held_.pop_front();
}

void Journal::clear() {
  std::lock_guard flushing(flush_mutex_);
  std::lock_guard lock(mutex_);
  sessions_.clear();
  keys_.clear();
  held_.clear();
  numbers_.clear();
  next_number_ = 0;
  generation_.fetch_add(1, std::memory_order_release);
}

WorksThrough::WorksThrough(Server& server, const Caller& served, std::string access_key_id) {
  Journal& journal = static_cast<ServerImpl&>(server).journal();
  if (!journal.knows(served)) return;
  server_ = &server;
  access_key_id_ = std::move(access_key_id);
  journal.follow(served, access_key_id_, Journal::Tie::kInvokedBy);
}

WorksThrough::~WorksThrough() {
  if (server_) static_cast<ServerImpl&>(*server_).journal().end(access_key_id_);
}

void works_for(Server& server, const Caller& session, std::string_view work) {
  static_cast<ServerImpl&>(server).journal().begin(session.access_key_id, work);
}

}  // namespace drydock
