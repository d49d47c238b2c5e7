#include "services/cloudformation/types/type.h"

#include <algorithm>

#include "api/server.h"
#include "base/text.h"
#include "services/cloudformation/types/conform.h"
#include "shape/service.h"

namespace drydock::cloudformation {

namespace {

// How AWS's SDK for Java, whose words CloudFormation passes on, calls the service.
std::string service_title(std::string_view service) {
  constexpr std::pair<std::string_view, std::string_view> kTitles[] = {
      {"iam", "Iam"},
      {"s3", "S3"},
      {"lambda", "Lambda"},
      {"apigateway", "ApiGateway"},
      {"dynamodb", "DynamoDb"},
      {"logs", "CloudWatchLogs"},
      {"kms", "Kms"},
      {"codecommit", "CodeCommit"},
      {"codebuild", "CodeBuild"},
      {"codepipeline", "CodePipeline"},
      {"events", "EventBridge"},
      {"ssm", "Ssm"},
      {"cloudformation", "CloudFormation"},
      {"sts", "Sts"},
      {"secretsmanager", "SecretsManager"}};
  for (auto& [name, title] : kTitles)
    if (name == service) return std::string(title);
  return std::string(service);
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

std::string_view handler_error_code(const Fault& fault) {
  const std::string& code = fault.code;
  if (contains(code, "AccessDenied") || fault.status == 403) return "AccessDenied";
  if (contains(code, "AlreadyExist") || contains(code, "AlreadyOwned") ||
      contains(code, "NameExists") || contains(code, "NameInUse") ||
      code == "ResourceInUseException" || contains(code, "Conflict"))
    return "AlreadyExists";
  if (is_missing(fault)) return "NotFound";
  if (contains(code, "LimitExceeded") || contains(code, "TooMany")) return "ServiceLimitExceeded";
  if (contains(code, "Throttl")) return "Throttling";
  if (fault.status >= 500) return "ServiceInternalError";
  if (fault.status == 400 || fault.status == 409) return "InvalidRequest";
  return "GeneralServiceException";
}

}  // namespace

Result<Value> Work::call(std::string_view service, std::string_view operation, Value input) {
  last_service = service;
  for (const Service* candidate : all_services()) {
    if (candidate->name != service) continue;
    for (const Operation& op : candidate->operations)
      if (op.name == operation)
        return client.call(
            service, operation,
            TRY(conform(op.input(), input.is_null() ? Value(Value::Object{}) : input)));
  }
  return not_implemented("The operation " + std::string(operation) + " of " + std::string(service));
}

bool Work::adopts(const Fault& fault, std::initializer_list<std::string_view> codes) const {
  return again && std::ranges::find(codes, fault.code) != codes.end();
}

std::string Work::arn(std::string_view service, std::string_view resource) const {
  return "arn:aws:" + std::string(service) + ":" + region + ":" + account + ":" +
         std::string(resource);
}

std::vector<Property> properties_of(const ResourceType& type) {
  std::vector<Property> out;
  for (std::string_view word : split(type.properties, ' ')) {
    Property property;
    while (!word.empty() && (word.back() == '!' || word.back() == '#' || word.back() == '~')) {
      (word.back() == '!'   ? property.required
       : word.back() == '#' ? property.create_only
                            : property.missing_here) = true;
      word.remove_suffix(1);
    }
    property.name = word;
    if (!word.empty()) out.push_back(property);
  }
  return out;
}

bool has_attribute(const ResourceType& type, std::string_view attribute) {
  for (std::string_view word : split(type.attributes, ' '))
    if (word == attribute ||
        (word.ends_with('*') && attribute.starts_with(word.substr(0, word.size() - 1))))
      return true;
  return false;
}

std::string property_violations(const ResourceType& type, std::string_view logical_id,
                                const Value& properties) {
  std::vector<std::string> lines;
  auto known = properties_of(type);
  for (const Property& property : known)
    if (property.required && properties[property.name].is_null())
      lines.push_back("#: required key [" + std::string(property.name) + "] not found");
  if (properties.is_object() && !known.empty() && known[0].name != "*")
    for (const auto& member : properties.as_object())
      if (std::ranges::find(known, std::string_view(member.name), &Property::name) == known.end())
        lines.push_back("#: extraneous key [" + member.name + "] is not permitted");
  for (const Property& property : known)
    if (lines.empty() && property.missing_here && !properties[property.name].is_null())
      return "The property " + std::string(property.name) + " of " + std::string(type.name) +
             " is not implemented by Drydock.";
  if (lines.empty()) return {};
  return "Properties validation failed for resource " + std::string(logical_id) +
         " with message:\n" + join(lines, "\n");
}

std::string generated_name(const ResourceType& type, std::string_view stack,
                           std::string_view logical_id, std::string_view random) {
  size_t room = type.name_max > random.size() + 2 ? type.name_max - random.size() - 2 : 0;
  if (stack.size() + logical_id.size() > room) {
    // Both halves keep what the other does not need.
    size_t half = room / 2;
    size_t of_stack =
        std::min(stack.size(), std::max(half, room - std::min(room, logical_id.size())));
    stack = stack.substr(0, of_stack);
    logical_id = logical_id.substr(0, room - of_stack);
    while (stack.ends_with('-')) stack.remove_suffix(1);
  }
  std::string name = std::string(stack) + "-" + std::string(logical_id) + "-" + std::string(random);
  return type.lower_case_name ? to_lower(name) : name;
}

std::string failure_reason(const Fault& fault, std::string_view service,
                           std::string_view logical_id, std::string_view token) {
  // What Drydock does not have is said as it is, not in AWS's words.
  if (fault.code == kReasonFault || fault.code == "NotImplemented") return fault.message;
  if (fault.code == kPropertyFault)
    return "Properties validation failed for resource " + std::string(logical_id) +
           " with message:\n" + fault.message;
  std::string out = "Resource handler returned message: \"" + fault.message;
  out += " (Service: " + service_title(service) + ", Status Code: " + std::to_string(fault.status);
  if (!fault.authorization_id.empty()) out += ", Request ID: " + fault.authorization_id;
  out += ")\" (RequestToken: " + std::string(token) + ", HandlerErrorCode: ";
  out += handler_error_code(fault);
  return out + ")";
}

Value pick(const Value& from, std::initializer_list<std::string_view> names) {
  Value::Object out;
  for (std::string_view name : names) {
    size_t colon = name.find(':');
    std::string_view source = name.substr(0, colon),
                     target = colon == std::string_view::npos ? name : name.substr(colon + 1);
    if (const Value* found = from.find(source)) out.push_back({std::string(target), *found});
  }
  return Value(std::move(out));
}

Value merged_tags(const Value& own, const Value& stack_tags) {
  Value out = Value::list();
  auto add = [&](const Value& tag) {
    for (const Value& there : out.as_list())
      if (there["Key"] == tag["Key"]) return;
    out.push_back(
        Value::object({{"Key", tag["Key"].scalar_text()}, {"Value", tag["Value"].scalar_text()}}));
  };
  if (own.is_list())
    for (const Value& tag : own.as_list()) add(tag);
  if (own.is_object())  // types whose Tags property is a map
    for (const auto& [key, value] : own.as_object())
      add(Value::object({{"Key", key}, {"Value", value}}));
  if (stack_tags.is_list())
    for (const Value& tag : stack_tags.as_list()) add(tag);
  return out;
}

Value user_tags(const Value& tags) {
  Value out = Value::list();
  for (const Value& tag : tags.as_list())
    if (!tag["Key"].string_or("").starts_with("aws:")) out.push_back(tag);
  return out;
}

Value tag_map(const Value& list) {
  Value::Object out;
  if (list.is_list())
    for (const Value& tag : list.as_list()) out.push_back({tag["Key"].scalar_text(), tag["Value"]});
  return Value(std::move(out));
}

Value kms_tags(const Value& list) {
  Value out = Value::list();
  for (const Value& tag : list.as_list())
    out.push_back(Value::object({{"TagKey", tag["Key"]}, {"TagValue", tag["Value"]}}));
  return out;
}

Result<void> retag(Work& work, const Tagging& tagging, const Value& thing, const Value& before,
                   const Value& after) {
  Value fresh = Value::list(), gone = Value::list();
  auto named = [](const Value& list, const Value& key) -> const Value* {
    auto found =
        std::ranges::find_if(list.as_list(), [&](const Value& tag) { return tag["Key"] == key; });
    return found == list.as_list().end() ? nullptr : &*found;
  };
  for (const Value& tag : before.as_list())
    if (!named(after, tag["Key"])) gone.push_back(tag["Key"]);
  for (const Value& tag : after.as_list())
    if (const Value* old = named(before, tag["Key"]); !old || !(*old == tag)) fresh.push_back(tag);
  if (gone.size() > 0) {
    Value input = thing;
    input.set(tagging.keys_member, std::move(gone));
    TRY(work.call(tagging.service, tagging.untag, std::move(input)));
  }
  if (fresh.size() == 0) return {};
  Value input = thing;
  input.set(tagging.tags_member, tagging.form == TagForm::kMap   ? tag_map(fresh)
                                 : tagging.form == TagForm::kKms ? kms_tags(fresh)
                                                                 : fresh);
  TRY(work.call(tagging.service, tagging.tag, std::move(input)));
  return {};
}

bool is_missing(const Fault& fault) {
  return fault.status == 404 || contains(fault.code, "NotFound") ||
         contains(fault.code, "NoSuch") || contains(fault.code, "DoesNotExist");
}

Result<void> deleted(const Result<Value>& answer) {
  if (answer || is_missing(answer.error())) return {};
  return Unexpected(answer.error());
}

}  // namespace drydock::cloudformation
