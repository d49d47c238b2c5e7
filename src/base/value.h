// Value: one JSON-like datum. Templates, policies, documents, and every request between wire and
// struct.
//
// Objects keep insertion order (AWS echoes documents back). Values own their content; copying is
// deep. Not thread-safe; const access from many threads is fine.
#pragma once

#include <cstdint>
#include <expected>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace drydock {

class Value {
 public:
  struct Member;
  using List = std::vector<Value>;
  using Object = std::vector<Member>;

  Value();  // null; constructors are defined behind Member, which they need whole
  Value(std::nullptr_t);
  Value(bool b);
  Value(int n);
  Value(unsigned n);
  Value(int64_t n);
  Value(unsigned long n);
  Value(double n);
  Value(const char* s);
  Value(std::string_view s);
  Value(std::string s);
  Value(List items);
  Value(Object members);

  static Value list(std::initializer_list<Value> items = {});
  // Value::object({{"Version", "2012-10-17"}, {"Statement", …}})
  static Value object(std::initializer_list<std::pair<std::string, Value>> members = {});

  bool is_null() const { return data_.index() == 0; }
  bool is_bool() const { return data_.index() == 1; }
  bool is_int() const { return data_.index() == 2; }
  bool is_double() const { return data_.index() == 3; }
  bool is_number() const { return is_int() || is_double(); }
  bool is_string() const { return data_.index() == 4; }
  bool is_list() const { return data_.index() == 5; }
  bool is_object() const { return data_.index() == 6; }

  // Unchecked kinds are a bug in the caller (assert).
  bool as_bool() const { return std::get<1>(data_); }
  int64_t as_int() const {
    return is_double() ? static_cast<int64_t>(std::get<3>(data_)) : std::get<2>(data_);
  }
  double as_double() const {
    return is_int() ? static_cast<double>(std::get<2>(data_)) : std::get<3>(data_);
  }
  const std::string& as_string() const { return std::get<4>(data_); }
  std::string& as_string() { return std::get<4>(data_); }
  const List& as_list() const { return std::get<5>(data_); }
  List& as_list() { return std::get<5>(data_); }
  const Object& as_object() const { return std::get<6>(data_); }
  Object& as_object() { return std::get<6>(data_); }

  // Member of an object, or nullptr when absent or when this is no object.
  const Value* find(std::string_view name) const;
  Value* find(std::string_view name);
  // Member of an object, or a shared null. Chains safely: v["a"]["b"].
  const Value& operator[](std::string_view name) const;
  const Value& operator[](const char* name) const { return (*this)[std::string_view(name)]; }
  // Member for writing; makes this an object when null, adds the member when absent.
  Value& set(std::string_view name);
  void set(std::string_view name, Value value);
  bool erase(std::string_view name);  // true when it was there
  void push_back(Value item);         // makes this a list when null

  size_t size() const;  // of a list or object; 0 otherwise
  // The string, or `otherwise` when this is no string.
  std::string string_or(std::string_view otherwise) const;
  int64_t int_or(int64_t otherwise) const { return is_number() ? as_int() : otherwise; }
  bool bool_or(bool otherwise) const { return is_bool() ? as_bool() : otherwise; }
  // Scalars as AWS coerces them to text: true, 12, 1.5, the string itself. Empty for the rest.
  std::string scalar_text() const;

  bool operator==(const Value&) const;  // objects compare without regard to member order

 private:
  std::variant<std::monostate, bool, int64_t, double, std::string, List, Object> data_;
};

struct Value::Member {
  std::string name;
  Value value;
  bool operator==(const Member&) const = default;
};

inline void Value::set(std::string_view name, Value value) { set(name) = std::move(value); }
inline Value::Value() = default;
inline Value::Value(std::nullptr_t) {}
inline Value::Value(bool b) : data_(b) {}
inline Value::Value(int n) : data_(static_cast<int64_t>(n)) {}
inline Value::Value(unsigned n) : data_(static_cast<int64_t>(n)) {}
inline Value::Value(int64_t n) : data_(n) {}
inline Value::Value(unsigned long n) : data_(static_cast<int64_t>(n)) {}
inline Value::Value(double n) : data_(n) {}
inline Value::Value(const char* s) : data_(std::string(s)) {}
inline Value::Value(std::string_view s) : data_(std::string(s)) {}
inline Value::Value(std::string s) : data_(std::move(s)) {}

struct JsonLimits {
  size_t max_bytes = 16u << 20;
  int max_depth = 128;
  bool reject_duplicate_keys = false;  // IAM policies; else the last one wins
};

// Where and why a text is not JSON. line and column start at 1.
struct JsonError {
  std::string what;
  size_t offset = 0;
  int line = 1;
  int column = 1;
};

std::expected<Value, JsonError> parse_json(std::string_view text, const JsonLimits& limits = {});

// Compact JSON. Doubles that hold whole numbers print without a fraction.
std::string to_json(const Value& value);
void to_json(const Value& value, std::string& out);
// Two-space indent, for people.
std::string to_pretty_json(const Value& value);
// Appends `text` as a JSON string with its quotes.
void append_json_string(std::string_view text, std::string& out);

}  // namespace drydock
