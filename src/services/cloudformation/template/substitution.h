// The text of Fn::Sub, cut into literals and ${names}. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace drydock::cloudformation {

struct Piece {
  std::string text;
  bool is_name = false;  // the inside of ${…}, trimmed
};
// ${!Literal} gives the literal ${Literal}. A "${" without its end stays as it is.
std::vector<Piece> split_substitution(std::string_view text);

}  // namespace drydock::cloudformation
