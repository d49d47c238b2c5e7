// The credentials of a build's role: for what the engine does as the role, and for the build's own
// AWS clients, which read them from 169.254.170.2.
#pragma once

#include <memory>
#include <string>

#include "api/client.h"
#include "api/registry.h"
#include "api/server.h"

namespace drydock::codebuild {

// Thread-safe. Assumes the role anew when a session nears its end.
class RoleSession {
 public:
  RoleSession(Server& server, std::string project_arn, std::string build_arn, std::string account,
              Region region, std::string role_arn, std::string session_name);
  ~RoleSession();  // its path is served no more
  Result<Client> client();
  // What 169.254.170.2 answers: AccessKeyId, SecretAccessKey, Token, Expiration, RoleArn.
  Result<Value> credentials();
  // "/v2/credentials/<secret>": AWS_CONTAINER_CREDENTIALS_RELATIVE_URI.
  const std::string& path() const { return path_; }

 private:
  struct State;
  std::shared_ptr<State> state_;
  std::string path_;
};

Door credentials_door();

}  // namespace drydock::codebuild
