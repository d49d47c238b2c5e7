#include "services/dynamodb/schema.h"

#include <algorithm>
#include <atomic>

#include "base/read_mostly.h"
#include "services/dynamodb/values/document.h"

namespace drydock::dynamodb {
namespace {

constexpr size_t kMaxCachedSchemas = 1024;

SchemaPtr make_schema(std::string_view bytes) {
  static std::atomic<uint64_t> last_number{0};
  auto schema = std::make_shared<Schema>();
  schema->number = ++last_number;
  decode_row(shape_of<TableRow>(), bytes, &schema->row);
  const TableRow& row = schema->row;
  auto arn = Arn::parse(row.Arn);
  schema->space = {arn->account, arn->region};
  schema->keys = key_schema(row.KeySchema, row.AttributeDefinitions);
  schema->prefix = kItems.stored_key(schema->space, {row.Id});
  for (const IndexRow& index : row.Indexes) {
    IndexSchema out;
    out.name = index.Name;
    out.arn = row.Arn + "/index/" + index.Name;
    out.global = index.Global;
    out.backfilling = index.Backfilling;
    out.keys = key_schema(index.KeySchema, row.AttributeDefinitions);
    out.prefix = kIndexItems.stored_key(schema->space, {row.Id, index.Id});
    if (index.ProjectionType == "ALL") {
      out.projects = IndexSchema::Projects::kAll;
    } else {
      out.projects = index.ProjectionType == "INCLUDE" ? IndexSchema::Projects::kSome
                                                       : IndexSchema::Projects::kKeys;
      out.attributes = index.NonKeyAttributes;
      for (const KeySchema* keys :
           std::initializer_list<const KeySchema*>{&schema->keys, &out.keys}) {
        out.attributes.push_back(keys->hash.name);
        if (keys->range) out.attributes.push_back(keys->range->name);
      }
      std::sort(out.attributes.begin(), out.attributes.end());
      out.attributes.erase(std::unique(out.attributes.begin(), out.attributes.end()),
                           out.attributes.end());
    }
    schema->indexes.push_back(std::move(out));
  }
  if (row.Policy)
    if (auto policy = compiled_policy(*row.Policy, PolicyUse::kResource))
      schema->policies.push_back({policy, "", row.Arn, row.Arn});
  return schema;
}

// By the row's bytes, so that a cached schema is never out of date.
SchemaPtr cached_schema(std::string_view bytes) {
  static ReadMostly<Schema> schemas(kMaxCachedSchemas);
  return schemas.get(bytes, 0, [&] { return make_schema(bytes); });
}

}  // namespace

bool is_table_name(std::string_view text) {
  return text.size() >= 3 && text.size() <= 255 &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '_' || c == '-' || c == '.';
         });
}

SchemaPtr make_schema(const TableRow& row) {
  return make_schema(encode_row(shape_of<TableRow>(), &row));
}

bool IndexSchema::projects_name(std::string_view wanted) const {
  return projects == Projects::kAll ||
         std::binary_search(attributes.begin(), attributes.end(), wanted);
}

const IndexSchema* Schema::index(std::string_view name) const {
  for (const IndexSchema& index : indexes)
    if (index.name == name) return &index;
  return nullptr;
}

bool Schema::has_local_indexes() const {
  return std::any_of(indexes.begin(), indexes.end(),
                     [](const IndexSchema& index) { return !index.global; });
}

Result<TableReference> reference_table(Call& call, std::string_view name_or_arn) {
  if (!name_or_arn.starts_with("arn:")) {
    if (!is_table_name(name_or_arn))
      return validation(
          "Invalid table/index name.  Table/index names must be between 3 and 255 characters long, and may contain only the "
          "characters a-z, A-Z, 0-9, '_', '-', and '.'");
    std::string name(name_or_arn);
    std::string arn = call.arn("dynamodb", "table/" + name);
    return TableReference{call.space(), std::move(name), std::move(arn)};
  }
  auto arn = Arn::parse(name_or_arn);
  if (!arn || arn->service != "dynamodb" || !arn->resource.starts_with("table/") ||
      !is_table_name(arn->resource.substr(6)))
    return validation(
        "Invalid table ARN: Invalid TableArn: Invalid ResourceArn provided as input " +
        std::string(name_or_arn));
  return TableReference{
      {arn->account, arn->region}, arn->resource.substr(6), std::string(name_or_arn)};
}

SchemaPtr find_schema(Txn& txn, const TableReference& table) {
  auto bytes = kTables.raw().get(txn, table.space, {table.name});
  return bytes ? cached_schema(*bytes) : nullptr;
}

Unexpected no_such_table() {
  return errors::ResourceNotFoundException("Requested resource not found");
}
Unexpected no_such_table(const TableReference& table) {
  return errors::ResourceNotFoundException("Requested resource not found: Table: " + table.name +
                                           " not found");
}

KeySchema key_schema(const std::vector<KeySchemaElement>& elements,
                     const std::vector<AttributeDefinition>& definitions) {
  auto attribute = [&](const std::string& name) {
    KeyAttribute out{name, AttributeType::kString};
    for (const auto& definition : definitions)
      if (definition.AttributeName == name) out.type = *type_by_name(definition.AttributeType);
    return out;
  };
  KeySchema out;
  for (const auto& element : elements) {
    if (element.KeyType == "HASH")
      out.hash = attribute(element.AttributeName);
    else
      out.range = attribute(element.AttributeName);
  }
  return out;
}

}  // namespace drydock::dynamodb
