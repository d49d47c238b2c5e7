// The condition keys of one request as policies see them: those that were given, and the global
// ones, each made when a policy asks for it.
#pragma once

#include <forward_list>
#include <string>
#include <string_view>
#include <vector>

#include "auth/evaluate.h"

namespace drydock {

class Keys {
 public:
  explicit Keys(const AuthorizationRequest& request) : request_(&request) {}
  // Null when the request does not have the key. Case does not matter. `key` must outlive this.
  const std::vector<std::string>* find(std::string_view key) const;
  // Whether anything was looked for.
  bool asked() const { return asked_; }

 private:
  const AuthorizationRequest* request_;
  struct Made {
    std::string_view key;  // as the policy writes it; policies outlive the request
    std::vector<std::string> values;
  };
  mutable bool asked_ = false;
  mutable std::forward_list<Made> made_;  // a request is decided by one thread
};

}  // namespace drydock
