#include "services/cloudformation/engine/run.h"

#include <algorithm>

#include "services/cloudformation/engine/history.h"
#include "services/cloudformation/engine/identity.h"

namespace drydock::cloudformation {

namespace {

constexpr int64_t kSessionMs = 30 * 60 * 1000;  // half of what a role session lasts
constexpr int64_t kPauseMinMs = 15, kPauseMaxMs = 2000;

}  // namespace

std::optional<Client> Sessions::find(const std::string& key, Timestamp now) {
  std::lock_guard lock(mutex_);
  auto found = clients_.find(key);
  if (found == clients_.end() || found->second.second <= now) return std::nullopt;
  return found->second.first;
}

void Sessions::keep(const std::string& key, Client client, Timestamp now) {
  std::lock_guard lock(mutex_);
  clients_.insert_or_assign(key, std::pair(std::move(client), now + kSessionMs));
}

void Sessions::drop(const std::string& key) {
  std::lock_guard lock(mutex_);
  clients_.erase(key);
}

StackRun::StackRun(Server& server, Sessions& sessions, Space space, std::string uuid)
    : server_(server), sessions_(sessions), space_(std::move(space)), uuid_(std::move(uuid)) {}

bool StackRun::load() {
  auto txn = server_.engine().begin_read();
  auto stack = kStacks.get(*txn, space_, {uuid_});
  if (!stack || !stack->Operation) return false;
  stack_ = std::move(*stack);
  rows_.clear();
  for (auto& row : kResources.scan(*txn, space_, {.prefix = {uuid_}}))
    rows_.emplace(row.LogicalId, std::move(row));
  const std::string& phase = stack_.Operation->Phase;
  if (phase == "create" || phase == "update") {
    auto text = kTemplates.get(*txn, space_, {uuid_, "next"});
    auto parsed =
        text ? read_checked_template(*text) : fault("ValidationError", "The template is gone.");
    if (parsed) template_ = std::move(*parsed);
  }
  return true;
}

void StackRun::write(const Change& change) {
  StackRow fresh;
  auto done = server_.work_in(AccountId{space_.account}, Region{space_.region}, "cloudformation",
                              [&](Call& call) -> Result<void> {
                                auto stack = kStacks.get(call.txn(), space_, {uuid_});
                                if (!stack)
                                  return fault("InternalFailure", "The stack is gone.", 500);
                                fresh = std::move(*stack);
                                change(call, fresh);
                                kStacks.put(call.txn(), space_, {uuid_}, fresh);
                                return {};
                              });
  if (!done) throw Lost{};
  stack_ = std::move(fresh);
}

void StackRun::save(ResourceRow& row) {
  row.Updated = server_.clock().now();
  write([&](Call& call, StackRow& stack) {
    kResources.put(call.txn(), space_, {uuid_, row.LogicalId}, row);
    const Value* shown = row.Next ? &*row.Next : row.Properties ? &*row.Properties : nullptr;
    add_resource_event(call, space_, stack, row, shown && !shown->is_null() ? to_json(*shown) : "");
  });
  rows_[row.LogicalId] = row;
}

void StackRun::save_quietly(const ResourceRow& row) {
  write([&](Call& call, StackRow&) {
    kResources.put(call.txn(), space_, {uuid_, row.LogicalId}, row);
  });
  rows_[row.LogicalId] = row;
}

void StackRun::set_status(std::string status, std::string reason, const Change& also) {
  write([&](Call& call, StackRow& stack) {
    if (also) also(call, stack);
    set_stack_status(call, space_, stack, status, reason);
  });
}

void StackRun::end(std::string status, std::string reason) {
  write([&](Call& call, StackRow& stack) {
    set_stack_status(call, space_, stack, status, reason);
    stack.Operation.reset();
    kTemplates.erase(call.txn(), space_, {uuid_, "next"});
  });
  sessions_.drop(uuid_);
}

Result<void> StackRun::open_client() {
  Timestamp now = server_.clock().now();
  client_ = sessions_.find(uuid_, now);
  if (client_) return {};
  client_ =
      TRY(stack_client(server_, Region{space_.region}, space_.account, stack_.StackId,
                       stack_.RoleARN.value_or(""), stack_.Operation->Caller.value_or(Value())));
  sessions_.keep(uuid_, *client_, now);
  return {};
}

// Polls come quickly at first and more rarely the longer a thing takes.
Next StackRun::pause(const std::vector<Timestamp>& begun) const {
  Timestamp now = server_.clock().now();
  int64_t wait_ms = kPauseMaxMs;
  for (Timestamp t : begun)
    wait_ms = std::min(wait_ms, std::clamp((now.ms - t.ms) / 5, kPauseMinMs, kPauseMaxMs));
  return Next::again(now + wait_ms);
}

Next StackRun::step() {
  try {
    if (!load()) return Next::done();
    const std::string phase = stack_.Operation->Phase;
    if (auto open = open_client(); !open && phase != "ended") {
      // Without its role a stack can do nothing at all; it stops where it is, as on AWS.
      const std::string& why = open.error().message;
      if (phase == "create")
        end("ROLLBACK_FAILED", why);
      else if (phase == "update" || phase == "update-rollback")
        end("UPDATE_ROLLBACK_FAILED", why);
      else if (phase == "cleanup")
        end("UPDATE_COMPLETE", why);
      else if (phase == "rollback-cleanup")
        end("UPDATE_ROLLBACK_COMPLETE", why);
      else
        end(phase == "rollback" ? "ROLLBACK_FAILED" : "DELETE_FAILED", why);
      return Next::done();
    }
    if (phase == "create" || phase == "update") return forward();
    if (phase == "cleanup" || phase == "rollback-cleanup") return remove_leftovers();
    if (phase == "update-rollback") return roll_update_back();
    return remove_all();
  } catch (const Lost&) {
    return Next::done();
  }
}

}  // namespace drydock::cloudformation
