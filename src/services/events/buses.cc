#include "services/events/buses.h"

#include <algorithm>

#include "api/server.h"
#include "auth/policy.h"
#include "gen/events_handlers.h"
#include "services/events/encryption.h"

namespace drydock::events {
namespace {

Unexpected no_bus(const std::string& name) {
  return errors::ResourceNotFoundException("Event bus " + name + " does not exist.");
}

BusRow row_of(Call& call, const BusRef& bus) {
  return kBuses.get(call.txn(), bus.space(), {bus.name})
      .value_or(BusRow{.Name = bus.name, .Created = Timestamp{}});
}

EventBus info(Call& call, const BusRef& bus, const BusRow& row) {
  EventBus out{.Name = bus.name, .Arn = bus.arn(), .Description = row.Description};
  if (row.Policy) out.Policy = call.server().show_principals(call.txn(), *row.Policy);
  if (row.Created.ms) out.CreationTime = out.LastModifiedTime = row.Created;
  if (row.Modified) out.LastModifiedTime = row.Modified;
  return out;
}

// The statement that PutPermission's older form describes.
Value statement(const PutPermissionInput& in, const BusRef& bus) {
  Value s = Value::object({{"Sid", *in.StatementId}, {"Effect", "Allow"}});
  s.set("Principal", *in.Principal == "*"
                         ? Value("*")
                         : Value::object({{"AWS", "arn:aws:iam::" + *in.Principal + ":root"}}));
  s.set("Action", *in.Action);
  s.set("Resource", bus.arn());
  if (in.Condition)
    s.set("Condition",
          Value::object(
              {{in.Condition->Type, Value::object({{in.Condition->Key, in.Condition->Value}})}}));
  return s;
}

template <class In>
Result<void> refuse_unserved(const In& in) {
  if (in.DeadLetterConfig && in.DeadLetterConfig->Arn && !in.DeadLetterConfig->Arn->empty())
    return not_implemented("The dead-letter queue of an event bus");
  if (in.LogConfig && in.LogConfig->size()) return not_implemented("The log of an event bus");
  return {};
}

Value policy_of(const BusRow& row) {
  if (row.Policy)
    if (auto parsed = parse_json(*row.Policy)) return std::move(*parsed);
  return Value::object({{"Version", "2012-10-17"}, {"Statement", Value::list()}});
}

}  // namespace

std::string BusRef::arn() const {
  return Arn{
      .service = "events", .region = region, .account = account, .resource = "event-bus/" + name}
      .text();
}

std::string BusRef::rule_arn(std::string_view rule) const {
  std::string path = name == "default" ? std::string(rule) : name + "/" + std::string(rule);
  return Arn{.service = "events", .region = region, .account = account, .resource = "rule/" + path}
      .text();
}

BusRef bus_of(Call& call, const std::optional<std::string>& name_or_arn) {
  BusRef bus{call.account().text, call.region().text, name_or_arn.value_or("default")};
  if (auto arn = Arn::parse(bus.name); arn && arn->resource.starts_with("event-bus/"))
    bus = {arn->account, arn->region, arn->resource.substr(std::string_view("event-bus/").size())};
  return bus;
}

bool bus_exists(Txn& txn, const BusRef& bus) {
  return bus.name == "default" || kBuses.contains(txn, bus.space(), {bus.name});
}

Result<BusRef> own_bus(Call& call, const std::optional<std::string>& name_or_arn) {
  BusRef bus = bus_of(call, name_or_arn);
  if (bus.account != call.account().text || bus.region != call.region().text ||
      !bus_exists(call.txn(), bus))
    return no_bus(bus.name);
  return bus;
}

std::optional<std::pair<BusRef, std::string>> rule_of_arn(std::string_view text) {
  auto arn = Arn::parse(text);
  if (!arn || arn->service != "events" || !arn->resource.starts_with("rule/")) return std::nullopt;
  std::string path = arn->resource.substr(std::string_view("rule/").size());
  size_t slash = path.rfind('/');
  BusRef bus{arn->account, arn->region,
             slash == std::string::npos ? "default" : path.substr(0, slash)};
  return std::pair(bus, slash == std::string::npos ? path : path.substr(slash + 1));
}

size_t page_limit(const std::optional<int64_t>& limit) {
  return limit ? static_cast<size_t>(*limit) : 100;
}

Result<CreateEventBusOutput> create_event_bus(Call& call, const CreateEventBusInput& in) {
  BusRef bus = bus_of(call, in.Name);
  if (in.EventSourceName) return not_implemented("A partner event bus");
  if (bus_exists(call.txn(), bus))
    return errors::ResourceAlreadyExistsException("Event bus " + in.Name + " already exists.");
  TRY(refuse_unserved(in));
  BusRow row{.Name = in.Name,
             .Description = in.Description,
             .Created = call.now(),
             .Tags = in.Tags.value_or(std::vector<Tag>{})};
  if (in.KmsKeyIdentifier) TRY(set_key(call, bus, row, *in.KmsKeyIdentifier));
  kBuses.put(call.txn(), call.space(), {in.Name}, row);
  return CreateEventBusOutput{bus.arn(), row.Description, row.KmsKeyIdentifier};
}

Result<UpdateEventBusOutput> update_event_bus(Call& call, const UpdateEventBusInput& in) {
  BusRef bus = TRY(own_bus(call, in.Name));
  TRY(refuse_unserved(in));
  BusRow row = row_of(call, bus);
  if (in.KmsKeyIdentifier) TRY(set_key(call, bus, row, *in.KmsKeyIdentifier));
  if (in.Description) row.Description = in.Description;
  row.Modified = call.now();
  kBuses.put(call.txn(), bus.space(), {bus.name}, row);
  return UpdateEventBusOutput{bus.arn(), bus.name, row.KmsKeyIdentifier, row.Description};
}

Result<DescribeEventBusOutput> describe_event_bus(Call& call, const DescribeEventBusInput& in) {
  BusRef bus = TRY(own_bus(call, in.Name));
  const BusRow row = row_of(call, bus);
  EventBus found = info(call, bus, row);
  return DescribeEventBusOutput{.Name = found.Name,
                                .Arn = found.Arn,
                                .Description = found.Description,
                                .KmsKeyIdentifier = row.KmsKeyIdentifier,
                                .Policy = found.Policy,
                                .CreationTime = found.CreationTime,
                                .LastModifiedTime = found.LastModifiedTime};
}

Result<ListEventBusesOutput> list_event_buses(Call& call, const ListEventBusesInput& in) {
  ListEventBusesOutput out;
  std::string prefix = in.NamePrefix.value_or("");
  std::vector<std::string> names{"default"};
  kBuses.each(call.txn(), call.space(), {}, [&](const auto& key, const auto&) {
    if (key[0] != "default") names.push_back(key[0]);
    return true;
  });
  std::sort(names.begin(), names.end());
  for (auto& name : names) {
    if (!name.starts_with(prefix) || (in.NextToken && name <= *in.NextToken)) continue;
    if (out.EventBuses.size() == page_limit(in.Limit)) {
      out.NextToken = *out.EventBuses.back().Name;
      break;
    }
    BusRef bus = bus_of(call, name);
    out.EventBuses.push_back(info(call, bus, row_of(call, bus)));
  }
  return out;
}

Result<DeleteEventBusOutput> delete_event_bus(Call& call, const DeleteEventBusInput& in) {
  if (in.Name == "default") return errors::ValidationException("Cannot delete event bus default.");
  if (!kRules.scan(call.txn(), call.space(), {.prefix = {in.Name}, .limit = 1}).empty())
    return errors::ValidationException("Event bus can't be deleted since it has rules.");
  kBuses.erase(call.txn(), call.space(), {in.Name});
  return DeleteEventBusOutput{};
}

Result<PutPermissionOutput> put_permission(Call& call, const PutPermissionInput& in) {
  BusRef bus = TRY(own_bus(call, in.EventBusName));
  BusRow row = row_of(call, bus);
  Value policy;
  if (in.Policy) {
    TRY(parse_policy(*in.Policy, PolicyUse::kResource));
    policy = *parse_json(*in.Policy);
  } else {
    if (!in.Action || !in.Principal || !in.StatementId)
      return errors::ValidationException("Parameter StatementId must be specified.");
    policy = policy_of(row);
    Value& statements = policy.set("Statement");
    if (!statements.is_list()) statements = Value::list({statements});
    std::erase_if(statements.as_list(),
                  [&](const Value& s) { return s["Sid"].string_or("") == *in.StatementId; });
    statements.push_back(statement(in, bus));
  }
  std::string document = to_json(policy);
  constexpr size_t kLongestPolicy = 10'240;
  if (document.size() > kLongestPolicy)
    return errors::PolicyLengthExceededException("The event bus policy size exceeds the limit.");
  auto held = call.server().hold_principals(call.txn(), document);
  if (!held) return errors::ValidationException(held.error().message);
  row.Policy = std::move(*held);
  kBuses.put(call.txn(), bus.space(), {bus.name}, row);
  return PutPermissionOutput{};
}

Result<RemovePermissionOutput> remove_permission(Call& call, const RemovePermissionInput& in) {
  BusRef bus = TRY(own_bus(call, in.EventBusName));
  BusRow row = row_of(call, bus);
  Value policy = policy_of(row);
  Value& statements = policy.set("Statement");
  size_t before = statements.size();
  if (in.RemoveAllPermissions.value_or(false))
    statements = Value::list();
  else if (statements.is_list())
    std::erase_if(statements.as_list(),
                  [&](const Value& s) { return s["Sid"].string_or("") == in.StatementId; });
  if (statements.size() == before && !in.RemoveAllPermissions.value_or(false))
    return errors::ResourceNotFoundException("Statement with the provided id does not exist.");
  row.Policy = statements.size() ? std::optional(to_json(policy)) : std::nullopt;
  kBuses.put(call.txn(), bus.space(), {bus.name}, row);
  return RemovePermissionOutput{};
}

}  // namespace drydock::events
