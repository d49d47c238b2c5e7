// Own writes of a Txn, laid over what the engine's snapshot shows. Shared by the engines.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "store/engine.h"

namespace drydock {

// Key to new value; empty: erased.
using Writes = std::map<std::string, std::optional<std::string>, std::less<>>;
using Visit = std::function<bool(std::string_view key, std::string_view value)>;

// Visits what `scan_base` would visit with `own` laid over it. The own writes are those of the
// beginning of the scan, so the visitor may write.
inline void scan_with_writes(const Writes& own, std::string_view begin, std::string_view end,
                             Txn::Order order, const std::function<void(const Visit&)>& scan_base,
                             const Visit& visit) {
  if (begin >= end) return;
  Writes part(own.lower_bound(begin), own.lower_bound(end));
  if (part.empty()) return scan_base(visit);
  const bool forward = order == Txn::Order::kForward;
  auto next = [&]() { return forward ? part.begin() : std::prev(part.end()); };
  // Visits own writes that come before `key`, drops the one that replaces it. False: stopped.
  bool stopped = false;
  bool replaced = false;
  auto before = [&](const std::string_view* key) {
    replaced = false;
    while (!part.empty()) {
      auto it = next();
      if (key && (forward ? it->first > *key : it->first < *key)) return;
      if (key && it->first == *key) replaced = true;
      auto node = part.extract(it);
      if (node.mapped() && !visit(node.key(), *node.mapped())) {
        stopped = true;
        return;
      }
      if (replaced) return;
    }
  };
  scan_base([&](std::string_view key, std::string_view value) {
    before(&key);
    if (stopped) return false;
    if (!replaced && !visit(key, value)) stopped = true;
    return !stopped;
  });
  if (!stopped) before(nullptr);
}

}  // namespace drydock
