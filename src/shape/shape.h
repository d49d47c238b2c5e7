// Shapes: the tables that modelc makes from models/*.smithy, and what can be done with any struct
// by them.
//
// One table-driven codec per protocol, the validator, the stored records and the generated negative
// tests all read these tables. All tables are constant data with static lifetime.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/payload.h"
#include "base/result.h"
#include "base/time.h"
#include "base/value.h"

namespace drydock {

// AWS maps, in the order they came.
template <class T>
using Map = std::vector<std::pair<std::string, T>>;

// A value of a type that is still incomplete where it is named (recursive shapes). Copies deeply.
template <class T>
class Box {
 public:
  Box() : held_(std::make_unique<T>()) {}
  Box(T value) : held_(std::make_unique<T>(std::move(value))) {}
  Box(const Box& other) : held_(std::make_unique<T>(*other.held_)) {}
  Box(Box&&) noexcept = default;
  Box& operator=(const Box& other) {
    held_ = std::make_unique<T>(*other.held_);
    return *this;
  }
  Box& operator=(Box&&) noexcept = default;
  T& operator*() { return *held_; }
  const T& operator*() const { return *held_; }
  T* operator->() { return held_.get(); }
  const T* operator->() const { return held_.get(); }

 private:
  std::unique_ptr<T> held_;
};

enum class ShapeKind : uint8_t {
  kString,
  kBoolean,
  kInteger /* int64_t */,
  kDouble,
  kTimestamp,
  kBlob /* std::string of raw bytes */,
  kDocument /* Value */,
  kStream /* Payload */,
  kList,
  kMap,
  kStructure,
  kUnion /* structure with exactly one member set */,
};

enum class HttpBinding : uint8_t {
  kBody,
  kLabel,
  kQuery,
  kQueryMap,
  kHeader,
  kPrefixHeaders,
  kPayload,
  kStatus
};
enum class TimestampFormat : uint8_t {
  kDefault /* of the protocol */,
  kEpochSeconds,
  kDateTime,
  kHttpDate
};

struct Shape;

struct Member {
  std::string_view name;    // AWS's spelling; also the C++ member's name
  const Shape& (*shape)();  // of the member's type
  uint32_t offset = 0;      // in the struct
  bool required = false;   // the C++ member is T when required (or a stream), else std::optional<T>
  bool boxed = false;      // the C++ member holds Box<T>
  bool flattened = false;  // xmlFlattened
  bool attribute = false;  // xmlAttribute
  HttpBinding binding = HttpBinding::kBody;
  std::string_view
      wire_name;  // xmlName, jsonName, the query parameter or header; `name` when none is given
  TimestampFormat timestamp_format = TimestampFormat::kDefault;
  const struct OptionalOps* optional =
      nullptr;  // when not required or boxed; null: the field is a T
};

// What the tables need to know of std::optional<T> without knowing T.
struct OptionalOps {
  const void* (*get)(const void* optional);  // null when empty
  void* (*emplace)(void* optional);          // a fresh T inside
};
// The same of std::vector<T> and Map<T>. For maps `at`/`add` give the mapped T, `key` the key.
struct SequenceOps {
  size_t (*size)(const void*);
  const void* (*at)(const void*, size_t);
  void* (*add)(void*);  // a fresh T at the end
  std::string* (*key)(void*, size_t) = nullptr;
  void (*reserve)(void*, size_t) = nullptr;
};

struct Constraints {
  int64_t min_length = -1,
          max_length = -1;  // characters of a string, bytes of a blob, items of a list or map
  std::optional<double> min, max;            // numbers
  std::string_view pattern;                  // RE2 syntax, must match the whole string
  std::span<const std::string_view> values;  // enum
};

struct Shape {
  ShapeKind kind = ShapeKind::kString;
  std::string_view name;
  Constraints constraints;
  std::span<const Member> members;               // structure, union
  const Shape& (*item)() = nullptr;              // list, map (mapped value)
  std::string_view item_wire_name;               // list: "member" when none; map: the value's
  std::string_view key_wire_name;                // map: "key" when none
  const Constraints* key_constraints = nullptr;  // map
  const SequenceOps* sequence = nullptr;         // list, map
  std::string_view xml_name;                     // xmlName of the structure itself
  std::string_view xml_namespace;
};

// What codecs read: the member's T inside `structure`, or null when absent; the key of a map's
// entry.
inline const void* field_of(const Member& member, const void* structure) {
  const void* field = static_cast<const char*>(structure) + member.offset;
  return member.optional ? member.optional->get(field) : field;
}
inline const std::string& map_key(const Shape& map, const void* from, size_t index) {
  return *map.sequence->key(const_cast<void*>(from), index);  // `key` writes nothing
}

// The shape of a generated struct. Specialised by the generated headers.
template <class T>
const Shape& shape_of();

// Struct <-> Value by the tables. Absent optionals are absent members; a blob is its raw bytes as a
// string; a timestamp is a double of epoch seconds; a Payload is not carried.
// from_value expects a Value that `validate` accepted (wrong kinds are skipped), ignores unknown
// members.
void from_value(const Shape& shape, Value&& value, void* into);
Value to_value(const Shape& shape, const void* from);

template <class T>
T from_value(Value value) {
  T out{};
  from_value(shape_of<T>(), std::move(value), &out);
  return out;
}
template <class T>
Value to_value(const T& from) {
  return to_value(shape_of<T>(), &from);
}

// The protocols a service may speak.
enum class Protocol : uint8_t { kQuery, kJson10, kJson11, kRestJson, kRestXml };

// Checks an input by its shape: required members, lengths, ranges, patterns, enums, kinds.
// Gives AWS's texts, all violations in one message, in the service's dialect:
//   query, rest-json, json: "N validation error(s) detected: Value '..' at 'path' failed to satisfy
//   constraint: Member must ..." with code ValidationError (query) or ValidationException (others);
//   a wrong kind is SerializationException. DynamoDB says "One or more parameter values were
//   invalid..." where its own checks run later.
// That a union has exactly one member set is left to handlers: each service has its own text.
Result<void> validate(const Shape& shape, const Value& value, Protocol protocol);

}  // namespace drydock
