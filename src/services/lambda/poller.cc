// The poller: reads the queues of event source mappings as the functions' roles, gathers batches,
// and gives each to its function by a job of its own; what the function did is deleted.
//
// Messages that are not deleted come back by their queue's visibility timeout, and so are tried
// again or go to its dead-letter queue. A crash loses no message: at worst it is seen twice.
#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>

#include "api/server.h"
#include "base/log.h"
#include "services/lambda/mappings.h"
#include "services/lambda/queue_batch.h"
#include "services/lambda/runtime/fleet.h"

namespace drydock::lambda {

namespace {
constexpr int kMostLongPolls = 16;  // of the 64 steps at once; the others look each second
// A mapping that finds nothing is soon looked after less often; a message wakes a long poll.
constexpr int kLooksUntilIdle = 20;
constexpr int64_t kIdlePollSeconds = 3, kIdleStreamMs = 2000;
constexpr int64_t kLongPollSeconds = 1, kShortPollMs = 1000, kBusyMs = 200, kTroubleMs = 5000;
constexpr int64_t kSessionMs = 3000 * 1000;  // of sessions that last 3600 s
constexpr size_t kMostAtOnce = 10;           // messages of one receive or delete
constexpr size_t kMostBatchBytes = 6000000;  // of an invocation's 6 MB

struct Session {
  std::string role;
  Timestamp made;
  Client client;
};

struct Pollers {
  explicit Pollers(Server& s) : server(s) {}
  Server& server;
  std::atomic<int> long_polls = 0;
  std::mutex mutex;
  std::map<std::string, Session> sessions;  // by mapping
  std::map<std::string, int> empty_looks;   // in a row, by mapping

