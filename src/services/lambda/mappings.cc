// Event source mappings of queues and streams: made, changed, listed, taken away. Each change is
// settled by the poller, which must not be in the middle of a poll.
#include "services/lambda/mappings.h"

#include "api/door_access.h"
#include "api/server.h"
#include "base/text.h"
#include "gen/lambda_handlers.h"
#include "services/lambda/queue_batch.h"

namespace drydock::lambda {

namespace {
constexpr int64_t kDefaultBatch = 10, kDefaultStreamBatch = 100, kLargestShortBatch = 10;
constexpr size_t kMostTags = 50;
constexpr std::string_view kMappingResource = "event-source-mapping:";

std::string mapping_arn(const Space& space, const std::string& id) {
  return "arn:aws:lambda:" + space.region + ":" + space.account + ":event-source-mapping:" + id;
}

Unexpected wrong_value(std::string message) {
  return errors::InvalidParameterValueException(std::move(message), user_type());
}

EventSourceMappingConfiguration describe(const Space& space, const MappingRow& row) {
  EventSourceMappingConfiguration out;
  out.UUID = row.Id;
  out.BatchSize = row.BatchSize;
  out.MaximumBatchingWindowInSeconds = row.Window;
  out.EventSourceArn = row.Source;
  if (row.Filters) {
    out.FilterCriteria = FilterCriteria{};
    out.FilterCriteria->Filters.emplace();
    for (const std::string& text : *row.Filters)
      out.FilterCriteria->Filters->push_back({.Pattern = text});
  }
  out.FunctionArn = function_of(space, row).qualified_arn();
  out.LastModified = Timestamp{row.LastModified};
  out.State = row.State;
  out.StateTransitionReason = "USER_INITIATED";
  out.FunctionResponseTypes.emplace();
  if (row.ReportsFailures) out.FunctionResponseTypes->push_back("ReportBatchItemFailures");
  if (row.MaximumConcurrency)
    out.ScalingConfig = ScalingConfig{.MaximumConcurrency = row.MaximumConcurrency};
  out.EventSourceMappingArn = mapping_arn(space, row.Id);
  if (row.Stream) {
    out.StartingPosition = row.Stream->StartingPosition;
    out.LastProcessingResult = row.Stream->Result;
    out.DestinationConfig =
        DestinationConfig{.OnFailure = Destination{.Destination = row.Stream->OnFailure}};
    out.MaximumRecordAgeInSeconds = row.Stream->MaximumAge;
    out.BisectBatchOnFunctionError = row.Stream->Bisects;
    out.MaximumRetryAttempts = row.Stream->MaximumRetries;
    out.ParallelizationFactor = 1;
    out.TumblingWindowInSeconds = 0;
  }
  return out;
}

// What only some sources have, or nobody here.
template <class Input>
Result<void> refuse_settings(const Input& in, const Arn& source) {
  if (in.SourceAccessConfigurations) return not_implemented("An event source mapping for a broker");
  if (in.KMSKeyArn) return not_implemented("KMSKeyArn of an event source mapping");
  if (in.ProvisionedPollerConfig)
    return not_implemented("ProvisionedPollerConfig of an event source mapping");
  if (in.MetricsConfig) return not_implemented("MetricsConfig of an event source mapping");
  if (in.ParallelizationFactor.value_or(1) != 1)
    return not_implemented("ParallelizationFactor of an event source mapping");
  if (in.TumblingWindowInSeconds.value_or(0) != 0)
    return not_implemented("TumblingWindowInSeconds of an event source mapping");
  if (source.service == "dynamodb") {
    if (in.ScalingConfig)
      return wrong_value("ScalingConfig is only supported for SQS event sources.");
    if (in.DestinationConfig && in.DestinationConfig->OnSuccess)
      return wrong_value("OnSuccess is not supported for stream event sources.");
    return {};
  }
  if (in.DestinationConfig || in.MaximumRecordAgeInSeconds || in.BisectBatchOnFunctionError ||
      in.MaximumRetryAttempts)
    return wrong_value("Settings of streams are not supported for SQS event sources.");
  return {};
}

Result<Arn> source_of(Call& call, const std::optional<std::string>& source) {
  if (!source) return wrong_value("Unrecognized event source.");
  auto arn = Arn::parse(*source);
  if (!arn) return wrong_value("Unrecognized event source.");
  for (std::string_view other : {"kinesis", "kafka", "mq", "rds"})
    if (arn->service == other)
      return not_implemented("An event source mapping for " + std::string(other));
  const bool stream = arn->service == "dynamodb" && arn->resource.starts_with("table/") &&
                      arn->resource.find("/stream/") != std::string::npos;
  if (arn->service != "sqs" && !stream)
    return wrong_value("Unrecognized event source, must be dynamodb or sqs.");
  if (arn->region != call.region().text)
    return wrong_value("The event source must be in the Region of the function.");
  return std::move(*arn);
}

// The members that Create and Update share.
template <class Input>
Result<void> apply_settings(const Input& in, MappingRow& row) {
  const bool fifo = !row.Stream && row.Source.ends_with(".fifo");
  if (in.BatchSize) row.BatchSize = *in.BatchSize;
  if (in.MaximumBatchingWindowInSeconds) row.Window = *in.MaximumBatchingWindowInSeconds;
  if (fifo && row.Window > 0)
    return wrong_value("Batching window is not supported for FIFO queues.");
  if (fifo && row.BatchSize > kLargestShortBatch)
    return wrong_value("Maximum batch size for FIFO queues is 10.");
  if (!row.Stream && row.BatchSize > kLargestShortBatch && row.Window == 0)
    return wrong_value(
        "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater "
        "than 10");
  if (in.FilterCriteria) {
    std::vector<std::string> texts;
    if (in.FilterCriteria->Filters)
      for (const Filter& filter : *in.FilterCriteria->Filters)
        if (filter.Pattern) texts.push_back(*filter.Pattern);
    if (!parse_filters(texts)) return wrong_value("Invalid filter pattern definition.");
    row.Filters = texts.empty() ? std::nullopt : std::optional(std::move(texts));
  }
  if (in.FunctionResponseTypes) row.ReportsFailures = !in.FunctionResponseTypes->empty();
  if (in.ScalingConfig) row.MaximumConcurrency = in.ScalingConfig->MaximumConcurrency;
  if (!row.Stream) return {};
  StreamMapping& stream = *row.Stream;
  if (in.MaximumRecordAgeInSeconds) stream.MaximumAge = *in.MaximumRecordAgeInSeconds;
  if (in.MaximumRetryAttempts) stream.MaximumRetries = *in.MaximumRetryAttempts;
  if (in.BisectBatchOnFunctionError) stream.Bisects = *in.BisectBatchOnFunctionError;
  if (in.DestinationConfig)
    stream.OnFailure = in.DestinationConfig->OnFailure
                           ? in.DestinationConfig->OnFailure->Destination
                           : std::nullopt;
  if (stream.MaximumAge >= 0 && stream.MaximumAge < 60)
    return wrong_value("MaximumRecordAgeInSeconds must be -1 or between 60 and 604800.");
  auto target = stream.OnFailure ? Arn::parse(*stream.OnFailure) : std::nullopt;
  if (stream.OnFailure && (!target || (target->service != "sqs" && target->service != "sns")))
    return not_implemented("A destination of an event source mapping that is no queue or topic");
  return {};
}

// Whether the role may do it; if not, `why` knows it by the id of the caller's own request.
Result<void> ask_role(Call& call, const Client& role, std::string_view action,
                      std::string_view resource, std::string message) {
  auto allowed = authorize_visit(call.server(), call.request_id(), role.caller(), call.region(),
                                 action, resource);
  if (allowed) return {};
  Unexpected refused = wrong_value(std::move(message));
  refused.error().authorization_id = allowed.error().authorization_id;
  return refused;
}

// Whether the function's role can read the queue; AWS does ask for each action that it will need.
Result<void> check_role_reads(Call& call, const FunctionRef& function, const Arn& queue) {
  auto version = find_version(call.txn(), function);
  if (!version) return wrong_value("Function does not exist");
  auto client = role_client(call.server(), function, *version);
  if (!client) return wrong_value("The role defined for the function cannot be assumed by Lambda.");
  for (std::string_view action : {"ReceiveMessage", "DeleteMessage", "GetQueueAttributes"})
    TRY(ask_role(call, *client, "sqs:" + std::string(action), queue.text(),
                 "The provided execution role does not have permissions to call " +
                     std::string(action) + " on SQS"));
  auto found =
      client->call("sqs", "GetQueueAttributes",
                   Value::object({{"QueueUrl", queue_url(queue)},
                                  {"AttributeNames", Value::list({"VisibilityTimeout"})}}));
  if (!found)
    return wrong_value(
        "Error occurred while ReceiveMessage. SQS Error Code: "
        "AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: The specified queue does not "
        "exist.");
  const std::string visible = (*found)["Attributes"]["VisibilityTimeout"].string_or("");
  if (parse_int(visible).value_or(0) < version->Timeout)
    return wrong_value(
        "Queue visibility timeout: " + visible +
        " seconds is less than Function timeout: " + std::to_string(version->Timeout) + " seconds");
  return {};
}

// The same for a stream; gives where a new mapping begins. AWS does name ListStreams too, and works
// without.
Result<StreamIterator> check_role_reads_stream(Call& call, const FunctionRef& function,
                                               const std::string& stream,
                                               const std::string& position) {
  auto version = find_version(call.txn(), function);
  if (!version) return wrong_value("Function does not exist");
  auto client = role_client(call.server(), function, *version);
  if (!client) return wrong_value("The role defined for the function cannot be assumed by Lambda.");
  for (std::string_view action : {"DescribeStream", "GetShardIterator", "GetRecords"})
    TRY(ask_role(call, *client, "dynamodb:" + std::string(action), stream,
                 "Cannot access stream " + stream +
                     ". Please ensure the role can perform the GetRecords, GetShardIterator, "
                     "DescribeStream, and ListStreams Actions on your stream in IAM."));
  auto found = stream_iterator(*client, stream, position, "");
  if (!found) return wrong_value("Stream not found: " + stream);
  return std::move(*found);
}

Result<FunctionRef> mapped_function(Call& call, const std::string& name) {
  FunctionRef ref = TRY(function_ref(call, name));
  if (ref.qualifier == "$LATEST") ref.qualifier.clear();
  return ref;
}

Context about(const FunctionRef& function) {
  Context context;
  context.add("lambda:FunctionArn", function.qualified_arn());
  return context;
}

// A mapping by its id, and whether the caller may do `action` with it.
Result<MappingRow> permitted_mapping(Call& call, std::string_view action, const std::string& id) {
  auto row = kMappings.get(call.txn(), call.space(), {id});
  Context context;
  if (row) context = about(function_of(call.space(), *row));
  TRY(call.authorize(action, mapping_arn(call.space(), id), std::move(context)));
  if (!row)
    return errors::ResourceNotFoundException("The resource you requested does not exist.",
                                             user_type());
  return std::move(*row);
}

// AWS does refuse a change while an earlier one is not settled.
Result<void> check_settled(const MappingRow& row, const char* change) {
  if (row.State == "Enabled" || row.State == "Disabled") return {};
  return errors::ResourceInUseException(
      std::string("Cannot ") + change + " the event source mapping because it is in use.",
      user_type());
}

EventSourceMappingConfiguration write_mapping(Call& call, MappingRow& row, const char* state) {
  row.State = state;
  row.LastModified = call.now().ms;
  kMappings.put(call.txn(), call.space(), {row.Id}, row);
  start_poll(call, call.space(), row.Id);
  return describe(call.space(), row);
}
}  // namespace

Result<void> set_tags(MappingRow& row, const Map<std::string>& tags) {
  Map<std::string> all = row.Tags.value_or(Map<std::string>{});
  for (const auto& [key, value] : tags) {
    std::erase_if(all, [&](const auto& tag) { return tag.first == key; });
    all.push_back({key, value});
  }
  if (all.size() > kMostTags)
    return wrong_value("An event source mapping can have at most 50 tags.");
  row.Tags = std::move(all);
  return {};
}

std::optional<std::string> mapping_of_arn(const Arn& arn) {
  if (arn.service != "lambda" || !arn.resource.starts_with(kMappingResource)) return std::nullopt;
  return arn.resource.substr(kMappingResource.size());
}

std::optional<ResourceFacts> mapping_facts(Txn& txn, const Arn& arn) {
  auto id = mapping_of_arn(arn);
  auto row = id ? kMappings.get(txn, {arn.account, arn.region}, {*id}) : std::nullopt;
  if (!row) return std::nullopt;
  ResourceFacts facts;
  facts.tags = row->Tags.value_or(Map<std::string>{});
  return facts;
}

FunctionRef function_of(const Space& space, const MappingRow& row) {
  return {space, row.Function, row.Qualifier};
}

std::string queue_url(const Arn& queue) {
  return "https://sqs." + queue.region + ".amazonaws.com/" + queue.account + "/" + queue.resource;
}

Result<EventSourceMappingConfiguration> create_event_source_mapping(
    Call& call, const CreateEventSourceMappingInput& in) {
  FunctionRef function = TRY(mapped_function(call, in.FunctionName));
  TRY(call.authorize("lambda:CreateEventSourceMapping", "*", about(function)));
  if (in.Topics || in.Queues || in.SelfManagedEventSource)
    return not_implemented("An event source mapping for a broker");
  const Arn source = TRY(source_of(call, in.EventSourceArn));
  const bool stream = source.service == "dynamodb";
  TRY(refuse_settings(in, source));
  if (!stream && in.StartingPosition)
    return wrong_value("StartingPosition is not valid for SQS event sources.");
  if (stream && !in.StartingPosition)
    return wrong_value(
        "1 validation error detected: Value null at 'startingPosition' failed to satisfy "
        "constraint: Member must not be null.");
  if (stream && *in.StartingPosition == "AT_TIMESTAMP")
    return wrong_value("Unsupported starting position for arn type: " + *in.EventSourceArn);
  if (function.space.account != call.account().text) return wrong_value("Function does not exist");
  MappingRow row{.Id = call.random().uuid(),
                 .Source = *in.EventSourceArn,
                 .Function = function.name,
                 .Qualifier = function.qualifier,
                 .Enabled = in.Enabled.value_or(true),
                 .BatchSize = stream ? kDefaultStreamBatch : kDefaultBatch};
  if (stream)
    row.Stream = StreamMapping{.StartingPosition = *in.StartingPosition,
                               .MaximumAge = -1,
                               .MaximumRetries = -1,
                               .Result = "No records processed"};
  TRY(apply_settings(in, row));
  if (in.Tags) TRY(set_tags(row, *in.Tags));
  if (stream) {
    row.Stream->Iterator =
        TRY(check_role_reads_stream(call, function, row.Source, *in.StartingPosition)).text;
    row.Stream->IteratorTime = call.now().ms;
  } else {
    TRY(check_role_reads(call, function, source));
  }
  std::string known;
  kMappings.each(call.txn(), call.space(), {}, [&](const auto&, const MappingRow& other) {
    if (other.Source == row.Source && other.Function == row.Function &&
        other.Qualifier == row.Qualifier)
      known = other.Id;
    return known.empty();
  });
  if (!known.empty()) {
    const std::string name =
        row.Qualifier.empty() ? row.Function : row.Function + ":" + row.Qualifier;
    const std::string both = " arn (\" " + row.Source + " \") and function (\" " + name + " \") ";
    return errors::ResourceConflictException(
        (stream ? "The event source" + both + "provided mapping"
                : "An event source mapping with SQS" + both) +
            std::string(stream ? " " : "") +
            "already exists. Please update or delete the existing mapping with UUID " + known,
        user_type());
  }
  return write_mapping(call, row, "Creating");
}

Result<EventSourceMappingConfiguration> get_event_source_mapping(
    Call& call, const GetEventSourceMappingInput& in) {
  MappingRow row = TRY(permitted_mapping(call, "lambda:GetEventSourceMapping", in.UUID));
  return describe(call.space(), row);
}

Result<EventSourceMappingConfiguration> update_event_source_mapping(
    Call& call, const UpdateEventSourceMappingInput& in) {
  MappingRow row = TRY(permitted_mapping(call, "lambda:UpdateEventSourceMapping", in.UUID));
  FunctionRef function = function_of(call.space(), row);
  if (in.FunctionName) {
    function = TRY(mapped_function(call, *in.FunctionName));
    TRY(call.authorize("lambda:UpdateEventSourceMapping", mapping_arn(call.space(), in.UUID),
                       about(function)));
    if (function.space.account != call.account().text)
      return wrong_value("Function does not exist");
    row.Function = function.name;
    row.Qualifier = function.qualifier;
  }
  TRY(check_settled(row, "update"));
  const Arn source = *Arn::parse(row.Source);
  TRY(refuse_settings(in, source));
  TRY(apply_settings(in, row));
  const bool was_enabled = row.Enabled;
  row.Enabled = in.Enabled.value_or(was_enabled);
  // What reads no more needs no permission.
  if (row.Enabled && row.Stream)
    TRY(check_role_reads_stream(call, function, row.Source, "TRIM_HORIZON"));
  else if (row.Enabled)
    TRY(check_role_reads(call, function, source));
  const char* state = row.Enabled == was_enabled ? "Updating"
                      : row.Enabled              ? "Enabling"
                                                 : "Disabling";
  return write_mapping(call, row, state);
}

Result<EventSourceMappingConfiguration> delete_event_source_mapping(
    Call& call, const DeleteEventSourceMappingInput& in) {
  MappingRow row = TRY(permitted_mapping(call, "lambda:DeleteEventSourceMapping", in.UUID));
  TRY(check_settled(row, "delete"));
  return write_mapping(call, row, "Deleting");
}

Result<ListEventSourceMappingsOutput> list_event_source_mappings(
    Call& call, const ListEventSourceMappingsInput& in) {
  std::optional<FunctionRef> function;
  if (in.FunctionName) function = TRY(mapped_function(call, *in.FunctionName));
  const size_t limit = static_cast<size_t>(std::min<int64_t>(in.MaxItems.value_or(100), 100));
  ListEventSourceMappingsOutput out;
  out.EventSourceMappings.emplace();
  ScanOptions options;
  if (in.Marker && !in.Marker->empty()) options.after = {*in.Marker};
  std::string last;
  kMappings.each(call.txn(), call.space(), options, [&](const auto&, const MappingRow& row) {
    if (in.EventSourceArn && *in.EventSourceArn != row.Source) return true;
    if (function && (function->name != row.Function || function->qualifier != row.Qualifier))
      return true;
    if (out.EventSourceMappings->size() == limit) {
      out.NextMarker = last;
      return false;
    }
    out.EventSourceMappings->push_back(describe(call.space(), row));
    last = row.Id;
    return true;
  });
  return out;
}

}  // namespace drydock::lambda
