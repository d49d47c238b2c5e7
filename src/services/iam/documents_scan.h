// What stands in a policy document, for tools that look at policies rather than decide by them:
// which services it grants, which condition keys it asks for.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "base/value.h"

namespace drydock::iam {

// Service prefixes ("s3") of what the document allows; "*" when it allows without naming any.
std::set<std::string> granted_services(std::string_view document);
bool grants(const std::set<std::string>& services, const std::string& service);

// The condition keys and policy variables of the document, as written.
void add_context_keys(std::string_view document, std::set<std::string>& keys);
// The same of one statement, counted from 1.
void add_context_keys(std::string_view document, int position, std::set<std::string>& keys);

}  // namespace drydock::iam
