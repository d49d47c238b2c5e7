#include "main/rehearse/spec.h"

#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/text.h"

namespace drydock::rehearse {

namespace {

namespace fs = std::filesystem;
constexpr uintmax_t kMaxFileBytes = 1 << 20;

// Why reading stopped; caught in read_spec.
struct Problem {
  std::string text;
};

[[noreturn]] void problem(const YAML::Node& node, const std::string& text) {
  std::string where =
      node.Mark().line >= 0 ? "line " + std::to_string(node.Mark().line + 1) + ": " : "";
  throw Problem{where + text};
}

// Refuses members that nobody reads, so that a typing error is not passed over.
void only(const YAML::Node& node, const std::string& what,
          std::initializer_list<std::string_view> known) {
  if (!node.IsMap()) problem(node, what + " must be a map");
  for (const auto& entry : node) {
    const std::string name = entry.first.as<std::string>();
    bool found = false;
    std::string list;
    for (std::string_view one : known) {
      found = found || one == name;
      list += (list.empty() ? "" : ", ") + std::string(one);
    }
    if (!found) problem(entry.first, what + " has no member \"" + name + "\"; it has " + list);
  }
}

std::string text(const YAML::Node& parent, const char* member, const std::string& what,
                 const char* otherwise = nullptr) {
  const YAML::Node node = parent[member];
  if (!node) {
    if (otherwise) return otherwise;
    problem(parent, what + " needs \"" + member + "\"");
  }
  if (!node.IsScalar()) problem(node, what + ": \"" + member + "\" must be text");
  return node.as<std::string>();
}

int64_t number(const YAML::Node& parent, const char* member, const std::string& what,
               int64_t otherwise, int64_t max) {
  if (!parent[member]) return otherwise;
  auto n = parse_int(text(parent, member, what));
  if (!n || *n < 1 || *n > max)
    problem(parent[member],
            what + ": \"" + member + "\" must be a number from 1 to " + std::to_string(max));
  return *n;
}

std::vector<std::string> texts(const YAML::Node& node, const std::string& what) {
  std::vector<std::string> out;
  if (!node) return out;
  if (node.IsScalar()) return {node.as<std::string>()};
  if (!node.IsSequence()) problem(node, what + " must be a list");
  for (const YAML::Node& item : node) out.push_back(item.as<std::string>());
  return out;
}

std::vector<std::pair<std::string, std::string>> pairs(const YAML::Node& node,
                                                       const std::string& what) {
  std::vector<std::pair<std::string, std::string>> out;
  if (!node) return out;
  if (!node.IsMap()) problem(node, what + " must be a map of names to values");
  for (const auto& entry : node)
    out.emplace_back(entry.first.as<std::string>(), entry.second.as<std::string>());
  return out;
}

// One map, or a list of them.
std::vector<YAML::Node> several(const YAML::Node& node) {
  std::vector<YAML::Node> out;
  if (!node) return out;
  if (!node.IsSequence()) return {node};
  for (const YAML::Node& item : node) out.push_back(item);
  return out;
}

// A check's body: text goes out as it is, anything else as JSON.
Value json_of(const YAML::Node& node) {
  if (node.IsSequence()) {
    Value list = Value::list();
    for (const YAML::Node& item : node) list.push_back(json_of(item));
    return list;
  }
  if (node.IsMap()) {
    Value object = Value(Value::Object{});
    for (const auto& entry : node) object.set(entry.first.as<std::string>(), json_of(entry.second));
    return object;
  }
  if (!node.IsScalar()) return nullptr;
  const std::string scalar = node.Scalar();
  if (node.Tag() == "!") return scalar;  // quoted
  if (scalar == "true" || scalar == "false") return scalar == "true";
  if (auto n = parse_int(scalar)) return *n;
  if (auto d = parse_double(scalar)) return *d;
  return scalar;
}

struct Reader {
  fs::path folder;
  Spec spec;

  std::string existing(const YAML::Node& node, const std::string& relative,
                       const std::string& what) const {
    fs::path path = folder / relative;
    std::error_code error;
    if (!fs::exists(path, error)) problem(node, what + ": there is no " + path.string());
    return fs::weakly_canonical(path).string();
  }

  std::string account(const YAML::Node& node, const std::string& what) const {
    std::string name = text(node, "account", what);
    for (const std::string& known : spec.accounts)
      if (known == name) return name;
    problem(node["account"], what + ": \"" + name + "\" is not among the accounts");
  }

  void read_stacks(const YAML::Node& node) {
    for (const YAML::Node& item : several(node)) {
      only(item, "a stack", {"name", "account", "template", "capabilities", "parameters", "tags"});
      StackSpec stack;
      stack.name = text(item, "name", "a stack");
      const std::string what = "stack " + stack.name;
      stack.account = account(item, what);
      stack.template_path = existing(item["template"], text(item, "template", what), what);
      stack.capabilities = texts(item["capabilities"], what + ": capabilities");
      stack.parameters = pairs(item["parameters"], what + ": parameters");
      stack.tags = pairs(item["tags"], what + ": tags");
      spec.stacks.push_back(std::move(stack));
    }
  }

