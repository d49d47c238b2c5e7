// Journal: what was called in the name of one piece of work (a build, a pipeline execution, the
// operations on a stack), by the session that its service assumed for it, by every session that
// came from that one, and by functions that they invoked and waited for.
//
// The service says once whose work a session is (works_for); what is called with that session's
// key, and with keys that STS gives to it, is counted: one call for each different role, action,
// resource and outcome. Kept for the last kKeptWork works, in the store. Thread-safe; a caller that
// works for nobody costs one look at what its thread remembers.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "api/question.h"
#include "base/value.h"
#include "store/engine.h"

namespace drydock {

class Journal {
 public:
  explicit Journal(Engine& engine) : engine_(engine) {}

  enum class Outcome : char {
    kAllowed,
    kDenied,
    kLetPass
  };  // the last: denied but for --iam audit

  // What a further session has to do with the one before it.
  enum class Tie : char { kAssumedBy, kInvokedBy };
  // What is done with this key belongs to `work`; `parent`: the session that it comes from.
  void begin(std::string_view access_key_id, std::string_view work, std::string_view parent = {},
             Tie tie = Tie::kAssumedBy);
  // The same for a key that comes from `parent`, when that one works for something.
  void follow(const Caller& parent, std::string_view access_key_id, Tie tie = Tie::kAssumedBy);
  // The key's further calls belong to nobody.
  void end(std::string_view access_key_id);
  // Whether the caller works for something: asked for each request.
  bool knows(const Caller& caller);
  void note(const QuestionView& question, Outcome outcome, std::string_view authorization_id);

  // [{principal, assumedBy or invokedBy, role, action, resource, via, client, outcome, passed,
  // count, first, last, requestId, authorizationId}] in the order of their first call; kMostCalls
  // of them: there may have been more.
  Value calls_of(std::string_view work);
  // Works whose name begins so, oldest first.
  std::vector<std::string> works_with(std::string_view prefix);

  void load();
  void flush();
  void clear();

  static constexpr size_t kKeptWork = 500;
  static constexpr size_t kMostCalls = 1000;  // different ones of one work; more are not kept
  static constexpr size_t kKeptKeys = 16384;  // sessions that are followed at a time
  static constexpr size_t kHeldWork = 32;     // works in memory

 private:
  struct Called {
    Value row;
    int64_t count = 0;
    bool dirty = false;
  };
  struct Work {
    std::string name;
    std::deque<Called> calls;
    std::unordered_map<uint64_t, size_t> by_hash;
  };
  // Whose work a key does, and which session it comes from.
  struct Session {
    std::string work, parent;
    Tie tie = Tie::kAssumedBy;
  };
  Work& work_of(const std::string& name);  // under the mutex
  void write(Txn& txn, Work& work);

  Engine& engine_;
  std::atomic<uint64_t> generation_{1};  // of the keys
  std::mutex mutex_;
  std::unordered_map<std::string, Session> sessions_;  // by access key
  std::deque<std::string> keys_;                       // in the order they came
  std::deque<std::unique_ptr<Work>> held_;             // newest last
  std::unordered_map<std::string, int64_t> numbers_;   // of works in the store
  int64_t next_number_ = 0;
  std::mutex flush_mutex_;
};

class Server;
// Says whose work a session is that a service assumed.
void works_for(Server& server, const Caller& session, std::string_view work);
// While it exists, what is done with a key belongs to the work of who is served with it: a function
// that a build invokes, and waits for, works for that build.
class WorksThrough {
 public:
  WorksThrough(Server& server, const Caller& served, std::string access_key_id);
  ~WorksThrough();
  WorksThrough(const WorksThrough&) = delete;

 private:
  Server* server_ = nullptr;  // null: who is served works for nobody
  std::string access_key_id_;
};

}  // namespace drydock
