// `drydock policies unused`: grants that no observed call needed, by the line of their template.
#include <yaml-cpp/yaml.h>

#include <cstdio>

#include "base/files.h"
#include "base/text.h"
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

// What a template says a text is, as a pattern: ${…} may be anything. "" when it does not say.
std::string pattern_of(const YAML::Node& node) {
  if (!node.IsDefined()) return {};
  if (node.IsMap()) {
    const YAML::Node sub = member(node, "Fn::Sub");
    return sub.IsDefined() && sub.IsScalar() ? pattern_of(sub) : std::string();
  }
  if (!node.IsScalar()) return {};
  const std::string &tag = node.Tag(), &text = node.Scalar();
  if (tag.size() > 1 && tag[0] == '!' && tag != "!Sub") return {};  // !Ref and others
  std::string pattern;
  for (size_t at = 0; at < text.size();) {
    const size_t begin = text.find("${", at), end = text.find('}', begin);
    pattern += text.substr(at, begin - at);
    if (begin == std::string::npos || end == std::string::npos) break;
    pattern += '*';
    at = end + 1;
  }
  return pattern;
}

// Whether a text of the template may have become `value`.
bool may_be(const YAML::Node& node, const std::string& value) {
  const std::string pattern = pattern_of(node);
  return node.IsDefined() && (pattern.empty() || glob_match(pattern, value));
}

std::vector<YAML::Node> one_or_many(const YAML::Node& node) {
  std::vector<YAML::Node> list;
  if (node.IsDefined() && node.IsSequence())
    for (const YAML::Node& one : node) list.push_back(one);
  else if (node.IsDefined())
    list.push_back(node);
  return list;
}

// Whether a statement of the template may be the one that is told of.
bool may_be_statement(const YAML::Node& node, const Value& told) {
  if (!node.IsMap()) return false;
  const std::string label = told["label"].string_or("");
  if (const YAML::Node sid = member(node, "Sid"); sid.IsDefined() && !sid.IsNull()) {
    if (!may_be(sid, label)) return false;
  } else if (!label.starts_with('#')) {
    return false;
  }
  const Value* others = told.find("notActions");
  const Value& actions = others ? *others : told["actions"];
  const auto written = one_or_many(member(node, others ? "NotAction" : "Action"));
  if (written.size() != actions.size()) return false;
  for (size_t i = 0; i < written.size(); ++i)
    if (!may_be(written[i], actions.as_list()[i].string_or(""))) return false;
  return true;
}

// The line of a statement of the policy `name` in a resource; 0 when it is not there.
int line_of(const YAML::Node& root, const std::string& logical_id, const std::string& name,
            const Value& told) {
  const YAML::Node properties = member(member(member(root, "Resources"), logical_id), "Properties");
  std::vector<YAML::Node> documents;
  // A managed policy is told by its ARN, which is the resource's own id.
  const YAML::Node own_name = member(properties, "PolicyName");
  if (const YAML::Node document = member(properties, "PolicyDocument"); document.IsDefined())
    if (!own_name.IsDefined() || may_be(own_name, name)) documents.push_back(document);
  for (const YAML::Node& one : one_or_many(member(properties, "Policies")))
    if (one.IsMap() && may_be(member(one, "PolicyName"), name))
      documents.push_back(member(one, "PolicyDocument"));
  const auto position = static_cast<size_t>(told["position"].int_or(0));
  int elsewhere = 0;  // conditions in a template move statements
  for (const YAML::Node& document : documents) {
    const auto statements = one_or_many(member(document, "Statement"));
    for (size_t i = 0; i < statements.size(); ++i) {
      if (!may_be_statement(statements[i], told)) continue;
      const int line = statements[i].Mark().line + 1;
      if (i + 1 == position) return line;
      if (!elsewhere) elsewhere = line;
    }
  }
  return elsewhere;
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

// Whether any stack has made something under a logical id of the template.
bool is_deployed(const Template& file, const Value& made_by) {
  const YAML::Node resources = member(file.root, "Resources");
  for (const Value& maker : made_by.as_list()) {
    const YAML::Node resource = member(resources, maker["logicalId"].string_or(""));
    if (scalar(member(resource, "Type")) == maker["type"].string_or("")) return true;
  }
  return false;
}

// The actions of a statement as its author wrote them.
std::string actions_text(const Value& statement) {
  const Value* others = statement.find("notActions");
  return others ? "everything but " + list_text(*others) : list_text(statement["actions"]);
}

std::string stack_name(const std::string& id) {
  const size_t begin = id.find(":stack/") + 7;
  return id.substr(begin, id.find('/', begin) - begin);
}

// "template.yml:12", "stack pipeline, line 12", or "" when no template says.
std::string place_of(const Value& answer, const std::vector<Template>& files, const Value& policy,
                     const Value& told) {
  for (const Value* maker : makers_of(answer, policy)) {
    const std::string logical = (*maker)["logicalId"].string_or("");
    const std::string name = policy["policy"].string_or("");
    for (const Template& file : files)
      if (int line = line_of(file.root, logical, name, told))
        return file.name + ":" + std::to_string(line);
    const std::string stack = (*maker)["stack"].string_or("");
    if (int line = line_of(parse(answer["templates"][stack].string_or("")), logical, name, told))
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
    const std::string text = read_file(path);
    if (text.empty()) return failed("cannot read " + path + ", or it is empty");
    Template one{path, parse(text)};
    if (!one.root.IsMap()) return failed(path + " is no template");
    if (is_deployed(one, (*answer)["madeBy"]))
      files.push_back(std::move(one));
    else
      failed(path + ": no stack here has made a role or policy of this template");
  }
  if (files.empty() && !options.templates.empty()) return 1;
  Value list = Value::list();
  for (const Value& policy : (*answer)["policies"].as_list())
    for (const Value& statement : policy["statements"].as_list()) {
      Value one = statement;
      for (const char* name : {"account", "role", "policy"}) one.set(name, policy[name]);
      const std::string place = place_of(*answer, files, policy, statement);
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
      std::printf("never used (%s)\n", actions_text(one).c_str());
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
