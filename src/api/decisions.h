// Decisions: what IAM was asked and how it decided, kept so that `drydock why` and `drydock
// policies` can tell.
//
// Three memories: denies with their whole explanation (stored, the last kKeptDenies); the last
// kKeptRecent questions of every outcome (in memory, explained again when somebody asks), of a call
// that repeats itself many times a second not all; and uses, one for each different call of a
// principal (in memory, written to the store behind the requests' backs by flush). Thread-safe.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "api/question.h"
#include "base/time.h"
#include "base/value.h"
#include "store/engine.h"
#include "store/table.h"

namespace drydock {

// [number] -> explanation; [request or authorization id, number] -> "". Both in the installation's
// space. Written here; read by services/iamtoolbox too.
inline constexpr Table<Value> kDenies{"api.deny"};
inline constexpr Table<std::string> kDeniesById{"api.deny-by-id"};
// [SHA-256] -> a policy's document as it was when it took part in a deny; explanations name them
// so.
inline constexpr Table<std::string> kPolicyTexts{"api.policy-text"};

enum class Outcome : char { kAllowed, kDenied };

// A question that was asked before, with what came of it.
struct Recent {
  Question question;
  Outcome outcome = Outcome::kAllowed;
};

// Which policies an allowed call needs, as they were when it was first made.
struct Needs {
  bool identity = false;      // an identity-based policy must allow
  bool resource = false;      // the resource's own policy must allow
  bool delegates = false;     // … by naming the caller's account, which leaves the rest to it
  std::string holder;         // what carries that policy: an ARN
  std::string resource_kind;  // "role trust policy", "resource-based policy"
  std::string owner;          // the account of the resource
  bool mandatory = false;     // even in one account the resource's policy must allow
  // Allow statements that matched: policy (ARN or name), who carries it, label.
  struct Matched {
    std::string policy, attached_to, label;
  };
  std::vector<Matched> matched;
  Value to_value() const;
  static Needs from_value(const Value& value);
};

// Calls of one principal that differ in nothing that policies usually look at.
struct Use {
  Question sample;  // the first of them
  Outcome outcome = Outcome::kAllowed;
  Needs needs;
  uint64_t count = 0;
  Timestamp first, last;
};

class Decisions {
 public:
  explicit Decisions(Engine& engine) : engine_(engine) {}

  // `explanation` is auth/explain.h's object; gets requestId, authorizationId and time added.
  void record_deny(const std::string& request_id, const std::string& authorization_id,
                   Timestamp now, Value explanation);
  // Every decision, allowed or denied; on each request's path, so it only copies bytes. The first
  // call of a new kind gives its key, under which note_needs is to tell more.
  std::optional<uint64_t> record(const QuestionView& question, Outcome outcome,
                                 uint64_t key_of_use);
  // A hash of who, what, on what, and of what else least-privilege policies are told apart by.
  static uint64_t key_of_use(const QuestionView& question);
  void note_needs(uint64_t key, const Needs& needs);

  // By request id or authorization id; newest first when a request was denied more than once.
  std::vector<Value> find(std::string_view id);
  // Denies in whose explanation `text` appears anywhere (a build's id in a session name), newest
  // first.
  std::vector<Value> denies_with(std::string_view text, size_t limit);
  // Denies at or after `since`, newest first.
  std::vector<Value> denies_since(Timestamp since, size_t limit);
  // Denies so far, those of earlier runs included.
  uint64_t denied() const { return next_deny_.load(std::memory_order_relaxed); }
  // What a request asked, in its order. Empty when it is unknown or too long ago.
  std::vector<Recent> recent(std::string_view request_id);
  // The request id of the newest question that has not come from this program itself.
  std::string last_request_id();
  // How the principal came to be: [{principal, sourceArn, time}], the first one first, it itself
  // last.
  Value chain_of(const Principal& principal);

  // Everything observed since `since`, of one principal (ARN of a role, user; all when empty), in
  // the order of the first call.
  std::vector<Use> uses(std::string_view principal, Timestamp since);
  // Calls that could not be kept, because kKeptUses different ones are.
  uint64_t lost_uses() const { return lost_.load(std::memory_order_relaxed); }

  void load();   // what the store has of uses; before the first record
  void flush();  // writes what changed; from the recorder's thread
  void clear();  // the store was emptied

  static constexpr size_t kKeptDenies = 10000;
  static constexpr size_t kKeptRecent = 4096;
  // Of one allowed use on one thread, each second: a busy loop would push everything else out.
  static constexpr uint32_t kKeptEachSecond = 64;
  static constexpr size_t kKeptUses = 20000;
  static constexpr size_t kKeptSessions = 4096;
  // Different objects of a bucket, streams of a log group and so on, of one principal and action;
  // more are counted together: a policy for one of them is a policy for all.
  static constexpr uint32_t kKeptResources = 64;

 private:
  static constexpr size_t kShards = 8;
  struct KeptUse {
    std::string packed, needs;
    uint64_t count = 0;
    int64_t first_ms = 0, last_ms = 0;
    Outcome outcome = Outcome::kAllowed;
    bool dirty = false;
  };
  struct RecentSlot {
    std::string packed;
    int64_t order = 0;  // of a steady clock: a number that all threads draw costs more
    Outcome outcome = Outcome::kAllowed;
  };
  // Calls of a use that one thread has counted since they were last added to it.
  struct Tally {
    uint64_t count = 0;
    int64_t last_ms = 0;
    uint32_t kept = 0;  // among the recent, in the second of last_ms
  };
  struct alignas(64) Shard {
    std::mutex mutex;
    std::unordered_map<uint64_t, KeptUse> uses;
    std::unordered_map<uint64_t, Tally> tallies;    // of this shard's threads
    std::unordered_map<uint64_t, uint32_t> spread;  // different resources of one kind of call
    std::vector<RecentSlot> ring;
    size_t next = 0;
  };
  // Who assumed a session: by the session's ARN.
  struct Origin {
    std::string principal, source_arn;
    int64_t ms = 0;
    bool dirty = false;
  };

  bool count_again(uint64_t key, Timestamp now);  // false: no such use yet
  void add_tallies();
  void note_session(const QuestionView& question);
  void load_denies(Txn& txn);
  static void keep_recent(Shard& shard, const QuestionView& question, Outcome outcome);
  Shard& shard_of_thread();

  Engine& engine_;
  std::array<Shard, kShards> shards_;
  std::atomic<uint64_t> lost_{0};

  std::mutex deny_mutex_;
  std::atomic<uint64_t> next_deny_{0};
  bool denies_loaded_ = false;

  std::mutex session_mutex_;
  std::unordered_map<std::string, Origin> sessions_;
  std::mutex flush_mutex_;
};

class Server;
// The server's own.
Decisions& decisions(Server& server);

}  // namespace drydock
