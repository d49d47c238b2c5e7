// JSON text <-> Value: RFC 8259, strict, with limits and positions.
#include <charconv>
#include <cmath>
#include <cstring>

#include "base/text.h"
#include "base/value.h"

namespace drydock {

namespace {

class Parser {
 public:
  Parser(std::string_view text, const JsonLimits& limits) : text_(text), limits_(limits) {}

  std::expected<Value, JsonError> run() {
    if (text_.size() > limits_.max_bytes)
      return error("text of " + std::to_string(text_.size()) + " bytes is longer than " +
                   std::to_string(limits_.max_bytes));
    Value value;
    skip_blanks();
    if (!parse(value, 0)) return std::unexpected(std::move(error_));
    skip_blanks();
    if (at_ != text_.size()) return error("unexpected text behind the value");
    return value;
  }

 private:
  std::unexpected<JsonError> error(std::string what) {
    fail(std::move(what));
    return std::unexpected(std::move(error_));
  }

  bool fail(std::string what) {
    error_ = {std::move(what), at_, 1, 1};
    for (size_t i = 0; i < at_ && i < text_.size(); ++i) {
      if (text_[i] == '\n') {
        ++error_.line;
        error_.column = 1;
      } else {
        ++error_.column;
      }
    }
    return false;
  }

  void skip_blanks() {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t' || text_[at_] == '\r'))
      ++at_;
  }

  bool literal(std::string_view word, Value value, Value& into) {
    if (text_.substr(at_, word.size()) != word) return fail("not a JSON value");
    at_ += word.size();
    into = std::move(value);
    return true;
  }

  bool parse(Value& into, int depth) {
    if (depth > limits_.max_depth)
      return fail("nested deeper than " + std::to_string(limits_.max_depth));
    if (at_ >= text_.size()) return fail("unexpected end of text");
    switch (text_[at_]) {
      case '{': return parse_object(into, depth);
      case '[': return parse_list(into, depth);
      case '"': {
        std::string s;
        if (!parse_string(s)) return false;
        into = Value(std::move(s));
        return true;
      }
      case 't': return literal("true", true, into);
      case 'f': return literal("false", false, into);
      case 'n': return literal("null", nullptr, into);
      default: return parse_number(into);
    }
  }

  bool parse_object(Value& into, int depth) {
    ++at_;
    Value::Object members;
    skip_blanks();
    if (at_ < text_.size() && text_[at_] == '}') {
      ++at_;
      into = Value(std::move(members));
      return true;
    }
    for (;;) {
      skip_blanks();
      if (at_ >= text_.size() || text_[at_] != '"')
        return fail("expected a member name in double quotes");
      size_t name_at = at_;
      std::string name;
      if (!parse_string(name)) return false;
      skip_blanks();
      if (at_ >= text_.size() || text_[at_] != ':')
        return fail("expected ':' behind a member name");
      ++at_;
      skip_blanks();
      Value* slot = nullptr;
      // Small objects are searched; for large ones the search would be quadratic, so it is bounded.
      if (members.size() <= kSearchedMembers || limits_.reject_duplicate_keys) {
        for (Value::Member& member : members)
          if (member.name == name) {
            if (limits_.reject_duplicate_keys) {
              at_ = name_at;
              return fail("duplicate key \"" + name + "\"");
            }
            slot = &member.value;
          }
      }
      if (!slot) {
        members.push_back({std::move(name), {}});
        slot = &members.back().value;
      }
      if (!parse(*slot, depth + 1)) return false;
      skip_blanks();
      if (at_ >= text_.size()) return fail("unexpected end of text in an object");
      if (text_[at_] == ',') {
        ++at_;
        continue;
      }
      if (text_[at_] != '}') return fail("expected ',' or '}' in an object");
      ++at_;
      into = Value(std::move(members));
      return true;
    }
  }

