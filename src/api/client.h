// Client: the in-process way to call any operation, as a principal. The same steps as over the
// network from validation on: validate, authorise, handle, commit, record.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "auth/principal.h"
#include "base/ids.h"
#include "base/result.h"
#include "shape/service.h"

namespace drydock {

class Server;

// A value; cheap to copy. Thread-safe.
class Client {
 public:
  Client(Server& server, Caller caller, Region region)
      : server_(&server), caller_(std::move(caller)), region_(std::move(region)) {}

  // client.call<iam::CreateRole>({.RoleName = "x", …}); Op is a generated operation tag.
  template <class Op>
  Result<typename Op::Output> call(const typename Op::Input& input) const {
    typename Op::Output output{};
    TRY(run(Op::operation(), &input, &output));
    return output;
  }
  // The same by name and Value. NotImplemented when there is no such operation.
  Result<Value> call(std::string_view service, std::string_view operation, Value input) const;

  const Caller& caller() const { return caller_; }
  const Region& region() const { return region_; }
  // For a service: the same, saying `keys` of itself and of the sessions that it makes
  // (Principal::session_keys).
  Client saying(Map<std::string> keys) const;
  Client in_region(Region region) const { return Client(*server_, caller_, std::move(region)); }

  // Assumes `role_arn` as the service this client speaks for (its caller must be a service
  // principal or a principal that may): sts:AssumeRole through the front door. The new client acts
  // as the session.
  Result<Client> assume_role(std::string_view role_arn, std::string_view session_name) const;

 private:
  Result<void> run(const Operation& operation, const void* input, void* output) const;
  Result<void> finish(const Operation& operation, const void* input, void* output) const;
  Server* server_;
  Caller caller_;
  Region region_;
};

}  // namespace drydock
