#include "services/codepipeline/variables.h"

namespace drydock::codepipeline {
namespace {

const std::string* find(const Map<std::string>& map, std::string_view key) {
  for (auto& [name, value] : map)
    if (name == key) return &value;
  return nullptr;
}

std::optional<std::string> lookup(std::string_view ns, std::string_view key,
                                  const PipelineDeclaration& definition,
                                  const ExecutionRow& execution) {
  if (ns == "codepipeline")
    return key == "PipelineExecutionId" ? std::optional(execution.Id) : std::nullopt;
  if (ns == "variables") {
    auto* value = find(execution.Variables, key);
    return value ? std::optional(*value) : std::nullopt;
  }
  for (size_t s = 0; s < definition.stages.size(); ++s)
    for (size_t a = 0; a < definition.stages[s].actions.size(); ++a) {
      if (definition.stages[s].actions[a].namespace_ != ns) continue;
      auto& row = execution.Stages[s].Actions[a];
      auto* value = row.Status == "Succeeded" ? find(row.OutputVariables, key) : nullptr;
      return value ? std::optional(*value) : std::nullopt;
    }
  return std::nullopt;
}

Result<std::string> resolve(const std::string& text, const PipelineDeclaration& definition,
                            const ExecutionRow& execution) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    size_t start = text.find("#{", at);
    size_t end = start == std::string::npos ? start : text.find('}', start);
    if (end == std::string::npos) return out + text.substr(at);
    out += text.substr(at, start - at);
    std::string_view name = std::string_view(text).substr(start + 2, end - start - 2);
    size_t dot = name.find('.');
    auto value = dot == std::string_view::npos
                     ? std::nullopt
                     : lookup(name.substr(0, dot), name.substr(dot + 1), definition, execution);
    if (!value)
      return fault(
          "ConfigurationError",
          "An action configuration variable could not be resolved: #{" + std::string(name) +
              "}. Make sure that the variable exists and that the action that produces it has run.");
    out += *value;
    at = end + 1;
  }
  return out;
}

}  // namespace

Result<Map<std::string>> resolve_configuration(const Map<std::string>& configuration,
                                               const PipelineDeclaration& definition,
                                               const ExecutionRow& execution) {
  Map<std::string> out;
  for (auto& [key, value] : configuration)
    out.emplace_back(key, TRY(resolve(value, definition, execution)));
  return out;
}

}  // namespace drydock::codepipeline
