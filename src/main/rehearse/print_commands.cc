#include "main/rehearse/print_commands.h"

#include "base/text.h"

namespace drydock::rehearse {

namespace {

std::string shell_name(std::string text) {
  for (char& c : text)
    if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))) c = '_';
  return text;
}

// Single quotes, except that ${…} becomes a shell variable in double quotes.
std::string quoted(const std::string& text) {
  std::string out;
  for (size_t at = 0;;) {
    size_t begin = text.find("${", at);
    std::string plain =
        text.substr(at, begin == std::string::npos ? std::string::npos : begin - at);
    if (!plain.empty()) out += "'" + replace_all(plain, "'", "'\\''") + "'";
    if (begin == std::string::npos) break;
    size_t end = text.find('}', begin);
    out += "\"$" + shell_name(text.substr(begin + 2, end - begin - 2)) + "\"";
    at = end == std::string::npos ? text.size() : end + 1;
  }
  return out.empty() ? "''" : out;
}

std::string in_account(const std::string& account, const Spec& spec) {
  return " --profile " + account + " --region " + spec.region;
}

// The stack's outputs as shell variables.
std::string read_outputs(const std::string& stack, const std::string& who) {
  return "outputs=$(aws cloudformation describe-stacks" + who + " --stack-name " + stack +
         " --output json |\n  jq -r '.Stacks[0].Outputs[]? | \"stacks_" + shell_name(stack) +
         "_\\(.OutputKey)=\\(.OutputValue | @sh)\"')\neval \"$outputs\"\n";
}

std::string deploy_stack(const StackSpec& stack, const std::string& who) {
  std::string out = "\naws cloudformation deploy" + who + " --stack-name " + stack.name +
                    " \\\n  --template-file " + quoted(stack.template_path) +
                    " --no-fail-on-empty-changeset";
  if (!stack.capabilities.empty()) out += " --capabilities " + join(stack.capabilities, " ");
  for (const char* option : {"--parameter-overrides", "--tags"}) {
    const auto& pairs = option[2] == 'p' ? stack.parameters : stack.tags;
    if (pairs.empty()) continue;
    out += std::string(" \\\n  ") + option;
    for (const auto& [key, value] : pairs) out += " " + key + "=" + quoted(value);
  }
  return out + "\n" + read_outputs(stack.name, who);
}

// "${stacks.pipeline.PipelineName}" as a part of a shell variable's name.
std::string variable_of(const PipelineSpec& pipeline) {
  return shell_name(replace_all(replace_all(pipeline.name, "${", ""), "}", ""));
}

// What ran before the push is not what the push starts.
std::string remember_executions(const PipelineSpec& pipeline, const std::string& who) {
  return "before_" + variable_of(pipeline) + "=$(aws codepipeline list-pipeline-executions" + who +
         " --pipeline-name " + quoted(pipeline.name) +
         " \\\n  --query 'pipelineExecutionSummaries[].pipelineExecutionId' --output text)\n";
}

std::string push_folder(const PushSpec& push, const Spec& spec) {
  const std::string git = "git -C \"$work\"";
  const std::string credentials =
      " -c credential.helper= -c credential.helper='!aws --profile " + push.account +
      " codecommit credential-helper $@' -c credential.UseHttpPath=true";
  std::string out = "\nwork=$(mktemp -d)\ngit" + credentials +
                    " \\\n  clone --quiet https://git-codecommit." + spec.region +
                    ".amazonaws.com/v1/repos/" + quoted(push.repository) + " \"$work\"\n";
  out += git + " checkout --quiet " + quoted(push.branch) + " 2>/dev/null || " + git +
         " checkout --quiet -b " + quoted(push.branch) + "\n";
  out += git + " rm -r --quiet --ignore-unmatch .\ncp -R " + quoted(push.folder) +
         "/. \"$work\"\n" + git + " add --all\n";
  out += "if " + git + " diff --cached --quiet; then\n";
  for (const PipelineSpec& pipeline : spec.pipelines)
    out += "  aws codepipeline start-pipeline-execution" + in_account(pipeline.account, spec) +
           " --name " + quoted(pipeline.name) + " >/dev/null\n";
  if (spec.pipelines.empty()) out += "  echo 'nothing to push'\n";
  out += "else\n  " + git + " commit --quiet -m " + quoted(push.message) + "\n  " + git +
         credentials + " \\\n    push --quiet origin " + quoted(push.branch) +
         "\nfi\nrm -rf \"$work\"\n";
  return out;
}

