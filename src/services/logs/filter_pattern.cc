#include "services/logs/filter_pattern.h"

#include <re2/re2.h>

#include <string>
#include <vector>

#include "base/text.h"
#include "gen/logs.h"

namespace drydock::logs {

namespace {
constexpr int kMaxDepth = 32;

Unexpected bad_pattern(std::string_view why) {
  return errors::InvalidParameterException("Invalid filter pattern: " + std::string(why));
}

// ---- terms

struct Term {
  enum class Kind { kAll, kNone, kAny } kind = Kind::kAll;
  std::string text;
  std::shared_ptr<const re2::RE2> regex;
  bool in(std::string_view message) const {
    if (regex)
      return re2::RE2::PartialMatch(re2::StringPiece(message.data(), message.size()), *regex);
    return message.find(text) != std::string_view::npos;
  }
};

class Terms final : public FilterPattern {
 public:
  std::vector<Term> terms;
  bool matches(std::string_view message) const override {
    bool any_plain = false, any_optional = false, optional_found = false;
    for (const Term& term : terms) {
      bool found = term.in(message);
      if (term.kind == Term::Kind::kNone && found) return false;
      if (term.kind == Term::Kind::kAll) {
        any_plain = true;
        if (!found) return false;
      }
      if (term.kind == Term::Kind::kAny) any_optional = true, optional_found |= found;
    }
    // AWS does ignore ?terms beside plain ones.
    return any_plain || !any_optional || optional_found;
  }
};

Result<std::shared_ptr<const re2::RE2>> parse_regex(std::string_view text) {
  auto regex =
      std::make_shared<const re2::RE2>(re2::StringPiece(text.data(), text.size()), re2::RE2::Quiet);
  if (!regex->ok()) return bad_pattern(regex->error());
  return std::shared_ptr<const re2::RE2>(regex);
}

// A quoted text with \" and \\ undone; `at` stands behind the closing quote then.
Result<std::string> quoted(std::string_view text, size_t& at) {
  std::string out;
  for (++at; at < text.size(); ++at) {
    if (text[at] == '"') return ++at, out;
    if (text[at] == '\\' && at + 1 < text.size()) ++at;
    out += text[at];
  }
  return bad_pattern("a quote is not closed.");
}

Result<std::unique_ptr<FilterPattern>> parse_terms(std::string_view text) {
  auto pattern = std::make_unique<Terms>();
  for (size_t at = 0; at < text.size();) {
    if (isspace(static_cast<unsigned char>(text[at]))) {
      ++at;
      continue;
    }
    Term term;
    if (text[at] == '-' || text[at] == '?') {
      term.kind = text[at] == '-' ? Term::Kind::kNone : Term::Kind::kAny;
      if (++at == text.size()) return bad_pattern("a term is missing behind the last sign.");
    }
    if (text[at] == '"') {
      term.text = TRY(quoted(text, at));
    } else if (text[at] == '%') {
      size_t end = text.find('%', at + 1);
      if (end == std::string_view::npos) return bad_pattern("a regular expression is not closed.");
      term.regex = TRY(parse_regex(text.substr(at + 1, end - at - 1)));
      at = end + 1;
    } else {
      size_t end = at;
      while (end < text.size() && !isspace(static_cast<unsigned char>(text[end]))) ++end;
      term.text = text.substr(at, end - at);
      at = end;
    }
    pattern->terms.push_back(std::move(term));
  }
  return std::unique_ptr<FilterPattern>(std::move(pattern));
}

// ---- comparisons, of JSON values and of fields

struct Comparison {
  enum class Op {
    kPresent,
    kEqual,
    kNotEqual,
    kLess,
    kLessEqual,
    kGreater,
    kGreaterEqual,
    kIsNull,
    kIsTrue,
    kIsFalse,
    kNotExists,
    kExists
  } op = Op::kPresent;
  std::string text;
  std::optional<double> number;
  std::shared_ptr<const re2::RE2> regex;

