#include "shape/negatives.h"

#include <functional>

#include "base/text.h"
#include "shape/pattern.h"

namespace drydock {
namespace {

constexpr int kMaxDepth = 5;               // of structures, lists and maps
constexpr int64_t kMaxMadeLength = 70000;  // longer texts are not made

using Embed =
    std::function<Value(Value)>;  // puts a value where it belongs in an otherwise good input

Value sample_at(const Shape& shape, int depth) {
  const Constraints& limits = shape.constraints;
  size_t least = static_cast<size_t>(std::max<int64_t>(limits.min_length, 0));
  switch (shape.kind) {
    case ShapeKind::kString:
    case ShapeKind::kBlob:
      if (!limits.values.empty()) return Value(limits.values.front());
      return Value(std::string(std::max<size_t>(least, limits.max_length == 0 ? 0 : 1), 'a'));
    case ShapeKind::kBoolean: return Value(true);
    case ShapeKind::kInteger:
    case ShapeKind::kDouble:
      return Value(static_cast<int64_t>(limits.min   ? *limits.min
                                        : limits.max ? std::min(*limits.max, 1.0)
                                                     : 1.0));
    case ShapeKind::kTimestamp: return Value(0);
    case ShapeKind::kDocument: return Value::object();
    case ShapeKind::kStream: return {};
    case ShapeKind::kList: {
      Value list = Value::list();
      for (size_t i = 0; i < least && depth < kMaxDepth; ++i)
        list.push_back(sample_at(shape.item(), depth + 1));
      return list;
    }
    case ShapeKind::kMap: {
      Value map = Value::object();
      for (size_t i = 0; i < least && depth < kMaxDepth; ++i)
        map.set("key" + std::to_string(i), sample_at(shape.item(), depth + 1));
      return map;
    }
    case ShapeKind::kUnion:
    case ShapeKind::kStructure: {
      Value structure = Value::object();
      if (depth > kMaxDepth) return structure;
      for (const Member& member : shape.members) {
        if (member.required && member.shape().kind != ShapeKind::kStream)
          structure.set(member.name, sample_at(member.shape(), depth + 1));
      }
      return structure;
    }
  }
  return {};
}

std::string lower_camel(std::string_view name) {
  std::string text(name);
  if (!text.empty() && text[0] >= 'A' && text[0] <= 'Z') text[0] += 'a' - 'A';
  return text;
}

class Maker {
 public:
  explicit Maker(Protocol protocol) : protocol_(protocol) {}

  void structure(const Shape& shape, const std::string& path, const Embed& embed, int depth) {
    for (const Member& member : shape.members) {
      const Shape& target = member.shape();
      if (target.kind == ShapeKind::kStream) continue;
      std::string name = (path.empty() ? "" : path + ".") + lower_camel(member.name);
      if (member.required) {
        Value without = sample_at(shape, depth);
        without.erase(member.name);
        violation(name + ": missing", embed(std::move(without)), "Value null at '" + name,
                  "Member must not be null");
      }
      value(
          target, name,
          [&](Value bad) {
            Value whole = sample_at(shape, depth);
            whole.set(member.name, std::move(bad));
            return embed(std::move(whole));
          },
          depth + 1);
    }
  }

  std::vector<Negative> made;

 private:
  void value(const Shape& shape, const std::string& path, const Embed& embed, int depth) {
    if (depth > kMaxDepth) return;
    wrong_kind(shape, path, embed);
    limits(shape, path, [&](Value bad, const std::string& constraint) {
      violation(path + ": " + constraint, embed(std::move(bad)), "at '" + path, constraint);
    });
    switch (shape.kind) {
      case ShapeKind::kStructure:
      case ShapeKind::kUnion: structure(shape, path, embed, depth); return;
      case ShapeKind::kList:
        item(
            shape.item(), path, path + ".1.member", "Member must satisfy constraint: [",
            [&](Value bad) {
              Value list = Value::list();
              list.push_back(std::move(bad));
              return embed(std::move(list));
            },
            depth);
        return;
      case ShapeKind::kMap:
        item(
            shape.item(), path, path + ".key0.member", "Map value must satisfy constraint: [",
            [&](Value bad) {
              Value map = Value::object();
              map.set("key0", std::move(bad));
              return embed(std::move(map));
            },
            depth);
        if (shape.key_constraints) bad_keys(shape, path, embed);
        return;
      default: return;
    }
  }

