// Access control lists of S3: whatever the headers and a bucket's policy say, what comes of them
// are policies that parse, and an ACL that is taken is shown and taken again as the same.
#include "services/s3/acl.h"

#include "auth/policy.h"
#include "base/value.h"
#include "input.h"
#include "services/s3/bucket_policy.h"

using namespace drydock;
using namespace drydock::s3;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  fuzz::Input in(data, size);
  const uint8_t which = in.byte();
  AclRequest acl;
  if (which & 1) acl.canned = in.line();
  if (which & 2) acl.full_control = in.line();
  if (which & 4) acl.read = in.line();
  if (which & 8) acl.write_acp = in.line();
  BucketRow bucket{.Name = "b", .Account = "111111111111", .Region = "us-east-1"};
  bucket.ObjectOwnership = "ObjectWriter";
  if (auto grants = acl_of_new_bucket(bucket, acl); grants && *grants) {
    bucket.Acl = std::move(**grants);
    fuzz::require(bucket.Acl->size() <= 100);
    (void)policy_of_bucket_acl(bucket, PublicGrants::kTaken);
    (void)policy_of_object_acl(bucket, ObjectRow{.Key = "k", .Acl = bucket.Acl},
                               PublicGrants::kTaken);
  }
  const std::string text = in.rest();
  if (auto account = account_of_canonical_id(text)) fuzz::require(canonical_id(*account) == text);
  if (!parse_policy(text, PolicyUse::kResource)) return 0;
  auto document = parse_json(text);
  fuzz::require(document.has_value());
  const std::string restricted = restricted_policy(text, "111111111111");
  fuzz::require(restricted.empty() || parse_policy(restricted, PolicyUse::kResource).has_value());
  const std::string denials = denials_of(text);
  fuzz::require(denials.empty() || parse_policy(denials, PolicyUse::kResource).has_value());
  if (auto named = with_named_accounts(text))
    fuzz::require(parse_policy(*named, PolicyUse::kResource).has_value());
  return 0;
}
