// TransactGetItems and TransactWriteItems: all or nothing, in the call's one transaction.
#include <map>
#include <set>

#include "base/encoding.h"
#include "gen/dynamodb_handlers.h"
#include "services/dynamodb/jobs.h"
#include "services/dynamodb/values/document.h"
#include "services/dynamodb/write.h"

namespace drydock::dynamodb {
namespace {

constexpr size_t kMaxTransactionBytes = 4u << 20;

// What becomes of one action; kept for all, because AWS names the reasons of all.
struct Reason {
  std::string code = "None";
  std::string message;
  std::optional<Item> item;
};

Unexpected cancelled(const std::vector<Reason>& reasons) {
  std::string codes;
  Value list = Value::list();
  for (const Reason& reason : reasons) {
    codes += (codes.empty() ? "" : ", ") + reason.code;
    Value one = Value::object({{"Code", reason.code}});
    if (!reason.message.empty()) one.set("Message", reason.message);
    if (reason.item) one.set("Item", write_item(*reason.item));
    list.push_back(std::move(one));
  }
  return errors::TransactionCanceledException(
      "Transaction cancelled, please refer cancellation reasons for specific reasons [" + codes +
          "]",
      Value::object({{"CancellationReasons", std::move(list)}}));
}

bool any_failed(const std::vector<Reason>& reasons) {
  for (const Reason& reason : reasons)
    if (reason.code != "None") return true;
  return false;
}

Unexpected repeated_item() {
  return validation("Transaction request cannot include multiple operations on one item");
}

struct Action {
  ItemWrite write;
  TableReference table;
  SchemaPtr schema;
  std::string_view iam_action;
  bool returns_old = false;
};

template <class T>
WriteFields fields_of(WriteFields::Kind kind, const T& request) {
  WriteFields fields;
  fields.kind = kind;
  if constexpr (requires { request.Item; })
    fields.item_or_key = &request.Item;
  else
    fields.item_or_key = &request.Key;
  fields.names = pointer(request.ExpressionAttributeNames);
  fields.values = pointer(request.ExpressionAttributeValues);
  return fields;
}

template <class T>
Result<Action> plan(Call& call, const T& request, WriteFields fields, std::string_view iam_action) {
  Action out;
  out.write = TRY(prepare(fields));
  out.table = TRY(reference_table(call, request.TableName));
  out.schema = find_schema(call.txn(), out.table);
  out.iam_action = iam_action;
  out.returns_old = request.ReturnValuesOnConditionCheckFailure == "ALL_OLD";
  return out;
}

Result<Action> plan(Call& call, const TransactWriteItem& item) {
  int given = item.ConditionCheck.has_value() + item.Put.has_value() + item.Delete.has_value() +
              item.Update.has_value();
  if (given != 1)
    return validation("TransactItems can only contain one of Check, Put, Update or Delete");
  if (item.Put) {
    WriteFields fields = fields_of(WriteFields::Kind::kPut, *item.Put);
    fields.condition = &item.Put->ConditionExpression;
    return plan(call, *item.Put, fields, "dynamodb:PutItem");
  }
  if (item.Delete) {
    WriteFields fields = fields_of(WriteFields::Kind::kDelete, *item.Delete);
    fields.condition = &item.Delete->ConditionExpression;
    return plan(call, *item.Delete, fields, "dynamodb:DeleteItem");
  }
  if (item.Update) {
    WriteFields fields = fields_of(WriteFields::Kind::kUpdate, *item.Update);
    Text update = item.Update->UpdateExpression;
    fields.condition = &item.Update->ConditionExpression;
    fields.update = &update;
    return plan(call, *item.Update, fields, "dynamodb:UpdateItem");
  }
  WriteFields fields = fields_of(WriteFields::Kind::kCheck, *item.ConditionCheck);
  Text condition = item.ConditionCheck->ConditionExpression;
  fields.condition = &condition;
  return plan(call, *item.ConditionCheck, fields, "dynamodb:ConditionCheckItem");
}

// True when the same request was carried out before; remembers it otherwise.
Result<bool> carried_out_before(Call& call, const TransactWriteItemsInput& in) {
  if (!in.ClientRequestToken) return false;
  TransactWriteItemsInput content = in;
  content.ReturnConsumedCapacity.reset();
  content.ReturnItemCollectionMetrics.reset();
  std::string digest = to_hex(sha256(to_json(to_value(content))));
  auto row = kTransactions.get(call.txn(), call.space(), {*in.ClientRequestToken});
  if (row && call.now() < row->Time + kTokenLifetime_ms) {
    if (row->Digest == digest) return true;
    return errors::IdempotentParameterMismatchException(
        "DynamoDB rejected the request because you retried a request with a different payload but with an idempotent token that "
        "was already used.");
  }
  kTransactions.put(call.txn(), call.space(), {*in.ClientRequestToken}, {digest, call.now()});
  std::string id = call.account().text + "/" + call.region().text;
  if (!call.server().jobs().exists(call.txn(), kForgetJob, id))
    call.start_job(std::string(kForgetJob), id, call.now() + kTokenLifetime_ms,
                   job_payload(call.space()));
  return false;
}

void double_units(Consumed& consumed) {
  consumed.table *= 2;
  for (auto* indexes : {&consumed.local_indexes, &consumed.global_indexes})
    for (auto& [name, units] : *indexes) units *= 2;
}

std::optional<std::vector<Value>> describe_all(const std::map<std::string, Consumed>& tables,
                                               const Text& mode, CapacityKind kind) {
  std::vector<Value> out;
  for (const auto& [name, consumed] : tables)
    if (auto described = describe_capacity(consumed, name, mode, kind))
      out.push_back(std::move(*described));
  if (out.empty()) return std::nullopt;
  return out;
}

Result<void> authorize_all(Call& call, const std::vector<Action>& actions,
                           const Text& capacity_mode) {
  for (const Action& action : actions) {
    Access access{.action = action.iam_action, .attributes = action.write.names()};
    access.return_consumed_capacity = capacity_mode;
    access.enclosing_operation = "TransactWriteItems";
    add_leading_key(access.leading_keys, action.schema.get(), action.write.item);
    TRY(authorize_access(call, action.table, action.schema, "", access));
  }
  for (const Action& action : actions)
    if (!action.schema) return no_such_table();
  return {};
}

}  // namespace

Result<TransactWriteItemsOutput> transact_write_items(Call& call,
                                                      const TransactWriteItemsInput& in) {
  std::vector<Action> actions;
  for (const TransactWriteItem& item : in.TransactItems) actions.push_back(TRY(plan(call, item)));
  TRY(authorize_all(call, actions, in.ReturnConsumedCapacity));
  std::vector<Reason> reasons(actions.size());
  std::set<std::string> seen;
  for (size_t i = 0; i < actions.size(); ++i) {
    auto key = key_of_write(*actions[i].schema, actions[i].write);
    if (!key)
      reasons[i] = {"ValidationError", key.error().message, {}};
    else if (!seen.insert(stored_key(*actions[i].schema, *key)).second)
      return repeated_item();
  }
  if (any_failed(reasons)) return cancelled(reasons);
  TransactWriteItemsOutput out;
  if (TRY(carried_out_before(call, in))) return out;

  std::map<std::string, Consumed> consumed;
  std::map<std::string, Value> metrics;
  size_t bytes = 0;
  for (size_t i = 0; i < actions.size(); ++i) {
    const Action& action = actions[i];
    auto written = apply(call, *action.schema, action.write);
    if (!written) {
      reasons[i] = {"ValidationError", written.error().message, {}};
      continue;
    }
    if (written->condition_failed) {
      reasons[i] = {"ConditionalCheckFailed", "The conditional request failed", {}};
      if (action.returns_old) reasons[i].item = std::move(written->before);
      continue;
    }
    bytes += std::max(written->before ? size_of(*written->before) : 0,
                      written->after ? size_of(*written->after) : 0);
    double_units(written->consumed);
    consumed[action.schema->row.Name].add(written->consumed);
    if (auto one = item_collection_metrics(call.txn(), *action.schema, action.write.item,
                                           in.ReturnItemCollectionMetrics))
      metrics[action.schema->row.Name].push_back(std::move(*one));
  }
  if (any_failed(reasons)) return cancelled(reasons);
  if (bytes > kMaxTransactionBytes)
    return validation(
        "Aggregate size of items in the transaction exceeds the limit of 4194304 bytes");
  out.ConsumedCapacity =
      describe_all(consumed, in.ReturnConsumedCapacity, CapacityKind::kTransactionalWrite);
  if (!metrics.empty()) {
    Value described = Value::object();
    for (auto& [name, list] : metrics) described.set(name, std::move(list));
    out.ItemCollectionMetrics = std::move(described);
  }
  return out;
}

Result<TransactGetItemsOutput> transact_get_items(Call& call, const TransactGetItemsInput& in) {
  struct Get {
    Item key;
    std::optional<Projection> projection;
    SchemaPtr schema;
  };
  std::vector<Get> gets;
  for (const TransactGetItem& item : in.TransactItems) {
    const TransactGet& request = item.Get;
    Get get;
    get.key = TRY(read_item(request.Key));
    const Value& names =
        request.ExpressionAttributeNames ? *request.ExpressionAttributeNames : kNothing;
    TRY(check_substitutions_wanted(
        names, kNothing, {{"ProjectionExpression", request.ProjectionExpression.has_value()}}));
    if (request.ProjectionExpression) {
      Substitutions substitutions = TRY(Substitutions::read(names, kNothing));
      get.projection = TRY(bind_projection(*request.ProjectionExpression, substitutions));
      TRY(substitutions.check_all_used());
    }
    TableReference table = TRY(reference_table(call, request.TableName));
    get.schema = find_schema(call.txn(), table);
    Access access{.action = "dynamodb:GetItem"};
    access.return_consumed_capacity = in.ReturnConsumedCapacity;
    access.enclosing_operation = "TransactGetItems";
    if (get.projection)
      access.attributes = get.projection->names();
    else
      add_names(access.attributes, get.key);
    add_leading_key(access.leading_keys, get.schema.get(), get.key);
    TRY(authorize_access(call, table, get.schema, "", access));
    gets.push_back(std::move(get));
  }
  for (const Get& get : gets)
    if (!get.schema) return no_such_table();
  std::vector<Reason> reasons(gets.size());
  std::set<std::string> seen;
  for (size_t i = 0; i < gets.size(); ++i) {
    auto key = check_key(*gets[i].schema, gets[i].key);
    if (!key)
      reasons[i] = {"ValidationError", key.error().message, {}};
    else if (!seen.insert(stored_key(*gets[i].schema, *key)).second)
      return repeated_item();
  }
  if (any_failed(reasons)) return cancelled(reasons);
  TransactGetItemsOutput out;
  std::vector<Value> responses;
  std::map<std::string, Consumed> consumed;
  for (const Get& get : gets) {
    auto item = load(call.txn(), *get.schema, get.key);
    consumed[get.schema->row.Name].table +=
        read_units(item ? size_of(*item) : 0, Reads::kTransactional);
    Value response = Value::object();
    if (item)
      response.set("Item", write_item(get.projection ? get.projection->apply(*item) : *item));
    responses.push_back(std::move(response));
  }
  out.Responses = std::move(responses);
  out.ConsumedCapacity =
      describe_all(consumed, in.ReturnConsumedCapacity, CapacityKind::kTransactionalRead);
  return out;
}

}  // namespace drydock::dynamodb
