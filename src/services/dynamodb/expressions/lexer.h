// Splits the text of an expression into tokens. Never fails: what is no token becomes kBad, and the
// parser says where.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace drydock::dynamodb {

struct Token {
  enum class Kind : uint8_t {
    kWord,
    kNameSlot,
    kValueSlot,
    kNumber,
    kSymbol,
    kBad,
    kEnd
  } kind = Kind::kEnd;
  std::string_view text;  // a piece of the source
};

std::vector<Token> tokenize(std::string_view source);

// AWS's list of reserved words; any case.
bool is_reserved_word(std::string_view word);

}  // namespace drydock::dynamodb
