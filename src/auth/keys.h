// The condition keys of one request as policies see them: those that were given, and the global
// ones, each made when a policy asks for it.
#pragma once

#include <array>
#include <forward_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "auth/evaluate.h"

namespace drydock {

// The keys that a decision looked for, each once, as the policies write them; the policies own
// them.
class AskedKeys {
 public:
  static constexpr size_t kMost = 8;
  void add(std::string_view key);
  // False: there were more than are kept.
  bool complete() const { return !more_; }
  std::span<const std::string_view> names() const { return std::span(names_).first(count_); }

 private:
  std::array<std::string_view, kMost> names_;
  size_t count_ = 0;
  bool more_ = false;
};

// What the call alone says of a key: who calls, when and from where. Empty: the call does not have
// it. nullopt: a global key that follows from the resource or from organizations.
std::optional<std::vector<std::string>> key_of_call(std::string_view key, const Caller& caller,
                                                    std::string_view region, Timestamp now);

class Keys {
 public:
  // `asked`, unless null, hears of every key that is looked for.
  explicit Keys(const AuthorizationRequest& request, AskedKeys* asked = nullptr)
      : request_(&request), asked_(asked) {}
  // Null when the request does not have the key. Case does not matter. `key` must outlive this.
  const std::vector<std::string>* find(std::string_view key) const;

 private:
  const AuthorizationRequest* request_;
  struct Made {
    std::string_view key;  // as the policy writes it; policies outlive the request
    std::vector<std::string> values;
  };
  AskedKeys* asked_;
  mutable std::forward_list<Made> made_;  // a request is decided by one thread
};

}  // namespace drydock
