// `drydock up`: the server in the foreground.
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "api/make_server.h"
#include "base/encoding.h"
#include "base/log.h"
#include "http/server.h"
#include "http/tls.h"
#include "main/commands.h"

namespace drydock {

namespace {

namespace fs = std::filesystem;

// Longest path of a Unix socket, with its final zero (sockaddr_un::sun_path).
constexpr size_t kSocketPathBytes = 108;

std::string default_data_folder() {
  if (const char* set = std::getenv("DRYDOCK_DATA"); set && *set) return set;
  if (const char* set = std::getenv("XDG_DATA_HOME"); set && *set)
    return std::string(set) + "/drydock";
  const char* home = std::getenv("HOME");
  return std::string(home && *home ? home : ".") + "/.local/share/drydock";
}

// A folder for sockets: the data folder, or a private one in /tmp when that path is too long for a
// socket.
std::string socket_folder(const std::string& data_folder) {
  if (data_folder.size() + 16 < kSocketPathBytes) return data_folder;
  std::string folder =
      "/tmp/drydock-" + std::to_string(getuid()) + "-" + to_hex(sha256(data_folder)).substr(0, 12);
  ::mkdir(folder.c_str(), 0700);
  return folder;
}

bool is_loopback(const std::string& host) {
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

// The data folder belongs to one server at a time.
int lock_folder(const std::string& folder) {
  int fd = ::open((folder + "/lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0 || ::flock(fd, LOCK_EX | LOCK_NB) != 0) return -1;
  return fd;
}

log::Level level_of(const std::string& name) {
  if (name == "debug") return log::Level::kDebug;
  if (name == "warning") return log::Level::kWarning;
  if (name == "error") return log::Level::kError;
  return log::Level::kInfo;
}

int serve_until_signal(const UpOptions& options, const std::string& folder) {
  auto authority = CertificateAuthority::open(folder + "/ca");
  if (!authority) return failed(authority.error());
  const std::string sockets = socket_folder(folder);

  Settings settings;
  settings.data_folder = folder;
  settings.enforcement = options.iam == "off"            ? Enforcement::kOff
                         : options.iam == "authenticate" ? Enforcement::kAuthenticate
                         : options.iam == "audit"        ? Enforcement::kAudit
                                                         : Enforcement::kEnforce;
  settings.default_account = AccountId{options.default_account};
  settings.default_region = Region{options.region};
  settings.server_socket = sockets + "/sandbox.sock";
  settings.shell_socket = sockets + "/shell.sock";
  settings.ca_path = folder + "/ca/ca.pem";
  settings.bundle_path = (*authority)->write_bundle(folder + "/ca");
  settings.root_by_account_key = is_loopback(options.host);
  settings.builds_reach_outside = !options.no_outside;

  auto engine = options.memory ? open_memory_engine()
                               : open_rocksdb_engine(folder + "/store",
                                                     options.sync ? Sync::kDisk : Sync::kProcess);
  auto running = make_server(settings, std::move(engine), std::make_unique<SystemClock>(),
                             Random::from_system());
  Server& server = running->server();
  auto may_block = [&server](const HttpRequest& head) { return server.may_block(head); };

  HttpServerOptions listen;
  listen.host = options.host;
  listen.port = static_cast<uint16_t>(options.port);
  listen.unix_socket = settings.server_socket;
  listen.scratch_folder = server.blobs().scratch_folder();
  listen.authority = authority->get();
  // Sandboxes ask for the outside at their own door, and only those that may reach it get as far as
  // asking.
  listen.may_connect = [](const HttpRequest& connect) { return connect.peer == "sandbox"; };
  HttpServer front(
      listen, [&server](HttpRequest& request) { return server.serve(request); }, may_block);
  auto port = front.start();
  if (!port) return failed(port.error());

  // `drydock shell` has a door of its own: what comes through it is the user, not a build.
  HttpServerOptions shell = listen;
  shell.port = 0;
  shell.host.clear();
  shell.unix_socket = settings.shell_socket;
  shell.threads = 1;
  HttpServer shell_front(
      shell,
      [&server](HttpRequest& request) {
        request.peer = "127.0.0.1";
        return server.serve(request);
      },
      may_block);
  if (auto started = shell_front.start(); !started) return failed(started.error());

  const std::string url = "http://" + (options.host == "0.0.0.0" ? "127.0.0.1" : options.host) +
                          ":" + std::to_string(*port);
  running->set_public_url(url);
  running->start();
  std::printf("drydock ready %s\n", url.c_str());
  std::fflush(stdout);

  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  int received = 0;
  sigwait(&signals, &received);
  shell_front.stop();
  front.stop();
  running->stop();
  ::unlink(settings.server_socket.c_str());
  ::unlink(settings.shell_socket.c_str());
  return 0;
}

}  // namespace

int run_up(const UpOptions& options) {
  if (!AccountId::parse(options.default_account))
    return failed("--default-account takes twelve digits, not \"" + options.default_account + "\"");
  log::set_level(level_of(options.log_level));

  // Blocked in every thread, taken by sigwait.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  ::signal(SIGPIPE, SIG_IGN);

  std::string folder = options.data_folder.empty() ? default_data_folder() : options.data_folder;
  if (options.memory) {
    std::string pattern = (fs::temp_directory_path() / "drydock-XXXXXX").string();
    if (!::mkdtemp(pattern.data()))
      return failed("cannot make a folder in " + fs::temp_directory_path().string());
    folder = pattern;
  }
  std::error_code error;
  folder = fs::absolute(folder).string();
  fs::create_directories(folder, error);
  if (error) return failed("cannot make the data folder " + folder + ": " + error.message());
  ::chmod(folder.c_str(), 0700);
  int lock = lock_folder(folder);
  if (lock < 0)
    return failed("the data folder " + folder +
                  " is in use by another server; give --data DIR or --memory");
  int code = serve_until_signal(options, folder);
  if (options.memory) fs::remove_all(folder, error);
  return code;
}

}  // namespace drydock
