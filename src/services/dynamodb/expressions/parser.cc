// Recursive descent. A syntax error ends the parse; other errors (reserved words, wrong functions)
// are kept and reported only when the syntax is right, as AWS does.
#include "services/dynamodb/expressions/parser.h"

#include <optional>
#include <utility>

#include "base/text.h"
#include "services/dynamodb/expressions/lexer.h"

namespace drydock::dynamodb {
namespace {

constexpr int kMaxDepth = 200;
constexpr size_t kMaxPathSteps = 32;

// What a parenthesis may hold: an operand or a condition. Both, when a semantic error is known
// already and it can stand for either.
struct Node {
  std::optional<Operand> operand;
  std::optional<Condition> condition;
  bool in_parentheses = false;
};

struct Function {
  std::string_view name;
  size_t operands;
  enum class Place { kCondition, kOperand, kUpdate } place;
  Condition::Kind condition;
  Operand::Kind operand;
};
constexpr Function kFunctions[] = {
    {"attribute_exists", 1, Function::Place::kCondition, Condition::Kind::kExists, {}},
    {"attribute_not_exists", 1, Function::Place::kCondition, Condition::Kind::kNotExists, {}},
    {"attribute_type", 2, Function::Place::kCondition, Condition::Kind::kType, {}},
    {"begins_with", 2, Function::Place::kCondition, Condition::Kind::kBeginsWith, {}},
    {"contains", 2, Function::Place::kCondition, Condition::Kind::kContains, {}},
    {"size", 1, Function::Place::kOperand, {}, Operand::Kind::kSize},
    {"if_not_exists", 2, Function::Place::kUpdate, {}, Operand::Kind::kIfNotExists},
    {"list_append", 2, Function::Place::kUpdate, {}, Operand::Kind::kListAppend},
};

struct Comparator {
  std::string_view text;
  Condition::Kind kind;
};
constexpr Comparator kComparators[] = {
    {"=", Condition::Kind::kEqual},   {"<>", Condition::Kind::kNotEqual},
    {"<", Condition::Kind::kLess},    {"<=", Condition::Kind::kLessOrEqual},
    {">", Condition::Kind::kGreater}, {">=", Condition::Kind::kGreaterOrEqual},
};

// Thrown never: a failed parse sets `error_` and every function returns at once on `failed()`.
class Parser {
 public:
  explicit Parser(std::string_view source) : source_(source), tokens_(tokenize(source)) {}

  std::optional<std::string> error() {
    if (syntax_error_) return syntax_error_;
    return semantic_error_;
  }
  Placeholders take_placeholders() { return std::move(used_); }

  Condition condition() {
    Condition root = need_condition(either());
    if (!failed() && token().kind != Token::Kind::kEnd) syntax();
    return root;
  }

  std::vector<Path> projection() {
    std::vector<Path> paths;
    do {
      paths.push_back(path());
    } while (!failed() && accept(","));
    if (!failed() && token().kind != Token::Kind::kEnd) syntax();
    return paths;
  }

  Update update() {
    Update out;
    std::string seen;
    while (!failed() && token().kind != Token::Kind::kEnd) {
      std::optional<Update::Kind> kind;
      if (is_word("SET"))
        kind = Update::Kind::kSet;
      else if (is_word("REMOVE"))
        kind = Update::Kind::kRemove;
      else if (is_word("ADD"))
        kind = Update::Kind::kAdd;
      else if (is_word("DELETE"))
        kind = Update::Kind::kDelete;
      if (!kind) {
        syntax();
        break;
      }
      auto mark = static_cast<char>('0' + static_cast<int>(*kind));
      if (seen.find(mark) != std::string::npos)
        semantic("The \"" + upper(token().text) +
                 "\" section can only be used once in an update expression;");
      seen += mark;
      ++at_;
      section(*kind, out);
    }
    return out;
  }

 private:
  // ---- tokens
  const Token& token() const { return tokens_[at_]; }
  const Token& next() const { return tokens_[at_ + 1 < tokens_.size() ? at_ + 1 : at_]; }
  bool is_symbol(std::string_view text) const {
    return token().kind == Token::Kind::kSymbol && token().text == text;
  }
  bool is_word(std::string_view word) const {
    return token().kind == Token::Kind::kWord && equals_ignore_case(token().text, word);
  }
  bool accept(std::string_view symbol) {
    if (!is_symbol(symbol)) return false;
    ++at_;
    return true;
  }
  void expect(std::string_view symbol) {
    if (!failed() && !accept(symbol)) syntax();
  }
  bool failed() const { return syntax_error_.has_value(); }
  static std::string upper(std::string_view word) {
    std::string out(word);
    for (char& c : out)
      if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return out;
  }

