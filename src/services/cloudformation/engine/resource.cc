// One resource: create, update, wait, remove; with its intents, results and events.
#include <exception>

#include "base/log.h"
#include "services/cloudformation/engine/dynamic.h"
#include "services/cloudformation/engine/run.h"

namespace drydock::cloudformation {

namespace {

constexpr int64_t kStepMaxMs =
    2 * 3600 * 1000;  // a resource that has not settled by then has failed

const char* verb_of(const ResourceRow& row) {
  return row.Step == "update" || row.Replacing.value_or(false) ? "UPDATE" : "CREATE";
}

// A bug of ours in a type fails its resource; thrown further, it would hold the stack forever.
template <class Body>
auto guarded(Body body) -> decltype(body()) {
  try {
    return body();
  } catch (const std::exception& error) {
    log::error(std::string("cloudformation: a resource type threw: ") + error.what());
    return refuse("Internal Failure");
  }
}

}  // namespace

Work StackRun::work_on(const ResourceRow& row) {
  Work work(server_, *client_);
  work.stack_id = stack_.StackId;
  work.stack_name = stack_.StackName;
  work.logical_id = row.LogicalId;
  work.type = row.Type;
  work.account = space_.account;
  work.region = space_.region;
  work.token = row.Token.value_or("");
  work.properties = row.Next ? *row.Next : row.Properties.value_or(Value());
  if (row.Step == "update") work.before = row.Properties.value_or(Value());
  auto with_own = [&](const std::optional<Value>& tags) {
    Value out = tags && tags->is_list() ? *tags : Value::list();
    out.push_back(
        Value::object({{"Key", "aws:cloudformation:stack-name"}, {"Value", stack_.StackName}}));
    out.push_back(
        Value::object({{"Key", "aws:cloudformation:stack-id"}, {"Value", stack_.StackId}}));
    out.push_back(
        Value::object({{"Key", "aws:cloudformation:logical-id"}, {"Value", row.LogicalId}}));
    return out;
  };
  work.tags = with_own(row.NextTags ? row.NextTags : row.Tags);
  work.tags_before = with_own(row.Tags);
  work.physical_id = row.PhysicalId.value_or("");
  if (row.Attributes) work.attributes = *row.Attributes;
  if (row.Scratch && row.Scratch->is_object()) work.scratch = *row.Scratch;
  work.name = work.scratch["Name"].string_or("");
  work.begun = row.Begun.value_or(server_.clock().now());
  work.now = server_.clock().now();
  work.again = row.Calls.value_or(0) > 1 || work.scratch["Adopt"].bool_or(false);
  return work;
}

// Persists what a type names, at once. An update that names another thing has made that: the one
// before goes in the clean-up, as after a replacement.
void StackRun::keep_name(Work& work, ResourceRow& row) {
  work.made = [this, &work, &row](const std::string& physical_id) {
    work.physical_id = physical_id;
    if (row.PhysicalId == physical_id) return;
    const bool another = row.Step == "update";
    if (another) row.Replacing = true;
    row.PhysicalId = physical_id;
    row.Scratch = work.scratch;
    row.StatusReason =
        another ? "Requested update required the provider to create a new physical resource"
                : "Resource creation Initiated";
    save(row);
  };
}

void StackRun::run_call(ResourceRow& row) {
  const ResourceType& type = *find_type(row.Type);
  row.Calls = row.Calls.value_or(0) + 1;
  bool creating = row.Step == "create";
  if (*row.Calls == 1)
    save(row);  // the intent, with its IN_PROGRESS event
  else
    save_quietly(row);
  std::string violations = property_violations(type, row.LogicalId, *row.Next);
  if (!violations.empty()) return fail(row, violations);
  Work work = work_on(row);
  keep_name(work, row);
  for (Value* side : {&work.properties, &work.before}) {
    auto resolved = resolve_dynamic_references(*side, *client_);
    if (!resolved) return fail(row, resolved.error().message);
    *side = std::move(*resolved);
  }
  if (creating && !type.name_property.empty() && !work.scratch["Adopt"].bool_or(false)) {
    // A name may come from a parameter, too.
    if (std::string named = work.properties[type.name_property].scalar_text(); !named.empty())
      work.name = named;
  }
  auto done = guarded([&] { return creating ? type.create(work) : type.update(work); });
  row.Attributes = work.attributes;
  row.Scratch = work.scratch;
  if (!done)
    return fail(row, failure_reason(done.error(), work.last_service, row.LogicalId, work.token));
  if (row.PhysicalId != work.physical_id) row.PhysicalId = work.physical_id;
  row.Stage = "stabilise";
  if (!type.ready) return finish(row);
  save_quietly(row);
  poll(row);
}

void StackRun::poll(ResourceRow& row) {
  if (row.Stage == "call") return run_call(row);
  const ResourceType& type = *find_type(row.Type);
  Work work = work_on(row);
  keep_name(work, row);
  auto ready = type.ready ? guarded([&] { return type.ready(work); }) : Result<bool>(true);
  row.Attributes = work.attributes;
  if (!ready)
    return fail(row, failure_reason(ready.error(), work.last_service, row.LogicalId, work.token));
  if (*ready) return finish(row);
  if (work.now.ms - work.begun.ms > kStepMaxMs) return fail(row, "Resource did not stabilize.");
  if (work.scratch != row.Scratch.value_or(Value())) {
    row.Scratch = work.scratch;
    save_quietly(row);
  }
  rows_[row.LogicalId] = row;
}

void StackRun::finish(ResourceRow& row) {
  row.Status = std::string(verb_of(row)) + "_COMPLETE";
  row.StatusReason.reset();
  row.Properties = row.Next;
  row.Tags = row.NextTags;
  row.Round = stack_.Round;
  row.Step.reset();
  row.Stage.reset();
  row.Calls.reset();
  row.Scratch.reset();
  row.Next.reset();
  row.NextTags.reset();
  save(row);
}

void StackRun::fail(ResourceRow& row, std::string reason) {
  row.Status = std::string(verb_of(row)) + "_FAILED";
  row.StatusReason = std::move(reason);
  row.Round = stack_.Round;
  row.Step.reset();
  row.Stage.reset();
  save(row);
}

bool StackRun::remove(ResourceRow& row, const Store& store) {
  const ResourceType& type = *find_type(row.Type);
  auto settle = [&](const char* status, std::optional<std::string> reason) {
    row.Status = status;
    row.StatusReason = std::move(reason);
    row.Step.reset();
    row.Stage.reset();
    row.Scratch.reset();
    row.Next.reset();
    store(row);
    return true;
  };
  // What was never made is gone without a word more.
  if (row.PhysicalId.value_or("").empty()) return settle("DELETE_COMPLETE", {});
  if (row.Step != "delete") {
    row.Step = "delete";
    row.Stage = "call";
    row.Token = server_.random().uuid();
    row.Begun = server_.clock().now();
    row.Status = "DELETE_IN_PROGRESS";
    row.StatusReason.reset();
    row.Scratch.reset();
    // What was asked for when it failed half-way is what may exist.
    if (row.Next) row.Properties = row.Next;
    row.Next.reset();
    store(row);
  }
  Work work = work_on(row);
  // What cannot be read any more stays as it stands: few deletions need more than the physical id.
  if (auto resolved = resolve_dynamic_references(work.properties, *client_))
    work.properties = std::move(*resolved);
  if (row.Stage == "call") {
    auto done = guarded([&] { return type.remove(work); });
    if (!done && is_missing(done.error())) done = {};
    if (!done)
      return settle("DELETE_FAILED",
                    failure_reason(done.error(), work.last_service, row.LogicalId, work.token));
    if (!type.gone) return settle("DELETE_COMPLETE", {});
    row.Stage = "stabilise";
    row.Scratch = work.scratch;
  }
  auto gone = guarded([&] { return type.gone(work); });
  if (!gone && is_missing(gone.error())) gone = true;
  if (!gone)
    return settle("DELETE_FAILED",
                  failure_reason(gone.error(), work.last_service, row.LogicalId, work.token));
  if (*gone) return settle("DELETE_COMPLETE", {});
  if (work.now.ms - work.begun.ms > kStepMaxMs)
    return settle("DELETE_FAILED", "Resource did not stabilize.");
  return false;
}

}  // namespace drydock::cloudformation
