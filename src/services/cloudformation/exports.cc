// Exported outputs and who imports them.
#include "gen/cloudformation_handlers.h"
#include "services/cloudformation/access.h"
#include "services/cloudformation/pages.h"

namespace drydock::cloudformation {

namespace {
constexpr size_t kExportsPage = 100;
}

Result<ListExportsOutput> list_exports(Call& call, const ListExportsInput& in) {
  TRY(permit(call, "ListExports", ""));
  auto rows = kExports.scan(call.txn(), call.space());
  ListExportsOutput out;
  out.Exports.emplace();
  Page page = TRY(page_of(rows.size(), kExportsPage, in.NextToken));
  for (size_t i = page.begin; i < page.end; ++i)
    out.Exports->push_back(
        {.ExportingStackId = rows[i].StackId, .Name = rows[i].Name, .Value = rows[i].Value});
  out.NextToken = page.next;
  return out;
}

Result<ListImportsOutput> list_imports(Call& call, const ListImportsInput& in) {
  TRY(permit(call, "ListImports", ""));
  std::vector<std::string> names;
  kImports.each(call.txn(), call.space(), {.prefix = {in.ExportName}},
                [&](const auto& key, const std::string&) {
                  names.push_back(key[1]);
                  return true;
                });
  if (names.empty())
    return fault("ValidationError", "Export '" + in.ExportName + "' is not imported by any stack.");
  ListImportsOutput out;
  out.Imports.emplace();
  Page page = TRY(page_of(names.size(), kExportsPage, in.NextToken));
  for (size_t i = page.begin; i < page.end; ++i) out.Imports->push_back(names[i]);
  out.NextToken = page.next;
  return out;
}

}  // namespace drydock::cloudformation
