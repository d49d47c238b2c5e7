#include "auth/held.h"

#include "base/value.h"

namespace drydock {
namespace {

class Change {
 public:
  explicit Change(const std::function<Result<void>(std::string&)>& change) : change_(change) {}
  bool changed() const { return changed_; }

  Result<void> statement(Value& statement) {
    for (const char* element : {"Principal", "NotPrincipal"}) {
      Value* principal = statement.find(element);
      Value* names = principal ? principal->find("AWS") : nullptr;
      if (!names) continue;
      if (names->is_string()) TRY(name(*names));
      if (!names->is_list()) continue;
      for (Value& each : names->as_list()) {
        if (each.is_string()) TRY(name(each));
      }
    }
    return {};
  }

 private:
  Result<void> name(Value& value) {
    std::string text = value.as_string();
    TRY(change_(text));
    if (text == value.as_string()) return {};
    value = std::move(text);
    changed_ = true;
    return {};
  }

  const std::function<Result<void>(std::string&)>& change_;
  bool changed_ = false;
};

}  // namespace

Result<std::string> with_principals(std::string_view document,
                                    const std::function<Result<void>(std::string&)>& change) {
  auto value = parse_json(document);
  Value* statements = value ? value->find("Statement") : nullptr;
  if (!statements) return std::string(document);
  Change visitor(change);
  if (statements->is_list()) {
    for (Value& statement : statements->as_list()) TRY(visitor.statement(statement));
  } else {
    TRY(visitor.statement(*statements));
  }
  return visitor.changed() ? to_json(*value) : std::string(document);
}

std::optional<std::string> lost_principal(std::string_view shown) {
  std::optional<std::string> lost;
  (void)with_principals(shown, [&](std::string& text) -> Result<void> {
    if (!lost && is_unique_id(text)) lost = text;
    return {};
  });
  return lost;
}

bool is_unique_id(std::string_view text) {
  if (text.size() < 16 || text.size() > 128) return false;
  if (!text.starts_with("AROA") && !text.starts_with("AIDA")) return false;
  for (char c : text) {
    if (!((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))) return false;
  }
  return true;
}

}  // namespace drydock
