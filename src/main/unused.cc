// `drydock policies unused`: grants that no observed call needed, by the line of their template.
#include <yaml-cpp/yaml.h>

#include <cstdio>

#include "base/files.h"
#include "main/commands.h"

namespace drydock {

namespace {

// A template as CloudFormation has it, and the file it was read from, if one was given.
struct Template {
  std::string name;
  YAML::Node root;
};

YAML::Node parse(const std::string& text) {
  try {
    return YAML::Load(text);
  } catch (const YAML::Exception&) {
    return {};
  }
}

YAML::Node member(const YAML::Node& node, const std::string& name) {
  if (node.IsDefined() && node.IsMap())
    if (const YAML::Node found = node[name]; found.IsDefined()) return found;
  return YAML::Node(YAML::NodeType::Undefined);
}

std::string scalar(const YAML::Node& node) {
  return node.IsDefined() && node.IsScalar() ? node.Scalar() : std::string();
}

// The line of statement `position` of a policy in a resource; 0 when it is not there.
int line_of(const YAML::Node& root, const std::string& logical_id, const std::string& policy_name,
            int64_t position) {
  const YAML::Node resource = member(member(root, "Resources"), logical_id);
  const YAML::Node properties = member(resource, "Properties");
  YAML::Node document = member(properties, "PolicyDocument");
  const YAML::Node list = member(properties, "Policies");
  if (!document.IsDefined() && list.IsDefined() && list.IsSequence())
    for (const YAML::Node& one : list) {
      const std::string name = scalar(member(one, "PolicyName"));
      if (name == policy_name || list.size() == 1) document.reset(member(one, "PolicyDocument"));
    }
  const YAML::Node statements = member(document, "Statement");
  if (!statements.IsDefined()) return 0;
  if (!statements.IsSequence()) return statements.Mark().line + 1;
  if (position < 1 || static_cast<size_t>(position) > statements.size()) return 0;
  return statements[static_cast<size_t>(position - 1)].Mark().line + 1;
}

std::string list_text(const Value& list) {
  std::string out;
  for (const Value& one : list.as_list()) out += (out.empty() ? "" : ", ") + one.string_or("");
  return out;
}

// Who made the policy: the role itself (inline in its template), or a policy resource.
std::vector<const Value*> makers_of(const Value& answer, const Value& policy) {
  std::vector<const Value*> makers;
  const std::string arn = policy["role"].string_or("");
  const std::string role = arn.substr(arn.rfind('/') + 1);
  const std::string account = policy["account"].string_or("");
  for (const Value& maker : answer["madeBy"].as_list()) {
    const std::string id = maker["physicalId"].string_or("");
    if (maker["stack"].string_or("").find(":" + account + ":") == std::string::npos) continue;
    const std::string type = maker["type"].string_or("");
    const bool same = policy["managed"].bool_or(false) ? id == policy["policy"].string_or("")
                      : type == "AWS::IAM::Role"       ? id == role
                                                       : type == "AWS::IAM::Policy";
    if (same) makers.push_back(&maker);
  }
  return makers;
}

std::string stack_name(const std::string& id) {
  const size_t begin = id.find(":stack/") + 7;
  return id.substr(begin, id.find('/', begin) - begin);
}

// "template.yml:12", "stack pipeline, line 12", or "" when no template says.
std::string place_of(const Value& answer, const std::vector<Template>& files, const Value& policy,
                     int64_t position) {
  for (const Value* maker : makers_of(answer, policy)) {
    const std::string logical = (*maker)["logicalId"].string_or("");
    const std::string name = policy["policy"].string_or("");
    for (const Template& file : files)
      if (int line = line_of(file.root, logical, name, position))
        return file.name + ":" + std::to_string(line);
    const std::string stack = (*maker)["stack"].string_or("");
    if (int line =
            line_of(parse(answer["templates"][stack].string_or("")), logical, name, position))
      return "stack " + stack_name(stack) + ", template line " + std::to_string(line);
  }
  return {};
}

}  // namespace

int run_policies_unused(const Endpoint& endpoint, const PoliciesOptions& options) {
  auto answer = admin_post(endpoint, "/policies/unused", Value::object({{"role", options.role}}));
  if (!answer) return failed(answer.error());
  std::vector<Template> files;
  for (const std::string& path : options.templates) {
    Template one{path, parse(read_file(path))};
    if (!one.root.IsMap()) return failed(path + " is no template");
    files.push_back(std::move(one));
  }
  Value list = Value::list();
  for (const Value& policy : (*answer)["policies"].as_list())
    for (const Value& statement : policy["statements"].as_list()) {
      Value one = statement;
      for (const char* name : {"account", "role", "policy"}) one.set(name, policy[name]);
      const std::string place = place_of(*answer, files, policy, statement["position"].int_or(0));
      // With files given, only what they hold.
      if (!files.empty() && (place.empty() || place.starts_with("stack "))) continue;
      if (!place.empty()) one.set("place", place);
      list.push_back(std::move(one));
    }
  if (options.output == Output::kJson) {
    std::printf("%s\n", to_pretty_json(Value::object({{"unused", list}})).c_str());
    return 0;
  }
  for (const Value& one : list.as_list()) {
    const std::string place = one["place"].string_or("");
    std::printf("%s%s, policy %s, statement %s: ", place.empty() ? "" : (place + "  ").c_str(),
                one["role"].string_or("").c_str(), one["policy"].string_or("").c_str(),
                one["label"].string_or("").c_str());
    if (one["neverUsed"].bool_or(false)) {
      std::printf("never used (%s)\n", list_text(one["actions"]).c_str());
      continue;
    }
    std::printf("partly used\n");
    if (one["unusedActions"].size())
      std::printf("    actions never used: %s\n", list_text(one["unusedActions"]).c_str());
    if (one["unusedResources"].size())
      std::printf("    resources never used: %s\n", list_text(one["unusedResources"]).c_str());
    std::printf("    used: %s\n", list_text(one["usedActions"]).c_str());
  }
  std::printf("%zu statements grant what no observed call needed\n", list.size());
  return 0;
}

}  // namespace drydock