std::string wait_for_pipeline(const PipelineSpec& pipeline, const std::string& who) {
  const std::string name = quoted(pipeline.name);
  return "\nexecution=\nuntil [ -n \"$execution\" ]; do\n  sleep 1\n"
         "  execution=$(aws codepipeline list-pipeline-executions" +
         who + " --pipeline-name " + name + " --output json |\n    jq -r --arg before \"$before_" +
         variable_of(pipeline) +
         "\" 'first(.pipelineExecutionSummaries[].pipelineExecutionId | select(inside($before) | not)) // empty')\n"
         "done\nwhile\n  status=$(aws codepipeline get-pipeline-execution" +
         who + " --pipeline-name " + name +
         " --pipeline-execution-id \"$execution\" \\\n    --query pipelineExecution.status --output text)\n"
         "  [ \"$status\" = InProgress ]\ndo sleep 2; done\n"
         "echo \"pipeline \"" +
         name +
         "\": $status\"\nif [ \"$status\" != Succeeded ]; then\n  aws codepipeline get-pipeline-state" +
         who + " --name " + name +
         " --output text \\\n    --query \"stageStates[].actionStates[?latestExecution.status=='Failed'].[actionName,latestExecution.errorDetails.message]\"\n"
         "  exit 1\nfi\n";
}

std::string ask(const CheckSpec& check) {
  std::string out = "\n# " + check.name + ": " + std::to_string(check.status) +
                    "\nanswer=$(curl -sS -w '\\n%{http_code}' -X " + check.method;
  if (!check.body.empty()) out += " -H 'Content-Type: application/json' -d " + quoted(check.body);
  out += " " + quoted(check.url) + ")\n[ \"${answer##*$'\\n'}\" = " + std::to_string(check.status) +
         " ]\n";
  if (!check.contains.empty()) out += "grep -qF " + quoted(check.contains) + " <<<\"$answer\"\n";
  return out;
}

std::string delete_stack(const CleanupSpec& one, const std::string& who) {
  std::string out;
  for (const std::string& output : one.empty)
    out +=
        "bucket=$(aws cloudformation describe-stacks" + who + " --stack-name " + one.stack +
        " \\\n  --query \"Stacks[0].Outputs[?OutputKey=='" + output +
        "'].OutputValue\" --output text)\n"
        "aws s3api list-object-versions" +
        who +
        " --bucket \"$bucket\" --output json |\n"
        "  jq -c '[.Versions[]?, .DeleteMarkers[]?] | map({Key, VersionId}) as $all | range(0; $all | length; 500) | {Objects: $all[. : . + 500], Quiet: true}' |\n"
        "  while read -r batch; do aws s3api delete-objects" +
        who + " --bucket \"$bucket\" --delete \"$batch\"; done\n";
  return out + "aws cloudformation delete-stack" + who + " --stack-name " + one.stack +
         "\naws cloudformation wait stack-delete-complete" + who + " --stack-name " + one.stack +
         "\n";
}

}  // namespace

std::string commands_of(const Spec& spec, CleanUp clean_up) {
  std::string out =
      "#!/usr/bin/env bash\n# " + spec.name + ": needs an AWS CLI profile per account (" +
      join(spec.accounts, ", ") +
      "), git with a user.name and user.email, and jq.\n"
      "# In `drydock shell` every account made by `drydock account create NAME` is such a profile.\n"
      "set -euo pipefail\n\n";
  for (const std::string& account : spec.accounts)
    out += "accounts_" + shell_name(account) + "_id=$(aws sts get-caller-identity --profile " +
           account + " --query Account --output text)\n";
  for (const StackSpec& stack : spec.stacks)
    out += deploy_stack(stack, in_account(stack.account, spec));
  if (!spec.pipelines.empty()) out += "\n";
  for (const PipelineSpec& pipeline : spec.pipelines)
    out += remember_executions(pipeline, in_account(pipeline.account, spec));
  for (const PushSpec& push : spec.pushes) out += push_folder(push, spec);
  for (const PipelineSpec& pipeline : spec.pipelines)
    out += wait_for_pipeline(pipeline, in_account(pipeline.account, spec));
  for (const DeployedSpec& deployed : spec.deployed)
    out += "\n" + read_outputs(deployed.name, in_account(deployed.account, spec));
  for (const CheckSpec& check : spec.checks) out += ask(check);
  if (clean_up == CleanUp::kSkip) return out;
  if (!spec.cleanup.empty()) out += "\n# Clean-up\n";
  for (const CleanupSpec& one : spec.cleanup)
    out += delete_stack(one, in_account(one.account, spec));
  return out;
}

}  // namespace drydock::rehearse
