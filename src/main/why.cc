// `drydock why`: the explanation of decisions, by an id of any kind or the last one.
#include <algorithm>
#include <cstdio>
#include <utility>

#include "auth/explain.h"
#include "base/encoding.h"
#include "main/commands.h"

namespace drydock {

namespace {

// What was called in the name of one build, pipeline execution or stack, by role.
void print_work(const Value& work) {
  const auto& calls = work["calls"].as_list();
  int64_t all = 0;
  size_t denied = 0, passed = 0;
  std::vector<std::string> roles;
  for (const Value& call : calls) {
    all += call["count"].int_or(1);
    denied += call["outcome"].string_or("") == "denied";
    passed += call["passed"].bool_or(false);
    const std::string role = call["role"].string_or("");
    if (std::find(roles.begin(), roles.end(), role) == roles.end()) roles.push_back(role);
  }
  std::printf("called for %s: %lld calls, %zu different, %zu of them %s\n",
              work["title"].string_or("").c_str(), static_cast<long long>(all), calls.size(),
              denied, passed ? "denied but for --iam audit" : "denied");
  if (work["incomplete"].bool_or(false))
    std::printf("  (no more different ones are kept: there were others)\n");
  for (const std::string& role : roles) {
    bool first = true;
    for (const Value& call : calls) {
      if (call["role"].string_or("") != role) continue;
      if (std::exchange(first, false)) {
        std::string from;
        for (const auto& [tie, words] :
             {std::pair{"assumedBy", ", assumed by "}, std::pair{"invokedBy", ", invoked by "}})
          if (const std::string parent = call[tie].string_or(""); !parent.empty())
            from = words + parent;
        std::printf("  as %s%s\n", call["principal"].string_or("").c_str(), from.c_str());
      }
      const bool is_denied = call["outcome"].string_or("") == "denied";
      std::string line = !is_denied                      ? "    allowed  "
                         : call["passed"].bool_or(false) ? "    WOULD BE DENIED  "
                                                         : "    DENIED   ";
      line += call["action"].string_or("") + " on " + call["resource"].string_or("");
      if (const int64_t count = call["count"].int_or(1); count > 1)
        line += ", " + std::to_string(count) + " times";
      if (const std::string via = call["via"].string_or(""); !via.empty())
        line += ", through " + via;
      else if (const std::string client = call["client"].string_or(""); !client.empty())
        line += ", by " + client;
      std::printf("%s\n", line.c_str());
      if (is_denied)
        std::printf("             drydock why %s\n", call["authorizationId"].string_or("").c_str());
    }
  }
}

int print_decisions(const Value& decisions, Output output, const char* member) {
  if (output == Output::kJson) {
    std::printf("%s\n", to_pretty_json(decisions).c_str());
    return 0;
  }
  bool first = true;
  if (const Value* work = decisions.find("work"))
    for (const Value& one : work->as_list()) {
      if (!std::exchange(first, false)) std::printf("\n");
      print_work(one);
    }
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
  if (answer["more"].bool_or(false))
    std::printf("(the newest %zu; there are older ones)\n", denies.size());
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
