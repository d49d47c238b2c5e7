// What the server must know of this service besides its operations.
#include "services/dynamodb/access.h"
#include "services/dynamodb/encryption.h"
#include "services/dynamodb/jobs.h"
#include "services/dynamodb/schema.h"
#include "services/dynamodb/streams.h"

namespace drydock::dynamodb {

void register_service(Registry& registry) {
  Server& server = registry.server();
  // ARNs are …:table/NAME and …:table/NAME/index/INDEX.
  registry.resource_facts(
      "dynamodb",
      [](Txn& txn, std::string_view, const Arn& resource) -> std::optional<ResourceFacts> {
        if (!resource.resource.starts_with("table/")) return std::nullopt;
        SchemaPtr found;
        const Schema* schema = schema_under_authorization(resource);
        if (!schema) {
          std::string name = resource.resource.substr(6);
          if (auto slash = name.find('/'); slash != std::string::npos) name.resize(slash);
          found = find_schema(txn, {{resource.account, resource.region}, name, ""});
          schema = found.get();
        }
        if (!schema) return std::nullopt;
        ResourceFacts facts;
        // A stream has no part in its table's policy, nor its tags.
        if (resource.resource.find("/stream/") != std::string::npos) return facts;
        facts.policies = schema->policies;
        for (const Tag& tag : schema->row.Tags) facts.tags.push_back({tag.Key, tag.Value});
        return facts;
      });
  registry.facts_version("dynamodb", number_under_authorization);
  registry.job_kind(std::string(kPurgeJob),
                    [&server](const Job& job) { return purge_step(server, job); });
  registry.job_kind(std::string(kBackfillJob),
                    [&server](const Job& job) { return backfill_step(server, job); });
  registry.job_kind(std::string(kExpireJob),
                    [&server](const Job& job) { return expire_step(server, job); });
  registry.job_kind(std::string(kForgetJob),
                    [&server](const Job& job) { return forget_step(server, job); });
  registry.job_kind(std::string(kTrimJob),
                    [&server](const Job& job) { return trim_step(server, job); });
  registry.job_kind(std::string(kRetireJob),
                    [&server](const Job& job) { return retire_step(server, job); });
}

}  // namespace drydock::dynamodb
