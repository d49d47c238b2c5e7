// `drydock reset`, `drydock status` and `drydock served`.
#include <cstdio>

#include "main/commands.h"

namespace drydock {

int run_reset(const Endpoint& endpoint) {
  auto answer = admin_post(endpoint, "/reset", Value(Value::Object{}));
  if (!answer) return failed(answer.error());
  std::printf("empty and ready\n");
  return 0;
}

int run_status(const Endpoint& endpoint, Output output) {
  auto health = admin_get(endpoint, "/health");
  if (!health) return failed(health.error());
  if (output == Output::kJson) {
    std::printf("%s\n", to_pretty_json(*health).c_str());
    return 0;
  }
  for (const auto& [name, value] : health->as_object())
    std::printf("%-15s %s\n", name.c_str(), value.scalar_text().c_str());
  return 0;
}

int run_served(const Endpoint& endpoint, Output output) {
  auto served = admin_get(endpoint, "/served");
  if (!served) return failed(served.error());
  if (output == Output::kJson) {
    std::printf("%s\n", to_pretty_json(*served).c_str());
    return 0;
  }
  for (const auto& [service, operations] : served->as_object()) {
    std::printf("%s (%zu)\n", service.c_str(), operations.size());
    for (const Value& operation : operations.as_list())
      std::printf("  %s\n", operation.as_string().c_str());
  }
  return 0;
}

}  // namespace drydock
