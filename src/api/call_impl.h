// CallImpl: the Call of one request. Internal to api/.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/call.h"
#include "api/server_impl.h"

namespace drydock {

class CallImpl final : public Call {
 public:
  CallImpl(ServerImpl& server, const Operation& operation, const Caller& caller,
           const Region& region, const std::string& request_id, const void* input,
           const HttpRequest* http, Headers* headers);

  const Operation& operation() const override { return operation_; }
  const Caller& caller() const override { return caller_; }
  const AccountId& account() const override { return account_; }
  const Region& region() const override { return region_; }
  const std::string& request_id() const override { return request_id_; }
  Timestamp now() const override { return now_; }
  Random& random() override { return server_.random(); }
  Txn& txn() override;
  bool commit() override;
  Blobs& blobs() override { return server_.blobs(); }
  void start_job(std::string kind, std::string id, Timestamp due, Value payload) override;
  void cancel_job(std::string_view kind, std::string_view id) override;
  void emit(std::string source, std::string detail_type, std::vector<std::string> resources,
            Value detail) override;
  void after_commit(std::function<void()> action) override { after_.push_back(std::move(action)); }
  Waiters& waiters() override { return server_.waiters(); }
  Result<void> authorize(std::string_view action, std::string_view resource,
                         Context context) override;
  Result<void> pass_role(std::string_view role_arn, std::string_view service,
                         std::string_view for_resource) override;
  Client client(std::string_view via) override;
  Server& server() override { return server_; }
  const HttpRequest* http() const override { return http_; }
  Headers& response_headers() override { return headers_ ? *headers_ : own_headers_; }

  bool decided() const { return decided_; }
  // What IAM is asked about from now on is noted there.
  void note_asked(std::vector<std::string>* asked) { asked_ = asked; }

 private:
  ServerImpl& server_;
  const Operation& operation_;
  const Caller& caller_;
  AccountId account_;
  const Region& region_;
  const std::string& request_id_;
  Timestamp now_;
  const void* input_;  // of the operation; null outside one
  const HttpRequest* http_;
  Headers* headers_;
  Headers own_headers_;
  uint64_t epoch_;
  std::unique_ptr<Txn> txn_;
  std::vector<std::function<void()>> after_;
  std::optional<IdentityPolicies> policies_;
  bool jobs_put_ = false;
  bool decided_ = false;
  std::vector<std::string>* asked_ = nullptr;
};

}  // namespace drydock