  // AWS does report items that are scalars at their list, others at themselves.
  void item(const Shape& shape, const std::string& path, const std::string& item_path,
            const std::string& constraint, const Embed& embed, int depth) {
    bool scalar = shape.members.empty() && !shape.item;
    if (!scalar || shape.kind == ShapeKind::kStructure)
      return value(shape, item_path, embed, depth + 1);
    limits(shape, path, [&](Value bad, const std::string&) {
      violation(path + ": bad item", embed(std::move(bad)), "at '" + path, constraint);
    });
  }

  void bad_keys(const Shape& map, const std::string& path, const Embed& embed) {
    Shape key{.kind = ShapeKind::kString, .name = "String", .constraints = *map.key_constraints};
    limits(key, path, [&](Value bad, const std::string&) {
      Value one = Value::object();
      one.set(bad.as_string(), sample_at(map.item(), kMaxDepth));
      violation(path + ": bad key", embed(std::move(one)), "at '" + path,
                "Map keys must satisfy constraint: [");
    });
  }

  // Calls `report` with a value for each limit of the shape that the value breaks.
  void limits(const Shape& shape, const std::string&,
              const std::function<void(Value, const std::string&)>& report) {
    const Constraints& limits = shape.constraints;
    bool text = shape.kind == ShapeKind::kString || shape.kind == ShapeKind::kBlob;
    if (limits.max_length >= 0 && limits.max_length < kMaxMadeLength &&
        (text || limits.max_length < 200)) {
      report(sized(shape, limits.max_length + 1),
             "Member must have length less than or equal to " + std::to_string(limits.max_length));
    }
    if (limits.min_length > 0) {
      report(
          sized(shape, limits.min_length - 1),
          "Member must have length greater than or equal to " + std::to_string(limits.min_length));
    }
    if (limits.max) report(Value(*limits.max + 1), "Member must have value less than or equal to ");
    if (limits.min)
      report(Value(*limits.min - 1), "Member must have value greater than or equal to ");
    if (!limits.values.empty())
      report(Value("no such value"), "Member must satisfy enum value set: [");
    if (limits.pattern.empty()) return;
    for (std::string_view candidate : {"\x01", " ", "!", "\n", "\xC3\xA9 "}) {
      if (satisfies_pattern(limits.pattern, candidate)) continue;
      report(Value(candidate),
             "Member must satisfy regular expression pattern: " + std::string(limits.pattern));
      return;
    }
  }

  static Value sized(const Shape& shape, int64_t length) {
    if (shape.kind == ShapeKind::kString || shape.kind == ShapeKind::kBlob)
      return Value(std::string(static_cast<size_t>(length), 'a'));
    Value value = shape.kind == ShapeKind::kList ? Value::list() : Value::object();
    for (int64_t i = 0; i < length; ++i) {
      Value one = sample_at(shape.item(), 1);
      if (shape.kind == ShapeKind::kList)
        value.push_back(std::move(one));
      else
        value.set("key" + std::to_string(i), std::move(one));
    }
    return value;
  }

  void wrong_kind(const Shape& shape, const std::string& path, const Embed& embed) {
    if (shape.kind == ShapeKind::kDocument) return;
    bool holds_members = shape.kind == ShapeKind::kStructure || shape.kind == ShapeKind::kUnion ||
                         shape.kind == ShapeKind::kMap;
    Value bad = holds_members ? Value::list() : Value::object();
    std::string code = protocol_ == Protocol::kQuery     ? "MalformedInput"
                       : protocol_ == Protocol::kRestXml ? "MalformedXML"
                                                         : "SerializationException";
    made.push_back({path + ": wrong kind", embed(std::move(bad)), code, ""});
  }

  void violation(std::string what, Value input, const std::string& place,
                 const std::string& constraint) {
    if (protocol_ == Protocol::kRestXml) {
      made.push_back({std::move(what), std::move(input), "MalformedXML", ""});
    } else {
      made.push_back({std::move(what), std::move(input),
                      protocol_ == Protocol::kQuery ? "ValidationError" : "ValidationException",
                      place + "' failed to satisfy constraint: " + constraint});
    }
  }

  Protocol protocol_;
};

}  // namespace

std::vector<Negative> negatives_of(const Operation& operation) {
  Maker maker(operation.service().protocol);
  maker.structure(
      operation.input(), "", [](Value value) { return value; }, 0);
  return std::move(maker.made);
}

Value sample_of(const Shape& shape) { return sample_at(shape, 0); }

}  // namespace drydock