  bool parse_list(Value& into, int depth) {
    ++at_;
    Value::List items;
    skip_blanks();
    if (at_ < text_.size() && text_[at_] == ']') {
      ++at_;
      into = Value(std::move(items));
      return true;
    }
    for (;;) {
      skip_blanks();
      items.emplace_back();
      if (!parse(items.back(), depth + 1)) return false;
      skip_blanks();
      if (at_ >= text_.size()) return fail("unexpected end of text in a list");
      if (text_[at_] == ',') {
        ++at_;
        continue;
      }
      if (text_[at_] != ']') return fail("expected ',' or ']' in a list");
      ++at_;
      into = Value(std::move(items));
      return true;
    }
  }

  bool parse_string(std::string& out) {
    ++at_;
    for (;;) {
      size_t begin = at_;
      while (at_ < text_.size() && text_[at_] != '"' && text_[at_] != '\\' &&
             static_cast<unsigned char>(text_[at_]) >= 0x20)
        ++at_;
      out.append(text_, begin, at_ - begin);
      if (at_ >= text_.size()) return fail("unexpected end of text in a string");
      if (text_[at_] == '"') {
        ++at_;
        return true;
      }
      if (text_[at_] != '\\') return fail("control character in a string");
      if (!parse_escape(out)) return false;
    }
  }

  bool hex4(unsigned& code) {
    if (at_ + 4 > text_.size()) return fail("broken \\u escape");
    code = 0;
    for (int i = 0; i < 4; ++i) {
      char c = text_[at_++];
      unsigned digit = c >= '0' && c <= '9'   ? c - '0'
                       : c >= 'a' && c <= 'f' ? c - 'a' + 10
                       : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                              : 99;
      if (digit == 99) return fail("broken \\u escape");
      code = code << 4 | digit;
    }
    return true;
  }

  bool parse_escape(std::string& out) {
    if (at_ + 1 >= text_.size()) return fail("unexpected end of text in a string");
    char c = text_[at_ + 1];
    at_ += 2;
    static constexpr std::string_view kFrom = "\"\\/bfnrt", kTo = "\"\\/\b\f\n\r\t";
    if (size_t i = kFrom.find(c); i != std::string_view::npos) {
      out += kTo[i];
      return true;
    }
    if (c != 'u') return fail("unknown escape in a string");
    unsigned code = 0;
    if (!hex4(code)) return false;
    if (code >= 0xD800 && code < 0xDC00 && text_.substr(at_, 2) == "\\u") {
      at_ += 2;
      unsigned low = 0;
      if (!hex4(low)) return false;
      if (low < 0xDC00 || low > 0xDFFF) return fail("broken surrogate pair");
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    } else if (code >= 0xD800 && code <= 0xDFFF) {
      return fail("broken surrogate pair");
    }
    append_utf8(code, out);
    return true;
  }

  static void append_utf8(unsigned code, std::string& out) {
    if (code < 0x80) {
      out += static_cast<char>(code);
    } else if (code < 0x800) {
      out += static_cast<char>(0xC0 | code >> 6);
      out += static_cast<char>(0x80 | (code & 63));
    } else if (code < 0x10000) {
      out += static_cast<char>(0xE0 | code >> 12);
      out += static_cast<char>(0x80 | (code >> 6 & 63));
      out += static_cast<char>(0x80 | (code & 63));
    } else {
      out += static_cast<char>(0xF0 | code >> 18);
      out += static_cast<char>(0x80 | (code >> 12 & 63));
      out += static_cast<char>(0x80 | (code >> 6 & 63));
      out += static_cast<char>(0x80 | (code & 63));
    }
  }

