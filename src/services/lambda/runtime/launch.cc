#include "services/lambda/runtime/launch.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <mutex>

#include "base/encoding.h"
#include "base/text.h"
#include "services/lambda/runtime/bootstraps.h"
#include "services/lambda/runtime/unpack.h"

namespace drydock::lambda {

namespace {
namespace fs = std::filesystem;

std::string lambda_folder(Server& server) { return server.settings().data_folder + "/lambda"; }

// The folder with our bootstraps, written once per run.
std::string runtime_folder(Server& server) {
  static std::mutex mutex;
  static std::string written;
  std::string folder = lambda_folder(server) + "/runtime";
  std::lock_guard lock(mutex);
  if (written == folder && fs::exists(folder)) return folder;
  std::error_code ignored;
  fs::remove_all(folder, ignored);  // an older program's
  fs::create_directories(folder);
  std::ofstream(folder + "/bootstrap.py", std::ios::binary) << kPythonBootstrap;
  std::ofstream(folder + "/bootstrap.js", std::ios::binary) << kNodeBootstrap;
  written = folder;
  return folder;
}

// Packages unpacked over each other in this order; shared by all functions and versions that use
// the same ones.
std::expected<std::string, std::string> unpacked(Server& server,
                                                 const std::vector<std::string>& blobs) {
  static std::mutex mutex;
  std::string name = blobs.size() == 1 ? blobs[0] : to_hex(sha256(join(blobs, ",")));
  std::string folder = lambda_folder(server) + "/code/" + name;
  std::lock_guard lock(mutex);
  if (fs::exists(folder)) return folder;
  fs::create_directories(lambda_folder(server) + "/code");
  std::string partial = folder + ".partial";
  std::error_code ignored;
  fs::remove_all(partial, ignored);
  for (const std::string& blob : blobs) {
    auto bytes = server.blobs().get(blob);
    auto done = bytes ? unpack_zip(*bytes, partial)
                      : std::unexpected(std::string("the function's code is gone"));
    if (done) continue;
    fs::remove_all(partial, ignored);
    return std::unexpected(done.error());
  }
  fs::rename(partial, folder);
  return folder;
}

// Where Node finds it from the code's folder upwards, by require and by import.
constexpr const char* kNodeModules = "/var/node_modules";

bool starts(const std::string& text, std::string_view head) { return text.starts_with(head); }
}  // namespace

std::string node_modules_folder() {
  auto set = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string(value ? value : "");
  };
  if (std::string given = set("DRYDOCK_NODE_MODULES"); !given.empty()) return given;
  const std::string data = set("XDG_DATA_HOME");
  return (data.empty() ? set("HOME") + "/.local/share" : data) + "/drydock/nodejs/node_modules";
}

void compile_bootstrap(Server& server) {
  SandboxOptions options;
  options.mounts = {{runtime_folder(server), "/var/runtime", Mount::Access::kWrite}};
  options.network.server_socket = server.settings().server_socket;
  options.network.outside = Outside::kNothing;
  options.timeout_ms = 20000;
  options.environment = {{"PATH", "/usr/bin:/bin"}};
  options.command = {
      "/usr/bin/python3", "-c",
      "import py_compile; py_compile.compile('/var/runtime/bootstrap.py', '/var/runtime/bootstrap.pyc')"};
  if (auto sandbox = start_sandbox(options)) (*sandbox)->wait([](std::string_view) {});
}

void clear_unpacked(Server& server) {
  std::error_code ignored;
  fs::remove_all(lambda_folder(server) + "/code", ignored);
}