  // ---- errors
  void syntax() {
    if (failed()) return;
    const char* begin = (at_ > 0 ? tokens_[at_ - 1] : token()).text.data();
    const Token& last = next();
    const char* end = last.text.data() + last.text.size();
    // Blanks at the end of the source are no part of what is near.
    std::string_view near = trim(std::string_view(begin, static_cast<size_t>(end - begin)));
    std::string_view text = token().kind == Token::Kind::kEnd ? "<EOF>" : token().text;
    syntax_error_ =
        "Syntax error; token: \"" + std::string(text) + "\", near: \"" + std::string(near) + "\"";
  }
  void semantic(std::string message) {
    if (!semantic_error_) semantic_error_ = std::move(message);
  }

  // ---- conditions
  struct Depth {
    explicit Depth(Parser& parser) : parser(parser) {
      if (++parser.depth_ > kMaxDepth && !parser.failed())
        parser.syntax_error_ =
            "The expression exceeds the maximum depth of " + std::to_string(kMaxDepth) + " levels";
    }
    ~Depth() { --parser.depth_; }
    Parser& parser;
  };

  Condition need_condition(Node node) {
    if (node.condition) return std::move(*node.condition);
    if (node.operand && node.operand->kind == Operand::Kind::kSize && !failed()) {
      misused("size");
      return {};
    }
    if (!failed()) syntax();
    return {};
  }
  Operand need_operand(Node node) {
    if (node.operand) return std::move(*node.operand);
    if (node.condition && !node.in_parentheses && !last_function_.empty() && !failed()) {
      misused(last_function_);
      return {};
    }
    if (!failed()) syntax();
    return {};
  }

  // An operand stays one only when nothing joins it.
  Node either() {
    Depth depth(*this);
    Node left = conjunction();
    while (!failed() && is_word("OR")) left = join(Condition::Kind::kOr, std::move(left));
    return left;
  }
  Node conjunction() {
    Node left = negation();
    while (!failed() && is_word("AND")) left = join(Condition::Kind::kAnd, std::move(left));
    return left;
  }
  Node join(Condition::Kind kind, Node left) {
    Condition joined{kind, {}, {}};
    Condition first = need_condition(std::move(left));
    if (failed()) return {};
    ++at_;
    Condition second = need_condition(kind == Condition::Kind::kOr ? conjunction() : negation());
    // a AND b AND c is one node.
    if (first.kind == kind)
      joined = std::move(first);
    else
      joined.conditions.push_back(std::move(first));
    joined.conditions.push_back(std::move(second));
    return {std::nullopt, std::move(joined)};
  }
  Node negation() {
    Depth depth(*this);
    if (failed()) return {};
    if (!is_word("NOT")) return comparison();
    ++at_;
    Condition out{Condition::Kind::kNot, {}, {}};
    out.conditions.push_back(need_condition(negation()));
    return {std::nullopt, std::move(out)};
  }

  Node comparison() {
    Node left = primary();
    if (failed()) return left;
    if (!left.operand) {
      if (left.in_parentheses || !is_comparison_next()) return left;
      misused(last_function_);
      left.operand = Operand{};
    }
    if (token().kind == Token::Kind::kSymbol) {
      for (const Comparator& comparator : kComparators) {
        if (token().text != comparator.text) continue;
        ++at_;
        Condition out{comparator.kind, {}, {}};
        out.operands.push_back(std::move(*left.operand));
        out.operands.push_back(need_operand(primary()));
        distinct(out, comparator.text);
        return {std::nullopt, std::move(out)};
      }
    } else if (is_word("BETWEEN")) {
      ++at_;
      Condition out{Condition::Kind::kBetween, {}, {}};
      out.operands.push_back(std::move(*left.operand));
      out.operands.push_back(need_operand(primary()));
      if (!failed() && !is_word("AND")) syntax();
      if (failed()) return {};
      ++at_;
      out.operands.push_back(need_operand(primary()));
      distinct(out, "BETWEEN");
      return {std::nullopt, std::move(out)};
    } else if (is_word("IN")) {
      ++at_;
      Condition out{Condition::Kind::kIn, {}, {}};
      out.operands.push_back(std::move(*left.operand));
      expect("(");
      do {
        out.operands.push_back(need_operand(failed() ? Node{} : primary()));
      } while (!failed() && accept(","));
      expect(")");
      distinct(out, "IN");
      if (out.operands.size() > 101)
        semantic(
            "Incorrect number of operands for operator or function; operator or function: IN, number of operands: " +
            std::to_string(out.operands.size()));
      return {std::nullopt, std::move(out)};
    }
    return left;
  }

  bool is_comparison_next() const {
    if (is_word("BETWEEN") || is_word("IN")) return true;
    for (const Comparator& comparator : kComparators)
      if (is_symbol(comparator.text)) return true;
    return false;
  }
  void misused(const std::string& function) {
    semantic("The function is not allowed to be used this way in an expression; function: " +
             function);
  }