  bool equal_text(std::string_view value) const {
    if (regex) return re2::RE2::PartialMatch(re2::StringPiece(value.data(), value.size()), *regex);
    if (number)
      if (auto other = parse_double(value)) return *other == *number;
    return glob_match(text, value);
  }
  bool test(const Value& value) const {
    if (op == Op::kExists) return true;
    if (op == Op::kIsNull) return value.is_null();
    if (op == Op::kIsTrue) return value.is_bool() && value.as_bool();
    if (op == Op::kIsFalse) return value.is_bool() && !value.as_bool();
    if (op == Op::kNotExists) return false;
    if (op == Op::kPresent) return true;
    bool scalar = value.is_string() || value.is_number() || value.is_bool();
    if (op == Op::kEqual) return scalar && equal_text(value.scalar_text());
    if (op == Op::kNotEqual) return scalar && !equal_text(value.scalar_text());
    auto left = value.is_number()   ? std::optional(value.as_double())
                : value.is_string() ? parse_double(value.as_string())
                                    : std::nullopt;
    if (!left || !number) return false;
    switch (op) {
      case Op::kLess: return *left < *number;
      case Op::kLessEqual: return *left <= *number;
      case Op::kGreater: return *left > *number;
      default: return *left >= *number;
    }
  }
};

struct Step {  // of a selector: .name, [3] or [*]
  std::string name;
  int64_t index = -1;
  bool each = false;
};

struct Expression {
  enum class Kind { kCompare, kAnd, kOr } kind = Kind::kCompare;
  std::vector<Step> path;
  Comparison comparison;
  std::vector<Expression> parts;

  bool matches(const Value& message) const {
    if (kind == Kind::kAnd) {
      for (const Expression& part : parts)
        if (!part.matches(message)) return false;
      return true;
    }
    if (kind == Kind::kOr) {
      for (const Expression& part : parts)
        if (part.matches(message)) return true;
      return false;
    }
    return compare(message, 0);
  }
  bool compare(const Value& at, size_t step) const {
    if (step == path.size()) return comparison.test(at);
    bool absent_matches = comparison.op == Comparison::Op::kNotExists;
    const Step& s = path[step];
    if (s.each) {
      if (!at.is_list()) return absent_matches;
      for (const Value& item : at.as_list())
        if (compare(item, step + 1)) return true;
      return false;
    }
    if (s.index >= 0) {
      if (!at.is_list() || static_cast<size_t>(s.index) >= at.size()) return absent_matches;
      return compare(at.as_list()[s.index], step + 1);
    }
    const Value* next = at.find(s.name);
    return next ? compare(*next, step + 1) : absent_matches;
  }
};

class Json final : public FilterPattern {
 public:
  Expression root;
  bool matches(std::string_view message) const override {
    auto value = parse_json(trim(message));
    return value && value->is_object() && root.matches(*value);
  }
};

// Recursive descent over both bracketed forms.
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<Expression> any(int depth) {
    Expression left = TRY(all(depth));
    while (take("||")) left = combine(Expression::Kind::kOr, std::move(left), TRY(all(depth)));
    return left;
  }
  bool take(std::string_view word) {
    blanks();
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }
  bool at_end() {
    blanks();
    return at_ == text_.size();
  }
  bool peek_operator() {
    blanks();
    return at_ < text_.size() &&
           std::string_view("=!<>").find(text_[at_]) != std::string_view::npos;
  }
  std::string_view word(std::string_view stops) {
    blanks();
    size_t begin = at_;
    while (at_ < text_.size() && !isspace(static_cast<unsigned char>(text_[at_])) &&
           stops.find(text_[at_]) == std::string_view::npos)
      ++at_;
    return text_.substr(begin, at_ - begin);
  }
  Result<Comparison> comparison(std::string_view stops) {
    using Op = Comparison::Op;
    Comparison c;
    if (take("!="))
      c.op = Op::kNotEqual;
    else if (take("<="))
      c.op = Op::kLessEqual;
    else if (take(">="))
      c.op = Op::kGreaterEqual;
    else if (take("<"))
      c.op = Op::kLess;
    else if (take(">"))
      c.op = Op::kGreater;
    else if (take("="))
      c.op = Op::kEqual;
    else
      return bad_pattern("a comparison is missing.");
    blanks();
    if (at_ < text_.size() && text_[at_] == '"') {
      c.text = TRY(quoted(text_, at_));
    } else if (at_ < text_.size() && text_[at_] == '%') {
      size_t end = text_.find('%', at_ + 1);
      if (end == std::string_view::npos) return bad_pattern("a regular expression is not closed.");
      c.regex = TRY(parse_regex(text_.substr(at_ + 1, end - at_ - 1)));
      at_ = end + 1;
    } else {
      c.text = word(stops);
      if (c.text.empty()) return bad_pattern("a value is missing.");
      c.number = parse_double(c.text);
    }
    return c;
  }

