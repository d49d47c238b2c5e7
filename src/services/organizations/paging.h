// Pages of lists: NextToken and MaxResults in, NextToken out. A token holds the key of the page's
// last item.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/encoding.h"
#include "services/organizations/tree.h"

namespace drydock::organizations {

inline constexpr int64_t kPageItems = 20;

// The page that `token` and `most` ask for of `items`, in the order of `key_of`; sets `next` when
// there are more.
template <class Item, class KeyOf>
Result<std::vector<Item>> page(std::vector<Item> items, const std::optional<std::string>& token,
                               std::optional<int64_t> most, std::optional<std::string>& next,
                               KeyOf key_of) {
  std::sort(items.begin(), items.end(),
            [&](const Item& a, const Item& b) { return key_of(a) < key_of(b); });
  auto first = items.begin();
  if (token) {
    auto after = from_base64(*token);
    if (!after || after->empty())
      return invalid_input("INVALID_PAGINATION_TOKEN",
                           "You specified an invalid value for NextToken.");
    first = std::find_if(first, items.end(), [&](const Item& i) { return key_of(i) > *after; });
  }
  const size_t left = items.end() - first;
  const size_t count = std::min<size_t>(most.value_or(kPageItems), left);
  if (count < left) next = to_base64(std::string(key_of(first[count - 1])));
  return std::vector<Item>(std::make_move_iterator(first), std::make_move_iterator(first + count));
}

}  // namespace drydock::organizations
