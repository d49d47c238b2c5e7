// YAML events to Values: no node graph is built, so aliases cannot multiply.
#include "services/cloudformation/template/parse.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <sstream>
#include <unordered_map>

#include "base/text.h"

namespace drydock::cloudformation {

namespace {

struct Refused {
  std::string message;
};

std::string at_mark(const YAML::Mark& mark) {
  return "(line " + std::to_string(mark.line + 1) + ", column " + std::to_string(mark.column + 1) +
         ")";
}

// A plain scalar by YAML 1.1's rules, as far as AWS follows them: no dates, no octal, no
// sexagesimal.
Value plain_scalar(const std::string& text) {
  for (const char* yes : {"true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"})
    if (text == yes) return true;
  for (const char* no : {"false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"})
    if (text == no) return false;
  if (text.empty()) return text;
  if (auto number = parse_int(text); number && std::to_string(*number) == text) return *number;
  char first = text[0];
  if ((first >= '0' && first <= '9') || first == '-')
    if (auto number = parse_double(text); number && Value(*number).scalar_text() == text)
      return *number;
  return text;
}

constexpr std::string_view kFunctions[] = {
    "And",          "Base64",       "Cidr",        "Contains", "EachMemberEquals",
    "EachMemberIn", "Equals",       "FindInMap",   "ForEach",  "GetAtt",
    "GetAZs",       "If",           "ImportValue", "Join",     "Length",
    "Not",          "Or",           "RefAll",      "Select",   "Split",
    "Sub",          "ToJsonString", "Transform",   "ValueOf",  "ValueOfAll"};

class Builder final : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override { add(mark, {}, Value()); }
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {
    throw Refused{"Template error: YAML aliases are not allowed in CloudFormation templates"};
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                const std::string& text) override {
    bool is_key = !stack_.empty() && stack_.back().is_map && !stack_.back().has_key;
    if (is_key) {
      stack_.back().key = text;
      stack_.back().has_key = true;
      return;
    }
    if (tag == "?" || tag.empty()) return add(mark, {}, plain_scalar(text));
    add(mark, tag, Value(text));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {
    open(mark, tag).list.emplace();
  }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {
    open(mark, tag).is_map = true;
  }
  void OnSequenceEnd() override { close(); }
  void OnMapEnd() override { close(); }
  Value take() { return std::move(root_); }

 private:
  struct Frame {
    bool is_map = false, has_key = false;
    std::string key, tag;
    YAML::Mark mark;
    Value::Object object;
    std::optional<Value::List> list;
    std::unordered_map<std::string, size_t> positions;  // of keys, so that wide maps stay linear
  };

  Frame& open(const YAML::Mark& mark, const std::string& tag) {
    if (!stack_.empty() && stack_.back().is_map && !stack_.back().has_key)
      throw Refused{"Template format error: YAML not well-formed. " + at_mark(mark)};
    if (stack_.size() >= kTemplateDepthMax)
      throw Refused{"Template format error: the template is nested deeper than " +
                    std::to_string(kTemplateDepthMax) + " levels."};
    Frame& frame = stack_.emplace_back();
    frame.mark = mark;
    frame.tag = tag;
    return frame;
  }

  void close() {
    Frame frame = std::move(stack_.back());
    stack_.pop_back();
    add(frame.mark, frame.tag,
        frame.is_map ? Value(std::move(frame.object)) : Value(std::move(*frame.list)));
  }

  void add(const YAML::Mark& mark, const std::string& tag, Value value) {
    if (++nodes_ > kTemplateNodesMax)
      throw Refused{"Template format error: the template has more than " +
                    std::to_string(kTemplateNodesMax) + " values."};
    if (!tag.empty() && tag[0] == '!' && tag.size() > 1)
      value = long_form(mark, tag.substr(1), std::move(value));
    if (stack_.empty()) {
      root_ = std::move(value);
      return;
    }
    Frame& frame = stack_.back();
    if (!frame.is_map) {
      frame.list->push_back(std::move(value));
      return;
    }
    if (!frame.has_key)
      throw Refused{"Template format error: YAML not well-formed. " + at_mark(mark)};
    frame.has_key = false;
    // AWS does take the last one of a key that is written twice.
    auto [position, fresh] = frame.positions.emplace(frame.key, frame.object.size());
    if (fresh)
      frame.object.push_back({std::move(frame.key), std::move(value)});
    else
      frame.object[position->second].value = std::move(value);
  }

  static Value long_form(const YAML::Mark& mark, const std::string& name, Value argument) {
    if (name == "Ref" || name == "Condition") return Value::object({{name, std::move(argument)}});
    if (name == "GetAtt" && argument.is_string()) {
      const std::string& text = argument.as_string();
      size_t dot = text.find('.');
      if (dot != std::string::npos)
        argument = Value::list({text.substr(0, dot), text.substr(dot + 1)});
    }
    for (std::string_view function : kFunctions)
      if (function == name) return Value::object({{"Fn::" + name, std::move(argument)}});
    throw Refused{"Template format error: Unrecognized tag !" + name + " " + at_mark(mark)};
  }

  std::vector<Frame> stack_;
  Value root_;
  size_t nodes_ = 0;
};

Result<Value> parse_yaml(std::string_view text) {
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    Builder builder;
    if (!parser.HandleNextDocument(builder)) return Value();
    return builder.take();
  } catch (const Refused& refused) {
    return fault("ValidationError", refused.message);
  } catch (const YAML::Exception& error) {
    return fault("ValidationError",
                 "Template format error: YAML not well-formed. " + at_mark(error.mark));
  }
}

}  // namespace

Result<Value> parse_template(std::string_view text) {
  if (text.size() > kTemplateBytesMax)
    return fault("ValidationError", "Template may not exceed 1000000 bytes in size.");
  if (!is_utf8(text))
    return fault("ValidationError", "Template format error: the template is not UTF-8 text.");
  std::string_view start = trim(text);
  if (start.empty())
    return fault("ValidationError", "Template format error: unsupported structure.");
  Value document;
  if (start[0] == '{') {
    auto json = parse_json(text, {.max_bytes = kTemplateBytesMax, .max_depth = kTemplateDepthMax});
    if (!json)
      return fault("ValidationError", "Template format error: JSON not well-formed. (line " +
                                          std::to_string(json.error().line) + ", column " +
                                          std::to_string(json.error().column) + ")");
    document = std::move(*json);
  } else {
    document = TRY(parse_yaml(text));
  }
  if (!document.is_object())
    return fault("ValidationError", "Template format error: unsupported structure.");
  return document;
}

}  // namespace drydock::cloudformation
