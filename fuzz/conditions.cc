// Conditions: operator, key, policy's value, request's values, one a line. A negated operator says
// the opposite of its positive twin for a key of one value.
#include "auth/evaluate.h"
#include "base/value.h"
#include "input.h"

using namespace drydock;

namespace {

std::optional<bool> holds(const std::string& op, const std::string& key, const std::string& value,
                          const Context& context) {
  static const Caller caller;
  Value condition;
  condition.set(op).set(key, value);
  auto document = Value::object({{"Version", "2012-10-17"},
                                 {"Statement", Value::object({{"Effect", "Allow"},
                                                              {"Principal", "*"},
                                                              {"Action", "*"},
                                                              {"Resource", "*"},
                                                              {"Condition", condition}})}});
  auto policy = parse_policy(to_json(document), PolicyUse::kResource);
  if (!policy) return std::nullopt;
  AuthorizationRequest request;
  request.caller = &caller;
  request.action = "s3:GetObject";
  request.resource = "*";
  request.context = context;
  request.resource_policies = {{*policy, "", "p", "x"}};
  return evaluate(request).allowed();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  fuzz::Input input(data, size);
  auto op = input.line(), key = input.line(), value = input.line();
  if (key.find(':') == std::string::npos) key = "a:" + key;
  Context context;
  std::vector<std::string> values;
  while (!input.empty() && values.size() < 8) values.push_back(input.line());
  context.add(key, values);
  context.add("aws:username", value);
  auto result = holds(op, key, value, context);
  if (!result || values.size() != 1) return 0;
  for (auto [positive, negative] : {std::pair{"StringEquals", "StringNotEquals"},
                                    {"StringLike", "StringNotLike"},
                                    {"NumericEquals", "NumericNotEquals"},
                                    {"DateEquals", "DateNotEquals"},
                                    {"IpAddress", "NotIpAddress"},
                                    {"ArnLike", "ArnNotLike"}}) {
    if (op == positive) fuzz::require(*result != holds(negative, key, value, context));
  }
  return 0;
}
