// Event source mappings: what the operations and the poller share.
#pragma once

#include <string>

#include "api/registry.h"
#include "services/lambda/tables.h"

namespace drydock::lambda {

inline constexpr const char* kPollJob = "lambda.poll";           // one per mapping
inline constexpr const char* kBatchJob = "lambda.batch";         // one per batch
inline constexpr const char* kOpenBatch = "open";                // the batch that is gathered
inline constexpr int64_t kFewestPollers = 5, kMostPollers = 10;  // batches of a mapping at once

FunctionRef function_of(const Space& space, const MappingRow& row);
// The mapping that an ARN names.
std::optional<std::string> mapping_of_arn(const Arn& arn);
std::optional<ResourceFacts> mapping_facts(Txn& txn, const Arn& arn);
Result<void> set_tags(MappingRow& row, const Map<std::string>& tags);
// Begins, or goes on, with a mapping; also after its row changed.
void start_poll(Call& call, const Space& space, const std::string& id);
// A client of the role that the function's version runs as.
Result<Client> role_client(Server& server, const FunctionRef& function, const VersionRow& version);
// The URL by which a role's client reaches a queue.
std::string queue_url(const Arn& queue);

// A stream's shard and an iterator in it, asked as `client`. `kind`: AWS's word; `sequence`: empty
// where it needs none.
struct StreamIterator {
  std::string shard, text;
};
Result<StreamIterator> stream_iterator(const Client& client, const std::string& stream,
                                       std::string_view kind, const std::string& sequence);
// One look into a stream: reads a batch, gives it to the function, notes where it stands. `found`:
// whether there was, or may be, anything.
Next poll_stream(Server& server, const Space& space, const MappingRow& row,
                 const VersionRow& version, const Client& client, bool* found);

void register_poller(Registry& registry);

}  // namespace drydock::lambda
