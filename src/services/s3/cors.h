// Cross-origin requests: the rules of a bucket, and what browsers are told by them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/call.h"
#include "api/registry.h"
#include "services/s3/lists.h"

namespace drydock::s3 {

// InvalidRequest: a method that is none of S3's, more than one wildcard. MalformedXML: too long,
// control characters.
Result<void> check_cors_rules(const CORSRules& rules);
// Empty: none. Reads the document that older data holds in place of rules.
CORSRules cors_rules_of(const BucketRow& bucket);

struct CorsQuestion {
  std::string_view origin, method;
  std::vector<std::string> headers;  // that a preflight asks for
};
// What the first rule that matches says; empty when none does.
Headers cors_answer(const CORSRules& rules, const CorsQuestion& question);

// To the answer of a request from a page, refused or not: a page may read why.
void add_cors_headers(Server& server, const Finished& finished);

// OPTIONS, which browsers send unsigned and AWS answers before any question of permission.
Door preflight_door(Server& server);

}  // namespace drydock::s3
