// Pages of lists: a token is the position to go on from. Pure.
#pragma once

#include <algorithm>
#include <optional>
#include <string>

#include "base/encoding.h"
#include "base/result.h"
#include "base/text.h"

namespace drydock::cloudformation {

struct Page {
  size_t begin = 0, end = 0;
  std::optional<std::string> next;
};

inline Result<Page> page_of(size_t count, size_t page_size,
                            const std::optional<std::string>& token) {
  Page page;
  if (token) {
    auto text = from_base64(*token);
    auto position = text ? parse_int(*text) : std::nullopt;
    if (!position || *position < 0)
      return fault("ValidationError", "The specified token is not valid.");
    page.begin = std::min(count, static_cast<size_t>(*position));
  }
  page.end = std::min(count, page.begin + page_size);
  if (page.end < count) page.next = to_base64(std::to_string(page.end));
  return page;
}

}  // namespace drydock::cloudformation
