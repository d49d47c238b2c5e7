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

std::string outputs_of(const std::string& stack, const std::string& account,
                       const std::string& region) {
  const std::string prefix = "stacks_" + shell_name(stack) + "_";
  return "eval \"$(aws cloudformation describe-stacks --profile " + account + " --region " +
         region + " --stack-name " + stack +
         " --query 'Stacks[0].Outputs[].[OutputKey,OutputValue]' --output text | sed 's/^\\([^\\t]*\\)\\t\\(.*\\)$/" +
         prefix + "\\1=\"\\2\"/')\"\n";
}

// "ID STATUS" of the newest execution; nothing before the first.
std::string newest_execution(const PipelineSpec& pipeline, const std::string& region) {
  return "aws codepipeline list-pipeline-executions --profile " + pipeline.account + " --region " +
         region + " --pipeline-name " + quoted(pipeline.name) +
         " \\\n  --query 'pipelineExecutionSummaries[0].[pipelineExecutionId,status]' --output text";
}

std::string before_of(const PipelineSpec& pipeline) {
  return "before_" + shell_name(pipeline.account + "_" + pipeline.name);
}

}  // namespace

std::string commands_of(const Spec& spec) {
  std::string out = "#!/usr/bin/env bash\n# " + spec.name +
                    ": needs an AWS CLI profile per account (" + join(spec.accounts, ", ") +
                    "), git, and jq.\nset -euo pipefail\n\n";
  for (const std::string& account : spec.accounts)
    out += "accounts_" + shell_name(account) + "_id=$(aws sts get-caller-identity --profile " +
           account + " --query Account --output text)\n";
  for (const StackSpec& stack : spec.stacks) {
    out += "\naws cloudformation deploy --profile " + stack.account + " --region " + spec.region +
           " --stack-name " + stack.name + " \\\n  --template-file " + quoted(stack.template_path) +
           " --no-fail-on-empty-changeset";
    if (!stack.capabilities.empty()) out += " --capabilities " + join(stack.capabilities, " ");
    if (!stack.parameters.empty()) {
      out += " \\\n  --parameter-overrides";
      for (const auto& [key, value] : stack.parameters) out += " " + key + "=" + quoted(value);
    }
    out += "\n" + outputs_of(stack.name, stack.account, spec.region);
  }
  if (!spec.pipelines.empty()) out += "\n";
  for (const PipelineSpec& pipeline : spec.pipelines)
    out += "read -r " + before_of(pipeline) + " status < <(" +
           newest_execution(pipeline, spec.region) + ")\n";
  for (const PushSpec& push : spec.pushes) {
    out +=
        "\nwork=$(mktemp -d)\ngit -c credential.helper='!aws --profile " + push.account +
        " codecommit credential-helper $@' -c credential.UseHttpPath=true \\\n  clone https://git-codecommit." +
        spec.region + ".amazonaws.com/v1/repos/" + quoted(push.repository) + " \"$work\"\n";
    out += "cp -R " + quoted(push.folder) + "/. \"$work\"\ngit -C \"$work\" checkout -B " +
           quoted(push.branch) + "\ngit -C \"$work\" add --all\ngit -C \"$work\" commit -m " +
           quoted(push.message) + "\n";
    out += "git -C \"$work\" -c credential.helper='!aws --profile " + push.account +
           " codecommit credential-helper $@' -c credential.UseHttpPath=true push origin " +
           quoted(push.branch) + "\n";
  }
  for (const PipelineSpec& pipeline : spec.pipelines)
    out += "\nuntil read -r id status < <(" + newest_execution(pipeline, spec.region) +
           ") && [ \"$id\" != \"$" + before_of(pipeline) +
           "\" ] && [ \"$status\" != InProgress ]; do sleep 5; done\n"
           "echo \"pipeline: $status\"; [ \"$status\" = Succeeded ]\n";
  for (const DeployedSpec& deployed : spec.deployed)
    out += "\n" + outputs_of(deployed.name, deployed.account, spec.region);
  for (const CheckSpec& check : spec.checks) {
    out += "\n# " + check.name + ": " + std::to_string(check.status) +
           "\nanswer=$(curl -sS -w '\\n%{http_code}' -X " + check.method;
    if (!check.body.empty()) out += " -H 'Content-Type: application/json' -d " + quoted(check.body);
    out += " " + quoted(check.url) +
           ")\n[ \"${answer##*$'\\n'}\" = " + std::to_string(check.status) + " ]\n";
    if (!check.contains.empty()) out += "grep -qF " + quoted(check.contains) + " <<<\"$answer\"\n";
  }
  if (!spec.cleanup.empty()) out += "\n# Clean-up\n";
  for (const CleanupSpec& one : spec.cleanup) {
    const std::string who = " --profile " + one.account + " --region " + spec.region;
    for (const std::string& output : one.empty) {
      out += "bucket=$(aws cloudformation describe-stacks" + who + " --stack-name " + one.stack +
             " --query \"Stacks[0].Outputs[?OutputKey=='" + output +
             "'].OutputValue\" --output text)\n";
      out +=
          "aws s3api list-object-versions" + who +
          " --bucket \"$bucket\" --output json | jq -c '[.Versions[]?, .DeleteMarkers[]?] | map({Key, VersionId}) | _nwise(500) | {Objects: .}' |\n"
          "  while read -r batch; do aws s3api delete-objects" +
          who + " --bucket \"$bucket\" --delete \"$batch\" >/dev/null; done\n";
    }
    out += "aws cloudformation delete-stack" + who + " --stack-name " + one.stack +
           "\naws cloudformation wait stack-delete-complete" + who + " --stack-name " + one.stack +
           "\n";
  }
  return out;
}

}  // namespace drydock::rehearse