  void read_push(const YAML::Node& node) {
    for (const YAML::Node& item : several(node)) {
      only(item, "push", {"account", "repository", "folder", "branch", "message"});
      PushSpec push;
      push.account = account(item, "push");
      push.repository = text(item, "repository", "push");
      push.folder = existing(item["folder"], text(item, "folder", "push"), "push");
      push.branch = text(item, "branch", "push", "main");
      push.message = text(item, "message", "push", "Rehearsal");
      spec.pushes.push_back(std::move(push));
    }
  }

  void read_checks(const YAML::Node& node) {
    for (const YAML::Node& item : several(node)) {
      only(item, "a check", {"name", "request", "body", "status", "contains"});
      CheckSpec check;
      const std::string request = text(item, "request", "a check");
      check.name = text(item, "name", "a check", request.c_str());
      size_t blank = request.find(' ');
      if (blank == std::string::npos)
        problem(item["request"], "a check's request is a method and a URL: GET https://…");
      check.method = request.substr(0, blank);
      check.url = std::string(trim(request.substr(blank + 1)));
      if (item["body"])
        check.body = item["body"].IsScalar() ? item["body"].as<std::string>()
                                             : to_json(json_of(item["body"]));
      check.status = number(item, "status", "a check", 200, 599);
      check.contains = text(item, "contains", "a check", "");
      spec.checks.push_back(std::move(check));
    }
  }

  void read(const YAML::Node& root) {
    only(root, "a rehearsal",
         {"rehearsal", "region", "accounts", "stacks", "push", "pipeline", "deployed", "checks",
          "cleanup"});
    spec.name = text(root, "rehearsal", "a rehearsal");
    spec.region = text(root, "region", "a rehearsal", "us-east-1");
    spec.accounts = texts(root["accounts"], "accounts");
    if (spec.accounts.empty()) problem(root, "a rehearsal needs accounts");
    read_stacks(root["stacks"]);
    read_push(root["push"]);
    for (const YAML::Node& item : several(root["pipeline"])) {
      only(item, "pipeline", {"account", "name", "timeout_minutes"});
      spec.pipelines.push_back({account(item, "pipeline"), text(item, "name", "pipeline"),
                                number(item, "timeout_minutes", "pipeline", 30, 600)});
    }
    for (const YAML::Node& item : several(root["deployed"])) {
      only(item, "deployed", {"name", "account"});
      spec.deployed.push_back({text(item, "name", "deployed"), account(item, "deployed")});
    }
    read_checks(root["checks"]);
    for (const YAML::Node& item : several(root["cleanup"])) {
      only(item, "cleanup", {"account", "stack", "empty"});
      spec.cleanup.push_back({account(item, "cleanup"), text(item, "stack", "cleanup"),
                              texts(item["empty"], "empty")});
    }
  }
};

}  // namespace

std::expected<Spec, std::string> read_spec(const std::string& path) {
  std::error_code error;
  auto size = fs::file_size(path, error);
  if (error) return std::unexpected("cannot read " + path + ": " + error.message());
  if (size > kMaxFileBytes)
    return std::unexpected(path + " is " + std::to_string(size) + " bytes long; the limit is " +
                           std::to_string(kMaxFileBytes));
  std::ifstream file(path, std::ios::binary);
  std::stringstream content;
  content << file.rdbuf();
  Reader reader;
  reader.folder = fs::absolute(path).parent_path();
  try {
    reader.read(YAML::Load(content.str()));
  } catch (const Problem& p) {
    return std::unexpected(path + ": " + p.text);
  } catch (const YAML::Exception& e) {
    return std::unexpected(path + ": " + e.what());
  }
  return std::move(reader.spec);
}

std::expected<std::string, std::string> expand(const std::string& text,
                                               const Variables& variables) {
  std::string out;
  for (size_t at = 0;;) {
    size_t begin = text.find("${", at);
    if (begin == std::string::npos) return out + text.substr(at);
    size_t end = text.find('}', begin);
    if (end == std::string::npos) return std::unexpected("\"" + text + "\": ${ without }");
    out += text.substr(at, begin - at);
    const std::string name = text.substr(begin + 2, end - begin - 2);
    const std::string* value = nullptr;
    std::string known;
    for (const auto& [variable, content] : variables) {
      if (variable == name) value = &content;
      known += (known.empty() ? "" : ", ") + variable;
    }
    if (!value)
      return std::unexpected("${" + name +
                             "} is not known here; known: " + (known.empty() ? "nothing" : known));
    out += *value;
    at = end + 1;
  }
}

}  // namespace drydock::rehearse
