// Result<T> and TRY: how an expected AWS outcome that is not success travels up the call stack.
//
// A Fault is what the client will see: an error code, a message and an HTTP status. Faults are for
// outcomes AWS documents (no such role, access denied, validation). Our own bugs are asserts.
#pragma once

#include <expected>
#include <string>
#include <utility>
#include <vector>

#include "base/value.h"

namespace drydock {

// An AWS error on its way to the client. `code` is AWS's code without namespace ("NoSuchEntity").
struct Fault {
  std::string code;
  std::string message;
  int status = 400;  // HTTP status
  // Further members of the error structure, as the protocol writes them (S3: BucketName, Key;
  // DynamoDB: CancellationReasons). Null or an object.
  Value members = {};
  // Set by the authorization step on a deny: the id under which `drydock why` explains it.
  std::string authorization_id = {};
};

template <class T = void>
using Result = std::expected<T, Fault>;

using Unexpected = std::unexpected<Fault>;

// `return fault("NoSuchEntity", "The role with name x cannot be found.", 404);`
inline Unexpected fault(std::string code, std::string message, int status = 400) {
  return Unexpected(Fault{std::move(code), std::move(message), status});
}

inline Unexpected fault(Fault f) { return Unexpected(std::move(f)); }

// The operation, or the part of it that was asked for, is not served. Never a 5xx: old SDKs retry
// those.
inline Unexpected not_implemented(std::string what) {
  return fault("NotImplemented", std::move(what) + " is not implemented by Drydock.", 400);
}

}  // namespace drydock

// TRY(expr): the value of a Result, or return its Fault from the enclosing function.
//   auto role = TRY(find_role(call, name));      TRY(call.authorize(...));
#define TRY(...)                                                    \
  ({                                                                \
    auto&& try_result_ = (__VA_ARGS__);                             \
    if (!try_result_) [[unlikely]]                                  \
      return ::drydock::Unexpected(std::move(try_result_).error()); \
    ::drydock::detail::unwrap(std::move(try_result_));              \
  })

namespace drydock::detail {
template <class T>
T unwrap(std::expected<T, Fault>&& r) {
  return std::move(*r);
}
inline void unwrap(std::expected<void, Fault>&&) {}
}  // namespace drydock::detail
