// Steps work in batches, each a transaction of its own, and can be repeated at any point.
#include "services/dynamodb/jobs.h"

#include "base/encoding.h"
#include "services/dynamodb/encryption.h"
#include "services/dynamodb/item_store.h"
#include "services/dynamodb/values/document.h"
#include "services/dynamodb/values/encoding.h"

namespace drydock::dynamodb {
namespace {

constexpr size_t kBatch = 500;
// For the key of a table that DynamoDB cannot open now.
constexpr int64_t kLockedPause_ms = 60 * 1000;
// AWS does leave items alone that expired more than five years ago.
constexpr int64_t kOldestExpiry_seconds = 5LL * 365 * 24 * 3600;

Result<void> work(Server& server, const Job& job, const std::function<Result<void>(Call&)>& body) {
  return server.work_in(AccountId{job.payload["account"].string_or("")},
                        Region{job.payload["region"].string_or("")}, "dynamodb", body);
}

Next soon(Server& server) { return Next::again(server.clock().now() + 1000); }

// The table if it is still the one the job was made for.
SchemaPtr table_of(Call& call, const Job& job) {
  TableReference table{call.space(), job.payload["table"].string_or(""), ""};
  SchemaPtr schema = find_schema(call.txn(), table);
  return schema && schema->row.Id == job.payload["id"].string_or("") ? schema : nullptr;
}

// Up to a batch of stored pairs behind `after` in the table.
struct Batch {
  std::vector<std::string> keys;
  std::string last;
  bool complete = true;
};
Batch read_batch(Txn& txn, const std::string& prefix, const std::string& after) {
  Batch out;
  txn.scan(after.empty() ? prefix : after + '\0', prefix + '\xff', Txn::Order::kForward,
           [&](std::string_view key, std::string_view) {
             if (out.keys.size() == kBatch) {
               out.complete = false;
               return false;
             }
             out.keys.emplace_back(key);
             return true;
           });
  if (!out.keys.empty()) out.last = out.keys.back();
  return out;
}

}  // namespace

Value job_payload(const Space& space) {
  return Value::object({{"account", space.account}, {"region", space.region}});
}

void start_purge(Call& call, const Space& space, const std::string& prefix, const std::string& id) {
  Value payload = job_payload(space);
  payload.set("prefix", to_base64(prefix));
  call.start_job(std::string(kPurgeJob), id, call.now(), std::move(payload));
}

Next purge_step(Server& server, const Job& job) {
  auto prefix = from_base64(job.payload["prefix"].string_or(""));
  if (!prefix || prefix->empty()) return Next::done();
  bool complete = false;
  while (!complete && !server.jobs().stopping()) {
    auto done = work(server, job, [&](Call& call) -> Result<void> {
      Batch batch = read_batch(call.txn(), *prefix, "");
      for (const std::string& key : batch.keys) call.txn().erase(key);
      complete = batch.complete;
      return {};
    });
    if (!done) return soon(server);
  }
  return complete ? Next::done() : soon(server);
}

Next backfill_step(Server& server, const Job& job) {
  std::string name = job.payload["index"].string_or(""), after;
  bool complete = false, locked = false;
  while (!complete && !locked && !server.jobs().stopping()) {
    auto done = work(server, job, [&](Call& call) -> Result<void> {
      SchemaPtr schema = table_of(call, job);
      locked = schema && !can_maintain(server, *schema);
      if (locked) return {};
      const IndexSchema* index = schema ? schema->index(name) : nullptr;
      complete = true;
      if (!index || !index->backfilling) return {};
      Batch batch = read_batch(call.txn(), schema->prefix, after);
      for (const std::string& key : batch.keys) {
        // Read again by get, so that a write of the item in between is a conflict.
        auto row = call.txn().get(key);
        if (!row) continue;
        Item item = decode_item(*row);
        if (auto index_key = stored_key(*schema, *index, item))
          call.txn().put(*index_key, encode_item(projected(*index, item)));
      }
      after = batch.last;
      complete = batch.complete;
      if (!complete) return {};
      TableRow row = schema->row;
      for (IndexRow& one : row.Indexes)
        if (one.Name == name) one.Backfilling = false;
      kTables.put(call.txn(), schema->space, {row.Name}, row);
      return {};
    });
    if (!done) return soon(server);
  }
  if (locked) return Next::again(server.clock().now() + kLockedPause_ms);
  return complete ? Next::done() : soon(server);
}

Next expire_step(Server& server, const Job& job) {
  std::string after;
  bool complete = false, enabled = true;
  while (!complete && enabled && !server.jobs().stopping()) {
    auto done = work(server, job, [&](Call& call) -> Result<void> {
      SchemaPtr schema = table_of(call, job);
      enabled = schema && schema->row.TtlAttribute;
      if (!enabled) return {};
      if (!can_maintain(server, *schema)) {
        complete = true;
        return {};
      }
      int64_t now = call.now().seconds();
      Batch batch = read_batch(call.txn(), schema->prefix, after);
      for (const std::string& key : batch.keys) {
        auto row = call.txn().get(key);
        if (!row) continue;
        Item item = decode_item(*row);
        const auto* expiry = item.find(*schema->row.TtlAttribute);
        const auto* number = expiry ? expiry->get<Number>() : nullptr;
        if (!number) continue;
        int64_t at = number->to_int64();
        Consumed consumed;
        if (at <= now && at > now - kOldestExpiry_seconds)
          store(call, *schema, &item, nullptr, consumed, Writer::kTimeToLive);
      }
      after = batch.last;
      complete = batch.complete;
      return {};
    });
    if (!done) return soon(server);
  }
  return enabled ? Next::again(server.clock().now() + kExpiryPause_ms) : Next::done();
}

Next forget_step(Server& server, const Job& job) {
  bool left = false;
  auto done = work(server, job, [&](Call& call) -> Result<void> {
    left = false;
    std::vector<std::string> old;
    kTransactions.each(call.txn(), call.space(), {},
                       [&](const std::vector<std::string>& key, const TransactionRow& row) {
                         if (row.Time + kTokenLifetime_ms <= call.now())
                           old.push_back(key[0]);
                         else
                           left = true;
                         return old.size() < kBatch;
                       });
    left = left || old.size() >= kBatch;
    for (const std::string& token : old) kTransactions.erase(call.txn(), call.space(), {token});
    return {};
  });
  if (!done) return soon(server);
  return left ? Next::again(server.clock().now() + kExpiryPause_ms) : Next::done();
}

}  // namespace drydock::dynamodb
