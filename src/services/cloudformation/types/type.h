// ResourceType: one CloudFormation resource type, acting only through other services' operations.
//
// The engine persists an intent before it calls `create`; after a crash it calls again with `again`
// set, and create then adopts what its earlier run may have made. `made` persists the physical id
// at once, so that whatever exists is known and can be deleted.
#pragma once

#include <functional>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

#include "api/client.h"
#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"
#include "base/value.h"

namespace drydock {
class Server;
}

namespace drydock::cloudformation {

// A failure whose message is the event's reason as it stands, not the text of a service's answer.
inline constexpr const char* kReasonFault = "Reason";
inline Unexpected refuse(std::string reason) { return fault(kReasonFault, std::move(reason)); }

class Work {
 public:
  Work(Server& server, const Client& client) : server(server), client(client) {}
  Server& server;
  const Client& client;  // the stack's role, or the caller through CloudFormation
  std::string stack_id, stack_name, logical_id, type;
  std::string account, region;
  std::string token;  // of this step; the same when it is repeated
  Value properties;   // wanted, resolved
  Value before;       // update: as last applied; else null
  Value tags;         // stack tags and aws:cloudformation:*, as {Key, Value}
  Value tags_before;
  std::string physical_id;                    // empty until made
  std::string name;                           // create: the given or generated name
  Value attributes = Value(Value::Object{});  // for GetAtt
  Value scratch = Value(Value::Object{});     // kept between polls of one step
  Timestamp begun, now;
  bool again = false;  // this step ran before, perhaps in part
  std::function<void(const std::string& physical_id)> made;  // persists

  // Calls another service. `input` is made to fit the operation's input (conform).
  Result<Value> call(std::string_view service, std::string_view operation, Value input);
  // After a failed create: is it only that an earlier run of this step had made the thing already?
  bool adopts(const Fault& fault, std::initializer_list<std::string_view> codes) const;
  // A property, or null.
  const Value& operator[](std::string_view property) const { return properties[property]; }
  bool changed(std::string_view property) const {
    return !(properties[property] == before[property]);
  }
  std::string arn(std::string_view service,
                  std::string_view resource) const;  // in this account and region

  std::string last_service;  // of the last call, for the reason text
};

struct ResourceType {
  std::string_view name;  // "AWS::IAM::Role"
  // Property names: `!` required, `#` a change needs replacement, `~` AWS has it and Drydock does
  // not; "*" first: any others too. "RoleName# AssumeRolePolicyDocument! Path#"
  std::string_view properties;
  std::string_view attributes;     // GetAtt: "Arn RoleId"; "Outputs.*" allows a prefix
  std::string_view name_property;  // whose value is the physical name; generated when absent
  size_t name_max = 0;             // longest generated name; 0: no generated name
  bool lower_case_name = false;
  bool iam = false;  // needs CAPABILITY_IAM, or CAPABILITY_NAMED_IAM when named
  Result<void> (*create)(Work&) = nullptr;
  Result<void> (*update)(Work&) = nullptr;
  Result<void> (*remove)(Work&) = nullptr;
  // After create and update: has it settled? Null: at once. May name it anew (Work::made).
  Result<bool> (*ready)(Work&) = nullptr;
  Result<bool> (*gone)(Work&) = nullptr;                                 // after remove
  bool (*replaces)(const Value& before, const Value& wanted) = nullptr;  // beyond `#`
};

const ResourceType* find_type(std::string_view name);
std::span<const ResourceType* const> all_types();

// ---- facts of a type (pure)
struct Property {
  std::string_view name;
  bool required = false, create_only = false, missing_here = false;
};
std::vector<Property> properties_of(const ResourceType& type);
bool has_attribute(const ResourceType& type, std::string_view attribute);
// AWS's text when properties are unknown or missing; empty when all is well.
std::string property_violations(const ResourceType& type, std::string_view logical_id,
                                const Value& properties);
// `<stack>-<logical id>-<random>`, cut to the type's length.
std::string generated_name(const ResourceType& type, std::string_view stack,
                           std::string_view logical_id, std::string_view random);
// The event's reason for a failed call.
std::string failure_reason(const Fault& fault, std::string_view service,
                           std::string_view logical_id, std::string_view token);

// ---- for types
// Names of wanted properties copied to a new object, renamed when given as "From:To".
Value pick(const Value& from, std::initializer_list<std::string_view> names);
// Tags of the resource and of the stack, the resource's own first; keys once. {Key, Value} list.
Value merged_tags(const Value& own, const Value& stack_tags);
// Without the aws: tags, for services that take none even from CloudFormation (IAM).
Value user_tags(const Value& tags);
// {Key, Value} list to an object.
Value tag_map(const Value& list);
// How a service tags what is there: its two operations, what names the thing, and the members of
// their inputs.
enum class TagForm { kList, kMap, kKms };
struct Tagging {
  std::string_view service, tag, untag;
  std::string_view tags_member = "Tags", keys_member = "TagKeys";
  TagForm form = TagForm::kList;
};
// Sets new and changed tags and takes away those that are gone; `thing` holds the members that name
// it. The aws: tags of a stack never change, so they are never sent here.
Result<void> retag(Work& work, const Tagging& tagging, const Value& thing, const Value& before,
                   const Value& after);
Value kms_tags(const Value& list);  // {TagKey, TagValue}
// A fault that says that the thing is not there, in any service's words.
bool is_missing(const Fault& fault);
// The result of a delete call: missing counts as deleted.
Result<void> deleted(const Result<Value>& answer);

}  // namespace drydock::cloudformation
