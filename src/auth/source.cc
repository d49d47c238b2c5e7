#include "auth/source.h"

#include <algorithm>

namespace drydock {
namespace {

// Walks JSON that is known to be valid; it only has to find where values begin and end.
class Walker {
 public:
  explicit Walker(std::string_view text) : text_(text) {}

  std::vector<SourceRange> run(bool simulated) {
    simulated_ = simulated;
    std::vector<SourceRange> out;
    blanks();
    if (peek() != '{') return out;
    ++at_;
    for (blanks(); peek() == '"'; blanks()) {
      const size_t name = at_;
      skip_string();
      const auto key = text_.substr(name, at_ - name);
      blanks();
      ++at_;  // the colon
      blanks();
      if (key == "\"Statement\"") return statements();
      skip_value();
      blanks();
      if (peek() == ',') ++at_;
    }
    return out;
  }

 private:
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  // Keeps line and column, so every step is made here.
  void step() {
    if (text_[at_++] == '\n') {
      ++line_;
      line_start_ = at_;
    }
  }
  void blanks() {
    while (peek() == ' ' || peek() == '\n' || peek() == '\t' || peek() == '\r') step();
  }
  void skip_string() {
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_)
      if (text_[at_] == '\\') ++at_;
    at_ = std::min(at_ + 1, text_.size());
  }
  void skip_value() {
    int depth = 0;
    while (at_ < text_.size()) {
      const char c = peek();
      if (c == '"') {
        skip_string();
      } else if (c == '{' || c == '[') {
        ++depth, ++at_;
      } else if (c == '}' || c == ']') {
        if (depth == 0) return;
        --depth, ++at_;
      } else if (depth == 0 && (c == ',' || c == ' ' || c == '\n' || c == '\t' || c == '\r')) {
        return;
      } else {
        step();
        continue;  // a number or word at depth 0 goes on
      }
      if (depth == 0) return;
    }
  }

  std::vector<SourceRange> statements() {
    std::vector<SourceRange> out;
    if (peek() != '[') {
      out.push_back(value());
      if (simulated_) ++out.back().column;
      return out;
    }
    ++at_;
    SourceRange before{0, 0, line_, column()};
    for (blanks(); at_ < text_.size() && peek() != ']'; blanks()) {
      out.push_back(value());
      if (simulated_) {
        out.back().line = before.end_line;
        out.back().column = before.end_column;
        before = out.back();
      }
      blanks();
      if (peek() == ',') ++at_;
    }
    return out;
  }
  int column() const { return static_cast<int>(at_ - line_start_) + 1; }
  SourceRange value() {
    SourceRange range{line_, column(), 0, 0};
    skip_value();
    range.end_line = line_;
    range.end_column = column();
    return range;
  }

  std::string_view text_;
  bool simulated_ = false;
  size_t at_ = 0, line_start_ = 0;
  int line_ = 1;
};

}  // namespace

std::vector<SourceRange> statement_ranges(std::string_view document) {
  return Walker(document).run(false);
}

std::vector<SourceRange> simulated_ranges(std::string_view document) {
  return Walker(document).run(true);
}

}  // namespace drydock
