// The names AWS gives to things: account ids, regions, ARNs; and the random source they are drawn
// from.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace drydock {

// Twelve digits.
struct AccountId {
  std::string text;
  auto operator<=>(const AccountId&) const = default;
  static std::optional<AccountId> parse(std::string_view text);
};

// "us-east-1".
struct Region {
  std::string text;
  auto operator<=>(const Region&) const = default;
};

// arn:partition:service:region:account:resource; the resource keeps its own colons and slashes.
struct Arn {
  std::string partition = "aws";
  std::string service;
  std::string region;
  std::string account;
  std::string resource;
  std::string text() const;
  bool is(std::string_view text) const;  // text() == text, without making it
  bool operator==(const Arn&) const = default;
  static std::optional<Arn> parse(std::string_view text);
};

// Source of all randomness. Seeded once: from the machine in production, from a number in tests.
// Thread-safe.
class Random {
 public:
  explicit Random(uint64_t seed);  // repeatable
  static Random from_system();
  Random(Random&&) noexcept;
  ~Random();
  uint64_t next();
  std::string bytes(size_t count);
  // `length` characters drawn from `alphabet`.
  std::string text(size_t length, std::string_view alphabet);
  std::string uuid();                       // version 4, lower case
  std::string base36(size_t length);        // 0-9a-z, for API ids
  std::string upper_base32(size_t length);  // A-Z2-7, for IAM unique ids and access keys

 private:
  struct State;
  State* state_;
};

}  // namespace drydock
