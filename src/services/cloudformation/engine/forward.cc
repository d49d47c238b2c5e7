// Towards the new template: creation and update of resources, by dependency.
#include <algorithm>

#include "base/text.h"
#include "services/cloudformation/engine/diff.h"
#include "services/cloudformation/engine/history.h"
#include "services/cloudformation/engine/run.h"

namespace drydock::cloudformation {

namespace {
// Not there before the update.
bool is_new(const ResourceRow& row) { return row.Before && (*row.Before)["Absent"].bool_or(false); }
}  // namespace

Lookup StackRun::lookup() {
  Lookup lookup =
      make_lookup(*template_, stack_, space_, to_parameters(stack_.Operation->Parameters));
  lookup.ref = [this](std::string_view name) -> Result<Value> {
    auto row = rows_.find(std::string(name));
    if (row == rows_.end() || !row->second.PhysicalId || row->second.Round != stack_.Round)
      return Value();
    return Value(*row->second.PhysicalId);
  };
  lookup.attribute = [this](std::string_view name, std::string_view attribute) -> Result<Value> {
    auto row = rows_.find(std::string(name));
    if (row == rows_.end() || row->second.Round != stack_.Round) return Value();
    if (!has_attribute(*find_type(row->second.Type), attribute)) return Value();
    const Value* found = row->second.Attributes ? row->second.Attributes->find(attribute) : nullptr;
    if (!found && find_type(row->second.Type)->attributes == "*")
      return fault("ValidationError",
                   "CustomResource attribute error: Vendor response doesn't contain " +
                       std::string(attribute) + " key in object " + stack_.StackId + "|" +
                       row->second.LogicalId);
    return found ? *found : Value("");
  };
  lookup.import = [this](std::string_view name) -> Result<Value> {
    auto txn = server_.engine().begin_read();
    auto row = kExports.get(*txn, space_, {name});
    if (!row) return fault("ValidationError", "No export named " + std::string(name) + " found.");
    write([&](Call& call, StackRow& stack) {
      kImports.put(call.txn(), space_, {name, stack.StackName}, "");
    });
    return Value(row->Value);
  };
  return lookup;
}

PlanItem::State StackRun::state_of(const std::string& logical_id) const {
  auto found = rows_.find(logical_id);
  if (found == rows_.end()) return PlanItem::State::kWaiting;
  const ResourceRow& row = found->second;
  if (row.Step) return PlanItem::State::kRunning;
  if (row.Round != stack_.Round) return PlanItem::State::kWaiting;
  return row.Status.ends_with("_FAILED") ? PlanItem::State::kFailed : PlanItem::State::kDone;
}

Next StackRun::forward() {
  if (!template_) {
    end(stack_.Operation->Phase == "create" ? "CREATE_FAILED" : "UPDATE_ROLLBACK_FAILED",
        "Internal Failure");
    return Next::done();
  }
  Lookup base = lookup();
  std::vector<const TemplateResource*> wanted;
  for (const auto& resource : template_->resources)
    if (auto want = is_wanted(resource.condition, base); want && *want) wanted.push_back(&resource);
  for (;;) {
    std::vector<PlanItem> items;
    for (const TemplateResource* resource : wanted)
      items.push_back({resource->logical_id, resource->references, state_of(resource->logical_id)});
    Plan plan = next_of(items);
    bool cancelled = stack_.Operation->CancelWanted.value_or(false);
    bool late = stack_.Operation->Deadline && *stack_.Operation->Deadline <= server_.clock().now();
    if (!plan.failed.empty() || cancelled || (late && !plan.finished)) {
      forward_failed();
      return step();
    }
    if (plan.finished) {
      forward_done();
      return stack_.Operation ? step() : Next::done();
    }
    if (server_.jobs().stopping()) return Next::again(server_.clock().now());
    bool moved = false;
    for (const std::string& id : plan.running) {
      ResourceRow row = rows_.at(id);
      poll(row);
      moved = moved || !rows_.at(id).Step;
    }
    for (const std::string& id : plan.start) {
      begin(*template_->find(id));
      moved = moved || !rows_.at(id).Step;
      if (state_of(id) == PlanItem::State::kFailed) break;  // what has not begun shall not begin
    }
    if (moved) continue;
    std::vector<Timestamp> begun;
    for (const auto& [id, row] : rows_)
      if (row.Step && row.Begun) begun.push_back(*row.Begun);
    return pause(begun);
  }
}

// What a rollback brings back. After an update that failed without one, it is what was before that.
void StackRun::remember(ResourceRow& row, bool fresh) {
  auto found = rows_.find(row.LogicalId);
  if (found != rows_.end() && found->second.Before) {
    row.Before = found->second.Before;
    row.Before->set("Undoing", false);
  } else {
    row.Before = fresh ? Value::object({{"Absent", true}}) : to_value(found->second);
  }
}

void StackRun::begin(const TemplateResource& resource) {
  auto found = rows_.find(resource.logical_id);
  bool fresh = found == rows_.end() || found->second.Status == "DELETE_COMPLETE" ||
               found->second.Status == "DELETE_SKIPPED" || found->second.Status == "CREATE_FAILED";
  ResourceRow row;
  if (!fresh)
    row = found->second;
  else
    row = {.LogicalId = resource.logical_id, .Type = resource.type, .Status = "CREATE_IN_PROGRESS"};
  // A creation that failed without rollback is taken up where it stands.
  bool adopt =
      found != rows_.end() && found->second.Status == "CREATE_FAILED" && found->second.PhysicalId;
  if (adopt) row.PhysicalId = found->second.PhysicalId;
  row.References = resource.references;
  row.DeletionPolicy = resource.deletion_policy;
  row.UpdateReplacePolicy = resource.update_replace_policy;
  Lookup base = lookup();
  auto properties = evaluate(resource.properties(), base);
  if (properties && !properties->is_object()) properties = Value(Value::Object{});
  if (auto metadata = evaluate((*resource.body)["Metadata"], base))
    row.Metadata = std::move(*metadata);
  bool update = stack_.Operation->Phase == "update";
  if (!properties) {
    row.Step = fresh ? "create" : "update";
    if (update) remember(row, fresh);
    row.Status = fresh ? "CREATE_IN_PROGRESS" : "UPDATE_IN_PROGRESS";
    row.StatusReason.reset();
    row.Next.reset();
    save(row);
    return fail(row, properties.error().message);
  }
  if (fresh) {
    if (update) remember(row, true);
    row.Status = "CREATE_IN_PROGRESS";
    return begin_create(std::move(row), resource, std::move(*properties));
  }
  const ResourceType& type = *find_type(resource.type);
  Value tags = to_value_list(stack_.Operation->Tags);
  ResourceDifference difference = difference_of(type, row.Properties.value_or(Value()), *properties,
                                                row.Tags.value_or(Value::list()), tags);
  if (difference.kind == ResourceDifference::Kind::kNone) {
    row.Round = stack_.Round;
    if (row.Status.ends_with("_FAILED")) row.Status = "UPDATE_COMPLETE";
    row.StatusReason.reset();
    return save_quietly(row);
  }
  remember(row, false);
  row.Status = "UPDATE_IN_PROGRESS";
  row.StatusReason.reset();
  if (difference.kind == ResourceDifference::Kind::kReplace) {
    row.Replacing = true;
    const Value& named = type.name_property.empty() ? Value() : (*properties)[type.name_property];
    if (!type.name_property.empty() && !named.is_null() &&
        named == (*row.Properties)[type.name_property]) {
      row.Step = "update";
      save(row);
      return fail(
          row,
          "CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename " +
              named.scalar_text() + " and update the stack again.");
    }
    // Made by an update that failed without a rollback: neither the end nor a rollback wants it.
    if (const ResourceRow& held = rows_.at(row.LogicalId);
        (held.Replacing.value_or(false) || is_new(held)) && !held.PhysicalId.value_or("").empty())
      write([&](Call& call, StackRow&) {
        int64_t number = 1;
        while (kLeftovers.contains(call.txn(), space_, {uuid_, number})) ++number;
        kLeftovers.put(call.txn(), space_, {uuid_, number},
                       LeftoverRow{.Resource = held, .Number = number});
      });
    row.StatusReason =
        "Requested update requires the creation of a new physical resource; hence creating one.";
    row.PhysicalId.reset();
    row.Attributes.reset();
    return begin_create(std::move(row), resource, std::move(*properties));
  }
  row.Step = "update";
  row.Stage = "call";
  row.Token = server_.random().uuid();
  row.Begun = server_.clock().now();
  row.Calls.reset();
  row.Next = std::move(*properties);
  row.NextTags = std::move(tags);
  run_call(row);
}

void StackRun::begin_create(ResourceRow row, const TemplateResource& resource, Value properties) {
  const ResourceType& type = *find_type(resource.type);
  row.Step = "create";
  row.Stage = "call";
  row.Token = server_.random().uuid();
  row.Begun = server_.clock().now();
  row.Calls.reset();
  std::string name;
  if (!type.name_property.empty()) name = properties[type.name_property].scalar_text();
  if (name.empty() && type.name_max > 0)
    name = generated_name(type, stack_.StackName, row.LogicalId,
                          server_.random().text(12, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"));
  row.Scratch = Value::object({{"Name", name}});
  if (row.PhysicalId) {  // a failed creation, taken up again
    row.Scratch->set("Adopt", true);
    row.Scratch->set("Name", *row.PhysicalId);
  }
  row.Next = std::move(properties);
  row.NextTags = to_value_list(stack_.Operation->Tags);
  run_call(row);
}

void StackRun::cancel_running() {
  for (auto& [id, held] : rows_) {
    if (!held.Step) continue;
    ResourceRow row = held;
    bool update = row.Step == "update" || row.Replacing.value_or(false);
    fail(row, update ? "Resource update cancelled" : "Resource creation cancelled");
  }
}

void StackRun::forward_failed() {
  cancel_running();
  RunningOperation& op = *stack_.Operation;
  std::vector<std::string> created, updated;
  for (const auto& [id, row] : rows_) {
    if (row.Round != stack_.Round) continue;
    if (row.Status == "CREATE_FAILED") created.push_back(id);
    if (row.Status == "UPDATE_FAILED") updated.push_back(id);
  }
  std::string reason = op.Reason.value_or("");
  if (!created.empty())
    reason += "The following resource(s) failed to create: [" + join(created, ", ") + "]. ";
  if (!updated.empty())
    reason += "The following resource(s) failed to update: [" + join(updated, ", ") + "]. ";
  if (op.CancelWanted.value_or(false))
    reason = "User Initiated";
  else if (reason.empty() && op.Deadline)
    reason = "Stack creation time exceeded the specified timeout. ";
  auto to_phase = [](const char* phase) {
    return [phase](Call&, StackRow& stack) { stack.Operation->Phase = phase; };
  };
  bool keep = op.DisableRollback.value_or(false) || op.OnFailure == "DO_NOTHING";
  if (op.Phase == "create") {
    if (keep) return end("CREATE_FAILED", reason);
    if (op.OnFailure == "DELETE")
      return set_status("DELETE_IN_PROGRESS", reason + "Delete requested by user.",
                        to_phase("delete"));
    return set_status("ROLLBACK_IN_PROGRESS", reason + "Rollback requested by user.",
                      to_phase("rollback"));
  }
  if (keep && !op.CancelWanted.value_or(false)) return end("UPDATE_FAILED", reason);
  set_status("UPDATE_ROLLBACK_IN_PROGRESS", reason, to_phase("update-rollback"));
}

void StackRun::forward_done() {
  auto settled = settle_outputs(lookup());
  if (!settled) {
    write([&](Call&, StackRow& stack) {
      const std::string& why = settled.error().message;
      stack.Operation->Reason = why + (why.ends_with(".") ? " " : ". ");
    });
    return forward_failed();
  }
  bool creating = stack_.Operation->Phase == "create";
  write([&](Call& call, StackRow& stack) {
    RunningOperation& op = *stack.Operation;
    stack.Parameters = op.Parameters;
    stack.Tags = op.Tags;
    stack.Capabilities = op.Capabilities;
    stack.Description = op.Description;
    if (auto text = kTemplates.get(call.txn(), space_, {uuid_, "next"}))
      kTemplates.put(call.txn(), space_, {uuid_, "current"}, *text);
    int64_t number = 0;
    auto leave = [&](const ResourceRow& resource, bool retain) {
      while (kLeftovers.contains(call.txn(), space_, {uuid_, ++number})) {
      }
      kLeftovers.put(call.txn(), space_, {uuid_, number},
                     LeftoverRow{.Resource = resource, .Number = number, .Keep = retain});
    };
    // Reads rows_ only: this body may run twice.
    for (const auto& [id, row] : rows_) {
      if (row.Round != stack.Round) {
        bool gone = row.Status == "DELETE_COMPLETE" || row.Status == "DELETE_SKIPPED";
        if (!gone)
          leave(row,
                row.DeletionPolicy == "Retain" || row.DeletionPolicy == "RetainExceptOnCreate");
        kResources.erase(call.txn(), space_, {uuid_, id});
        continue;
      }
      if (row.Replacing.value_or(false) && row.Before && !is_new(row))
        leave(from_value<ResourceRow>(*row.Before), row.UpdateReplacePolicy == "Retain");
      if (!row.Before && !row.Replacing) continue;
      ResourceRow settled_row = row;
      settled_row.Before.reset();
      settled_row.Replacing.reset();
      kResources.put(call.txn(), space_, {uuid_, id}, settled_row);
    }
    if (creating) {
      set_stack_status(call, space_, stack, "CREATE_COMPLETE", "");
      stack.Operation.reset();
      kTemplates.erase(call.txn(), space_, {uuid_, "next"});
    } else {
      op.Phase = "cleanup";
      set_stack_status(call, space_, stack, "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "");
    }
  });
  if (creating) sessions_.drop(uuid_);
}

}  // namespace drydock::cloudformation
