// Query and Scan: a range of stored keys each, read page by page.
#include "gen/dynamodb_handlers.h"
#include "services/dynamodb/access.h"
#include "services/dynamodb/page.h"
#include "services/dynamodb/values/document.h"
#include "services/dynamodb/values/encoding.h"

namespace drydock::dynamodb {
namespace {

// The first bytes behind every key that begins with `prefix`.
std::string behind(std::string prefix) {
  while (!prefix.empty() && prefix.back() == '\xff') prefix.pop_back();
  if (!prefix.empty())
    prefix.back() = static_cast<char>(static_cast<unsigned char>(prefix.back()) + 1);
  return prefix;
}

Range range_of(const std::string& prefix, const KeyCondition& condition, Txn::Order order) {
  std::string partition = stored_partition(prefix, condition.hash);
  Range range{partition, partition + '\xff', order};
  if (condition.range == Condition::Kind::kAnd) return range;
  std::string low = partition + KeyPart(key_bytes(condition.low)).bytes;
  switch (condition.range) {
    case Condition::Kind::kEqual:
      range.begin = low;
      range.end = low + '\xff';
      break;
    case Condition::Kind::kLess: range.end = low; break;
    case Condition::Kind::kLessOrEqual: range.end = low + '\xff'; break;
    case Condition::Kind::kGreater: range.begin = low + '\xff'; break;
    case Condition::Kind::kGreaterOrEqual: range.begin = low; break;
    case Condition::Kind::kBetween:
      range.begin = low;
      range.end = partition + KeyPart(key_bytes(condition.high)).bytes + '\xff';
      break;
    default:  // kBeginsWith: without the two bytes that end a text part
      range.begin = low.substr(0, low.size() - 2);
      range.end = behind(range.begin);
      break;
  }
  return range;
}

// Where the partitions whose hash is at least `hash` begin.
std::string hash_position(const std::string& prefix, uint32_t hash) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(hash >> shift);
  std::string part = KeyPart(bytes).bytes;
  return prefix + part.substr(0, part.size() - 2);
}

Range range_of_segment(const std::string& prefix, int64_t segment, int64_t total) {
  auto bound = [&](int64_t n) {
    return static_cast<uint64_t>(
        ((static_cast<unsigned __int128>(n) << 32) + static_cast<uint64_t>(total) - 1) /
        static_cast<uint64_t>(total));
  };
  Range range{prefix, prefix + '\xff', Txn::Order::kForward};
  if (segment > 0) range.begin = hash_position(prefix, static_cast<uint32_t>(bound(segment)));
  if (segment + 1 < total)
    range.end = hash_position(prefix, static_cast<uint32_t>(bound(segment + 1)));
  return range;
}

// The legacy operators that no key can be searched by.
Result<void> check_legacy_keys(const BoundCondition& condition) {
  for (const Condition& one : condition.expression->root.conditions) {
    switch (one.kind) {
      case Condition::Kind::kNotEqual:
      case Condition::Kind::kIn:
      case Condition::Kind::kExists:
      case Condition::Kind::kNotExists:
      case Condition::Kind::kContains:
      case Condition::Kind::kNotContains:
        return validation("Attempted conditional constraint is not an indexable operation");
      default: break;
    }
  }
  if (condition.expression->root.conditions.empty() ||
      condition.expression->root.conditions.size() > 2)
    return validation("Conditions can be of length 1 or 2 only");
  return {};
}

template <class Out>
Out answer(Page page, const Schema& schema, const ReadPlan& plan, const Text& capacity_mode) {
  Out out;
  out.Count = page.count;
  out.ScannedCount = page.scanned;
  if (plan.select != "COUNT") out.Items = std::move(page.items);
  out.LastEvaluatedKey = std::move(page.last_key);
  out.ConsumedCapacity = describe_capacity(page.consumed, schema.row.Name, capacity_mode);
  return out;
}

Access read_access(std::string_view action, const ReadPlan& plan, const Text& capacity_mode) {
  Access access;
  access.action = action;
  access.select = plan.select;
  access.return_consumed_capacity = capacity_mode;
  if (plan.projection) access.attributes = plan.projection->names();
  for (const auto* condition : {&plan.filter, &plan.key_condition})
    if (*condition)
      for (std::string& name : names_in(**condition)) access.attributes.push_back(std::move(name));
  return access;
}

}  // namespace