  bool parse_number(Value& into) {
    size_t begin = at_;
    auto digit = [&] { return at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; };
    if (at_ < text_.size() && text_[at_] == '-') ++at_;
    if (!digit()) {
      at_ = begin;
      return fail("not a JSON value");
    }
    if (text_[at_] == '0')
      ++at_;
    else
      while (digit()) ++at_;
    bool whole = true;
    if (at_ < text_.size() && text_[at_] == '.') {
      whole = false;
      ++at_;
      if (!digit()) return fail("a number needs digits behind its point");
      while (digit()) ++at_;
    }
    if (at_ < text_.size() && (text_[at_] == 'e' || text_[at_] == 'E')) {
      whole = false;
      ++at_;
      if (at_ < text_.size() && (text_[at_] == '+' || text_[at_] == '-')) ++at_;
      if (!digit()) return fail("a number needs digits in its exponent");
      while (digit()) ++at_;
    }
    std::string_view number = text_.substr(begin, at_ - begin);
    if (whole) {
      if (auto n = parse_int(number)) {
        into = Value(*n);
        return true;
      }
    }
    double d = 0;
    std::from_chars(number.data(), number.data() + number.size(), d);
    into = Value(d);
    return true;
  }

  static constexpr size_t kSearchedMembers = 256;
  std::string_view text_;
  const JsonLimits& limits_;
  size_t at_ = 0;
  JsonError error_;
};

void append_double(double d, std::string& out) {
  if (!std::isfinite(d)) {
    out += "null";
    return;
  }
  char buffer[32];
  if (d == std::floor(d) && std::fabs(d) < 1e15) {
    auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, static_cast<int64_t>(d));
    out.append(buffer, end);
    return;
  }
  auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, d);
  out.append(buffer, end);
}

void write_pretty(const Value& value, std::string& out, size_t indent) {
  const std::string inner(indent + 2, ' ');
  if (value.is_list() && value.size()) {
    out += "[";
    const char* separator = "\n";
    for (const Value& item : value.as_list()) {
      out += separator + inner;
      write_pretty(item, out, indent + 2);
      separator = ",\n";
    }
    out += "\n" + std::string(indent, ' ') + "]";
  } else if (value.is_object() && value.size()) {
    out += "{";
    const char* separator = "\n";
    for (const auto& [name, member] : value.as_object()) {
      out += separator + inner;
      append_json_string(name, out);
      out += ": ";
      write_pretty(member, out, indent + 2);
      separator = ",\n";
    }
    out += "\n" + std::string(indent, ' ') + "}";
  } else {
    to_json(value, out);
  }
}

}  // namespace

std::expected<Value, JsonError> parse_json(std::string_view text, const JsonLimits& limits) {
  return Parser(text, limits).run();
}

void append_json_string(std::string_view text, std::string& out) {
  out += '"';
  size_t begin = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    out.append(text, begin, i - begin);
    begin = i + 1;
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default: {
        static constexpr char kHex[] = "0123456789abcdef";
        out += "\\u00";
        out += kHex[c >> 4];
        out += kHex[c & 15];
      }
    }
  }
  out.append(text, begin);
  out += '"';
}

void to_json(const Value& value, std::string& out) {
  if (value.is_null())
    out += "null";
  else if (value.is_bool())
    out += value.as_bool() ? "true" : "false";
  else if (value.is_int())
    out += std::to_string(value.as_int());
  else if (value.is_double())
    append_double(value.as_double(), out);
  else if (value.is_string())
    append_json_string(value.as_string(), out);
  else if (value.is_list()) {
    out += '[';
    bool first = true;
    for (const Value& item : value.as_list()) {
      if (!first) out += ',';
      first = false;
      to_json(item, out);
    }
    out += ']';
  } else {
    out += '{';
    bool first = true;
    for (const auto& [name, member] : value.as_object()) {
      if (!first) out += ',';
      first = false;
      append_json_string(name, out);
      out += ':';
      to_json(member, out);
    }
    out += '}';
  }
}

std::string to_json(const Value& value) {
  std::string out;
  to_json(value, out);
  return out;
}

std::string to_pretty_json(const Value& value) {
  std::string out;
  write_pretty(value, out, 0);
  return out;
}

}  // namespace drydock
