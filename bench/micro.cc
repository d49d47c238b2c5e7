// Micro-benchmarks of what every request passes: JSON, signatures, policies, expressions, stored
// items.
#include <benchmark/benchmark.h>

#include "auth/evaluate.h"
#include "auth/sigv4.h"
#include "services/dynamodb/expressions/evaluate.h"
#include "services/dynamodb/expressions/parser.h"
#include "services/dynamodb/expressions/update.h"
#include "services/dynamodb/values/document.h"
#include "services/dynamodb/values/encoding.h"

namespace {

using namespace drydock;
using namespace drydock::dynamodb;

const std::string kBody =
    R"({"TableName":"PRODUCT_CATALOG","Item":{"id":{"S":"product-1"},"title":{"S":"A product of the catalogue"},)"
    R"("description":{"S":"Sturdy, light, in three colours"},"price":{"N":"89.99"},"tags":{"SS":["a","b","c"]},)"
    R"("stock":{"M":{"berlin":{"N":"12"},"porto":{"N":"7"}}}}})";

void json_parse(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(parse_json(kBody));
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations()) *
                          static_cast<int64_t>(kBody.size()));
}
BENCHMARK(json_parse);

void json_write(benchmark::State& state) {
  Value value = *parse_json(kBody);
  for (auto _ : state) benchmark::DoNotOptimize(to_json(value));
}
BENCHMARK(json_write);

void sigv4_verify(benchmark::State& state) {
  HttpRequest request;
  request.method = "POST";
  request.target = "/";
  request.headers = {{"Host", "dynamodb.us-east-1.amazonaws.com"},
                     {"Content-Type", "application/x-amz-json-1.0"},
                     {"X-Amz-Target", "DynamoDB_20120810.PutItem"}};
  request.body = Payload(kBody);
  Timestamp now{1'790'000'000'000};
  sigv4::sign(request, {"AKIDEXAMPLE", "secret", ""}, "us-east-1", "dynamodb", now);
  for (auto _ : state) {
    auto claim = sigv4::parse(request);
    auto good = sigv4::verify(**claim, request, "secret", now, false);
    if (!good) state.SkipWithError("the signature does not hold");
  }
}
BENCHMARK(sigv4_verify);

// The identity policy of a function: one allow with a wildcard, one deny with a condition.
void policy_evaluate(benchmark::State& state) {
  auto policy = parse_policy(R"({"Version":"2012-10-17","Statement":[
    {"Effect":"Allow","Action":["dynamodb:GetItem","dynamodb:PutItem","logs:*"],"Resource":["arn:aws:dynamodb:us-east-1:111111111111:table/PRODUCT_*","*"]},
    {"Effect":"Deny","Action":"dynamodb:*","Resource":"*","Condition":{"StringNotEquals":{"aws:PrincipalAccount":"111111111111"}}}]})",
                             PolicyUse::kIdentity);
  Caller caller;
  caller.principal.kind = Principal::Kind::kAssumedRole;
  caller.principal.account = AccountId{"111111111111"};
  caller.principal.arn = "arn:aws:sts::111111111111:assumed-role/find/session";
  caller.principal.role_arn = "arn:aws:iam::111111111111:role/find";
  caller.principal.role_name = "find";
  for (auto _ : state) {
    AuthorizationRequest request;
    request.caller = &caller;
    request.action = "dynamodb:PutItem";
    request.resource = "arn:aws:dynamodb:us-east-1:111111111111:table/PRODUCT_CATALOG";
    request.resource_account = "111111111111";
    request.region = "us-east-1";
    request.now = Timestamp{1'790'000'000'000};
    request.identity.push_back({*policy, "", "inline", "arn:aws:iam::111111111111:role/find"});
    Decision decision = evaluate(request);
    if (!decision.allowed()) state.SkipWithError("it should be allowed");
  }
}
BENCHMARK(policy_evaluate);

const char* kCondition =
    "attribute_exists(id) AND (price BETWEEN :low AND :high OR contains(tags, :tag)) AND NOT begins_with(title, :word)";

void expression_parse(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(parse_condition(kCondition));
}
BENCHMARK(expression_parse);

struct Bound {
  Item item = *read_item((*parse_json(kBody))["Item"]);
  Substitutions substitutions = *Substitutions::read(
      {},
      *parse_json(
          R"({":low":{"N":"10"},":high":{"N":"50"},":tag":{"S":"b"},":word":{"S":"Z"},":one":{"N":"1"},":list":{"L":[{"S":"x"}]},":none":{"L":[]}})"));
};

void condition_evaluate(benchmark::State& state) {
  Bound bound;
  auto parsed = *parse_condition(kCondition);
  auto bindings = *bound.substitutions.bind(parsed.used, "ConditionExpression");
  for (auto _ : state) benchmark::DoNotOptimize(holds(parsed.root, bindings, bound.item));
}
BENCHMARK(condition_evaluate);

void update_apply(benchmark::State& state) {
  Bound bound;
  auto parsed = *parse_update(
      "SET price = price + :one, stock.berlin = stock.berlin - :one, history = list_append(if_not_exists(history, :none), :list)");
  auto bindings = *bound.substitutions.bind(parsed.used, "UpdateExpression");
  for (auto _ : state)
    benchmark::DoNotOptimize(
        apply_update(parsed.update, bindings, bound.item, UpdateDialect::kExpression));
}
BENCHMARK(update_apply);

void item_read(benchmark::State& state) {
  Value body = *parse_json(kBody);
  for (auto _ : state) benchmark::DoNotOptimize(read_item(body["Item"]));
}
BENCHMARK(item_read);

void item_encode(benchmark::State& state) {
  Bound bound;
  for (auto _ : state) benchmark::DoNotOptimize(encode_item(bound.item));
}
BENCHMARK(item_encode);

void item_decode(benchmark::State& state) {
  std::string bytes = encode_item(Bound().item);
  for (auto _ : state) benchmark::DoNotOptimize(decode_item(bytes));
}
BENCHMARK(item_decode);

}  // namespace

BENCHMARK_MAIN();