  // AWS does refuse "a = a".
  void distinct(const Condition& condition, std::string_view name) {
    const Operand& first = condition.operands.front();
    if (first.kind != Operand::Kind::kPath) return;
    for (size_t i = 1; i < condition.operands.size(); ++i) {
      const Operand& other = condition.operands[i];
      if (other.kind == Operand::Kind::kPath && same(first.path, other.path))
        return semantic(
            "The first operand must be distinct from the remaining operands for this operator or function; operator: " +
            std::string(name) + ", first operand: " + show(first.path));
    }
  }
  static bool same(const Path& a, const Path& b) {
    if (a.size() != b.size()) return false;
    for (size_t i = 0; i < a.size(); ++i)
      if (a[i].kind != b[i].kind || a[i].name != b[i].name || a[i].number != b[i].number)
        return false;
    return true;
  }
  std::string show(const Path& path) const {
    std::string out = "[";
    for (const PathStep& step : path) {
      if (out.size() > 1) out += ", ";
      if (step.kind == PathStep::Kind::kIndex)
        out += "[" + std::to_string(step.number) + "]";
      else
        out += step.kind == PathStep::Kind::kName ? step.name : used_.names[step.number];
    }
    return out + "]";
  }

  // ---- operands
  Node primary() {
    Depth depth(*this);
    if (failed()) return {};
    if (accept("(")) {
      Node inner = either();
      expect(")");
      if (inner.in_parentheses) semantic("The expression has redundant parentheses;");
      inner.in_parentheses = true;
      return inner;
    }
    if (token().kind == Token::Kind::kValueSlot) return {value(), std::nullopt};
    if (token().kind == Token::Kind::kWord && next().kind == Token::Kind::kSymbol &&
        next().text == "(" && !is_operator_word(token().text))
      return function(Function::Place::kCondition);
    Operand out;
    out.path = path();
    return {std::move(out), std::nullopt};
  }

  static bool is_operator_word(std::string_view word) {
    for (std::string_view other : {"AND", "OR", "NOT", "BETWEEN", "IN"})
      if (equals_ignore_case(word, other)) return true;
    return false;
  }

  Operand value() {
    Operand out;
    out.kind = Operand::Kind::kValue;
    out.value = slot(used_.values, token().text);
    ++at_;
    return out;
  }

  static uint32_t slot(std::vector<std::string>& slots, std::string_view name) {
    for (size_t i = 0; i < slots.size(); ++i)
      if (slots[i] == name) return static_cast<uint32_t>(i);
    slots.emplace_back(name);
    return static_cast<uint32_t>(slots.size() - 1);
  }

  // `place` is kUpdate in update expressions, else kCondition.
  Node function(Function::Place place) {
    std::string name(token().text);
    at_ += 2;
    bool update = place == Function::Place::kUpdate;
    std::vector<Operand> operands;
    if (!is_symbol(")")) {
      do {
        if (update) {
          operands.push_back(update_operand());
          continue;
        }
        Node node = primary();
        if (node.condition && !failed()) {
          misused(last_function_);
          node.operand = Operand{};
        }
        operands.push_back(need_operand(std::move(node)));
      } while (!failed() && accept(","));
    }
    expect(")");
    if (failed()) return {};
    const Function* known = nullptr;
    for (const Function& one : kFunctions)
      if (one.name == name) known = &one;
    Node out;
    if (!known) {
      semantic("Invalid function name; function: " + name);
    } else if (update != (known->place == Function::Place::kUpdate)) {
      semantic(std::string("The function is not allowed in ") +
               (update ? "an update" : "a condition") + " expression; function: " + name);
    } else if (operands.size() != known->operands) {
      semantic("Incorrect number of operands for operator or function; operator or function: " +
               name + ", number of operands: " + std::to_string(operands.size()));
    } else {
      return known_function(*known, std::move(operands));
    }
    out.operand = Operand{};
    if (!update) out.condition = Condition{};
    return out;
  }

  Node known_function(const Function& function, std::vector<Operand> operands) {
    std::string name(function.name);
    last_function_ = name;
    bool needs_path =
        name == "attribute_exists" || name == "attribute_not_exists" || name == "if_not_exists";
    if (needs_path && operands[0].kind != Operand::Kind::kPath)
      semantic("Operator or function requires a document path; operator or function: " + name);
    for (const Operand& operand : operands)
      if (operand.kind == Operand::Kind::kSize && name == "size") misused("size");
    if (function.place == Function::Place::kCondition) {
      Condition out{function.condition, {}, std::move(operands)};
      if (out.operands.size() == 2) distinct(out, name);
      return {std::nullopt, std::move(out)};
    }
    Operand out;
    out.kind = function.operand;
    if (out.kind == Operand::Kind::kIfNotExists) {
      out.path = std::move(operands[0].path);
      operands.erase(operands.begin());
    }
    out.operands = std::move(operands);
    return {std::move(out), std::nullopt};
  }