Result<QueryOutput> query(Call& call, const QueryInput& in) {
  ReadFields fields{.kind = ReadFields::Kind::kQuery,
                    .index_name = &in.IndexName,
                    .select = &in.Select,
                    .attributes_to_get = &in.AttributesToGet,
                    .projection = &in.ProjectionExpression,
                    .filter = &in.FilterExpression,
                    .key_condition = &in.KeyConditionExpression,
                    .legacy_keys = pointer(in.KeyConditions),
                    .legacy_filter = pointer(in.QueryFilter),
                    .conditional_operator = &in.ConditionalOperator,
                    .names = pointer(in.ExpressionAttributeNames),
                    .values = pointer(in.ExpressionAttributeValues),
                    .consistent = in.ConsistentRead.value_or(false)};
  ReadPlan plan = TRY(plan_read(fields));
  if (!plan.key_condition)
    return validation(
        "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.");
  if (in.KeyConditions) TRY(check_legacy_keys(*plan.key_condition));

  TableReference table = TRY(reference_table(call, in.TableName));
  SchemaPtr schema = find_schema(call.txn(), table);
  const IndexSchema* index = nullptr;
  Result<KeyCondition> condition = KeyCondition{};
  Access access = read_access("dynamodb:Query", plan, in.ReturnConsumedCapacity);
  if (schema) {
    auto found = find_index(*schema, in.IndexName);
    if (found) index = *found;
    condition =
        read_key_condition(plan.key_condition->expression->root, plan.key_condition->bindings,
                           index ? index->keys : schema->keys);
    if (condition) {
      Item leading;
      leading.set(schema->keys.hash.name, condition->hash);
      // AWS does take the index's own partition key as the leading key.
      add_leading_key(access.leading_keys, schema.get(), leading);
    }
    TRY(authorize_access(call, table, schema, in.IndexName.value_or(""), access));
    if (!found) return fault(std::move(found.error()));
  } else {
    TRY(authorize_access(call, table, schema, in.IndexName.value_or(""), access));
    return no_such_table();
  }
  if (index && index->global && fields.consistent)
    return validation("Consistent reads are not supported on global secondary indexes");
  KeyCondition keys = TRY(std::move(condition));
  PageOptions options{in.Limit, TRY(check_index_use(fields, plan, *schema, index)),
                      fields.consistent ? Reads::kConsistent : Reads::kEventual};
  Range range =
      range_of(index ? index->prefix : schema->prefix, keys,
               in.ScanIndexForward.value_or(true) ? Txn::Order::kForward : Txn::Order::kReverse);
  if (in.ExclusiveStartKey)
    TRY(start_after(range, *schema, index, *in.ExclusiveStartKey, fields.kind));
  return answer<QueryOutput>(read_page(call.txn(), *schema, index, range, plan, options), *schema,
                             plan, in.ReturnConsumedCapacity);
}

Result<ScanOutput> scan(Call& call, const ScanInput& in) {
  ReadFields fields{.kind = ReadFields::Kind::kScan,
                    .index_name = &in.IndexName,
                    .select = &in.Select,
                    .attributes_to_get = &in.AttributesToGet,
                    .projection = &in.ProjectionExpression,
                    .filter = &in.FilterExpression,
                    .legacy_filter = pointer(in.ScanFilter),
                    .conditional_operator = &in.ConditionalOperator,
                    .names = pointer(in.ExpressionAttributeNames),
                    .values = pointer(in.ExpressionAttributeValues),
                    .consistent = in.ConsistentRead.value_or(false)};
  ReadPlan plan = TRY(plan_read(fields));
  if (in.Segment && !in.TotalSegments)
    return validation(
        "The TotalSegments parameter is required but was not present in the request when Segment parameter is present");
  if (in.TotalSegments && !in.Segment)
    return validation(
        "The Segment parameter is required but was not present in the request when parameter TotalSegments is present");
  if (in.Segment && *in.Segment >= *in.TotalSegments)
    return validation(
        "The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: " +
        std::to_string(*in.Segment) +
        " is not less than TotalSegments: " + std::to_string(*in.TotalSegments));

  TableReference table = TRY(reference_table(call, in.TableName));
  SchemaPtr schema = find_schema(call.txn(), table);
  Access access = read_access("dynamodb:Scan", plan, in.ReturnConsumedCapacity);
  access.full_table_scan = true;
  TRY(authorize_access(call, table, schema, in.IndexName.value_or(""), access));
  if (!schema) return no_such_table();
  const IndexSchema* index = TRY(find_index(*schema, in.IndexName));
  PageOptions options{in.Limit, TRY(check_index_use(fields, plan, *schema, index)),
                      fields.consistent ? Reads::kConsistent : Reads::kEventual};
  Range range = range_of_segment(index ? index->prefix : schema->prefix, in.Segment.value_or(0),
                                 in.TotalSegments.value_or(1));
  if (in.ExclusiveStartKey) {
    Range whole = range;
    TRY(start_after(range, *schema, index, *in.ExclusiveStartKey, fields.kind));
    if (range.begin == whole.begin || range.begin > whole.end)
      return validation(
          "The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment. TotalSegments: " +
          std::to_string(in.TotalSegments.value_or(1)) +
          " Segment: " + std::to_string(in.Segment.value_or(0)));
  }
  return answer<ScanOutput>(read_page(call.txn(), *schema, index, range, plan, options), *schema,
                            plan, in.ReturnConsumedCapacity);
}

}  // namespace drydock::dynamodb
