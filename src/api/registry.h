// What services tell the server about themselves besides their operations: hooks, jobs and HTTP
// doors.
//
// Each service folder defines `void register_service(Registry&)` in its namespace (drydock::iam, …)
// in service.cc; modelc's list of services calls them all. Nothing else is registered anywhere.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/evaluate.h"
#include "auth/principal.h"
#include "http/message.h"
#include "shape/service.h"
#include "store/engine.h"
#include "work/jobs.h"

namespace drydock {

class Server;

// What authorization must know of a resource, from the service that owns it.
struct ResourceFacts {
  AppliedPolicies policies;         // resource-based policies
  bool for_services_alone = false;  // they reach service principals, nobody else (log groups)
  bool policy_mandatory = false;    // role trust, KMS key
  bool owner_account_only = false;  // no other account gets the action, whatever the policies say
  bool is_trust = false;
  bool aws_managed = false;  // AWS's own (an aws/… KMS key): resource control policies pass it by
  std::string owner_account;  // where the ARN does not say (S3 buckets)
  Map<std::string> tags;      // aws:ResourceTag/…
  Context keys;               // the service's own condition keys that the resource gives
};

// The identity side, which IAM and STS own.
struct KeyFacts {
  std::string secret;
  Caller caller;                     // principal filled in
  std::optional<Timestamp> expires;  // temporary credentials
  std::string session_token;         // that must come with the key; empty for long-term keys
};
using KeyFactsPtr = std::shared_ptr<const KeyFacts>;  // shared: asked for with every request
struct IdentityPolicies {
  AppliedPolicies identity, boundary, session;
};

// A door: HTTP that is no AWS protocol (git, API Gateway stages, the Lambda Runtime API, container
// credentials).
struct Door {
  std::string name;
  std::function<bool(const HttpRequest& head)> matches;  // by host and path alone
  std::function<HttpResponse(HttpRequest& request)> serve;
  bool may_block = true;
};

// A call of a service that is over, refused or not: over HTTP before its answer is sent, or
// in-process.
struct Finished {
  const Operation* operation = nullptr;  // null: the request names none
  const Caller& caller;                  // empty where it was not authenticated
  const std::string& request_id;
  const Fault* fault = nullptr;  // null: it succeeded
  const HttpRequest* request = nullptr;
  HttpResponse* response = nullptr;  // over HTTP; may get headers
  const void* input = nullptr;       // in-process
};

class Registry {
 public:
  virtual ~Registry() = default;
  virtual Server& server() = 0;

  // Facts for resources whose ARN names `arn_service` ("s3", "kms", "lambda", "iam"). nullopt: no
  // such resource.
  using ResourceHook = std::function<std::optional<ResourceFacts>(Txn&, std::string_view action,
                                                                  const Arn& resource)>;
  virtual void resource_facts(std::string arn_service, ResourceHook hook) = 0;
  // The same where the request says which resource it is (s3:VersionId, beside the object's ARN).
  using RequestHook = std::function<std::optional<ResourceFacts>(
      Txn&, std::string_view action, const Arn& resource, const Context& request)>;
  virtual void request_facts(std::string arn_service, RequestHook hook) = 0;

  // A number for the facts of a resource that changes when they do, where it is known at once; 0:
  // it is not. Allowed requests for such resources are decided again only when it has changed.
  using FactsVersionHook = std::function<uint64_t(std::string_view resource)>;
  virtual void facts_version(std::string arn_service, FactsVersionHook hook) = 0;

  // IAM (users) and STS (sessions) alone; asked in the order of registration.
  // Null: not one of theirs, or not in use.
  using KeyHook = std::function<KeyFactsPtr(std::string_view access_key_id)>;
  virtual void access_keys(KeyHook hook) = 0;
  using PolicyHook = std::function<IdentityPolicies(Txn&, const Principal&)>;
  virtual void identity_policies(PolicyHook hook) = 0;

  // Organizations alone: what the organization of an account means for IAM; null when it is in
  // none. Asked up to three times a request (caller, resource, source account), so it must be
  // quick: kept until an organization changes. Fills aws:PrincipalOrgID, …OrgPaths and their like,
  // and gives the control policies; who is exempt from them is the evaluator's business.
  using OrganizationHook = std::function<OrganizationPtr(Txn&, std::string_view account)>;
  virtual void organizations(OrganizationHook hook) = 0;

  // IAM alone: the unique id (AIDA…, AROA…) of a user or role by its ARN, and the ARN by the id.
  // Resource policies are held by ids (Server::hold_principals), so that who is deleted and made
  // anew is not trusted again. nullopt: no such.
  using PrincipalIdHook =
      std::function<std::optional<std::string>(Txn&, std::string_view arn_or_id)>;
  virtual void principal_ids(PrincipalIdHook hook) = 0;

  // What else is to be done with every finished call of a service, by its name. On the thread of
  // the call, so it must be quick.
  using FinishedHook = std::function<void(const Finished&)>;
  virtual void finished(std::string service, FinishedHook hook) = 0;

  // A job kind; see work/jobs.h. Steps act through Server::client_as.
  virtual void job_kind(std::string kind, Step step) = 0;
  virtual void door(Door door) = 0;
  // Runs once before the server is ready, and again after a reset: repair after a crash, re-start
  // of watches.
  virtual void at_start(std::function<void()> action) = 0;
  // Runs when the server stops, before jobs stop: kill child processes.
  virtual void at_stop(std::function<void()> action) = 0;
};

}  // namespace drydock
