#include "services/s3/bucket_policy.h"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <vector>

#include "auth/document.h"
#include "auth/public_access.h"
#include "base/text.h"
#include "services/s3/acl.h"
#include "services/s3/policy_words.h"

namespace drydock::s3 {

namespace {

// Actions on objects; every other action of S3 is on buckets.
constexpr std::string_view kObjectActions[] = {"s3:getobject",
                                               "s3:putobject",
                                               "s3:deleteobject",
                                               "s3:restoreobject",
                                               "s3:replicate",
                                               "s3:abortmultipartupload",
                                               "s3:listmultipartuploadparts",
                                               "s3:objectowneroverride",
                                               "s3:bypassgovernanceretention",
                                               "s3:initiatereplication"};

bool has_wildcard(std::string_view text) {
  return text.find_first_of("*?") != std::string_view::npos;
}

// * and ? as in resource patterns.
bool glob(std::string_view pattern, std::string_view text) {
  size_t p = 0, t = 0, star = std::string_view::npos, mark = 0;
  while (t < text.size()) {
    if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t]) && pattern[p] != '*')
      ++p, ++t;
    else if (p < pattern.size() && pattern[p] == '*')
      star = p++, mark = t;
    else if (star != std::string_view::npos)
      p = star + 1, t = ++mark;
    else
      return false;
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

// What a resource of a statement may be.
struct Covers {
  bool bucket = false, objects = false;
};
bool covers(std::string_view resource, const std::string& bucket, Covers& found) {
  constexpr std::string_view kPrefix = "arn:aws:s3:::";
  if (resource == "*") {
    found = {true, true};
    return true;
  }
  if (!resource.starts_with(kPrefix)) return false;
  resource.remove_prefix(kPrefix.size());
  const size_t slash = resource.find('/');
  const std::string_view name = resource.substr(0, slash);
  if (!glob(name, bucket)) return false;
  if (slash != std::string_view::npos)
    found.objects = true;
  else
    found.bucket = true, found.objects = found.objects || name.ends_with('*');
  return true;
}

bool is_object_action(const std::string& lower) {
  if (lower == "s3:getobjectlockconfiguration") return false;
  return std::any_of(std::begin(kObjectActions), std::end(kObjectActions),
                     [&](std::string_view prefix) { return lower.starts_with(prefix); });
}

// An action of S3, or a pattern that some action of S3 matches. `lower` begins with "s3:".
bool names_an_action(std::string_view lower) {
  lower.remove_prefix(3);
  if (!has_wildcard(lower))
    return std::binary_search(std::begin(kPolicyActions), std::end(kPolicyActions), lower);
  return std::any_of(std::begin(kPolicyActions), std::end(kPolicyActions),
                     [&](std::string_view action) { return glob(lower, action); });
}

// Keys of other services and aws: keys are not looked at.
bool is_condition_key(std::string_view lower) {
  if (!lower.starts_with("s3:")) return true;
  lower.remove_prefix(3);
  return std::binary_search(std::begin(kPolicyKeys), std::end(kPolicyKeys), lower) ||
         std::any_of(std::begin(kPolicyKeyFamilies), std::end(kPolicyKeyFamilies),
                     [&](std::string_view family) { return lower.starts_with(family); });
}

// Keys of lists alone. AWS does refuse a statement that asks another action for them (S3-Uploads
// issue 239).
bool fits(std::string_view lower_key, const Value& statement) {
  if (lower_key != "s3:prefix" && lower_key != "s3:delimiter" && lower_key != "s3:max-keys")
    return true;
  const auto actions = texts_of(statement["Action"]);
  return std::all_of(actions.begin(), actions.end(), [](const std::string& written) {
    const std::string action = to_lower(written);
    return has_wildcard(action) || action == "s3:listbucket" || action == "s3:listbucketversions" ||
           action == "s3:listbucketmultipartuploads";
  });
}

// The statement, holding only while `key` is `value` as well; nothing where it asks of the key in
// every way that there is.
std::optional<Value> with_condition(Value statement, const char* key, const std::string& value) {
  Value conditions =
      statement["Condition"].is_object() ? statement["Condition"] : Value(Value::Object{});
  for (const char* op :
       {"StringEquals", "StringLike", "StringEqualsIgnoreCase", "ForAnyValue:StringEquals"}) {
    Value keys = conditions[op].is_object() ? conditions[op] : Value(Value::Object{});
    if (keys.find(key)) continue;
    keys.set(key, value);
    conditions.set(op, std::move(keys));
    statement.set("Condition", std::move(conditions));
    // Sids are unique in a document.
    statement.erase("Sid");
    return statement;
  }
  return std::nullopt;
}

}  // namespace