  Path path() {
    Path out;
    step(out);
    while (!failed()) {
      if (accept(".")) {
        step(out);
      } else if (accept("[")) {
        if (token().kind != Token::Kind::kNumber) {
          syntax();
          break;
        }
        auto index = parse_int(token().text);
        if (!index || *index > INT32_MAX) {
          semantic("List index is not within the allowable range; index: [" +
                   std::string(token().text) + "]");
          index = 0;
        }
        out.push_back({PathStep::Kind::kIndex, "", static_cast<uint32_t>(*index)});
        ++at_;
        expect("]");
      } else {
        break;
      }
    }
    if (out.size() > kMaxPathSteps)
      semantic("The document path has too many nesting elements; nesting levels: " +
               std::to_string(out.size()));
    return out;
  }

  void step(Path& path) {
    if (token().kind == Token::Kind::kNameSlot) {
      path.push_back({PathStep::Kind::kPlaceholder, "", slot(used_.names, token().text)});
    } else if (token().kind == Token::Kind::kWord && !is_operator_word(token().text)) {
      if (is_reserved_word(token().text))
        semantic("Attribute name is a reserved keyword; reserved keyword: " +
                 std::string(token().text));
      path.push_back({PathStep::Kind::kName, std::string(token().text), 0});
    } else {
      return syntax();
    }
    ++at_;
  }

  // ---- updates
  void section(Update::Kind kind, Update& out) {
    do {
      Update::Action action;
      action.kind = kind;
      action.path = path();
      if (kind == Update::Kind::kSet) {
        expect("=");
        if (!failed()) action.operand = arithmetic();
      } else if (kind != Update::Kind::kRemove && !failed()) {
        if (token().kind == Token::Kind::kValueSlot)
          action.operand = value();
        else
          syntax();
      }
      out.actions.push_back(std::move(action));
    } while (!failed() && accept(","));
  }

  Operand arithmetic() {
    Operand left = update_operand();
    if (failed() || !(is_symbol("+") || is_symbol("-"))) return left;
    Operand out;
    out.kind = is_symbol("+") ? Operand::Kind::kAdd : Operand::Kind::kSubtract;
    ++at_;
    out.operands.push_back(std::move(left));
    out.operands.push_back(update_operand());
    return out;
  }

  Operand update_operand() {
    Depth depth(*this);
    if (failed()) return {};
    if (accept("(")) {
      Operand inner = arithmetic();
      expect(")");
      return inner;
    }
    if (token().kind == Token::Kind::kValueSlot) return value();
    if (token().kind == Token::Kind::kWord && next().kind == Token::Kind::kSymbol &&
        next().text == "(")
      return need_operand(function(Function::Place::kUpdate));
    Operand out;
    out.path = path();
    return out;
  }

  std::string_view source_;
  std::vector<Token> tokens_;
  size_t at_ = 0;
  int depth_ = 0;
  Placeholders used_;
  std::string last_function_;
  std::optional<std::string> syntax_error_;
  std::optional<std::string> semantic_error_;
};

std::optional<std::string> check_text(std::string_view text) {
  if (text.empty()) return "The expression can not be empty;";
  if (text.size() > kMaxExpressionBytes)
    return "Expression size has exceeded the maximum allowed size; expression size: " +
           std::to_string(text.size());
  return std::nullopt;
}

}  // namespace

Parsed<ConditionExpression> parse_condition(std::string_view text) {
  if (auto error = check_text(text)) return std::unexpected(*error);
  Parser parser(text);
  ConditionExpression out;
  out.root = parser.condition();
  if (auto error = parser.error()) return std::unexpected(std::move(*error));
  out.used = parser.take_placeholders();
  return out;
}

Parsed<UpdateExpression> parse_update(std::string_view text) {
  if (auto error = check_text(text)) return std::unexpected(*error);
  Parser parser(text);
  UpdateExpression out;
  out.update = parser.update();
  if (auto error = parser.error()) return std::unexpected(std::move(*error));
  out.used = parser.take_placeholders();
  return out;
}

Parsed<ProjectionExpression> parse_projection(std::string_view text) {
  if (auto error = check_text(text)) return std::unexpected(*error);
  Parser parser(text);
  ProjectionExpression out;
  out.paths = parser.projection();
  if (auto error = parser.error()) return std::unexpected(std::move(*error));
  out.used = parser.take_placeholders();
  return out;
}

}  // namespace drydock::dynamodb