  Result<Client> client_of(const MappingRow& row, const FunctionRef& function,
                           const VersionRow& version);
  void forget(const std::string& mapping) {
    std::lock_guard lock(mutex);
    sessions.erase(mapping);
    empty_looks.erase(mapping);
  }
  bool is_idle(const std::string& mapping) {
    std::lock_guard lock(mutex);
    auto found = empty_looks.find(mapping);
    return found != empty_looks.end() && found->second >= kLooksUntilIdle;
  }
  enum class Found { kNothing, kSome };
  void note_look(const std::string& mapping, Found found) {
    std::lock_guard lock(mutex);
    if (found == Found::kSome)
      empty_looks.erase(mapping);
    else
      empty_looks[mapping] += 1;
  }
};

Result<Client> Pollers::client_of(const MappingRow& row, const FunctionRef& function,
                                  const VersionRow& version) {
  const Timestamp now = server.clock().now();
  {
    std::lock_guard lock(mutex);
    if (auto found = sessions.find(row.Id); found != sessions.end() &&
                                            found->second.role == version.Role &&
                                            now.ms - found->second.made.ms < kSessionMs)
      return found->second.client;
  }
  Client client = TRY(role_client(server, function, version));
  std::lock_guard lock(mutex);
  sessions.insert_or_assign(row.Id, Session{version.Role, now, client});
  return client;
}

// A mapping at work.
struct Polled {
  Space space;
  MappingRow row;
  FunctionRef function;
  Arn queue;
};

Space space_of(const Job& job) {
  return {job.payload["Account"].string_or(""), job.payload["Region"].string_or("")};
}

Value payload_of(const Space& space) {
  return Value::object({{"Account", space.account}, {"Region", space.region}});
}

// Ends the state that a change began. Nothing: the mapping is gone, or disabled.
std::optional<Polled> settle_state(Pollers& pollers, const Space& space, const std::string& id) {
  Server& server = pollers.server;
  bool changed = false;
  std::optional<Polled> polled;
  transact(server.engine(), [&](Txn& txn) {
    polled.reset();
    auto row = kMappings.get(txn, space, {id});
    if (!row) return true;
    if (row->State == "Deleting" || !row->Enabled) kBatches.erase(txn, space, {id, kOpenBatch});
    if (row->State == "Deleting") {
      kMappings.erase(txn, space, {id});
      return true;
    }
    const char* settled = row->Enabled ? "Enabled" : "Disabled";
    changed = row->State != settled;
    if (changed) {
      row->State = settled;
      kMappings.put(txn, space, {id}, *row);
    }
    auto queue = Arn::parse(row->Source);
    if (row->Enabled && queue)
      polled = Polled{space, *row, function_of(space, *row), std::move(*queue)};
    return true;
  });
  if (changed) pollers.note_look(id, Pollers::Found::kSome);
  return polled;
}

Value delete_entries(const std::vector<Value>& records, size_t from) {
  Value entries = Value::list();
  for (size_t i = from; i < records.size() && i < from + kMostAtOnce; ++i)
    entries.push_back(
        Value::object({{"Id", std::to_string(i)}, {"ReceiptHandle", records[i]["receiptHandle"]}}));
  return entries;
}

void delete_messages(const Client& client, const Arn& queue, const std::vector<Value>& records) {
  for (size_t from = 0; from < records.size(); from += kMostAtOnce) {
    auto done = client.call("sqs", "DeleteMessageBatch",
                            Value::object({{"QueueUrl", queue_url(queue)},
                                           {"Entries", delete_entries(records, from)}}));
    if (!done)
      log::info("lambda: messages of " + queue.text() +
                " come back, they cannot be deleted: " + done.error().message);
  }
}

// ---- gathering

Value::List open_records(Txn& txn, const Polled& polled, int64_t* opened) {
  auto row = kBatches.get(txn, polled.space, {polled.row.Id, kOpenBatch});
  auto records = row ? parse_json(row->Records) : Value::list();
  if (row) *opened = row->Opened;
  return records && records->is_list() ? std::move(records->as_list()) : Value::List{};
}

// Puts what was received to what there is, and sends off the batches that are full or old enough.
void gather(Server& server, const Polled& polled, const std::vector<Value>& received) {
  const Timestamp now = server.clock().now();
  std::vector<std::string> ids;
  for (size_t i = 0; i < received.size() + 1; ++i) ids.push_back(server.random().uuid());
  transact(server.engine(), [&](Txn& txn) {
    int64_t opened = now.ms;
    Value::List open = open_records(txn, polled, &opened);
    size_t bytes = 0, next_id = 0;
    for (const Value& record : open) bytes += to_json(record).size() + 1;
    const auto send_off = [&] {
      if (open.empty()) return;
      const std::string& batch = ids[next_id++];
      kBatches.put(txn, polled.space, {polled.row.Id, batch},
                   {.Records = to_json(Value(std::move(open))), .Opened = opened});
      Value payload = payload_of(polled.space);
      payload.set("Mapping", polled.row.Id);
      payload.set("Batch", batch);
      server.jobs().put(txn, {.kind = kBatchJob, .id = batch, .due = now, .payload = payload});
      open.clear();
      bytes = 0;
      opened = now.ms;
    };
    for (const Value& record : received) {
      const size_t more = to_json(record).size() + 1;
      if (bytes + more > kMostBatchBytes) send_off();
      open.push_back(record);
      bytes += more;
      if (static_cast<int64_t>(open.size()) >= polled.row.BatchSize) send_off();
    }
    if (polled.row.Window == 0 || now.ms >= opened + polled.row.Window * 1000) send_off();
    if (open.empty())
      kBatches.erase(txn, polled.space, {polled.row.Id, kOpenBatch});
    else
      kBatches.put(txn, polled.space, {polled.row.Id, kOpenBatch},
                   {.Records = to_json(Value(std::move(open))), .Opened = opened});
    return true;
  });
  server.jobs().poke();
}

struct Standing {
  int64_t running = 0;  // batches at their function
  int64_t open = 0;     // messages gathered
};
Standing standing_of(Server& server, const Polled& polled) {
  Standing standing;
  auto txn = server.engine().begin_read();
  kBatches.each(*txn, polled.space, {.prefix = {polled.row.Id}},
                [&](const std::vector<std::string>& key, const BatchRow& row) {
                  if (key.back() != kOpenBatch) {
                    ++standing.running;
                  } else if (auto records = parse_json(row.Records)) {
                    standing.open = static_cast<int64_t>(records->size());
                  }
                  return true;
                });
  return standing;
}

// One look into the queue; what the filters leave out is deleted. Gives what passed.
Result<std::vector<Value>> look(const Polled& polled, const Client& client, int64_t most,
                                int64_t wait_seconds, bool* any) {
  auto answer = TRY(client.call("sqs", "ReceiveMessage",
                                Value::object({{"QueueUrl", queue_url(polled.queue)},
                                               {"MaxNumberOfMessages", most},
                                               {"WaitTimeSeconds", wait_seconds},
                                               {"AttributeNames", Value::list({"All"})},
                                               {"MessageAttributeNames", Value::list({"All"})}})));
  const std::vector<Value> filters =
      TRY(parse_filters(polled.row.Filters.value_or(std::vector<std::string>{})));
  std::vector<Value> wanted, unwanted;
  const Value& messages = answer["Messages"];
  if (messages.is_list())
    for (const Value& message : messages.as_list()) {
      Value record = queue_record(message, polled.row.Source, polled.space.region);
      (passes_filters(filters, record) ? wanted : unwanted).push_back(std::move(record));
    }
  *any = !wanted.empty() || !unwanted.empty();
  if (!unwanted.empty()) delete_messages(client, polled.queue, unwanted);
  return wanted;
}

Next poll_queue(Pollers& pollers, const Job& job) {
  Server& server = pollers.server;
  auto polled = settle_state(pollers, space_of(job), job.id);
  if (!polled) {
    pollers.forget(job.id);
    return Next::done();
  }
  const auto again_in = [&](int64_t ms) { return Next::again(server.clock().now() + ms); };
  auto view = server.engine().begin_read();
  auto version = find_version(*view, polled->function);
  view.reset();
  if (!version) return again_in(kTroubleMs);  // the function is gone, the mapping stays, as on AWS
  if (polled->row.Stream) {
    auto reader = pollers.client_of(polled->row, polled->function, *version);
    if (!reader) return again_in(kTroubleMs);
    bool found = false;
    Next next = poll_stream(server, polled->space, polled->row, *version, *reader, &found);
    pollers.note_look(job.id, found ? Pollers::Found::kSome : Pollers::Found::kNothing);
    if (!found && pollers.is_idle(job.id)) next = again_in(kIdleStreamMs);
    return next;
  }
  const Standing standing = standing_of(server, *polled);
  const int64_t most_running =
      std::min(polled->row.MaximumConcurrency.value_or(kFewestPollers), kMostPollers);
  if (standing.running >= most_running) return again_in(kBusyMs);
  auto client = pollers.client_of(polled->row, polled->function, *version);
  if (!client) return again_in(kTroubleMs);

  const bool idle = !standing.open && pollers.is_idle(job.id);
  const bool waits = ++pollers.long_polls <= kMostLongPolls;
  bool any = false;
  auto received = look(*polled, *client,
                       std::clamp<int64_t>(polled->row.BatchSize - standing.open, 1, kMostAtOnce),
                       !waits ? 0
                       : idle ? kIdlePollSeconds
                              : kLongPollSeconds,
                       &any);
  --pollers.long_polls;
  if (!received) {
    pollers.forget(job.id);
    log::info("lambda: " + polled->function.qualified_arn() + " cannot read " + polled->row.Source +
              ": " + received.error().message);
    return again_in(kTroubleMs);
  }
  pollers.note_look(job.id,
                    any || standing.open ? Pollers::Found::kSome : Pollers::Found::kNothing);
  if (standing.open || !received->empty()) gather(server, *polled, *received);
  return again_in(any || waits ? 0 : kShortPollMs);
}

// ---- giving

Value::List records_of(const BatchRow& row) {
  auto records = parse_json(row.Records);
  return records && records->is_list() ? std::move(records->as_list()) : Value::List{};
}

// What of the batch is done with.
std::vector<Value> done_records(const Polled& polled, const Value::List& records,
                                const Result<InvocationResult>& result) {
  if (!result || !result->function_error.empty()) return {};
  if (!polled.row.ReportsFailures) return records;
  std::vector<std::string> ids;
  for (const Value& record : records) ids.push_back(record["messageId"].string_or(""));
  auto failed = failed_items(result->payload, ids);
  if (!failed) return {};
  std::vector<Value> done;
  for (size_t i = 0; i < records.size(); ++i)
    if (std::find(failed->begin(), failed->end(), ids[i]) == failed->end())
      done.push_back(records[i]);
  return done;
}

Next give(Pollers& pollers, const Job& job) {
  Server& server = pollers.server;
  const Space space = space_of(job);
  const std::string mapping = job.payload["Mapping"].string_or("");
  const std::string batch = job.payload["Batch"].string_or("");
  auto view = server.engine().begin_read();
  auto batch_row = kBatches.get(*view, space, {mapping, batch});
  auto row = kMappings.get(*view, space, {mapping});
  auto queue = row ? Arn::parse(row->Source) : std::nullopt;
  if (batch_row && queue) {
    Polled polled{space, std::move(*row), {}, std::move(*queue)};
    polled.function = function_of(space, polled.row);
    auto version = find_version(*view, polled.function,
                                static_cast<double>(server.random().next() >> 11) * 0x1p-53);
    auto function = find_function(*view, polled.function);
    view.reset();
    if (version && function) {
      Value::List records = records_of(*batch_row);
      Invocation invocation;
      invocation.function = polled.function;
      invocation.version = *version;
      invocation.reserved = function->Reserved;
      invocation.request_id = server.random().uuid();
      invocation.event = to_json(Value::object({{"Records", Value(records)}}));
      auto result = fleet_of(server)->invoke(std::move(invocation));
      if (server.jobs().stopping()) return Next::again(server.clock().now());
      const std::vector<Value> done = done_records(polled, records, result);
      auto client = pollers.client_of(polled.row, polled.function, *version);
      if (client && !done.empty()) delete_messages(*client, polled.queue, done);
    }
  }
  transact(server.engine(), [&](Txn& txn) {
    kBatches.erase(txn, space, {mapping, batch});
    return true;
  });
  return Next::done();
}
}  // namespace

Result<Client> role_client(Server& server, const FunctionRef& function, const VersionRow& version) {
  return server
      .client_as_service("lambda.amazonaws.com", function.arn(), function.space.account,
                         Region{function.space.region})
      .assume_role(version.Role, role_session_name(version.Name));
}

void start_poll(Call& call, const Space& space, const std::string& id) {
  call.start_job(kPollJob, id, call.now(), payload_of(space));
}

void register_poller(Registry& registry) {
  auto pollers = std::make_shared<Pollers>(registry.server());
  registry.job_kind(kPollJob, [pollers](const Job& job) { return poll_queue(*pollers, job); });
  registry.job_kind(kBatchJob, [pollers](const Job& job) { return give(*pollers, job); });
  registry.at_start([pollers] {
    std::lock_guard lock(pollers->mutex);
    pollers->sessions.clear();
    pollers->empty_looks.clear();
  });
}

}  // namespace drydock::lambda
