// IAM decisions: from one statement to two hundred, allowed, denied by nobody's allowing it and
// denied explicitly; the same with the full explanation. Policies are compiled before the clock
// starts, as they are for requests. p50 and p99 are of single decisions.
#include <benchmark/benchmark.h>
#include <time.h>

#include <algorithm>

#include "auth/evaluate.h"
#include "auth/explain.h"

namespace {

using namespace drydock;

enum Outcome { kAllowed, kImplicit, kExplicit };
constexpr const char* kNames[] = {"allowed", "implicit deny", "explicit deny"};

// What roles really carry: lists of actions, wildcards in resources, now and then a condition or a
// variable. None of them is about the request.
std::string statement(int i, int outcome, bool last) {
  if (last && outcome != kImplicit)
    return std::string("{\"Sid\":\"Last\",\"Effect\":\"") +
           (outcome == kExplicit ? "Deny" : "Allow") +
           R"(","Action":["dynamodb:PutItem","dynamodb:GetItem"],"Resource":"arn:aws:dynamodb:*:111111111111:table/PRODUCT_*"})";
  const std::string n = std::to_string(i);
  switch (i % 5) {
    case 0:
      return R"({"Effect":"Allow","Action":["s3:GetObject*","s3:PutObject","s3:ListBucket"],"Resource":["arn:aws:s3:::bucket-)" +
             n + R"(","arn:aws:s3:::bucket-)" + n + R"(/*"]})";
    case 1:
      return R"({"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::111111111111:role/service-)" +
             n +
             R"(","Condition":{"StringEquals":{"iam:PassedToService":"lambda.amazonaws.com"}}})";
    case 2:
      return R"({"Effect":"Allow","Action":["dynamodb:GetItem","dynamodb:PutItem","dynamodb:Query"],"Resource":"arn:aws:dynamodb:us-east-1:111111111111:table/other-)" +
             n + R"("})";
    case 3:
      return R"({"Effect":"Allow","Action":["logs:CreateLogStream","logs:PutLogEvents"],"Resource":"arn:aws:logs:*:*:log-group:/aws/)" +
             n + R"(/*:*"})";
    default:
      return R"({"Effect":"Deny","Action":"dynamodb:*","Resource":"*","Condition":{"StringNotEquals":{"aws:RequestedRegion":["us-east-1","eu-west-)" +
             n + R"("]}}})";
  }
}

struct Setting {
  Caller caller;
  AuthorizationRequest request;

  // `statements` in as many policies as four statements each make.
  Setting(int statements, int outcome) {
    Principal& p = caller.principal;
    p.kind = Principal::Kind::kAssumedRole;
    p.account = AccountId{"111111111111"};
    p.arn = "arn:aws:sts::111111111111:assumed-role/find/session";
    p.role_arn = "arn:aws:iam::111111111111:role/find";
    p.role_name = "find";
    p.role_id = "AROAFINDFINDFINDFIND";
    p.id = p.role_id + ":session";
    caller.user_agent = "aws-cli/2";
    request.caller = &caller;
    request.action = "dynamodb:PutItem";
    request.resource = "arn:aws:dynamodb:us-east-1:111111111111:table/PRODUCT_CATALOG";
    request.resource_account = "111111111111";
    request.region = "us-east-1";
    request.now = Timestamp{1'790'000'000'000};
    request.context.add("dynamodb:LeadingKeys", std::vector<std::string>{"product-1"});
    for (int from = 0; from < statements; from += 4) {
      std::string list;
      for (int i = from; i < std::min(from + 4, statements); ++i)
        list += (list.empty() ? "" : ",") + statement(i, outcome, i + 1 == statements);
      auto policy = parse_policy(R"({"Version":"2012-10-17","Statement":[)" + list + "]}",
                                 PolicyUse::kIdentity);
      request.identity.push_back(
          {policy ? *policy : nullptr, "", "inline", "arn:aws:iam::111111111111:role/find"});
    }
  }
};

int64_t nanoseconds() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1'000'000'000 + now.tv_nsec;
}

void percentiles(benchmark::State& state, std::vector<int64_t>& taken) {
  std::sort(taken.begin(), taken.end());
  state.counters["p50_ns"] = static_cast<double>(taken[taken.size() / 2]);
  state.counters["p99_ns"] = static_cast<double>(taken[taken.size() * 99 / 100]);
}

template <class Decide>
void measure(benchmark::State& state, Decide decide) {
  const auto outcome = static_cast<int>(state.range(1));
  Setting setting(static_cast<int>(state.range(0)), outcome);
  const Effect wanted = outcome == kAllowed    ? Effect::kAllow
                        : outcome == kImplicit ? Effect::kImplicitDeny
                                               : Effect::kExplicitDeny;
  std::vector<int64_t> taken;
  taken.reserve(1 << 20);
  for (auto _ : state) {
    const int64_t begin = nanoseconds();
    const Decision decision = decide(setting.request);
    if (taken.size() < taken.capacity()) taken.push_back(nanoseconds() - begin);
    if (decision.effect != wanted) state.SkipWithError("another decision was expected");
  }
  percentiles(state, taken);
  state.SetLabel(kNames[outcome]);
}

void iam_decision(benchmark::State& state) {
  measure(state, [](const AuthorizationRequest& request) { return evaluate(request); });
}
BENCHMARK(iam_decision)->ArgsProduct({{1, 5, 20, 50, 200}, {kAllowed, kImplicit, kExplicit}});

// What a denied request costs: the trace, the context and the explanation as `drydock why` shows
// it.
void iam_explained_deny(benchmark::State& state) {
  measure(state, [](const AuthorizationRequest& request) {
    std::vector<StatementTrace> trace;
    Decision decision = evaluate(request, trace);
    benchmark::DoNotOptimize(explain(request, decision, std::move(trace)));
    return decision;
  });
}
BENCHMARK(iam_explained_deny)->ArgsProduct({{1, 20, 200}, {kImplicit, kExplicit}});

}  // namespace
