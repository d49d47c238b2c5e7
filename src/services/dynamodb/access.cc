#include "services/dynamodb/access.h"

#include "base/encoding.h"
#include "services/dynamodb/encryption.h"

namespace drydock::dynamodb {

namespace {

thread_local const Schema* current_schema = nullptr;

// Sets it for as long as it lives.
struct UnderAuthorization {
  explicit UnderAuthorization(const Schema* schema) { current_schema = schema; }
  ~UnderAuthorization() { current_schema = nullptr; }
};

}  // namespace

const Schema* schema_under_authorization(const Arn& arn) {
  return current_schema && arn.is(current_schema->row.Arn) ? current_schema : nullptr;
}

uint64_t number_under_authorization(std::string_view table) {
  return current_schema && current_schema->row.Arn == table ? current_schema->number : 0;
}

Result<void> authorize_access(Call& call, const TableReference& table, const SchemaPtr& schema,
                              std::string_view index, const Access& access) {
  UnderAuthorization guard(schema.get());
  Context context;
  if (!access.leading_keys.empty()) context.add("dynamodb:LeadingKeys", access.leading_keys);
  if (!access.attributes.empty()) context.add("dynamodb:Attributes", access.attributes);
  if (access.select) context.add("dynamodb:Select", *access.select);
  if (access.return_values) context.add("dynamodb:ReturnValues", *access.return_values);
  if (access.return_consumed_capacity)
    context.add("dynamodb:ReturnConsumedCapacity", *access.return_consumed_capacity);
  if (!access.enclosing_operation.empty())
    context.add("dynamodb:EnclosingOperation", std::string(access.enclosing_operation));
  if (access.full_table_scan) context.add("dynamodb:FullTableScan", std::string("true"));
  if (index.empty())
    TRY(call.authorize(access.action, table.arn, std::move(context)));
  else
    TRY(call.authorize(access.action, table.arn + "/index/" + std::string(index),
                       std::move(context)));
  return schema ? open_table_key(call, *schema) : Result<void>{};
}

void add_leading_key(std::vector<std::string>& keys, const Schema* schema, const Item& item) {
  if (!schema) return;
  const auto* hash = item.find(schema->keys.hash.name);
  if (!hash) return;
  if (const auto* text = hash->get<std::string>())
    keys.push_back(*text);
  else if (const auto* number = hash->get<Number>())
    keys.push_back(number->text());
  else if (const auto* binary = hash->get<Binary>())
    keys.push_back(to_base64(binary->bytes));
}

void add_names(std::vector<std::string>& names, const Item& item) {
  names.reserve(names.size() + item.size());
  for (const auto& [name, value] : item) names.push_back(name);
}

}  // namespace drydock::dynamodb
