// Fleet: all running instances of all functions of this server: picks or starts one for an
// invocation, keeps it warm for the next, ends it when it has been idle, its function changed, or
// its credentials grow old. Thread-safe.
#pragma once

#include <memory>
#include <string>

#include "api/server.h"
#include "gen/lambda.h"
#include "services/lambda/tables.h"

namespace drydock::lambda {

struct Invocation {
  FunctionRef function;  // as it was invoked
  VersionRow version;
  std::optional<int64_t> reserved;
  std::string request_id;
  std::string event;
  std::string client_context;
  Caller by;  // who invokes, and waits
};

struct InvocationResult {
  std::string payload;
  std::string function_error;  // "Unhandled", or empty
  std::string log_tail;        // the last 4 KB
};

class Fleet {
 public:
  explicit Fleet(Server& server);
  ~Fleet();
  // Blocks until the function answered, failed or ran out of time. Faults: throttled, role not
  // assumable, sandbox missing.
  Result<InvocationResult> invoke(Invocation invocation);
  void retire(
      const std::string& function_arn);  // idle instances end now, busy ones after their invocation
  void stop();                           // ends all, writes what logs remain

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// AWS does name sessions for their function; STS wants two characters.
std::string role_session_name(const std::string& function_name);

// The server's fleet, made at the first need. Hold it while it works: a reset puts another in its
// place.
std::shared_ptr<Fleet> fleet_of(Server& server);

}  // namespace drydock::lambda
