// Server: the one door. Owns nothing of the services; wires clock, store, jobs, registry and
// pipeline.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "api/client.h"
#include "api/registry.h"
#include "http/message.h"
#include "store/blobs.h"
#include "store/engine.h"
#include "work/clock.h"
#include "work/jobs.h"
#include "work/waiters.h"

namespace drydock {

class Call;
struct TrailCall;  // api/trail.h
// What becomes of a call: denied as AWS does; answered, but a deny recorded; answered when its
// credentials and signature are good; answered.
enum class Enforcement { kEnforce, kAudit, kAuthenticate, kOff };

struct Settings {
  std::string data_folder;  // absolute; with --memory a temporary one that goes at exit
  Enforcement enforcement = Enforcement::kEnforce;
  AccountId default_account{"000000000000"};
  Region default_region{"us-east-1"};
  std::string server_socket;         // Unix socket that sandboxes reach us by
  std::string shell_socket;          // Unix socket that `drydock shell` reaches us by
  bool builds_reach_outside = true;  // builds may connect to hosts outside AWS (package registries)
  std::string ca_path, bundle_path;  // local CA; public roots + local CA
  std::string public_url;            // http://127.0.0.1:4566, known once listening
  bool root_by_account_key = true;   // 12-digit access keys; only while bound to loopback
};

class Server {
 public:
  virtual ~Server() = default;
  virtual const Settings& settings() const = 0;
  virtual Engine& engine() = 0;
  virtual Blobs& blobs() = 0;
  virtual Clock& clock() = 0;
  virtual Random& random() = 0;
  virtual Jobs& jobs() = 0;
  virtual Waiters& waiters() = 0;
  virtual const Registry& registry() const = 0;

  // Acts as `caller` (its account) in `region`. Job steps and doors get their clients here.
  virtual Client client_as(Caller caller, Region region) = 0;
  // As the service itself, acting for a resource: principal "codepipeline.amazonaws.com",
  // SourceArn, SourceAccount.
  virtual Client client_as_service(std::string_view service_principal, std::string_view source_arn,
                                   std::string_view source_account, Region region) = 0;
  // Who holds these credentials (for doors that authenticate in their own way: git).
  virtual Result<Caller> caller_of(std::string_view access_key_id,
                                   std::string_view session_token) = 0;
  virtual Result<std::string> secret_of(std::string_view access_key_id) = 0;
  virtual std::optional<AccountId> account_of_key(std::string_view access_key_id) = 0;
  // Asks IAM outside a call, for doors (API Gateway -> Lambda is asked by the lambda operation
  // itself).
  virtual Result<void> authorize(const Caller& caller, const Region& region,
                                 std::string_view action, std::string_view resource,
                                 Context context = {}) = 0;
  // Resource policies at rest. AWS keeps the users and roles in them by unique id: what
  // hold_principals gives is stored and evaluated, what show_principals gives is shown; an id whose
  // owner is gone stays an id. The fault of a user or role that does not exist is
  // MalformedPolicyDocument "Invalid principal in policy: …".
  virtual Result<std::string> hold_principals(Txn& txn, std::string_view document) = 0;
  virtual std::string show_principals(Txn& txn, std::string_view held) = 0;
  // Runs `body` with a Call of an internal kind in `account` and `region`, committing at the end,
  // again on conflict. For job steps that write their own service's rows: body(call) ->
  // Result<void>.
  virtual Result<void> work_in(const AccountId& account, const Region& region,
                               std::string_view service,
                               const std::function<Result<void>(Call&)>& body) = 0;
  // CloudTrail's event history: doors record what they serve that is no operation (a push), and
  // behind flush_trail every call answered before it is in the history.
  virtual void record_in_trail(TrailCall call) = 0;
  virtual void flush_trail() = 0;
  // The front door: any request, AWS or door. Never throws.
  virtual HttpResponse serve(HttpRequest& request) = 0;
  virtual bool may_block(const HttpRequest& head) = 0;
};

}  // namespace drydock
