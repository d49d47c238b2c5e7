// `drydock why`: the explanation of a denied request.
#include <cstdio>

#include "auth/explain.h"
#include "base/encoding.h"
#include "main/commands.h"

namespace drydock {

int run_why(const Endpoint& endpoint, const std::string& id, Output output) {
  auto found = admin_get(endpoint, "/why/" + percent_encode(id));
  if (!found) return failed(found.error());
  if (output == Output::kJson) {
    std::printf("%s\n", to_pretty_json(*found).c_str());
    return 0;
  }
  bool first = true;
  for (const Value& deny : (*found)["denies"].as_list()) {
    std::printf("%s%s", first ? "" : "\n", explanation_text(deny).c_str());
    first = false;
  }
  return 0;
}

}  // namespace drydock
