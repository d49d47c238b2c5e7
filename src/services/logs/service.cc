// CloudWatch Logs: what the server must know besides its operations: tags and policies for IAM, and
// the two clean-up jobs.
#include "api/registry.h"
#include "api/server.h"
#include "auth/policy.h"
#include "base/text.h"
#include "services/logs/tables.h"

namespace drydock::logs {

namespace {
constexpr size_t kEventsPerStep = 2000;
constexpr int64_t kRetentionPauseMs = 3600 * 1000;

std::string purge_job_id(const Space& space) { return space.account + "/" + space.region; }
Space space_of(const Job& job) {
  return {job.payload["Account"].string_or(""), job.payload["Region"].string_or("")};
}

// Erases events of one stream before `until_ms`; true when none is left.
bool erase_some(Txn& txn, const Space& space, const std::string& stream_id, int64_t until_ms) {
  std::vector<Key> keys;
  kEvents.raw().scan(txn, space, {.prefix = {stream_id}, .limit = kEventsPerStep},
                     [&](const auto& key, std::string_view) {
                       int64_t timestamp = *parse_int(key[1]);
                       if (timestamp >= until_ms) return false;
                       keys.push_back({key[0], timestamp, *parse_int(key[2])});
                       return true;
                     });
  for (const Key& key : keys) kEvents.erase(txn, space, key);
  return keys.size() < kEventsPerStep;
}

// One stream of the garbage per round until there is none.
Next purge(Server& server, const Job& job) {
  Space space = space_of(job);
  for (bool more = true; more;) {
    auto done = transact(server.engine(), [&](Txn& txn) -> Result<void> {
      std::string stream_id;
      kGarbage.each(txn, space, {.limit = 1}, [&](const auto& key, const std::string&) {
        stream_id = key[0];
        return false;
      });
      more = !stream_id.empty();
      if (more && erase_some(txn, space, stream_id, INT64_MAX))
        kGarbage.erase(txn, space, {stream_id});
      return {};
    });
    if (!done || server.jobs().stopping()) break;
  }
  return server.jobs().stopping() ? Next::again(server.clock().now()) : Next::done();
}

// Expired events are invisible at once (oldest_kept_ms); this frees their room.
Next expire(Server& server, const Job& job) {
  Space space = space_of(job);
  std::string name = job.payload["Group"].string_or("");
  auto view = server.engine().begin_read();
  auto group = kGroups.get(*view, space, {name});
  if (!group || !group->RetentionInDays) return Next::done();
  int64_t until_ms = oldest_kept_ms(*group, server.clock().now());
  for (const StreamRow& stream : kStreams.scan(*view, space, {.prefix = {name}})) {
    bool finished = stream.FirstEvent.value_or(INT64_MAX) >= until_ms;
    while (!finished && !server.jobs().stopping()) {
      auto done = transact(server.engine(), [&](Txn& txn) -> Result<void> {
        finished = erase_some(txn, space, stream.Id, until_ms);
        return {};
      });
      if (!done) break;
    }
  }
  return Next::again(server.clock().now() + kRetentionPauseMs);
}

std::vector<AppliedPolicy> policies_of(Txn& txn, const GroupName& name, const GroupRow& group) {
  std::vector<AppliedPolicy> policies;
  auto add = [&](const PolicyRow& row, const std::string& attached_to) {
    if (auto policy = compiled_policy(row.Document, PolicyUse::kResource))
      policies.push_back({.policy = policy, .name = row.Name, .attached_to = attached_to});
  };
  const Space& space = name.space;
  for (const PolicyRow& row : kPolicies.scan(txn, space, {}))
    add(row, "arn:aws:logs:" + space.region + ":" + space.account + ":*");
  if (group.Policy) add(*group.Policy, name.arn());
  return policies;
}
}  // namespace

void discard_events(Call& call, const Space& space, const StreamRow& stream) {
  kGarbage.put(call.txn(), space, {stream.Id}, "");
  call.start_job(std::string(kPurgeJob), purge_job_id(space), call.now(),
                 Value::object({{"Account", space.account}, {"Region", space.region}}));
}

void register_service(Registry& registry) {
  Server& server = registry.server();
  registry.job_kind(std::string(kPurgeJob),
                    [&server](const Job& job) { return purge(server, job); });
  registry.job_kind(std::string(kRetentionJob),
                    [&server](const Job& job) { return expire(server, job); });
  registry.resource_facts(
      "logs",
      [](Txn& txn, std::string_view action, const Arn& arn) -> std::optional<ResourceFacts> {
        auto name = group_of_arn(arn.text());
        auto group = name ? kGroups.get(txn, name->space, {name->name}) : std::nullopt;
        if (!group) return std::nullopt;
        ResourceFacts facts;
        facts.tags = group->Tags;
        // AWS does ask these policies for the two writes only, and for no one but its services.
        facts.for_services_alone = true;
        if (action == "logs:CreateLogStream" || action == "logs:PutLogEvents")
          facts.policies = policies_of(txn, *name, *group);
        return facts;
      });
}

}  // namespace drydock::logs
