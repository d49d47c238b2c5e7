// Call: all that a handler may know and do. One object per request, used by one thread.
//
// Time, ids and randomness come from here; state through txn(); other services through client().
// A handler is synchronous and may be run twice (commit conflict), unless its operation is @waits.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "api/client.h"
#include "auth/evaluate.h"
#include "auth/principal.h"
#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"
#include "http/message.h"
#include "shape/service.h"
#include "store/blobs.h"
#include "store/engine.h"
#include "store/table.h"
#include "work/jobs.h"
#include "work/waiters.h"

namespace drydock {

class Server;  // api/server.h

class Call {
 public:
  virtual ~Call() = default;

  // ---- who and where
  virtual const Operation& operation() const = 0;
  virtual const Caller& caller() const = 0;
  virtual const AccountId& account() const = 0;  // the caller's; whose state the handler works on
  virtual const Region& region() const = 0;
  virtual const std::string& request_id() const = 0;
  Space space() const { return {account().text, region().text}; }  // of a regional service
  Space global_space() const { return {account().text, ""}; }      // of a global one
  // arn("dynamodb", "table/x") in this account and region
  std::string arn(std::string_view service, std::string_view resource) const;

  // ---- time and chance
  virtual Timestamp now() const = 0;
  virtual Random& random() = 0;

  // ---- state
  // The request's transaction; begun at the first use, committed by the pipeline when the handler
  // succeeds.
  virtual Txn& txn() = 0;
  // @waits handlers and job steps only: commits what was written so far and begins anew on next
  // use. False: conflict, nothing written; the handler must read again.
  [[nodiscard]] virtual bool commit() = 0;
  virtual Blobs& blobs() = 0;
  // A job that exists when this call commits.
  virtual void start_job(std::string kind, std::string id, Timestamp due, Value payload) = 0;
  virtual void cancel_job(std::string_view kind, std::string_view id) = 0;
  // Publishes an event to EventBridge of this account and region when this call commits
  // (source "aws.codecommit", detail-type, resources, detail), as the service that handles this
  // call.
  virtual void emit(std::string source, std::string detail_type, std::vector<std::string> resources,
                    Value detail) = 0;
  // Runs after the commit, on this thread. For waking waiters and caches; never for state.
  virtual void after_commit(std::function<void()> action) = 0;
  virtual Waiters& waiters() = 0;

  // ---- permission
  // Asks IAM whether the caller may do `action` on `resource` (an ARN or "*"). A deny is the AWS
  // fault, ready to return. The resource's own policies come from the owning service
  // (api/registry.h). Operations whose model names the resource have this done already.
  virtual Result<void> authorize(std::string_view action, std::string_view resource,
                                 Context context = {}) = 0;
  // iam:PassRole on role_arn for `service` ("lambda.amazonaws.com"), which is to use it for
  // `for_resource`. Checks that the role is of the caller's account. Whether the role trusts the
  // service is asked by can_assume.
  virtual Result<void> pass_role(std::string_view role_arn, std::string_view service,
                                 std::string_view for_resource) = 0;

  // ---- others
  // The same caller through this service (a forward access session): aws:CalledVia gets `via`, e.g.
  // "cloudformation.amazonaws.com".
  virtual Client client(std::string_view via) = 0;
  virtual Server& server() = 0;  // wiring that outlives the call: client_as, clock, settings

  // ---- the wire, for the few operations whose contract is HTTP itself (S3 headers, checksums)
  virtual const HttpRequest* http() const = 0;  // null for in-process calls
  virtual Headers& response_headers() = 0;      // added to the answer
};

}  // namespace drydock
