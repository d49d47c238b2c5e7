#include "services/iam/documents_scan.h"

#include <functional>

#include "base/text.h"

namespace drydock::iam {
namespace {

void each(const Value& one_or_many, const std::function<void(const Value&)>& visit) {
  if (!one_or_many.is_list()) return visit(one_or_many);
  for (const auto& item : one_or_many.as_list()) visit(item);
}

void each_statement(std::string_view document, const std::function<void(const Value&)>& visit) {
  auto policy = parse_json(document);
  if (!policy || !policy->is_object()) return;
  if (const Value* statements = policy->find("Statement")) {
    each(*statements, [&](const Value& statement) {
      if (statement.is_object()) visit(statement);
    });
  }
}

// "${aws:username, 'nobody'}" names aws:username; "${*}" and its like name nothing.
void add_variables(const Value& value, std::set<std::string>& keys) {
  each(value, [&](const Value& item) {
    if (!item.is_string()) return;
    std::string_view text = item.as_string();
    for (size_t at; (at = text.find("${")) != std::string_view::npos;) {
      text.remove_prefix(at + 2);
      auto end = text.find('}');
      if (end == std::string_view::npos) return;
      auto name = trim(text.substr(0, std::min(end, text.find(','))));
      if (name.find(':') != std::string_view::npos) keys.emplace(name);
    }
  });
}

void add_keys_of(const Value& statement, std::set<std::string>& keys) {
  for (std::string_view element : {"Resource", "NotResource"}) {
    if (const Value* resources = statement.find(element)) add_variables(*resources, keys);
  }
  const Value* conditions = statement.find("Condition");
  if (!conditions || !conditions->is_object()) return;
  for (const auto& [name, block] : conditions->as_object()) {
    if (!block.is_object()) continue;
    for (const auto& [key, values] : block.as_object()) {
      keys.insert(key);
      add_variables(values, keys);
    }
  }
}

}  // namespace

std::set<std::string> granted_services(std::string_view document) {
  std::set<std::string> out;
  each_statement(document, [&](const Value& statement) {
    if (statement["Effect"].string_or("") != "Allow") return;
    const Value* actions = statement.find("Action");
    if (!actions) {
      out.insert("*");
      return;
    }
    each(*actions, [&](const Value& action) {
      const std::string text = to_lower(action.string_or(""));
      auto prefix = text.substr(0, text.find(':'));
      out.insert(prefix.find_first_of("*?") == std::string::npos ? prefix : "*");
    });
  });
  return out;
}

bool grants(const std::set<std::string>& services, const std::string& service) {
  return services.contains("*") || services.contains(service);
}

void add_context_keys(std::string_view document, int position, std::set<std::string>& keys) {
  int at = 0;
  each_statement(document, [&](const Value& statement) {
    if (++at == position) add_keys_of(statement, keys);
  });
}

void add_context_keys(std::string_view document, std::set<std::string>& keys) {
  each_statement(document, [&](const Value& statement) { add_keys_of(statement, keys); });
}

}  // namespace drydock::iam
