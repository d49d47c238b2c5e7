// AWS's own managed policies: those that people attach in this field, as facts.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace drydock::iam {

struct AwsManagedPolicy {
  std::string_view name;
  std::string_view path;  // "/", "/service-role/", "/job-function/", …
  std::string_view document;

  std::string arn() const;
  std::string id() const;  // ANPA…; made from the name
};

std::span<const AwsManagedPolicy> aws_managed_policies();
const AwsManagedPolicy* find_aws_managed(std::string_view arn);

inline constexpr std::string_view kEverything =
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]})";
inline constexpr std::string_view kAwsManagedPrefix = "arn:aws:iam::aws:policy/";
// What sts:AssumeRoot can be limited to; they are attached to nothing.
inline constexpr std::string_view kRootTaskPrefix = "arn:aws:iam::aws:policy/root-task/";
// Policies of service-linked roles.
inline constexpr std::string_view kLinkedPolicyPrefix = "arn:aws:iam::aws:policy/aws-service-role/";

}  // namespace drydock::iam