 private:
  Result<Expression> all(int depth) {
    Expression left = TRY(one(depth));
    while (take("&&")) left = combine(Expression::Kind::kAnd, std::move(left), TRY(one(depth)));
    return left;
  }
  Result<Expression> one(int depth) {
    if (depth > kMaxDepth) return bad_pattern("too many parentheses.");
    if (take("(")) {
      Expression inner = TRY(any(depth + 1));
      if (!take(")")) return bad_pattern("a parenthesis is not closed.");
      return inner;
    }
    Expression e;
    e.path = TRY(selector());
    if (peek_operator()) {
      e.comparison = TRY(comparison(")&|}"));
      return e;
    }
    using Op = Comparison::Op;
    std::string verb = to_lower(word(")&|")), what = to_lower(word(")&|"));
    if (verb == "is" && what == "null")
      e.comparison.op = Op::kIsNull;
    else if (verb == "is" && what == "true")
      e.comparison.op = Op::kIsTrue;
    else if (verb == "is" && what == "false")
      e.comparison.op = Op::kIsFalse;
    else if (verb == "not" && what == "exists")
      e.comparison.op = Op::kNotExists;
    else if (verb == "exists" && what.empty())
      e.comparison.op = Op::kExists;
    else
      return bad_pattern("a comparison is missing.");
    return e;
  }
  Result<std::vector<Step>> selector() {
    if (!take("$")) return bad_pattern("a selector begins with $.");
    std::vector<Step> path;
    while (at_ < text_.size()) {
      Step step;
      if (text_[at_] == '.') {
        ++at_;
        size_t begin = at_;
        while (at_ < text_.size() && !isspace(static_cast<unsigned char>(text_[at_])) &&
               std::string_view(".[]=!<>()&|").find(text_[at_]) == std::string_view::npos)
          ++at_;
        step.name = text_.substr(begin, at_ - begin);
        if (step.name.empty() && at_ < text_.size() && text_[at_] == '[') continue;  // $.['name']
        if (step.name.empty()) return bad_pattern("a name is missing behind a dot.");
        if (step.name == "*") step.each = true;
      } else if (text_[at_] == '[') {
        size_t end = text_.find(']', at_);
        if (end == std::string_view::npos) return bad_pattern("a bracket is not closed.");
        std::string_view inner = text_.substr(at_ + 1, end - at_ - 1);
        at_ = end + 1;
        if (inner == "*")
          step.each = true;
        else if (auto index = parse_int(inner); index && *index >= 0)
          step.index = *index;
        else if (inner.size() > 2 && (inner[0] == '\'' || inner[0] == '"'))
          step.name = inner.substr(1, inner.size() - 2);
        else
          return bad_pattern("an index is no number.");
      } else {
        break;
      }
      path.push_back(std::move(step));
    }
    return path;
  }
  static Expression combine(Expression::Kind kind, Expression left, Expression right) {
    if (left.kind == kind) {
      left.parts.push_back(std::move(right));
      return left;
    }
    Expression e;
    e.kind = kind;
    e.parts.push_back(std::move(left));
    e.parts.push_back(std::move(right));
    return e;
  }
  void blanks() {
    while (at_ < text_.size() && isspace(static_cast<unsigned char>(text_[at_]))) ++at_;
  }
  std::string_view text_;
  size_t at_ = 0;
};

// ---- fields of a line

struct Field {
  bool rest = false;  // "..."
  std::vector<Comparison> all;
};

std::vector<std::string> split_line(std::string_view line) {
  std::vector<std::string> fields;
  for (size_t at = 0; at < line.size();) {
    if (isspace(static_cast<unsigned char>(line[at]))) {
      ++at;
      continue;
    }
    char close = line[at] == '"' ? '"' : line[at] == '[' ? ']' : 0;
    size_t end = close ? line.find(close, at + 1) : std::string_view::npos;
    if (close && end != std::string_view::npos) {
      fields.emplace_back(line.substr(at + 1, end - at - 1));
      at = end + 1;
    } else {
      end = at;
      while (end < line.size() && !isspace(static_cast<unsigned char>(line[end]))) ++end;
      fields.emplace_back(line.substr(at, end - at));
      at = end;
    }
  }
  return fields;
}

class Fields final : public FilterPattern {
 public:
  std::vector<Field> fields;
  bool matches(std::string_view message) const override {
    std::vector<std::string> line = split_line(message);
    size_t rest = fields.size();
    for (size_t i = 0; i < fields.size(); ++i)
      if (fields[i].rest) rest = i;
    if (rest == fields.size())
      return line.size() == fields.size() && part_matches(line, 0, 0, fields.size());
    size_t behind = fields.size() - rest - 1;
    if (line.size() < rest + behind) return false;
    return part_matches(line, 0, 0, rest) &&
           part_matches(line, line.size() - behind, rest + 1, behind);
  }

