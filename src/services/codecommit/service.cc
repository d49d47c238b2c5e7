// CodeCommit's place in the server: the git door, facts for authorization, repair at start.
#include "api/registry.h"
#include "api/server.h"
#include "base/log.h"
#include "services/codecommit/git_door.h"
#include "services/codecommit/git_process.h"
#include "services/codecommit/repository.h"

namespace drydock::codecommit {

void register_service(Registry& registry) {
  Server& server = registry.server();
  registry.door({.name = "git",
                 .matches = is_git_request,
                 .serve = [&server](HttpRequest& request) { return serve_git(server, request); }});
  registry.resource_facts(
      "codecommit", [](Txn& txn, std::string_view, const Arn& arn) -> std::optional<ResourceFacts> {
        auto row = kRepositories.get(txn, {arn.account, arn.region}, {arn.resource});
        if (!row) return std::nullopt;
        return ResourceFacts{.tags = row->Tags};
      });
  registry.job_kind("codecommit.forget-upload", [&server](const Job& job) {
    const Value& p = job.payload;
    auto done = server.work_in(
        AccountId{p["account"].as_string()}, Region{p["region"].as_string()}, "codecommit",
        [&](Call& call) -> Result<void> {
          kUploads.erase(call.txn(), call.space(), {p["repository"].as_string(), job.id});
          return {};
        });
    if (!done) log::warning("codecommit: an upload was not forgotten: " + done.error().message);
    return Next::done();
  });
  registry.at_start([&server] { announce_all(server); });
  registry.at_stop([] { kill_running_git(); });
}

}  // namespace drydock::codecommit