Result<void> check_bucket_policy(const Value& document, const std::string& bucket) {
  auto malformed = [](const char* text) { return Unexpected(Fault{"MalformedPolicy", text, 400}); };
  for (const Value& statement : one_or_more(document["Statement"])) {
    Covers covered;
    if (!statement.find("Resource") && !statement.find("NotResource"))
      return malformed("Missing required field Resource");
    const bool not_resource = statement.find("NotResource") != nullptr;
    for (const std::string& resource :
         texts_of(statement[not_resource ? "NotResource" : "Resource"]))
      if (!covers(resource, bucket, covered)) return malformed("Policy has invalid resource");
    for (const std::string& written :
         texts_of(statement[statement.find("NotAction") ? "NotAction" : "Action"])) {
      const std::string action = to_lower(written);
      if (action != "*" && !(action.starts_with("s3:") && names_an_action(action)))
        return malformed("Policy has invalid action");
      if (not_resource || has_wildcard(action) || statement.find("NotAction")) continue;
      if (is_object_action(action) ? !covered.objects : !covered.bucket)
        return malformed("Action does not apply to any resource(s) in statement");
    }
    if (!statement["Condition"].is_object()) continue;
    for (const auto& [op, keys] : statement["Condition"].as_object()) {
      if (!keys.is_object()) continue;
      for (const auto& [key, values] : keys.as_object()) {
        const std::string lower = to_lower(key);
        if (!is_condition_key(lower)) return malformed("Policy has an invalid condition key");
        if (!fits(lower, statement))
          return malformed(
              "Conditions do not apply to combination of actions and resources in statement");
      }
    }
  }
  return {};
}

Result<std::string> with_named_accounts(const std::string& text) {
  auto document = parse_json(text);
  Value* all = document ? document->find("Statement") : nullptr;
  if (!all) return text;
  bool changed = false;
  auto name_accounts = [&](Value& statement) -> Result<void> {
    for (const char* element : {"Principal", "NotPrincipal"}) {
      Value* principal = statement.find(element);
      if (!principal || !principal->find("CanonicalUser")) continue;
      Value named = Value::list();
      for (const std::string& known : texts_of((*principal)["AWS"])) named.push_back(known);
      for (const std::string& id : texts_of((*principal)["CanonicalUser"])) {
        auto account = account_of_canonical_id(id);
        if (!account)
          return Unexpected(Fault{"MalformedPolicy", "Invalid principal in policy", 400});
        named.push_back("arn:aws:iam::" + *account + ":root");
      }
      principal->erase("CanonicalUser");
      principal->set("AWS", std::move(named));
      changed = true;
    }
    return {};
  };
  if (all->is_object()) TRY(name_accounts(*all));
  if (all->is_list())
    for (Value& statement : all->as_list()) TRY(name_accounts(statement));
  return changed ? to_json(*document) : text;
}

std::string restricted_policy(const std::string& text, const std::string& owner) {
  auto document = parse_json(text);
  if (!document || !is_public_policy(*document)) return text;
  Value kept = Value::list();
  for (const Value& statement : one_or_more((*document)["Statement"])) {
    if (statement["Effect"].string_or("") != "Allow") {
      kept.push_back(statement);
      continue;
    }
    if (auto own = with_condition(statement, "aws:PrincipalAccount", owner))
      kept.push_back(std::move(*own));
    if (auto services = with_condition(statement, "aws:PrincipalIsAWSService", "true"))
      kept.push_back(std::move(*services));
  }
  if (!kept.size()) return "";
  document->set("Statement", std::move(kept));
  return to_json(*document);
}

std::string denials_of(const std::string& text) {
  auto document = parse_json(text);
  if (!document) return "";
  Value kept = Value::list();
  for (const Value& statement : one_or_more((*document)["Statement"]))
    if (statement["Effect"].string_or("") == "Deny") kept.push_back(statement);
  if (!kept.size()) return "";
  document->set("Statement", std::move(kept));
  return to_json(*document);
}

}  // namespace drydock::s3
