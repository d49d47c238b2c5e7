#include "services/sts/session_input.h"

#include <algorithm>

#include "base/text.h"
#include "gen/iam.h"

namespace drydock::sts {
namespace {

constexpr size_t kMostPolicyArns = 10;
constexpr size_t kMostPolicyCharacters = 2048;
constexpr size_t kMostTags = 50;
// AWS does not say how it packs; this stands for its limit.
constexpr size_t kPackedBytes = 10240;

bool names(const std::vector<std::string>& keys, const std::string& key) {
  return std::any_of(keys.begin(), keys.end(),
                     [&](const auto& k) { return equals_ignore_case(k, key); });
}

template <class Tags>
bool has_tag(const Tags& tags, const std::string& key) {
  return std::any_of(tags.begin(), tags.end(),
                     [&](const Tag& tag) { return equals_ignore_case(tag.Key, key); });
}

void put_tag(TagList& into, const Tag& tag) {
  for (auto& known : into) {
    if (equals_ignore_case(known.Key, tag.Key)) {
      known = tag;
      return;
    }
  }
  into.push_back(tag);
}

}  // namespace

Result<void> set_session_policies(Call& call, const std::string& account,
                                  const std::optional<std::string>& policy,
                                  const std::optional<std::vector<PolicyDescriptorType>>& arns,
                                  SessionRow& row) {
  if (policy) {
    if (policy->size() > kMostPolicyCharacters) {
      return errors::PackedPolicyTooLarge(
          "Packed policy consumes " + std::to_string(policy->size() * 100 / kMostPolicyCharacters) +
          "% of allotted space, please use smaller policy.");
    }
    TRY(parse_policy(*policy, PolicyUse::kSession));
    row.SessionPolicies.push_back(*policy);
  }
  if (!arns || arns->empty()) return {};
  if (arns->size() > kMostPolicyArns) {
    return errors::ValidationError(
        "1 validation error detected: Value at 'policyArns' failed to satisfy constraint: Member must have length "
        "less than or equal to 10");
  }
  iam::ResolvePoliciesInput wanted{.AccountId = account};
  for (const auto& arn : *arns) {
    if (!arn.arn) return errors::ValidationError("A policy ARN is missing.");
    wanted.PolicyArns.push_back(*arn.arn);
  }
  auto found = call.client("sts.amazonaws.com").call<iam::ResolvePolicies>(wanted);
  if (!found) return errors::MalformedPolicyDocument(found.error().message);
  for (auto& document : found->PolicyDocuments) row.SessionPolicies.push_back(std::move(document));
  row.SessionPolicyArns = std::move(wanted.PolicyArns);
  return {};
}

Result<void> check_session_tags(const Principal& caller, const TagList& tags,
                                const std::vector<std::string>& transitive_keys) {
  if (tags.size() > kMostTags) {
    return errors::ValidationError(
        "1 validation error detected: Value at 'tags' failed to satisfy constraint: Member must have length less "
        "than or equal to 50");
  }
  for (size_t i = 0; i < tags.size(); ++i) {
    if (to_lower(tags[i].Key).starts_with("aws:")) {
      return errors::InvalidParameterValue(
          "Tag keys starting with 'aws:' are reserved for system use.");
    }
    for (size_t j = 0; j < i; ++j) {
      if (equals_ignore_case(tags[i].Key, tags[j].Key)) {
        return errors::InvalidParameterValue(
            "Duplicate tag keys found. Please note that Tag keys are case insensitive.");
      }
    }
    if (names(caller.transitive_tag_keys, tags[i].Key)) {
      return errors::InvalidParameterValue(
          "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.");
    }
  }
  for (const auto& key : transitive_keys) {
    if (!has_tag(tags, key)) {
      return errors::InvalidParameterValue(
          "The specified transitive tag key must be included in the requested tags.");
    }
  }
  return {};
}

void set_session_tags(const Principal& caller, const TagList& base, const TagList& tags,
                      const std::vector<std::string>& transitive_keys, SessionRow& row) {
  for (const auto& tag : base) put_tag(row.Tags, tag);
  for (const auto& [key, value] : caller.tags) {
    if (names(caller.transitive_tag_keys, key)) put_tag(row.Tags, {key, value});
  }
  for (const auto& tag : tags) put_tag(row.Tags, tag);
  row.TransitiveTagKeys = caller.transitive_tag_keys;
  row.TransitiveTagKeys.insert(row.TransitiveTagKeys.end(), transitive_keys.begin(),
                               transitive_keys.end());
}

void add_tag_context(Context& context, const TagList& tags,
                     const std::vector<std::string>& transitive_keys) {
  std::vector<std::string> keys;
  for (const auto& tag : tags) {
    context.add("aws:RequestTag/" + tag.Key, tag.Value);
    keys.push_back(tag.Key);
  }
  if (!keys.empty()) context.add("aws:TagKeys", std::move(keys));
  if (!transitive_keys.empty()) context.add("sts:TransitiveTagKeys", transitive_keys);
}

Result<std::optional<int64_t>> packed_size(const SessionRow& row, const TagList& tags) {
  size_t bytes = 0;
  if (row.SessionPolicies.size() > row.SessionPolicyArns.size())
    bytes += row.SessionPolicies.front().size();
  for (const auto& arn : row.SessionPolicyArns) bytes += arn.size();
  for (const auto& tag : tags) bytes += tag.Key.size() + tag.Value.size();
  if (bytes == 0) return std::optional<int64_t>();
  if (bytes > kPackedBytes) {
    return errors::PackedPolicyTooLarge("Packed policy consumes " +
                                        std::to_string(bytes * 100 / kPackedBytes) +
                                        "% of allotted space, please use smaller policy.");
  }
  return std::optional<int64_t>(std::max<int64_t>(1, bytes * 100 / kPackedBytes));
}

}  // namespace drydock::sts
