#include "services/cloudformation/template/substitution.h"

#include "base/text.h"

namespace drydock::cloudformation {

std::vector<Piece> split_substitution(std::string_view text) {
  std::vector<Piece> pieces;
  std::string literal;
  auto flush = [&] {
    if (!literal.empty()) pieces.push_back({std::move(literal), false});
    literal.clear();
  };
  while (!text.empty()) {
    size_t start = text.find("${");
    size_t end = start == std::string_view::npos ? start : text.find('}', start);
    if (end == std::string_view::npos) break;
    literal += text.substr(0, start);
    std::string_view inside = text.substr(start + 2, end - start - 2);
    if (inside.starts_with('!')) {
      literal += "${" + std::string(inside.substr(1)) + "}";
    } else {
      flush();
      pieces.push_back({std::string(trim(inside)), true});
    }
    text.remove_prefix(end + 1);
  }
  literal += text;
  flush();
  return pieces;
}

}  // namespace drydock::cloudformation
