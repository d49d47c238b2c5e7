// drydock: an AWS organization on one machine. The command line.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "api/version.h"
#include "main/commands.h"
#include "sandbox/sandbox.h"

using namespace drydock;

int main(int argc, char** argv) {
  // The hidden half of a sandbox, started by this program itself.
  if (argc > 1 && std::strcmp(argv[1], "__namespace") == 0) namespace_main(argc, argv);

  CLI::App app{
      "An AWS organization on this machine: rehearse cross-account serverless deliveries with IAM enforced."};
  app.name("drydock");
  app.require_subcommand(1);
  app.set_version_flag("--version", std::string("drydock ") + kVersion);
  app.footer(
      "Begin with `drydock up` in one terminal and `drydock account create tools` in another.");

  std::string url;
  auto with_url = [&](CLI::App* command) {
    command->add_option("--url", url,
                        "The running server (default: $DRYDOCK_URL or http://127.0.0.1:4566)");
    return command;
  };

  UpOptions up_options;
  auto* up_command =
      app.add_subcommand("up", "Run the server in the foreground until SIGTERM or Ctrl-C");
  up_command->add_option("--port", up_options.port, "TCP port; 0 picks a free one")
      ->capture_default_str()
      ->check(CLI::Range(0, 65535));
  up_command->add_option("--host", up_options.host, "Address to listen on")->capture_default_str();
  auto* data = up_command->add_option(
      "--data", up_options.data_folder,
      "Folder for all state (default: $DRYDOCK_DATA or ~/.local/share/drydock)");
  up_command->add_flag("--memory", up_options.memory, "Keep state in memory; it is gone at exit")
      ->excludes(data);
  up_command
      ->add_option(
          "--iam", up_options.iam,
          "enforce: deny as AWS does; audit: log what would be denied; authenticate: allow "
          "everything to who signs rightly; off: allow everything to anybody")
      ->capture_default_str()
      ->check(CLI::IsMember({"enforce", "audit", "authenticate", "off"}));
  up_command
      ->add_option("--default-account", up_options.default_account,
                   "Account of unsigned and unknown callers, and of the organization's management")
      ->capture_default_str();
  up_command->add_option("--region", up_options.region, "Region where a request names none")
      ->capture_default_str();
  up_command->add_option("--log", up_options.log_level, "debug, info, warning or error")
      ->capture_default_str()
      ->check(CLI::IsMember({"debug", "info", "warning", "error"}));
  up_command->add_flag("--sync", up_options.sync,
                       "fsync every commit: survives a power cut, not only a kill; slower");
  up_command->add_flag("--no-outside", up_options.no_outside, "Builds reach nothing but Drydock");

  auto* account = app.add_subcommand("account", "Create and list accounts")->require_subcommand(1);
  std::string name, id;
  bool json = false;
  auto* create =
      with_url(account->add_subcommand("create", "Create an account with an administrator user"));
  create->add_option("NAME", name, "Its name: 1-50 characters")->required();
  create->add_option("--id", id, "Its twelve digits; drawn when not given");
  create->add_flag("--json", json, "Print JSON");
  auto* list = with_url(account->add_subcommand("list", "List accounts"));
  list->add_flag("--json", json, "Print JSON");

  bool proxy = false;
  auto* env = with_url(
      app.add_subcommand("env", "Print export lines that point AWS tools at an account here"));
  env->add_option("ACCOUNT", name, "Name or id")->required();
  env->add_flag("--proxy", proxy,
                "Also lead tools that know no endpoint variable here, by HTTPS_PROXY");

  std::vector<std::string> command_line;
  auto* shell = with_url(app.add_subcommand(
      "shell", "Run a shell or command in which every AWS host name leads here"));
  shell->add_option("--account", name, "Act as this account's administrator");
  shell->add_option("CMD", command_line, "Command and arguments (default: $SHELL), behind --");

  RehearseOptions rehearse_options;
  auto* rehearse = with_url(app.add_subcommand(
      "rehearse", "Run a rehearsal file: the whole delivery, with live progress"));
  rehearse->add_option("FILE", rehearse_options.file, "The rehearsal (YAML)")->required();
  rehearse->add_flag("--json", rehearse_options.json, "Print one JSON object a step and a summary");
  rehearse->add_flag("--keep", rehearse_options.keep, "Skip the clean-up");
  rehearse->add_flag("--print-commands", rehearse_options.print_commands,
                     "Print the same as aws and git commands; runs nothing");
  rehearse->add_flag("--logs", rehearse_options.logs, "Show the build's log lines");
  rehearse->add_flag("--start", rehearse_options.start,
                     "Start a server for this rehearsal and stop it at the end");
  rehearse->add_option("--data", rehearse_options.data_folder,
                       "With --start: its data folder (default: in memory)");

  rehearse->add_flag("--least-privilege", rehearse_options.least_privilege,
                     "Again with policies generated from it alone; each statement must be needed");
  rehearse->add_flag("--prove-minimal", rehearse_options.prove_minimal,
                     "With --least-privilege: once more without each statement (slow)");
  rehearse->add_option("--policies", rehearse_options.policies_file,
                       "With --least-privilege: write the policies to this file (JSON)");

  PoliciesOptions policies_options;
  auto* policies = app.add_subcommand("policies", "The smallest policies for what was observed");
  policies->require_subcommand(1);
  auto* generate = with_url(policies->add_subcommand(
      "generate", "Print minimal policies for each role, and for resources where they need one"));
  generate->add_option("--role", policies_options.role,
                       "This role or user alone (name or ARN), with its trust policy");
  generate->add_option("--rehearsal", policies_options.rehearsal,
                       "Run this rehearsal first, and look at its calls alone");
  generate->add_flag("--any-drawn-name", policies_options.wildcard_drawn_names,
                     "Write * for ids that AWS draws, so that the next deployment fits too");
  generate->add_option("--out", policies_options.out, "Write them to this file too (JSON)");
  generate->add_flag("--json", json, "Print JSON");
  auto* replay = with_url(policies->add_subcommand(
      "replay", "List recorded calls that would end otherwise with changed policies"));
  replay
      ->add_option("--with", policies_options.with,
                   "Files: what generate --out wrote, or one policy document each: of --role, "
                   "or without it a service control policy over all accounts")
      ->required();
  replay->add_option("--role", policies_options.role, "This role's calls alone (name or ARN)");
  replay->add_flag("--json", json, "Print JSON");

  auto* unused = with_url(policies->add_subcommand(
      "unused", "List grants of roles that no observed call needed, by template line"));
  unused->add_option("FILE", policies_options.templates,
                     "Templates: what they grant alone, by their lines");
  unused->add_option("--role", policies_options.role, "This role alone (name or ARN)");
  unused->add_flag("--json", json, "Print JSON");

  WhyOptions why_options;
  auto* why = with_url(app.add_subcommand("why", "Explain what IAM decided, and the smallest fix"));
  why->add_option("ID", why_options.id,
                  "Request, authorization, build or pipeline execution id; stack or stack event");
  why->add_flag("--last", why_options.last, "The newest deny; the newest decision if none");
  why->add_flag("--denied", why_options.denied, "List what was denied, or would be (--iam audit)");
  why->add_flag("--json", json, "Print JSON");

  auto* reset = with_url(
      app.add_subcommand("reset", "Empty the running server: accounts, stacks, everything"));
  auto* status = with_url(app.add_subcommand("status", "Show the running server"));
  status->add_flag("--json", json, "Print JSON");
  auto* served = with_url(app.add_subcommand("served", "List the operations that are served"));
  served->add_flag("--json", json, "Print JSON");
  auto* version = app.add_subcommand("version", "Print the version");

  CLI11_PARSE(app, argc, argv);
  if (rehearse_options.prove_minimal) rehearse_options.least_privilege = true;
  if (!rehearse_options.policies_file.empty() && !rehearse_options.least_privilege)
    return failed("--policies needs --least-privilege, which makes them");
  if (!rehearse_options.data_folder.empty() && !rehearse_options.start)
    return failed("--data needs --start: a running server has its own");

  if (*up_command) return run_up(up_options);
  if (*version) {
    std::printf("drydock %s\n", kVersion);
    return 0;
  }
  const Endpoint endpoint = find_endpoint(url);
  const Output output = json ? Output::kJson : Output::kText;
  if (*create) return run_account_create(endpoint, name, id, output);
  if (*list) return run_account_list(endpoint, output);
  if (*env) return run_env(endpoint, name, proxy ? EnvStyle::kProxy : EnvStyle::kEndpoint);
  if (*shell) return run_shell(endpoint, name, command_line);
  if (*rehearse) return run_rehearse(endpoint, rehearse_options);
  policies_options.output = output;
  if (*generate) return run_policies_generate(endpoint, policies_options);
  if (*unused) return run_policies_unused(endpoint, policies_options);
  if (*replay) return run_policies_replay(endpoint, policies_options);
  if (*why) {
    if (why_options.id.empty() && !why_options.denied) why_options.last = true;
    why_options.output = output;
    return run_why(endpoint, why_options);
  }
  if (*reset) return run_reset(endpoint);
  if (*status) return run_status(endpoint, output);
  if (*served) return run_served(endpoint, output);
  return 0;
}
