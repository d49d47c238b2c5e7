#include "services/dynamodb/page.h"

#include <algorithm>

#include "base/text.h"
#include "services/dynamodb/values/document.h"
#include "services/dynamodb/values/encoding.h"

namespace drydock::dynamodb {
namespace {

Result<std::string> decide_select(const ReadFields& fields) {
  bool index = has(fields.index_name);
  bool legacy = fields.attributes_to_get && fields.attributes_to_get->has_value();
  bool specific = legacy || has(fields.projection);
  const char* parameter = legacy ? "AttributesToGet" : "ProjectionExpression";
  if (!has(fields.select))
    return std::string(specific ? "SPECIFIC_ATTRIBUTES"
                       : index  ? "ALL_PROJECTED_ATTRIBUTES"
                                : "ALL_ATTRIBUTES");
  const std::string& select = **fields.select;
  if (select == "SPECIFIC_ATTRIBUTES" && !specific)
    return validation(
        "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES");
  if (select != "SPECIFIC_ATTRIBUTES" && specific)
    return validation("Cannot specify the " + std::string(parameter) + " when choosing to get " +
                      (select == "COUNT" ? "only the Count" : select));
  if (select == "ALL_PROJECTED_ATTRIBUTES" && !index)
    return validation("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName");
  return select;
}

std::string joined(const std::vector<std::string>& names) { return "[" + join(names, ", ") + "]"; }

std::vector<std::string> not_projected(const IndexSchema& index,
                                       const std::vector<std::string>& names) {
  std::vector<std::string> out;
  for (const std::string& name : names)
    if (!index.projects_name(name)) out.push_back(name);
  return out;
}

}  // namespace

Result<ReadPlan> plan_read(const ReadFields& fields) {
  bool query = fields.kind == ReadFields::Kind::kQuery;
  std::vector<std::pair<const char*, bool>> legacy{
      {"AttributesToGet", fields.attributes_to_get && fields.attributes_to_get->has_value()},
      {query ? "QueryFilter" : "ScanFilter", !given(fields.legacy_filter).is_null()},
      {"ConditionalOperator", has(fields.conditional_operator)}};
  std::vector<std::pair<const char*, bool>> expressions{
      {"ProjectionExpression", has(fields.projection)}, {"FilterExpression", has(fields.filter)}};
  if (query) {
    legacy.push_back({"KeyConditions", !given(fields.legacy_keys).is_null()});
    expressions.push_back({"KeyConditionExpression", has(fields.key_condition)});
  }
  TRY(check_not_mixed(legacy, expressions));
  TRY(check_substitutions_wanted(given(fields.names), given(fields.values), expressions));
  ReadPlan plan;
  plan.select = TRY(decide_select(fields));
  plan.filter_parameter = has(fields.filter) ? "Filter Expression"
                          : query            ? "QueryFilter"
                                             : "ScanFilter";
  plan.substitutions = TRY(Substitutions::read(given(fields.names), given(fields.values)));
  if (has(fields.filter))
    plan.filter = TRY(bind_condition(**fields.filter, "FilterExpression", plan.substitutions));
  if (has(fields.projection))
    plan.projection = TRY(bind_projection(**fields.projection, plan.substitutions));
  if (has(fields.key_condition))
    plan.key_condition =
        TRY(bind_condition(**fields.key_condition, "KeyConditionExpression", plan.substitutions));
  TRY(plan.substitutions.check_all_used());
  if (!given(fields.legacy_filter).is_null()) {
    plan.filter =
        TRY(legacy_condition(*fields.legacy_filter, legacy[1].first, *fields.conditional_operator));
    if (plan.filter->expression->root.conditions.empty()) plan.filter.reset();
  } else if (has(fields.conditional_operator)) {
    return invalid_parameter("ConditionalOperator cannot be used without Filter or Expected");
  }
  if (!given(fields.legacy_keys).is_null())
    plan.key_condition = TRY(legacy_condition(*fields.legacy_keys, "KeyConditions", std::nullopt));
  if (fields.attributes_to_get && *fields.attributes_to_get)
    plan.projection = TRY(legacy_projection(**fields.attributes_to_get));
  return plan;
}

Result<const IndexSchema*> find_index(const Schema& schema, const Text& name) {
  if (!name) return nullptr;
  const IndexSchema* index = schema.index(*name);
  if (!index) return validation("The table does not have the specified index: " + *name);
  if (index->backfilling)
    return validation("Cannot read from backfilling global secondary index: " + *name);
  return index;
}

Result<bool> check_index_use(const ReadFields& fields, const ReadPlan& plan, const Schema& schema,
                             const IndexSchema* index) {
  if (plan.filter && fields.kind == ReadFields::Kind::kQuery) {
    const KeySchema& keys = index ? index->keys : schema.keys;
    for (const std::string& name : names_in(*plan.filter))
      if (name == keys.hash.name || (keys.range && name == keys.range->name))
        return validation(
            plan.filter_parameter +
            " can only contain non-primary key attributes: Primary key attribute: " + name);
  }
  if (!index) return false;
  if (fields.consistent && index->global)
    return validation("Consistent reads are not supported on global secondary indexes");
  std::vector<std::string> missing;
  if (plan.projection) missing = not_projected(*index, plan.projection->names());
  std::vector<std::string> filtered;
  if (plan.filter) filtered = not_projected(*index, names_in(*plan.filter));
  bool whole = plan.select == "ALL_ATTRIBUTES" && index->projects != IndexSchema::Projects::kAll;
  if (!index->global) return whole || !missing.empty() || !filtered.empty();
  if (whole)
    return invalid_parameter(
        "Select type ALL_ATTRIBUTES is not supported for global secondary index " + index->name +
        " because its projection type is not ALL");
  if (!missing.empty())
    return invalid_parameter("Global secondary index " + index->name + " does not project " +
                             joined(missing));
  if (!filtered.empty())
    return invalid_parameter(
        "Global secondary index " + index->name +
        " does not project one or more filter attributes: " + joined(filtered));
  return false;
}

Result<void> start_after(Range& range, const Schema& schema, const IndexSchema* index,
                         const Value& start_key, ReadFields::Kind kind) {
  auto given_key = read_item(start_key);
  if (!given_key) {
    if (given_key.error().code != "ValidationException") return fault(std::move(given_key.error()));
    return validation("The provided starting key is invalid: " + given_key.error().message);
  }
  Item key = std::move(*given_key);
  bool query = kind == ReadFields::Kind::kQuery;
  size_t wanted = 0;
  bool all_there = true;
  auto check = [&](const KeyAttribute& attribute, bool counts) {
    const auto* value = key.find(attribute.name);
    if (counts) ++wanted;
    all_there = all_there && value;
    return value && value->type() == attribute.type;
  };
  bool fits = check(schema.keys.hash, true);
  if (schema.keys.range) fits = check(*schema.keys.range, true) && fits;
  if (index) {
    auto own = [&](const std::string& name) {
      return name == schema.keys.hash.name ||
             (schema.keys.range && name == schema.keys.range->name);
    };
    fits = check(index->keys.hash, !own(index->keys.hash.name)) && fits;
    if (index->keys.range) fits = check(*index->keys.range, !own(index->keys.range->name)) && fits;
  }
  if (!all_there || key.size() != wanted) {
    if (index || query) return validation("The provided starting key is invalid");
    fits = false;
  }
  if (!fits)
    return validation(std::string(query ? "" : "The provided starting key is invalid: ") +
                      "The provided key element does not match the schema");
  std::string position = index ? *stored_key(schema, *index, key) : stored_key(schema, key);
  if (query && (position < range.begin || position >= range.end))
    return validation(
        "The provided starting key is outside query boundaries based on provided conditions");
  if (range.order == Txn::Order::kForward)
    range.begin = std::max(range.begin, position + '\0');
  else
    range.end = std::min(range.end, position);
  return {};
}

Page read_page(Txn& txn, const Schema& schema, const IndexSchema* index, const Range& range,
               const ReadPlan& plan, const PageOptions& options) {
  Page page;
  size_t bytes = 0;
  double fetched = 0;
  bool wants_items = plan.select != "COUNT";
  std::optional<Item> last;
  auto visit = [&](std::string_view, std::string_view row) {
    Item item = decode_item(row);
    bytes += size_of(item);
    ++page.scanned;
    bool stop = (options.limit && page.scanned >= *options.limit) || bytes >= kMaxPageBytes;
    if (stop) last = index ? key_of(schema, *index, item) : key_of(schema, item);
    if (index && options.fetch_whole_items) {
      item = *load(txn, schema, item);
      fetched += read_units(size_of(item), options.mode);
    }
    if (!plan.filter || plan.filter->holds(item)) {
      ++page.count;
      if (wants_items)
        page.items.push_back(write_item(plan.projection ? plan.projection->apply(item) : item));
    }
    return !stop;
  };
  if (range.begin < range.end) txn.scan(range.begin, range.end, range.order, visit);
  if (last) page.last_key = write_item(*last);
  double units = read_units(bytes, options.mode);
  if (!index) {
    page.consumed.table = units;
  } else {
    (index->global ? page.consumed.global_indexes : page.consumed.local_indexes)[index->name] =
        units;
    page.consumed.table = fetched;
  }
  return page;
}

}  // namespace drydock::dynamodb
