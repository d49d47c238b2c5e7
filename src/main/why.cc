// `drydock why`: the explanation of decisions, by an id of any kind or the last one.
#include <cstdio>

#include "auth/explain.h"
#include "base/encoding.h"
#include "main/commands.h"

namespace drydock {

namespace {

int print_decisions(const Value& decisions, Output output, const char* member) {
  if (output == Output::kJson) {
    std::printf("%s\n", to_pretty_json(decisions).c_str());
    return 0;
  }
  bool first = true;
  for (const Value& decision : decisions[member].as_list()) {
    std::printf("%s%s", first ? "" : "\n----\n\n", explanation_text(decision).c_str());
    first = false;
  }
  return 0;
}

// A line for each deny, oldest first: when, who, what, on what, and the id to ask for more.
int print_denied(const Value& answer, Output output) {
  if (output == Output::kJson) {
    std::printf("%s\n", to_pretty_json(answer).c_str());
    return 0;
  }
  const auto& denies = answer["denies"].as_list();
  if (denies.empty()) std::printf("nothing was denied\n");
  for (size_t i = denies.size(); i-- > 0;) {
    const Value& deny = denies[i];
    std::printf("%s  %s  %s on %s for %s (%s)\n    drydock why %s\n",
                deny["time"].string_or("").c_str(),
                deny["passed"].bool_or(false) ? "would deny" : "denied",
                deny["action"].string_or("").c_str(), deny["resource"].string_or("").c_str(),
                deny["principal"].string_or("").c_str(), deny["kind"].string_or("").c_str(),
                deny["authorizationId"].string_or("").c_str());
  }
  return 0;
}

}  // namespace

int run_why(const Endpoint& endpoint, const WhyOptions& options) {
  if (options.denied) {
    auto found = admin_get(endpoint, "/denies");
    return found ? print_denied(*found, options.output) : failed(found.error());
  }
  auto found = admin_get(endpoint, options.last ? "/why" : "/why/" + percent_encode(options.id));
  if (!found) return failed(found.error());
  return print_decisions(*found, options.output, "decisions");
}

}  // namespace drydock
