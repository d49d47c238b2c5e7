#include "services/dynamodb/expressions/lexer.h"

#include "services/dynamodb/values/number.h"

namespace drydock::dynamodb {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }

}  // namespace

std::vector<Token> tokenize(std::string_view source) {
  std::vector<Token> tokens;
  tokens.reserve(source.size() / 4 + 2);
  size_t at = 0;
  auto take = [&](Token::Kind kind, size_t length) {
    tokens.push_back({kind, source.substr(at, length)});
    at += length;
  };
  auto run = [&](size_t from, auto&& accepts) {
    size_t end = from;
    while (end < source.size() && accepts(source[end])) ++end;
    return end - at;
  };
  auto word = [](char c) { return is_letter(c) || is_digit(c); };
  while (at < source.size()) {
    char c = source[at];
    if (is_blank(c))
      ++at;
    else if (is_letter(c))
      take(Token::Kind::kWord, run(at, word));
    else if (is_digit(c))
      take(Token::Kind::kNumber, run(at, is_digit));
    else if (c == '#' || c == ':') {
      // AWS does take the word signs of placeholders wider than those of names: "-" is no part,
      // digits may lead.
      size_t length = run(at + 1, word);
      if (length > 1)
        take(c == '#' ? Token::Kind::kNameSlot : Token::Kind::kValueSlot, length);
      else
        take(Token::Kind::kBad, 1);
    } else if (c == '<' || c == '>') {
      char next = at + 1 < source.size() ? source[at + 1] : ' ';
      take(Token::Kind::kSymbol, next == '=' || (c == '<' && next == '>') ? 2 : 1);
    } else if (std::string_view("=()[],.+-").find(c) != std::string_view::npos) {
      take(Token::Kind::kSymbol, 1);
    } else {
      size_t length = 1;  // a whole UTF-8 character
      while (at + length < source.size() &&
             (static_cast<unsigned char>(source[at + length]) & 0xc0) == 0x80)
        ++length;
      take(Token::Kind::kBad, length);
    }
  }
  tokens.push_back({Token::Kind::kEnd, source.substr(source.size())});
  return tokens;
}

}  // namespace drydock::dynamodb
