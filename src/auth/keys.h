// The condition keys of one request as policies see them: those that were given, and the global
// ones, which are made when the first policy asks for one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "auth/evaluate.h"

namespace drydock {

class Keys {
 public:
  explicit Keys(const AuthorizationRequest& request) : request_(&request) {}
  // Null when the request does not have the key. Case does not matter.
  const std::vector<std::string>* find(std::string_view key) const;

 private:
  const AuthorizationRequest* request_;
  mutable Context global_;  // made at most once; a request is decided by one thread
  mutable bool made_ = false;
};

}  // namespace drydock
