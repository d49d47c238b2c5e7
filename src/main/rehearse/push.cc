#include "main/rehearse/push.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <vector>

#include "base/encoding.h"
#include "base/text.h"

namespace drydock::rehearse {

namespace {

namespace fs = std::filesystem;

struct Ran {
  int code = 0;
  std::string output;
};

// Runs a program and collects what it prints.
Ran run(const std::vector<std::string>& command) {
  int ends[2];
  if (pipe(ends) != 0) return {127, "cannot make a pipe"};
  pid_t child = fork();
  if (child < 0) return {127, "cannot fork"};
  if (child == 0) {
    sigset_t none;  // a trial of policies keeps signals from this process, not from git
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    dup2(ends[1], STDOUT_FILENO);
    dup2(ends[1], STDERR_FILENO);
    close(ends[0]);
    close(ends[1]);
    setenv("GIT_TERMINAL_PROMPT", "0", 1);
    setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
    std::vector<char*> argv;
    for (const std::string& word : command) argv.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(nullptr);
    execvp(argv[0], argv.data());
    _exit(127);
  }
  close(ends[1]);
  Ran ran;
  char buffer[4096];
  for (ssize_t got; (got = read(ends[0], buffer, sizeof buffer)) > 0;)
    ran.output.append(buffer, static_cast<size_t>(got));
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  ran.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  if (ran.code == 127 && ran.output.empty()) ran.output = command[0] + " is not installed";
  return ran;
}

// A folder that goes with its object.
struct ScratchFolder {
  ScratchFolder() {
    std::string pattern = (fs::temp_directory_path() / "drydock-push-XXXXXX").string();
    if (mkdtemp(pattern.data())) path = pattern;
  }
  ~ScratchFolder() {
    std::error_code error;
    if (!path.empty()) fs::remove_all(path, error);
  }
  fs::path path;
};

}  // namespace

std::expected<std::string, std::string> push_folder(const AwsClient& client, const PushSpec& push) {
  ScratchFolder scratch;
  if (scratch.path.empty()) return std::unexpected("cannot make a temporary folder");
  const std::string path = "/v1/repos/" + push.repository;
  const std::string tree = (scratch.path / "tree").string();
  auto [user, password] = client.git_credentials(path);
  const std::string authorization =
      "http.extraHeader=Authorization: Basic " + to_base64(user + ":" + password);
  auto git = [&](std::vector<std::string> arguments) -> std::expected<std::string, std::string> {
    std::vector<std::string> command = {"git",
                                        "-c",
                                        authorization,
                                        "-c",
                                        "user.name=Drydock rehearsal",
                                        "-c",
                                        "user.email=rehearsal@drydock.invalid",
                                        "-c",
                                        "init.defaultBranch=" + push.branch,
                                        "-c",
                                        "commit.gpgsign=false",
                                        "-c",
                                        "advice.detachedHead=false"};
    const std::string verb = arguments.empty() ? "" : arguments[arguments[0] == "-C" ? 2 : 0];
    command.insert(command.end(), arguments.begin(), arguments.end());
    Ran ran = run(command);
    if (ran.code != 0)
      return std::unexpected("git " + verb + " failed: " + std::string(trim(ran.output)));
    return ran.output;
  };

  auto cloned = git({"clone", "--quiet", client.url() + path, tree});
  if (!cloned) return std::unexpected(cloned.error());
  // The branch may not be there yet, in an empty repository or beside others.
  bool has_branch =
      git({"-C", tree, "rev-parse", "--verify", "--quiet", "origin/" + push.branch}).has_value();
  auto ready =
      has_branch
          ? git({"-C", tree, "checkout", "--quiet", "-B", push.branch, "origin/" + push.branch})
          : git({"-C", tree, "checkout", "--quiet", "--orphan", push.branch});
  if (!ready) return std::unexpected(ready.error());

  std::error_code error;
  for (const auto& entry : fs::directory_iterator(tree, error))
    if (entry.path().filename() != ".git") fs::remove_all(entry.path(), error);
  fs::copy(push.folder, tree, fs::copy_options::recursive | fs::copy_options::copy_symlinks, error);
  if (error) return std::unexpected("cannot copy " + push.folder + ": " + error.message());
  if (auto added = git({"-C", tree, "add", "--all"}); !added) return std::unexpected(added.error());
  auto changed = git({"-C", tree, "status", "--porcelain"});
  if (!changed) return std::unexpected(changed.error());
  const bool nothing = trim(*changed).empty() && has_branch;
  if (nothing) return std::string();
  if (auto made = git({"-C", tree, "commit", "--quiet", "-m", push.message}); !made)
    return std::unexpected(made.error());
  if (auto pushed =
          git({"-C", tree, "push", "--quiet", "origin", "HEAD:refs/heads/" + push.branch});
      !pushed)
    return std::unexpected(pushed.error());
  auto commit = git({"-C", tree, "rev-parse", "HEAD"});
  if (!commit) return std::unexpected(commit.error());
  return std::string(trim(*commit));
}

}  // namespace drydock::rehearse