 private:
  bool part_matches(const std::vector<std::string>& line, size_t from, size_t field,
                    size_t count) const {
    for (size_t i = 0; i < count; ++i)
      for (const Comparison& c : fields[field + i].all)
        if (!c.test(Value(line[from + i]))) return false;
    return true;
  }
};

Result<std::unique_ptr<FilterPattern>> parse_fields(std::string_view inner) {
  auto pattern = std::make_unique<Fields>();
  Parser parser(inner);
  bool rest_seen = false;
  while (!parser.at_end()) {
    Field field;
    if (parser.take("...")) {
      if (rest_seen) return bad_pattern("... may stand once only.");
      field.rest = rest_seen = true;
    } else {
      if (parser.word(",=!<>&").empty()) return bad_pattern("a field has no name.");
      while (parser.peek_operator()) {
        field.all.push_back(TRY(parser.comparison(",&")));
        if (!parser.take("&&")) break;
        parser.word(",=!<>&");
      }
    }
    pattern->fields.push_back(std::move(field));
    if (!parser.take(",") && !parser.at_end())
      return bad_pattern("fields are separated by commas.");
  }
  return std::unique_ptr<FilterPattern>(std::move(pattern));
}
}  // namespace

Result<std::unique_ptr<FilterPattern>> parse_filter_pattern(std::string_view text) {
  text = trim(text);
  if (text.starts_with('{') && text.ends_with('}')) {
    auto pattern = std::make_unique<Json>();
    Parser parser(text.substr(1, text.size() - 2));
    pattern->root = TRY(parser.any(0));
    if (!parser.at_end()) return bad_pattern("more text behind the expression.");
    return std::unique_ptr<FilterPattern>(std::move(pattern));
  }
  if (text.starts_with('[') && text.ends_with(']'))
    return parse_fields(text.substr(1, text.size() - 2));
  if (text.starts_with('{') || text.starts_with('['))
    return bad_pattern("a bracket is not closed.");
  return parse_terms(text);
}

}  // namespace drydock::logs
