// `drydock policies generate` and `replay`: policies out of what was observed, and what changed
// policies would do to it.
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <sstream>

#include "auth/explain.h"
#include "base/encoding.h"
#include "main/commands.h"

namespace drydock {

namespace {

std::expected<Value, std::string> read_json(const std::string& path) {
  constexpr size_t kMostBytes = 4u << 20;
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::unexpected("cannot read " + path);
  std::stringstream content;
  content << file.rdbuf();
  auto value = parse_json(content.str(), JsonLimits{.max_bytes = kMostBytes});
  if (!value) return std::unexpected(path + " is no JSON: " + value.error().what);
  return *value;
}

// Adds what a file holds: a set of changes as `generate --out` writes it, or one policy document.
std::expected<void, std::string> add_file(const std::string& path, const std::string& role,
                                          Value& changes) {
  auto value = read_json(path);
  if (!value) return std::unexpected(value.error());
  if (const Value* statements = value->find("Statement")) {
    const Value& first =
        statements->is_list() && statements->size() ? statements->as_list()[0] : *statements;
    if (first.find("Principal") || first.find("NotPrincipal"))
      return std::unexpected(path +
                             " is the policy of a resource (it has a Principal), which it does not "
                             "name: write {\"resources\": [{\"resource\": \"ARN\", "
                             "\"document\": …}]}, of a role's trust with \"kind\": \"role trust "
                             "policy\"");
    if (role.empty())
      changes.set("serviceControl").push_back(*value);
    else
      changes.set("roles").push_back(
          Value::object({{"role", role.starts_with("arn:") ? role : "arn:aws:iam::*:*/" + role},
                         {"document", *value}}));
    return {};
  }
  bool any = false;
  for (const char* kind : {"roles", "resources", "serviceControl"})
    if (const Value* list = value->find(kind); list && list->is_list()) {
      any = true;
      for (const Value& one : list->as_list()) changes.set(kind).push_back(one);
    }
  if (!any)
    return std::unexpected(path +
                           " holds neither a policy document (Statement) nor changes "
                           "(roles, resources, serviceControl)");
  return {};
}

std::string times_text(int64_t count) {
  return count == 1 ? "once" : std::to_string(count) + " times";
}

size_t count_statements(const Value& list) {
  size_t count = 0;
  for (const Value& one : list.as_list()) count += one["document"]["Statement"].size();
  return count;
}

// What the rehearsal tells goes to stderr: stdout has the policies and nothing else.
int rehearse_on_stderr(const Endpoint& endpoint, const std::string& file) {
  RehearseOptions rehearse;
  rehearse.file = file;
  std::fflush(stdout);
  const int kept = dup(STDOUT_FILENO);
  if (kept < 0 || dup2(STDERR_FILENO, STDOUT_FILENO) < 0) return failed("cannot write to stderr");
  const int code = run_rehearse(endpoint, rehearse);
  std::fflush(stdout);
  dup2(kept, STDOUT_FILENO);
  close(kept);
  return code;
}

void print_policies(const Value& made) {
  if (!made["roles"].size() && !made["resources"].size())
    std::printf("# no role has made a call that was allowed\n");
  for (const Value& role : made["roles"].as_list())
    std::printf("# identity-based policy of %s (account %s), from %lld different actions\n%s\n\n",
                role["role"].string_or("").c_str(), role["account"].string_or("").c_str(),
                static_cast<long long>(role["calls"].int_or(0)),
                to_pretty_json(role["document"]).c_str());
  for (const Value& resource : made["resources"].as_list()) {
    std::printf("# %s of %s (account %s)\n", resource["kind"].string_or("").c_str(),
                resource["resource"].string_or("").c_str(),
                resource["account"].string_or("").c_str());
    if (const std::string note = resource["note"].string_or(""); !note.empty())
      std::printf("# %s\n", note.c_str());
    std::printf("%s\n\n", to_pretty_json(resource["document"]).c_str());
  }
  std::printf("# %zu roles, %zu resources, %zu statements\n", made["roles"].size(),
              made["resources"].size(),
              count_statements(made["roles"]) + count_statements(made["resources"]));
  if (const auto lost = made["lostCalls"].int_or(0))
    std::printf("# %lld calls could not be kept: the policies may lack what they need\n",
                static_cast<long long>(lost));
}

}  // namespace

int run_policies_generate(const Endpoint& endpoint, const PoliciesOptions& options) {
  Value body = Value::object({{"role", options.role}});
  if (options.wildcard_drawn_names || !options.rehearsal.empty())
    body.set("drawnNames", "wildcard");
  if (!options.rehearsal.empty()) {
    auto health = admin_get(endpoint, "/health");
    if (!health) return failed(health.error());
    body.set("since", (*health)["time"]);
    if (int code = rehearse_on_stderr(endpoint, options.rehearsal); code != 0) return code;
  }
  auto made = admin_post(endpoint, "/policies/generate", body);
  if (!made) return failed(made.error());
  if (!options.out.empty()) {
    std::ofstream file(options.out, std::ios::binary | std::ios::trunc);
    file << to_pretty_json(*made) << "\n";
    if (!file.flush()) return failed("cannot write " + options.out);
  }
  if (options.output == Output::kJson)
    std::printf("%s\n", to_pretty_json(*made).c_str());
  else
    print_policies(*made);
  return 0;
}

int run_policies_replay(const Endpoint& endpoint, const PoliciesOptions& options) {
  Value changes = Value(Value::Object{});
  for (const std::string& path : options.with)
    if (auto added = add_file(path, options.role, changes); !added) return failed(added.error());
  auto answer = admin_post(endpoint, "/policies/replay",
                           Value::object({{"changes", changes}, {"role", options.role}}));
  if (!answer) return failed(answer.error());
  if (options.output == Output::kJson) {
    std::printf("%s\n", to_pretty_json(*answer).c_str());
    return 0;
  }
  if (const size_t control = changes["serviceControl"].size())
    std::printf("with %zu service control %s over all accounts but the management account:\n",
                control, control == 1 ? "policy" : "policies");
  const auto& list = (*answer)["changes"].as_list();
  for (const Value& change : list) {
    const bool denied = change["would"].string_or("") == "denied";
    std::printf("%s  %s on %s for %s (%s)\n", denied ? "would be denied " : "would be allowed",
                change["action"].string_or("").c_str(), change["resource"].string_or("").c_str(),
                change["role"].string_or("").c_str(),
                times_text(change["count"].int_or(1)).c_str());
    if (denied) std::printf("    %s\n", change["message"].string_or("").c_str());
  }
  std::printf("%lld different calls replayed, %zu would end otherwise\n",
              static_cast<long long>((*answer)["replayed"].int_or(0)), list.size());
  if (const auto gone = (*answer)["goneByNow"].int_or(0))
    std::printf(
        "(%lld of them are by roles or on resources that are gone: tried as they were allowed "
        "then)\n",
        static_cast<long long>(gone));
  if (const auto others = (*answer)["otherwiseByNow"].int_or(0))
    std::printf(
        "(%lld of them end otherwise by now without these changes: their policies are others)\n",
        static_cast<long long>(others));
  return 0;
}

}  // namespace drydock
