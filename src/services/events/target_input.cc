#include "services/events/target_input.h"

#include "base/text.h"

namespace drydock::events {
namespace {

const Value kNothing;

bool is_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '.';
}

// The value of <name> in a template; nothing when no such variable is known, and the text stays as
// it is.
std::optional<Value> variable(const InputTransformer& transformer, const Value& event,
                              std::string_view name, std::string_view rule_arn) {
  if (transformer.InputPathsMap)
    for (auto& [key, path] : *transformer.InputPathsMap)
      if (key == name) return at_path(event, path);
  if (name == "aws.events.rule-arn") return Value(rule_arn);
  if (name == "aws.events.rule-name") return Value(rule_arn.substr(rule_arn.rfind('/') + 1));
  if (name == "aws.events.event.ingestion-time") return event["time"];
  if (name == "aws.events.event.json") return event;
  if (name == "aws.events.event") {
    Value head = event;
    head.erase("detail");
    return head;
  }
  return std::nullopt;
}

// Inside quotes a variable is its text, outside it is JSON.
std::string fill(const InputTransformer& transformer, const Value& event,
                 std::string_view rule_arn) {
  const std::string& text = transformer.InputTemplate;
  std::string out;
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (quoted && text[i] == '\\' && i + 1 < text.size()) {
      out += text[i];
      out += text[++i];
      continue;
    }
    if (text[i] == '"') quoted = !quoted;
    size_t end = text[i] == '<' ? i + 1 : std::string::npos;
    while (end != std::string::npos && end < text.size() && is_name(text[end])) ++end;
    if (end == std::string::npos || end >= text.size() || text[end] != '>') {
      out += text[i];
      continue;
    }
    auto value =
        variable(transformer, event, std::string_view(text).substr(i + 1, end - i - 1), rule_arn);
    if (!value) {
      out += text[i];
      continue;
    }
    if (!quoted) {
      out += to_json(*value);
    } else if (value->is_object() || value->is_list()) {
      std::string escaped;
      append_json_string(to_json(*value), escaped);
      out += escaped.substr(1, escaped.size() - 2);
    } else if (!value->is_null()) {
      std::string escaped;
      append_json_string(value->scalar_text(), escaped);
      out += escaped.substr(1, escaped.size() - 2);
    }
    i = end;
  }
  return out;
}

}  // namespace

bool is_path(std::string_view text) {
  if (!text.starts_with('$')) return false;
  for (size_t i = 1; i < text.size();) {
    if (text[i] == '.') {
      size_t end = ++i;
      while (end < text.size() && text[end] != '.' && text[end] != '[') ++end;
      if (end == i) return false;
      i = end;
    } else if (text[i] == '[') {
      size_t end = text.find(']', i);
      if (end == std::string_view::npos) return false;
      std::string_view inside = text.substr(i + 1, end - i - 1);
      bool key = inside.size() > 2 && (inside[0] == '\'' || inside[0] == '"') &&
                 inside.back() == inside[0];
      if (!key && !parse_int(inside)) return false;
      i = end + 1;
    } else {
      return false;
    }
  }
  return true;
}

const Value& at_path(const Value& event, std::string_view path) {
  if (!is_path(path)) return kNothing;
  const Value* at = &event;
  for (size_t i = 1; i < path.size();) {
    if (path[i] == '.') {
      size_t end = ++i;
      while (end < path.size() && path[end] != '.' && path[end] != '[') ++end;
      at = &(*at)[path.substr(i, end - i)];
      i = end;
    } else {
      size_t end = path.find(']', i);
      std::string_view inside = path.substr(i + 1, end - i - 1);
      if (auto index = parse_int(inside)) {
        if (!at->is_list() || *index < 0 || static_cast<size_t>(*index) >= at->size())
          return kNothing;
        at = &at->as_list()[static_cast<size_t>(*index)];
      } else {
        at = &(*at)[inside.substr(1, inside.size() - 2)];
      }
      i = end + 1;
    }
  }
  return *at;
}

std::string input_of(const Target& target, const Value& event, std::string_view rule_arn) {
  if (target.Input) return *target.Input;
  if (target.InputPath) return to_json(at_path(event, *target.InputPath));
  if (target.InputTransformer) return fill(*target.InputTransformer, event, rule_arn);
  return to_json(event);
}

}  // namespace drydock::events
