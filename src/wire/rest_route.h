// Operations of REST services by method, path, query and headers: the most specific match wins.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/message.h"
#include "shape/service.h"

namespace drydock::wire {

using QueryList = std::vector<std::pair<std::string, std::string>>;

struct RestMatch {
  const Operation* operation =
      nullptr;  // null: no operation of the service has this method and path
  Map<std::string> labels;
  bool names_query_key(
      std::string_view key) const;  // the operation's uri or bindings know this query key
};

// `path` is raw: still percent-encoded. The tables of a service are compiled at its first use.
RestMatch match_rest(const Service& service, std::string_view method, std::string_view path,
                     const QueryList& query, const Headers& headers);

}  // namespace drydock::wire
