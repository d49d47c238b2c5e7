// The policies that AWS itself manages and people attach in this field: arn:aws:iam::aws:policy/…
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace drydock::iam {

// The document, or nullptr when it is none of ours.
const std::string* aws_managed_document(std::string_view arn);
void each_aws_managed(const std::function<void(const std::string& arn, const std::string& document)>& visit);

}  // namespace drydock::iam
