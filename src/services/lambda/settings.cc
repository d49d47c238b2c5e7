// Settings beside a function's configuration: reserved concurrency, asynchronous invocation, tags.
#include "gen/lambda_handlers.h"
#include "services/lambda/mappings.h"
#include "services/lambda/tables.h"

namespace drydock::lambda {

namespace {
constexpr int64_t kMinimumUnreserved = 100;

// ---- asynchronous invocation

FunctionEventInvokeConfig describe(const FunctionRef& ref, const EventConfigRow& row) {
  FunctionEventInvokeConfig out;
  out.LastModified = Timestamp{row.LastModified};
  out.FunctionArn = ref.qualifier.empty() ? ref.arn() + ":$LATEST" : ref.qualified_arn();
  out.MaximumRetryAttempts = row.MaximumRetryAttempts;
  out.MaximumEventAgeInSeconds = row.MaximumEventAgeInSeconds;
  out.DestinationConfig = DestinationConfig{.OnSuccess = Destination{.Destination = row.OnSuccess},
                                            .OnFailure = Destination{.Destination = row.OnFailure}};
  return out;
}

std::string config_key(const FunctionRef& ref) {
  return ref.qualifier == "$LATEST" ? "" : ref.qualifier;
}

Result<FunctionEventInvokeConfig> write_config(Call& call, const FunctionRef& ref,
                                               EventConfigRow row,
                                               const EventInvokeConfigInput& in) {
  TRY(find_version(call.txn(), ref));
  if (!in.MaximumRetryAttempts && !in.MaximumEventAgeInSeconds && !in.DestinationConfig)
    return errors::InvalidParameterValueException(
        "You must specify at least one of error handling or destination setting.", user_type());
  if (in.MaximumRetryAttempts) row.MaximumRetryAttempts = in.MaximumRetryAttempts;
  if (in.MaximumEventAgeInSeconds) row.MaximumEventAgeInSeconds = in.MaximumEventAgeInSeconds;
  if (in.DestinationConfig) {
    row.OnSuccess = in.DestinationConfig->OnSuccess ? in.DestinationConfig->OnSuccess->Destination
                                                    : std::nullopt;
    row.OnFailure = in.DestinationConfig->OnFailure ? in.DestinationConfig->OnFailure->Destination
                                                    : std::nullopt;
  }
  row.LastModified = call.now().ms;
  kEventConfigs.put(call.txn(), ref.space, {ref.name, config_key(ref)}, row);
  return describe(ref, row);
}

Result<EventConfigRow> find_config(Call& call, const FunctionRef& ref) {
  auto row = kEventConfigs.get(call.txn(), ref.space, {ref.name, config_key(ref)});
  if (row) return std::move(*row);
  return errors::ResourceNotFoundException(
      "The function " + (ref.qualifier.empty() ? ref.arn() + ":$LATEST" : ref.qualified_arn()) +
          " doesn't have an EventInvokeConfig",
      user_type());
}

Result<FunctionRef> tagged_function(const std::string& arn) {
  auto ref = function_of_arn(arn);
  if (!ref || !ref->qualifier.empty())
    return errors::InvalidParameterValueException(
        "Tags on function aliases and versions are not supported. Please specify either a function ARN or function name.",
        user_type());
  return std::move(*ref);
}
// Nothing: the ARN is no mapping's.
std::optional<Result<MappingRow>> tagged_mapping(Call& call, const std::string& text) {
  auto arn = Arn::parse(text);
  auto id = arn ? mapping_of_arn(*arn) : std::nullopt;
  if (!id) return std::nullopt;
  auto row = arn->account == call.account().text && arn->region == call.region().text
                 ? kMappings.get(call.txn(), call.space(), {*id})
                 : std::nullopt;
  if (row) return std::move(*row);
  return errors::ResourceNotFoundException("The resource you requested does not exist.",
                                           user_type());
}
}  // namespace

// ---- reserved concurrency

Result<Concurrency> put_function_concurrency(Call& call, const PutFunctionConcurrencyInput& in) {
  FunctionRef ref = TRY(permitted(call, "lambda:PutFunctionConcurrency", in.FunctionName));
  FunctionRow row = TRY(find_function(call.txn(), ref));
  int64_t others = 0;
  kFunctions.each(call.txn(), ref.space, {}, [&](const auto&, const FunctionRow& other) {
    if (other.Name != ref.name) others += other.Reserved.value_or(0);
    return true;
  });
  if (kAccountConcurrency - others - in.ReservedConcurrentExecutions < kMinimumUnreserved)
    return errors::InvalidParameterValueException(
        "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [100].",
        user_type());
  row.Reserved = in.ReservedConcurrentExecutions;
  kFunctions.put(call.txn(), ref.space, {ref.name}, row);
  return Concurrency{.ReservedConcurrentExecutions = row.Reserved};
}

Result<GetFunctionConcurrencyOutput> get_function_concurrency(
    Call& call, const GetFunctionConcurrencyInput& in) {
  FunctionRef ref = TRY(permitted(call, "lambda:GetFunctionConcurrency", in.FunctionName));
  FunctionRow row = TRY(find_function(call.txn(), ref));
  return GetFunctionConcurrencyOutput{.ReservedConcurrentExecutions = row.Reserved};
}

Result<DeleteFunctionConcurrencyOutput> delete_function_concurrency(
    Call& call, const DeleteFunctionConcurrencyInput& in) {
  FunctionRef ref = TRY(permitted(call, "lambda:DeleteFunctionConcurrency", in.FunctionName));
  FunctionRow row = TRY(find_function(call.txn(), ref));
  row.Reserved.reset();
  kFunctions.put(call.txn(), ref.space, {ref.name}, row);
  return DeleteFunctionConcurrencyOutput{};
}

Result<FunctionEventInvokeConfig> put_function_event_invoke_config(
    Call& call, const EventInvokeConfigInput& in) {
  FunctionRef ref =
      TRY(permitted(call, "lambda:PutFunctionEventInvokeConfig", in.FunctionName, in.Qualifier));
  return write_config(call, ref, EventConfigRow{}, in);
}

Result<FunctionEventInvokeConfig> update_function_event_invoke_config(
    Call& call, const EventInvokeConfigInput& in) {
  FunctionRef ref =
      TRY(permitted(call, "lambda:UpdateFunctionEventInvokeConfig", in.FunctionName, in.Qualifier));
  EventConfigRow row = TRY(find_config(call, ref));
  return write_config(call, ref, std::move(row), in);
}

Result<FunctionEventInvokeConfig> get_function_event_invoke_config(
    Call& call, const GetFunctionEventInvokeConfigInput& in) {
  FunctionRef ref =
      TRY(permitted(call, "lambda:GetFunctionEventInvokeConfig", in.FunctionName, in.Qualifier));
  TRY(find_version(call.txn(), ref));
  EventConfigRow row = TRY(find_config(call, ref));
  return describe(ref, row);
}

Result<DeleteFunctionEventInvokeConfigOutput> delete_function_event_invoke_config(
    Call& call, const DeleteFunctionEventInvokeConfigInput& in) {
  FunctionRef ref =
      TRY(permitted(call, "lambda:DeleteFunctionEventInvokeConfig", in.FunctionName, in.Qualifier));
  TRY(find_config(call, ref));
  kEventConfigs.erase(call.txn(), ref.space, {ref.name, config_key(ref)});
  return DeleteFunctionEventInvokeConfigOutput{};
}

// ---- tags

Result<TagResourceOutput> tag_resource(Call& call, const TagResourceInput& in) {
  if (auto mapping = tagged_mapping(call, in.Resource)) {
    MappingRow row = TRY(std::move(*mapping));
    TRY(set_tags(row, in.Tags));
    kMappings.put(call.txn(), call.space(), {row.Id}, row);
    return TagResourceOutput{};
  }
  FunctionRef ref = TRY(tagged_function(in.Resource));
  FunctionRow row = TRY(find_function(call.txn(), ref));
  for (const auto& [key, value] : in.Tags) {
    std::erase_if(row.Tags, [&](const auto& tag) { return tag.first == key; });
    row.Tags.push_back({key, value});
  }
  if (row.Tags.size() > 50)
    return errors::InvalidParameterValueException("A function can have at most 50 tags.",
                                                  user_type());
  kFunctions.put(call.txn(), ref.space, {ref.name}, row);
  return TagResourceOutput{};
}

Result<UntagResourceOutput> untag_resource(Call& call, const UntagResourceInput& in) {
  if (auto mapping = tagged_mapping(call, in.Resource)) {
    MappingRow row = TRY(std::move(*mapping));
    for (const std::string& key : in.TagKeys)
      if (row.Tags) std::erase_if(*row.Tags, [&](const auto& tag) { return tag.first == key; });
    kMappings.put(call.txn(), call.space(), {row.Id}, row);
    return UntagResourceOutput{};
  }
  FunctionRef ref = TRY(tagged_function(in.Resource));
  FunctionRow row = TRY(find_function(call.txn(), ref));
  for (const std::string& key : in.TagKeys)
    std::erase_if(row.Tags, [&](const auto& tag) { return tag.first == key; });
  kFunctions.put(call.txn(), ref.space, {ref.name}, row);
  return UntagResourceOutput{};
}

Result<ListTagsOutput> list_tags(Call& call, const ListTagsInput& in) {
  if (auto mapping = tagged_mapping(call, in.Resource)) {
    MappingRow row = TRY(std::move(*mapping));
    return ListTagsOutput{.Tags = row.Tags.value_or(Map<std::string>{})};
  }
  FunctionRef ref = TRY(tagged_function(in.Resource));
  FunctionRow row = TRY(find_function(call.txn(), ref));
  return ListTagsOutput{.Tags = row.Tags};
}

}  // namespace drydock::lambda
