// Bucket policies beyond their grammar: do they speak of their bucket, and what is left of a public
// one?
#pragma once

#include <string>

#include "base/result.h"
#include "base/value.h"

namespace drydock::s3 {

// Each statement names this bucket or its objects, and actions of S3 that apply to them:
// MalformedPolicy.
Result<void> check_bucket_policy(const Value& document, const std::string& bucket);

// The document with every canonical user id put as its account, as AWS does when it keeps one:
// MalformedPolicy for an id of nobody.
Result<std::string> with_named_accounts(const std::string& document);

// What is left of a document under RestrictPublicBuckets: a public one allows only the account
// `owner` and AWS's services.
std::string restricted_policy(const std::string& document, const std::string& owner);
// Its denials alone; empty when it has none.
std::string denials_of(const std::string& document);

}  // namespace drydock::s3