std::expected<SandboxOptions, std::string> launch_options(Server& server, const VersionRow& version,
                                                          const std::string& region,
                                                          const std::string& log_group,
                                                          const std::string& log_stream,
                                                          const RoleCredentials& credentials) {
  auto code = unpacked(server, {version.CodeBlob});
  if (!code) return std::unexpected(code.error());
  const Settings& settings = server.settings();
  SandboxOptions options;
  options.working_directory = "/var/task";
  options.mounts = {{*code, "/var/task"}, {runtime_folder(server), "/var/runtime"}};
  std::string opt;  // the layers, later ones over earlier ones
  if (version.Layers && !version.Layers->empty()) {
    std::vector<std::string> blobs;
    for (const LayerUse& layer : *version.Layers) blobs.push_back(layer.CodeBlob);
    auto layers = unpacked(server, blobs);
    if (!layers) return std::unexpected(layers.error());
    opt = *layers;
    options.mounts.push_back({opt, "/opt"});
  }
  options.network.server_socket = settings.server_socket;
  options.network.outside = settings.builds_reach_outside
                                ? Outside::kEverything
                                : Outside::kNothing;  // as a function outside a VPC
  options.memory_bytes = static_cast<uint64_t>(version.MemorySize) << 20;
  options.max_processes = 1024;  // AWS's number

  auto& environment = options.environment;
  std::string execution = "AWS_Lambda_" + version.Runtime;
  if (starts(version.Runtime, "python")) {
    // -S: no site packages scan; the bootstrap adds Debian's folder, where boto3 is.
    bool compiled = fs::exists(runtime_folder(server) + "/bootstrap.pyc");
    options.command = {"/usr/bin/python3", "-S",
                       compiled ? "/var/runtime/bootstrap.pyc" : "/var/runtime/bootstrap.py"};
    environment.push_back({"PYTHONDONTWRITEBYTECODE", "1"});
  } else if (starts(version.Runtime, "nodejs")) {
    options.command = {"/usr/bin/node", "/var/runtime/bootstrap.js"};
    if (const std::string modules = node_modules_folder(); fs::is_directory(modules))
      options.mounts.push_back({modules, kNodeModules});
    // AWS's folders in AWS's order, with Debian's before the runtime's own.
    const std::string number = version.Runtime.substr(6, version.Runtime.find('.') - 6);
    environment.push_back(
        {"NODE_PATH",
         "/opt/nodejs/node" + number +
             "/node_modules:/opt/nodejs/node_modules:/usr/share/nodejs:/usr/lib/nodejs:/var/runtime/node_modules:/var/runtime:/var/task"});
  } else if (starts(version.Runtime, "provided") || version.Runtime == "go1.x") {
    std::string program = version.Runtime == "go1.x" ? version.Handler : "bootstrap";
    if (fs::exists(*code + "/" + program))
      options.command = {"/var/task/" + program};
    else if (!opt.empty() && fs::exists(opt + "/bootstrap"))
      options.command = {"/opt/bootstrap"};
    else
      return std::unexpected(
          "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]");
  } else {
    return std::unexpected("Drydock has no " + version.Runtime +
                           " on this machine; python, nodejs and provided functions run");
  }

  for (const auto& [name, value] :
       {std::pair<std::string, std::string>{"_HANDLER", version.Handler},
        {"LAMBDA_TASK_ROOT", "/var/task"},
        {"LAMBDA_RUNTIME_DIR", "/var/runtime"},
        {"AWS_EXECUTION_ENV", execution},
        {"AWS_REGION", region},
        {"AWS_DEFAULT_REGION", region},
        {"AWS_LAMBDA_FUNCTION_NAME", version.Name},
        {"AWS_LAMBDA_FUNCTION_VERSION", version.Version},
        {"AWS_LAMBDA_FUNCTION_MEMORY_SIZE", std::to_string(version.MemorySize)},
        {"AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"},
        {"AWS_LAMBDA_LOG_GROUP_NAME", log_group},
        {"AWS_LAMBDA_LOG_STREAM_NAME", log_stream},
        {"AWS_ACCESS_KEY_ID", credentials.access_key_id},
        {"AWS_SECRET_ACCESS_KEY", credentials.secret_access_key},
        {"AWS_SESSION_TOKEN", credentials.session_token},
        {"LANG", "en_US.UTF-8"},
        {"PYTHONUTF8", "1"},  // the machine may not have that locale
        {"TZ", ":UTC"},
        {"PATH", "/usr/local/bin:/usr/bin/:/bin:/opt/bin"},
        {"LD_LIBRARY_PATH", "/var/task:/var/task/lib:/opt/lib"},
        {"HOME", "/tmp"}})
    environment.push_back({name, value});
  for (auto& variable : trust_environment(settings.bundle_path, settings.ca_path))
    environment.push_back(std::move(variable));
  if (version.Environment)
    for (const auto& [name, value] : *version.Environment) {
      std::erase_if(environment, [&](const auto& other) { return other.first == name; });
      environment.push_back({name, value});
    }
  return options;
}

}  // namespace drydock::lambda
