// What a sandbox looks like inside: the argument list for bubblewrap. Pure but for looking at the
// machine's files.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "sandbox/sandbox.h"

namespace drydock {

// Files of our own that take the place of the system's inside: resolv.conf, hosts, nsswitch.conf.
// Made once per process.
struct SystemFiles {
  std::string resolv_conf, hosts,
      nsswitch_conf;  // paths; nsswitch_conf is empty when the machine's own will do
};
const SystemFiles& system_files();

// argv[0] is bubblewrap's path. `environment` gets the paths of certificates as they are inside.
std::vector<std::string> bubblewrap_arguments(
    const std::string& bubblewrap, const SandboxOptions& options,
    std::vector<std::pair<std::string, std::string>>& environment);

// Follows symbolic links; the path itself when it does not exist.
std::string real_path(const std::string& path);

}  // namespace drydock
