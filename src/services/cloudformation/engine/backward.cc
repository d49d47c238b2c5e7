// Rollback, clean-up and deletion: everything goes in the reverse order of dependency.
#include <algorithm>

#include "base/text.h"
#include "services/cloudformation/engine/history.h"
#include "services/cloudformation/engine/run.h"

namespace drydock::cloudformation {

namespace {

bool is_gone(const ResourceRow& row) {
  return row.Status == "DELETE_COMPLETE" || row.Status == "DELETE_SKIPPED";
}

}  // namespace

Next StackRun::remove_all() {
  const RunningOperation op = *stack_.Operation;
  bool rollback = op.Phase == "rollback";
  auto retained = [&](const ResourceRow& row) {
    if (op.Retain && std::ranges::find(*op.Retain, row.LogicalId) != op.Retain->end()) return true;
    return row.DeletionPolicy == "Retain" ||
           (row.DeletionPolicy == "RetainExceptOnCreate" && !rollback);
  };
  for (;;) {
    std::vector<Deletable> items;
    for (const auto& [id, row] : rows_) {
      auto state = is_gone(row) ? PlanItem::State::kDone
                   : row.Status == "DELETE_FAILED" && row.Round == stack_.Round
                       ? PlanItem::State::kFailed
                   : row.Step == "delete" ? PlanItem::State::kRunning
                                          : PlanItem::State::kWaiting;
      items.push_back({id, id, row.References.value_or(std::vector<std::string>{}), state});
    }
    Plan plan = next_of(deletion_plan(items));
    if (plan.finished || plan.stuck) {
      removal_done(plan.failed);
      return Next::done();
    }
    if (server_.jobs().stopping()) return Next::again(server_.clock().now());
    bool moved = false;
    Store store = [this](ResourceRow& row) {
      if (row.Status != "DELETE_IN_PROGRESS") row.Round = stack_.Round;
      save(row);
    };
    auto& todo = plan.start;
    todo.insert(todo.end(), plan.running.begin(), plan.running.end());
    for (const std::string& id : todo) {
      ResourceRow row = rows_.at(id);
      if (retained(row) && row.Step != "delete" && !row.PhysicalId.value_or("").empty()) {
        row.Status = "DELETE_SKIPPED";
        row.StatusReason.reset();
        row.Round = stack_.Round;
        save(row);
        moved = true;
        continue;
      }
      bool done = remove(row, store);
      if (!done) save_quietly(row);
      moved = moved || done;
    }
    if (moved) continue;
    std::vector<Timestamp> begun;
    for (const auto& [id, row] : rows_)
      if (row.Step && row.Begun) begun.push_back(*row.Begun);
    return pause(begun);
  }
}

void StackRun::removal_done(const std::vector<std::string>& failed) {
  bool rollback = stack_.Operation->Phase == "rollback";
  if (!failed.empty())
    return end(rollback ? "ROLLBACK_FAILED" : "DELETE_FAILED",
               "The following resource(s) failed to delete: [" + join(failed, ", ") + "]. ");
  if (rollback) return end("ROLLBACK_COMPLETE");
  write([&](Call& call, StackRow& stack) {
    Txn& txn = call.txn();
    stack.Deleted = call.now();
    set_stack_status(call, space_, stack, "DELETE_COMPLETE", "");
    stack.Operation.reset();
    stack.StatusReason.reset();
    if (kStackNames.get(txn, space_, {stack.StackName}) == stack.Uuid)
      kStackNames.erase(txn, space_, {stack.StackName});
    std::vector<std::string> names, imports;
    kExports.each(txn, space_, {}, [&](const auto&, const ExportRow& row) {
      if (row.StackId == stack.StackId) names.push_back(row.Name);
      return true;
    });
    for (const std::string& name : names) kExports.erase(txn, space_, {name});
    kImports.each(txn, space_, {}, [&](const auto& key, const std::string&) {
      if (key[1] == stack.StackName) imports.push_back(key[0]);
      return true;
    });
    for (const std::string& name : imports) kImports.erase(txn, space_, {name, stack.StackName});
    std::vector<std::string> sets;
    kChangeSets.each(txn, space_, {.prefix = {stack.Uuid}},
                     [&](const auto&, const ChangeSetRow& row) {
                       sets.push_back(row.Name);
                       return true;
                     });
    for (const std::string& name : sets) {
      kChangeSets.erase(txn, space_, {stack.Uuid, name});
      kTemplates.erase(txn, space_, {stack.Uuid, "set:" + name});
    }
    kTemplates.erase(txn, space_, {stack.Uuid, "next"});
    for (const auto& table : {kSignals.raw(), kAnswers.raw()}) {
      std::vector<std::vector<std::string>> keys;
      table.scan(txn, space_, {.prefix = {stack.Uuid}}, [&](const auto& key, std::string_view) {
        keys.push_back(key);
        return true;
      });
      for (const auto& key : keys) table.erase(txn, space_, {key[0], key[1], key[2]});
    }
  });
  sessions_.drop(uuid_);
}

Next StackRun::remove_leftovers() {
  bool rollback = stack_.Operation->Phase == "rollback-cleanup";
  std::map<std::string, LeftoverRow> leftovers;
  {
    auto txn = server_.engine().begin_read();
    for (auto& row : kLeftovers.scan(*txn, space_, {.prefix = {uuid_}}))
      leftovers.emplace(std::to_string(row.Number), std::move(row));
  }
  while (!leftovers.empty()) {
    std::vector<Deletable> items;
    for (const auto& [id, leftover] : leftovers)
      items.push_back({id, leftover.Resource.LogicalId,
                       leftover.Resource.References.value_or(std::vector<std::string>{}),
                       leftover.Resource.Step == "delete" ? PlanItem::State::kRunning
                                                          : PlanItem::State::kWaiting});
    Plan plan = next_of(deletion_plan(items));
    // Old and new of a pair may name each other in a circle; then any order is as good.
    std::vector<std::string> todo =
        plan.stuck ? std::vector<std::string>{leftovers.begin()->first} : plan.start;
    todo.insert(todo.end(), plan.running.begin(), plan.running.end());
    if (server_.jobs().stopping()) return Next::again(server_.clock().now());
    bool moved = false;
    std::vector<Timestamp> begun;
    for (const std::string& id : todo) {
      LeftoverRow leftover = leftovers.at(id);
      auto put = [&](ResourceRow& row, bool with_event) {
        leftover.Resource = row;
        bool settled = row.Status != "DELETE_IN_PROGRESS";
        write([&](Call& call, StackRow& stack) {
          // A thing that will not go is reported and left; the stack completes, as on AWS.
          if (settled)
            kLeftovers.erase(call.txn(), space_, {uuid_, leftover.Number});
          else
            kLeftovers.put(call.txn(), space_, {uuid_, leftover.Number}, leftover);
          if (with_event) add_resource_event(call, space_, stack, row, "");
        });
      };
      ResourceRow row = leftover.Resource;
      bool done = true;
      if (leftover.Keep.value_or(false)) {
        row.Status = "DELETE_SKIPPED";
        row.StatusReason.reset();
        put(row, true);
      } else {
        done = remove(row, [&](ResourceRow& r) { put(r, true); });
        if (!done) put(row, false);
      }
      if (done)
        leftovers.erase(id);
      else
        leftovers[id] = leftover;
      if (!done && row.Begun) begun.push_back(*row.Begun);
      moved = moved || done;
    }
    if (!moved) return pause(begun);
  }
  end(rollback ? "UPDATE_ROLLBACK_COMPLETE" : "UPDATE_COMPLETE");
  return Next::done();
}

void StackRun::begin_roll_back(ResourceRow& row) {
  ResourceRow before = from_value<ResourceRow>(*row.Before);
  auto restored = [&] {
    ResourceRow now = before;
    now.Status = "UPDATE_COMPLETE";
    now.StatusReason.reset();
    now.Round = stack_.Round;
    save(now);
  };
  bool skip =
      stack_.Operation->Retain && std::ranges::find(*stack_.Operation->Retain, row.LogicalId) !=
                                      stack_.Operation->Retain->end();
  if (row.Replacing.value_or(false)) {
    write([&](Call& call, StackRow&) {
      if (row.PhysicalId.value_or("").empty() || row.PhysicalId == before.PhysicalId) return;
      int64_t number = 1;
      while (kLeftovers.contains(call.txn(), space_, {uuid_, number})) ++number;
      kLeftovers.put(call.txn(), space_, {uuid_, number},
                     LeftoverRow{.Resource = row, .Number = number});
    });
    return restored();
  }
  bool attempted = row.Next.has_value();
  bool completed = row.Properties != before.Properties || row.Tags != before.Tags;
  if (skip || (!attempted && !completed)) return restored();
  ResourceRow undo = row;
  Value target = before.Properties.value_or(Value(Value::Object{}));
  if (row.Next) undo.Properties = row.Next;  // what may have been applied in part
  if (row.NextTags) undo.Tags = row.NextTags;
  undo.Next = target;
  undo.NextTags = before.Tags ? *before.Tags : Value::list();
  undo.Step = "update";
  undo.Stage = "call";
  undo.Calls.reset();
  undo.Token = server_.random().uuid();
  undo.Begun = server_.clock().now();
  undo.Status = "UPDATE_IN_PROGRESS";
  undo.StatusReason.reset();
  run_call(undo);
}

Next StackRun::roll_update_back() {
  // New things first become leftovers: they go in the clean-up.
  write([&](Call& call, StackRow&) {
    int64_t number = 0;
    while (kLeftovers.contains(call.txn(), space_, {uuid_, number + 1})) ++number;
    for (const auto& [id, row] : rows_) {
      if (!row.Before || !(*row.Before)["Absent"].bool_or(false)) continue;
      bool keep = row.DeletionPolicy == "Retain";
      if (!row.PhysicalId.value_or("").empty()) {
        ++number;
        kLeftovers.put(call.txn(), space_, {uuid_, number},
                       LeftoverRow{.Resource = row, .Number = number, .Keep = keep});
      }
      kResources.erase(call.txn(), space_, {uuid_, id});
    }
  });
  std::erase_if(rows_, [](const auto& entry) {
    return entry.second.Before && (*entry.second.Before)["Absent"].bool_or(false);
  });
  for (;;) {
    std::vector<std::string> failed;
    bool running = false, moved = false;
    std::vector<Timestamp> begun;
    if (server_.jobs().stopping()) return Next::again(server_.clock().now());
    std::vector<std::string> touched;
    for (const auto& [id, row] : rows_)
      if (row.Before) touched.push_back(id);
    for (const std::string& id : touched) {
      ResourceRow row = rows_.at(id);
      // While its undo runs the row keeps `Before`; when the undo has completed the old row takes
      // its place.
      bool undone = !row.Step && row.Properties && row.Status == "UPDATE_COMPLETE" &&
                    (*row.Before)["Undoing"].bool_or(false);
      if (undone) {
        ResourceRow now = from_value<ResourceRow>(*row.Before);
        now.Status = "UPDATE_COMPLETE";
        now.Round = stack_.Round;
        now.Attributes = row.Attributes;
        now.StatusReason.reset();
        save_quietly(now);
        moved = true;
        continue;
      }
      if (row.Step) {
        poll(row);
        row = rows_.at(id);
        if (row.Step) {
          running = true;
          if (row.Begun) begun.push_back(*row.Begun);
        } else {
          moved = true;
        }
        continue;
      }
      if ((*row.Before)["Undoing"].bool_or(false)) {  // its undo failed
        failed.push_back(id);
        continue;
      }
      row.Before->set("Undoing", true);
      begin_roll_back(row);
      moved = true;
    }
    if (moved) continue;
    if (running) return pause(begun);
    if (!failed.empty()) {
      write([&](Call& call, StackRow& stack) {
        for (const std::string& id : failed) {
          // Ready for ContinueUpdateRollback to try again.
          ResourceRow row = rows_.at(id);
          row.Before->set("Undoing", false);
          kResources.put(call.txn(), space_, {uuid_, id}, row);
        }
        stack.Operation->Failed = failed;
        set_stack_status(
            call, space_, stack, "UPDATE_ROLLBACK_FAILED",
            "The following resource(s) failed to update: [" + join(failed, ", ") + "]. ");
      });
      sessions_.drop(uuid_);
      return Next::done();
    }
    break;
  }
  set_status("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", {},
             [](Call&, StackRow& stack) { stack.Operation->Phase = "rollback-cleanup"; });
  return step();
}

}  // namespace drydock::cloudformation
