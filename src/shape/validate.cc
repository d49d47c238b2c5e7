// Checks an input by its shape, in AWS's words: first kinds (one fault), then constraints (all of
// them at once).
#include <cmath>

#include "base/text.h"
#include "shape/pattern.h"
#include "shape/shape.h"
#include "shape/wrong_kind.h"

namespace drydock {
namespace {

constexpr size_t kMaxViolations = 100;       // named in one message
constexpr size_t kMaxEchoedBytes = 8 << 10;  // of an offending value

// AWS does print values as Java does: [a, b] and {k=v}.
void append_text(const Value& value, std::string& out) {
  if (out.size() > kMaxEchoedBytes) return;
  if (value.is_list()) {
    out += '[';
    for (size_t i = 0; i < value.size(); ++i) {
      if (i) out += ", ";
      append_text(value.as_list()[i], out);
    }
    out += ']';
  } else if (value.is_object()) {
    out += '{';
    for (size_t i = 0; i < value.size(); ++i) {
      if (i) out += ", ";
      out += value.as_object()[i].name;
      out += '=';
      append_text(value.as_object()[i].value, out);
    }
    out += '}';
  } else if (value.is_null()) {
    out += "null";
  } else {
    out += value.scalar_text();
  }
}

std::string quoted_text(const Value& value) {
  if (value.is_null()) return "null";
  std::string text;
  append_text(value, text);
  if (text.size() > kMaxEchoedBytes) text.resize(kMaxEchoedBytes);
  return "'" + text + "'";
}

// AWS does count as Java does: in UTF-16 units.
int64_t utf16_length(std::string_view text) {
  int64_t units = 0;
  for (unsigned char byte : text) {
    if ((byte & 0xC0) != 0x80) units += byte >= 0xF0 ? 2 : 1;
  }
  return units;
}

std::string number_text(double number) {
  if (number == std::floor(number) && std::fabs(number) < 9e15)
    return std::to_string(static_cast<int64_t>(number));
  return Value(number).scalar_text();
}

std::string too_short(int64_t length) {
  return "Member must have length greater than or equal to " + std::to_string(length);
}
std::string too_long(int64_t length) {
  return "Member must have length less than or equal to " + std::to_string(length);
}
std::string no_match(std::string_view pattern) {
  return "Member must satisfy regular expression pattern: " + std::string(pattern);
}
std::string no_such_value(std::span<const std::string_view> values) {
  std::vector<std::string> names(values.begin(), values.end());
  return "Member must satisfy enum value set: [" + join(names, ", ") + "]";
}
std::string too_small(double min) {
  return "Member must have value greater than or equal to " + number_text(min);
}
std::string too_large(double max) {
  return "Member must have value less than or equal to " + number_text(max);
}

// The constraints that `text` violates.
std::vector<std::string> text_violations(const Constraints& limits, std::string_view text,
                                         ShapeKind kind) {
  std::vector<std::string> found;
  if (limits.min_length < 0 && limits.max_length < 0 && limits.pattern.empty() &&
      limits.values.empty())
    return found;
  int64_t length =
      kind == ShapeKind::kBlob ? static_cast<int64_t>(text.size()) : utf16_length(text);
  if (!limits.pattern.empty() && !satisfies_pattern(limits.pattern, text))
    found.push_back(no_match(limits.pattern));
  if (limits.max_length >= 0 && length > limits.max_length)
    found.push_back(too_long(limits.max_length));
  if (limits.min_length >= 0 && length < limits.min_length)
    found.push_back(too_short(limits.min_length));
  if (!limits.values.empty()) {
    bool known = false;
    for (std::string_view value : limits.values) known = known || value == text;
    if (!known) found.push_back(no_such_value(limits.values));
  }
  return found;
}

std::vector<std::string> number_violations(const Constraints& limits, double number) {
  std::vector<std::string> found;
  if (limits.max && number > *limits.max) found.push_back(too_large(*limits.max));
  if (limits.min && number < *limits.min) found.push_back(too_small(*limits.min));
  return found;
}

// All constraints, violated or not: AWS does list them all when one item of a list or one key of a
// map fails.
std::string all_constraints(const Constraints& limits) {
  std::vector<std::string> all;
  if (limits.max_length >= 0) all.push_back(too_long(limits.max_length));
  if (limits.min_length >= 0) all.push_back(too_short(limits.min_length));
  if (limits.max) all.push_back(too_large(*limits.max));
  if (limits.min) all.push_back(too_small(*limits.min));
  if (!limits.pattern.empty()) all.push_back(no_match(limits.pattern));
  if (!limits.values.empty()) all.push_back(no_such_value(limits.values));
  return "[" + join(all, ", ") + "]";
}

bool is_scalar(ShapeKind kind) {
  return kind == ShapeKind::kString || kind == ShapeKind::kBlob || kind == ShapeKind::kInteger ||
         kind == ShapeKind::kDouble;
}

class Validator {
 public:
  explicit Validator(Protocol protocol) : protocol_(protocol) {}

  Result<void> check(const Shape& shape, const Value& value) {
    switch (shape.kind) {
      case ShapeKind::kString:
      case ShapeKind::kBlob:
        if (!value.is_string()) return wrong(shape, value);
        report(value, text_violations(shape.constraints, value.as_string(), shape.kind));
        return {};
      case ShapeKind::kBoolean: return value.is_bool() ? Result<void>{} : wrong(shape, value);
      case ShapeKind::kInteger:
        if (!is_integer(value)) return wrong(shape, value);
        report(value, number_violations(shape.constraints, value.as_double()));
        return {};
      case ShapeKind::kDouble:
        if (!value.is_number()) return wrong(shape, value);
        report(value, number_violations(shape.constraints, value.as_double()));
        return {};
      case ShapeKind::kTimestamp: return is_instant(value) ? Result<void>{} : wrong(shape, value);
      case ShapeKind::kDocument:
      case ShapeKind::kStream: return {};
      case ShapeKind::kList: return check_list(shape, value);
      case ShapeKind::kMap: return check_map(shape, value);
      case ShapeKind::kStructure:
      case ShapeKind::kUnion: return check_structure(shape, value);
    }
    return {};
  }

