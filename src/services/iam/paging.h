// Pages of lists: Marker and MaxItems in, IsTruncated and Marker out.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace drydock::iam {

// A marker is opaque to clients: it holds the key of the page's last item.
Result<std::string> read_marker(const std::optional<std::string>& marker);
std::string write_marker(std::string_view last_key);

inline constexpr int64_t kPageItems = 100;

// Puts the page that `in` asks for of `items` into `list` and sets what `out` says about the rest.
// `key_of` orders the items.
template <class In, class Out, class Item, class KeyOf>
Result<void> paginate(const In& in, Out& out, std::vector<Item>& list, std::vector<Item> items,
                      KeyOf key_of) {
  std::string after = TRY(read_marker(in.Marker));
  std::sort(items.begin(), items.end(),
            [&](const Item& a, const Item& b) { return key_of(a) < key_of(b); });
  auto first = items.begin();
  if (!after.empty())
    first =
        std::find_if(first, items.end(), [&](const Item& item) { return key_of(item) > after; });
  size_t count = std::min<size_t>(in.MaxItems.value_or(kPageItems), items.end() - first);
  out.IsTruncated = count < static_cast<size_t>(items.end() - first);
  if (out.IsTruncated) out.Marker = write_marker(key_of(first[count - 1]));
  list.assign(std::make_move_iterator(first), std::make_move_iterator(first + count));
  return {};
}

}  // namespace drydock::iam
