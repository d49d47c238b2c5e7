#include "sandbox/layout.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <map>

#include "base/files.h"
#include "base/text.h"
#include "sandbox/forwarder.h"

namespace drydock {

namespace {

constexpr const char* kHostName = "drydock";

bool exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

// Host names by files and DNS alone: other sources (a system daemon, mDNS) would lead past our
// names.
std::string plain_nsswitch(const std::string& text) {
  std::string out;
  for (auto line : split(text, '\n')) {
    out += trim(line).starts_with("hosts:") ? "hosts: files dns" : std::string(line);
    out += '\n';
  }
  return out;
}

SystemFiles make_system_files() {
  const char* runtime = std::getenv("XDG_RUNTIME_DIR");
  std::string folder = std::string(runtime && *runtime && exists(runtime) ? runtime : "/tmp") +
                       "/drydock-etc-" + std::to_string(::getuid());
  ::mkdir(folder.c_str(), 0755);
  struct stat info {};
  // Someone else's folder in /tmp is not ours to use.
  if (::lstat(folder.c_str(), &info) != 0 || !S_ISDIR(info.st_mode) || info.st_uid != ::getuid()) {
    std::string fresh = "/tmp/drydock-etc-XXXXXX";
    if (::mkdtemp(fresh.data())) folder = fresh;
  }
  auto write = [&](const char* name, const std::string& text) {
    std::string path = folder + "/" + name, temporary = path + "." + std::to_string(::getpid());
    if (read_file(path) == text) return path;
    if (FILE* file = std::fopen(temporary.c_str(), "we")) {
      std::fwrite(text.data(), 1, text.size(), file);
      std::fclose(file);
      ::chmod(temporary.c_str(), 0644);
      ::rename(temporary.c_str(), path.c_str());
    }
    return path;
  };
  SystemFiles files;
  files.resolv_conf = write("resolv.conf", std::string("nameserver ") + kNameServerAddress +
                                               "\noptions attempts:2 timeout:5\n");
  files.hosts = write("hosts", std::string("127.0.0.1 localhost ") + kHostName +
                                   "\n::1 localhost ip6-localhost ip6-loopback\n");
  std::string nsswitch = read_file("/etc/nsswitch.conf");
  std::string plain = plain_nsswitch(nsswitch);
  if (!nsswitch.empty() && (nsswitch.find("resolve") != std::string::npos ||
                            nsswitch.find("mdns") != std::string::npos)) {
    files.nsswitch_conf = write("nsswitch.conf", plain);
  }
  return files;
}

void append(std::vector<std::string>& to, std::initializer_list<const char*> words) {
  to.insert(to.end(), words.begin(), words.end());
}

// The machine's programs and libraries. /bin and its like are links into /usr on most machines.
void add_system(std::vector<std::string>& out) {
  append(out, {"--ro-bind", "/usr", "/usr"});
  for (const char* path : {"/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"}) {
    struct stat info {};
    if (::lstat(path, &info) != 0) continue;
    char target[PATH_MAX] = {};
    if (S_ISLNK(info.st_mode) && ::readlink(path, target, sizeof target - 1) > 0)
      append(out, {"--symlink", target, path});
    else
      append(out, {"--ro-bind", path, path});
  }
  append(out, {"--ro-bind", "/etc", "/etc"});
  for (const char* path : {"/opt", "/nix", "/snap", "/gnu"}) {
    if (exists(path)) append(out, {"--ro-bind", path, path});
  }
  for (const char* secret : {"/etc/shadow", "/etc/gshadow", "/etc/shadow-", "/etc/gshadow-"}) {
    if (exists(secret)) append(out, {"--ro-bind", "/dev/null", secret});
  }
  append(out, {"--dev",    "/dev",    "--proc",   "/proc", "--tmpfs",  "/tmp",      "--tmpfs",
               "/run",     "--dir",   "/var/tmp", "--dir", "/var/lib", "--symlink", "../run",
               "/var/run", "--tmpfs", "/dev/shm", "--dir", "/root",    "--dir",     "/sys"});
}

void add_file(std::vector<std::string>& out, const std::string& from, const std::string& to) {
  if (from.empty() || !exists(from)) return;
  // A link (resolv.conf often is one) is followed to where it points, inside as outside.
  out.insert(out.end(), {"--ro-bind", from, real_path(to)});
}

// Certificates that the environment names lie somewhere on the machine: they get a place inside,
// and the full bundle also takes the place of the system's, for programs that read no variable.
void add_certificates(std::vector<std::string>& out,
                      std::vector<std::pair<std::string, std::string>>& environment) {
  std::map<std::string, std::string> placed;
  for (auto& [name, value] : environment) {
    bool names_file =
        name == "SSL_CERT_FILE" || name == "AWS_CA_BUNDLE" || name == "REQUESTS_CA_BUNDLE" ||
        name == "CURL_CA_BUNDLE" || name == "GIT_SSL_CAINFO" || name == "NODE_EXTRA_CA_CERTS" ||
        name == "PIP_CERT" || name == "npm_config_cafile" || name == "CARGO_HTTP_CAINFO" ||
        name == "NIX_SSL_CERT_FILE" || name == "DENO_CERT" ||
        name == "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH" || name == "HTTPLIB2_CA_CERTS";
    if (!names_file || value.empty() || !exists(value) || value.starts_with("/etc/") ||
        value.starts_with("/usr/"))
      continue;
    auto& inside = placed[value];
    if (inside.empty()) {
      inside = "/run/drydock/" + std::to_string(placed.size()) + "-" +
               value.substr(value.rfind('/') + 1);
      out.insert(out.end(), {"--ro-bind", value, inside});
      const char* system = "/etc/ssl/certs/ca-certificates.crt";
      if (name == "SSL_CERT_FILE" && exists(system))
        out.insert(out.end(), {"--ro-bind", value, real_path(system)});
    }
    value = inside;
  }
}

}  // namespace

std::string real_path(const std::string& path) {
  char resolved[PATH_MAX];
  return ::realpath(path.c_str(), resolved) ? std::string(resolved) : path;
}

const SystemFiles& system_files() {
  static const SystemFiles files = make_system_files();
  return files;
}

std::vector<std::string> bubblewrap_arguments(
    const std::string& bubblewrap, const SandboxOptions& options,
    std::vector<std::pair<std::string, std::string>>& environment) {
  std::vector<std::string> out{bubblewrap};
  append(out, {"--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try",
               "--hostname", kHostName, "--die-with-parent", "--new-session"});
  // Root inside owns what is its own, and can do to it what package managers do; no more.
  append(out, {"--cap-drop", "ALL"});
  for (const char* kept : {"CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_FSETID",
                           "CAP_SETUID", "CAP_SETGID", "CAP_KILL", "CAP_NET_BIND_SERVICE"}) {
    append(out, {"--cap-add", kept});
  }
  add_system(out);
  const SystemFiles& files = system_files();
  add_file(out, files.resolv_conf, "/etc/resolv.conf");
  add_file(out, files.hosts, "/etc/hosts");
  add_file(out, files.nsswitch_conf, "/etc/nsswitch.conf");
  add_certificates(out, environment);
  for (const auto& mount : options.mounts) {
    out.insert(out.end(), {mount.access == Mount::Access::kWrite ? "--bind" : "--ro-bind",
                           mount.from, mount.to});
  }
  if (!options.working_directory.empty())
    out.insert(out.end(), {"--chdir", options.working_directory});
  out.push_back("--");
  out.insert(out.end(), options.command.begin(), options.command.end());
  return out;
}

}  // namespace drydock