  Result<void> verdict() const {
    if (count_ == 0) return {};
    // AWS does not validate S3's documents member by member.
    if (protocol_ == Protocol::kRestXml) return Unexpected(wrong_kind({}, {}, protocol_));
    std::string text = std::to_string(count_) + (count_ == 1 ? " validation error detected: "
                                                             : " validation errors detected: ");
    return fault(protocol_ == Protocol::kQuery ? "ValidationError" : "ValidationException",
                 text + join(violations_, "; "), 400);
  }

 private:
  static bool is_integer(const Value& value) {
    if (value.is_int()) return true;
    return value.is_double() && value.as_double() == std::floor(value.as_double()) &&
           std::fabs(value.as_double()) < 9.2e18;
  }
  // Milliseconds must fit.
  static bool is_instant(const Value& value) {
    return value.is_number() && std::fabs(value.as_double()) < 9e15;
  }

  Unexpected wrong(const Shape& shape, const Value& value) const {
    return Unexpected(wrong_kind(shape, value, protocol_));
  }

  Result<void> check_list(const Shape& shape, const Value& value) {
    if (!value.is_list()) return wrong(shape, value);
    report_size(shape, value);
    const Shape& item = shape.item();
    bool item_failed = false;
    size_t depth = path_.size();
    for (size_t i = 0; i < value.size(); ++i) {
      const Value& one = value.as_list()[i];
      if (one.is_null()) continue;
      if (is_scalar(item.kind)) {
        item_failed = item_failed || TRY(scalar_fails(item, one));
      } else {
        path_ += '.' + std::to_string(i + 1) + ".member";
        TRY(check(item, one));
        path_.resize(depth);
      }
    }
    if (item_failed)
      report(value, {"Member must satisfy constraint: " + all_constraints(item.constraints)});
    return {};
  }

  Result<void> check_map(const Shape& shape, const Value& value) {
    if (!value.is_object()) return wrong(shape, value);
    report_size(shape, value);
    const Shape& item = shape.item();
    bool item_failed = false, key_failed = false;
    size_t depth = path_.size();
    for (const auto& [key, one] : value.as_object()) {
      if (shape.key_constraints) {
        key_failed =
            key_failed || !text_violations(*shape.key_constraints, key, ShapeKind::kString).empty();
      }
      if (one.is_null()) continue;
      if (is_scalar(item.kind)) {
        item_failed = item_failed || TRY(scalar_fails(item, one));
      } else {
        path_ += '.' + key + ".member";
        TRY(check(item, one));
        path_.resize(depth);
      }
    }
    if (key_failed)
      report(value,
             {"Map keys must satisfy constraint: " + all_constraints(*shape.key_constraints)});
    if (item_failed)
      report(value, {"Map value must satisfy constraint: " + all_constraints(item.constraints)});
    return {};
  }

  Result<void> check_structure(const Shape& shape, const Value& value) {
    if (!value.is_object()) return wrong(shape, value);
    size_t depth = path_.size();
    for (const Member& member : shape.members) {
      const Shape& target = member.shape();
      if (target.kind == ShapeKind::kStream) continue;
      const Value* one = value.find(member.name);
      if ((!one || one->is_null()) && !member.required) continue;
      if (depth) path_ += '.';
      path_ += member.name;
      char& first = path_[path_.size() - member.name.size()];
      if (first >= 'A' && first <= 'Z') first += 'a' - 'A';
      if (!one || one->is_null()) {
        report({}, {"Member must not be null"});
      } else {
        TRY(check(target, *one));
      }
      path_.resize(depth);
    }
    return {};
  }

  Result<bool> scalar_fails(const Shape& shape, const Value& value) {
    if (shape.kind == ShapeKind::kString || shape.kind == ShapeKind::kBlob) {
      if (!value.is_string()) return wrong(shape, value);
      return !text_violations(shape.constraints, value.as_string(), shape.kind).empty();
    }
    if (shape.kind == ShapeKind::kInteger ? !is_integer(value) : !value.is_number())
      return wrong(shape, value);
    return !number_violations(shape.constraints, value.as_double()).empty();
  }

  void report_size(const Shape& shape, const Value& value) {
    int64_t size = static_cast<int64_t>(value.size());
    if (shape.constraints.max_length >= 0 && size > shape.constraints.max_length) {
      report(value, {too_long(shape.constraints.max_length)});
    }
    if (shape.constraints.min_length >= 0 && size < shape.constraints.min_length) {
      report(value, {too_short(shape.constraints.min_length)});
    }
  }

  void report(const Value& value, const std::vector<std::string>& constraints) {
    for (const std::string& constraint : constraints) {
      if (++count_ > kMaxViolations) continue;
      violations_.push_back("Value " + quoted_text(value) + " at '" + path_ +
                            "' failed to satisfy constraint: " + constraint);
    }
  }

  Protocol protocol_;
  std::string path_;  // of the value at hand: tags.1.member.key
  size_t count_ = 0;
  std::vector<std::string> violations_;
};

}  // namespace

Result<void> validate(const Shape& shape, const Value& value, Protocol protocol) {
  Validator validator(protocol);
  if (value.is_null()) {
    TRY(validator.check(shape, Value::object()));
  } else {
    TRY(validator.check(shape, value));
  }
  return validator.verdict();
}

}  // namespace drydock
