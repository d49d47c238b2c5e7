#include "services/iam/aws_managed.h"

#include "base/encoding.h"
#include "services/iam/aws_managed_table.h"

namespace drydock::iam {

std::string AwsManagedPolicy::arn() const {
  return "arn:aws:iam::aws:policy" + std::string(path) + std::string(name);
}

std::string AwsManagedPolicy::id() const {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  auto digest = sha256(name);
  std::string id = "ANPA";
  for (size_t i = 0; i < 17; ++i)
    id += kAlphabet[static_cast<unsigned char>(digest[i]) % kAlphabet.size()];
  return id;
}

std::span<const AwsManagedPolicy> aws_managed_policies() { return kAwsManagedPolicies; }

const AwsManagedPolicy* find_aws_managed(std::string_view arn) {
  if (!arn.starts_with(kAwsManagedPrefix)) return nullptr;
  for (const auto& policy : kAwsManagedPolicies) {
    if (arn.ends_with(policy.name) && policy.arn() == arn) return &policy;
  }
  return nullptr;
}

}  // namespace drydock::iam
