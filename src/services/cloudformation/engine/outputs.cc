// The outputs of a stack, what it exports, and what it imports.
#include <set>

#include "services/cloudformation/engine/run.h"

namespace drydock::cloudformation {

namespace {

Result<std::vector<Output>> outputs_of(const Template& t, const Lookup& lookup) {
  std::vector<Output> outputs;
  if (!t.section("Outputs").is_object()) return outputs;
  for (const auto& [name, declared] : t.section("Outputs").as_object()) {
    if (!TRY(is_wanted(declared["Condition"].string_or(""), lookup))) continue;
    Value value = TRY(evaluate(declared["Value"], lookup));
    if (is_no_value(value)) continue;
    if (value.is_list() || value.is_object())
      return fault(
          "ValidationError",
          "Template format error: The Value field of every Outputs member must evaluate to a String.");
    Output output{.OutputKey = name, .OutputValue = value.scalar_text()};
    if (declared.find("Description")) output.Description = declared["Description"].scalar_text();
    if (const Value* exported = declared["Export"].find("Name")) {
      Value export_name = TRY(evaluate(*exported, lookup));
      if (!is_no_value(export_name)) output.ExportName = export_name.scalar_text();
    }
    outputs.push_back(std::move(output));
  }
  return outputs;
}

std::string importer_of(Txn& txn, const Space& space, const std::string& name) {
  std::string importer;
  kImports.each(txn, space, {.prefix = {name}, .limit = 1},
                [&](const auto& key, const std::string&) {
                  importer = key[1];
                  return false;
                });
  return importer;
}

}  // namespace

Result<void> StackRun::settle_outputs(const Lookup& lookup) {
  auto outputs = TRY(outputs_of(*template_, lookup));
  auto imports = imports_of(*template_, lookup);
  std::optional<Fault> wrong;
  write([&](Call& call, StackRow& stack) {
    wrong.reset();
    Txn& txn = call.txn();
    std::map<std::string, std::string> wanted;
    for (const Output& output : outputs)
      if (output.ExportName) wanted[*output.ExportName] = *output.OutputValue;
    for (const auto& [name, value] : wanted) {
      auto there = kExports.get(txn, space_, {name});
      if (there && there->StackId != stack.StackId)
        wrong = Fault{"ValidationError", "Export with name " + name +
                                             " is already exported by stack " + there->StackName};
      else if (there && there->Value != value && !importer_of(txn, space_, name).empty())
        wrong =
            Fault{"ValidationError", "Export " + name + " cannot be updated as it is in use by " +
                                         importer_of(txn, space_, name)};
    }
    std::vector<std::string> dropped;
    kExports.each(txn, space_, {}, [&](const auto&, const ExportRow& row) {
      if (row.StackId == stack.StackId && !wanted.contains(row.Name)) dropped.push_back(row.Name);
      return true;
    });
    for (const std::string& name : dropped)
      if (std::string importer = importer_of(txn, space_, name); !importer.empty())
        wrong = Fault{"ValidationError",
                      "Export " + name + " cannot be deleted as it is in use by " + importer};
    if (wrong) return;
    for (const std::string& name : dropped) kExports.erase(txn, space_, {name});
    for (const auto& [name, value] : wanted)
      kExports.put(txn, space_, {name},
                   ExportRow{.Name = name,
                             .Value = value,
                             .StackId = stack.StackId,
                             .StackName = stack.StackName});
    std::vector<std::string> stale;
    kImports.each(txn, space_, {}, [&](const auto& key, const std::string&) {
      if (key[1] == stack.StackName && !imports.contains(key[0])) stale.push_back(key[0]);
      return true;
    });
    for (const std::string& name : stale) kImports.erase(txn, space_, {name, stack.StackName});
    for (const std::string& name : imports) kImports.put(txn, space_, {name, stack.StackName}, "");
    stack.Outputs = outputs;
  });
  if (wrong) return fault(std::move(*wrong));
  return {};
}

}  // namespace drydock::cloudformation
