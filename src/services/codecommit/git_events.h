// CloudTrail's events of git over HTTPS: GitPush, and GitPull where data went out.
#pragma once

#include <string>
#include <vector>

#include "api/server.h"
#include "services/codecommit/push_commands.h"

namespace drydock::codecommit {

struct GitVisit {
  const Caller& caller;
  const Region& region;
  std::string repository, repository_id, arn;  // the id is empty where nothing was looked up
  bool push = false;
};

// `commands`: what a push asked for. `error`: null when it was served.
void record_git(Server& server, const GitVisit& visit, const std::vector<PushCommand>& commands,
                const Fault* error);
// Whether what git-upload-pack answered carries a pack, not references or negotiation alone.
bool carries_pack(const Payload& answer);

}  // namespace drydock::codecommit
