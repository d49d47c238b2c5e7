// Micro-benchmarks of what every request passes: JSON, signatures, policies, expressions, stored
// items.
#include <benchmark/benchmark.h>

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
