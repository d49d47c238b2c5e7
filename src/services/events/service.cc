// EventBridge's place in the server: deliveries and schedules as jobs, facts for authorization.
#include <algorithm>

#include "api/registry.h"
#include "api/server.h"
#include "base/log.h"
#include "services/events/encryption.h"
#include "services/events/publish.h"
#include "services/events/schedule.h"

namespace drydock::events {
namespace {

constexpr int64_t kMostTries = 5;  // AWS tries for a day; nobody waits for that here

Next delivery_step(Server& server, const Job& job) {
  Delivered delivered = deliver(server, job.payload);
  if (delivered.ok) return Next::done();
  int64_t tries = job.payload["tries"].int_or(0) + 1;
  std::string what = "event " + job.payload["event"]["detail-type"].string_or("") + " to " +
                     job.payload["target"]["Arn"].string_or("") + " by rule " +
                     job.payload["rule"].string_or("") + ": " + delivered.error;
  if (!delivered.again || tries >= kMostTries) {
    log::warning("dropped " + what);
    return Next::done();
  }
  log::info("will retry " + what);
  Value payload = job.payload;
  payload.set("tries", tries);
  return Next::again(server.clock().now() + (1000 << tries), std::move(payload));
}

Next schedule_step(Server& server, const Job& job) {
  AccountId account{job.payload["account"].as_string()};
  Region region{job.payload["region"].as_string()};
  std::optional<Timestamp> next;
  auto done = server.work_in(account, region, "events", [&](Call& call) -> Result<void> {
    BusRef bus = bus_of(call, std::nullopt);
    auto rule = kRules.get(call.txn(), bus.space(), {bus.name, job.payload["rule"].as_string()});
    next.reset();
    if (!rule || rule->State == "DISABLED" || !rule->ScheduleExpression) return {};
    // The id comes from the time, so a repeated step does not deliver twice.
    std::string id = "scheduled-" + std::to_string(job.due.ms);
    if (auto readable = decrypt_rules(call, bus); !readable)
      log::warning("the schedule of rule " + rule->Name + " did not fire: " +
                   "Unable to decrypt rule using the Kms key. " + readable.error().message);
    else
      deliver_to_targets(call, bus, *rule,
                         envelope(bus, id, "aws.events", "Scheduled Event", job.due,
                                  {bus.rule_arn(rule->Name)}, Value(Value::Object{})));
    next = next_time(*rule->ScheduleExpression, {job.payload["start"].int_or(0)}, call.now());
    return {};
  });
  if (!done)
    log::warning("the schedule of rule " + job.payload["rule"].string_or("") +
                 " did not fire: " + done.error().message);
  return next ? Next::again(*next) : Next::done();
}

std::optional<ResourceFacts> facts(Txn& txn, std::string_view, const Arn& arn) {
  if (auto rule = rule_of_arn(arn.text())) {
    auto row = kRules.get(txn, rule->first.space(), {rule->first.name, rule->second});
    if (!row) return std::nullopt;
    ResourceFacts out;
    for (auto& tag : row->Tags) out.tags.emplace_back(tag.Key, tag.Value);
    out.keys.add("events:creatorAccount", arn.account);  // nobody makes rules on others' buses here
    return out;
  }
  if (!arn.resource.starts_with("event-bus/")) return std::nullopt;
  auto row = kBuses.get(txn, {arn.account, arn.region},
                        {arn.resource.substr(std::string_view("event-bus/").size())});
  if (!row) return std::nullopt;
  ResourceFacts out;
  for (auto& tag : row->Tags) out.tags.emplace_back(tag.Key, tag.Value);
  if (row->Policy)
    if (auto policy = compiled_policy(*row->Policy, PolicyUse::kResource))
      out.policies.push_back({policy, "", arn.text(), arn.text()});
  return out;
}

}  // namespace

void register_service(Registry& registry) {
  Server& server = registry.server();
  registry.job_kind("events.deliver",
                    [&server](const Job& job) { return delivery_step(server, job); });
  registry.job_kind("events.schedule",
                    [&server](const Job& job) { return schedule_step(server, job); });
  registry.resource_facts("events", facts);
}

}  // namespace drydock::events
