// Access control lists and who owns an object: read from requests, shown as XML, and turned into
// the policies that IAM is asked with. There is no second evaluator here.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/call.h"
#include "services/s3/lists.h"

namespace drydock::s3 {

// A bucket whose controls were deleted is as old ones are: kObjectWriter.
enum class Ownership { kBucketOwnerEnforced, kBucketOwnerPreferred, kObjectWriter };
std::optional<Ownership> parse_ownership(std::string_view text);
Ownership ownership_of(const BucketRow& bucket);

// The 64 hexadecimal digits by which S3 names an account; they say which account it is.
std::string canonical_id(std::string_view account);
std::optional<std::string> account_of_canonical_id(std::string_view id);
Owner owner_entry(std::string_view account);
// The account that owns an object.
std::string owner_of(const BucketRow& bucket, const ObjectRow& object);

// What a request says of an ACL: a canned one, grants in headers, or (of Put…Acl alone) a document.
struct AclRequest {
  std::optional<std::string> canned, full_control, read, read_acp, write, write_acp;
  const AccessControlPolicy* document = nullptr;
  bool in_headers() const {
    return canned || full_control || read || read_acp || write || write_acp;
  }
  // s3:x-amz-acl and s3:x-amz-grant-….
  void add_keys(Context& context) const;
};
template <class In>
AclRequest acl_headers(const In& in) {
  AclRequest acl{in.ACL, in.GrantFullControl, in.GrantRead, in.GrantReadACP, {}, in.GrantWriteACP};
  if constexpr (requires { in.GrantWrite; }) acl.write = in.GrantWrite;
  return acl;
}

// Who is to own an object that `writer` makes, and its ACL. AccessControlListNotSupported,
// InvalidArgument; AccessDenied for a public one where those are blocked.
struct ObjectAcl {
  std::optional<std::string> owner;    // empty: the bucket's owner
  std::optional<StoredGrants> grants;  // empty: the owner alone
};
Result<ObjectAcl> acl_of_new_object(Call& call, const BucketRow& bucket, std::string_view key,
                                    const AclRequest& acl);
// Whether a group of everybody is among the grants.
bool is_public_acl(const std::optional<StoredGrants>& grants);
// The ACL that a bucket to be made asks for; its ownership is set already.
Result<std::optional<StoredGrants>> acl_of_new_bucket(const BucketRow& bucket,
                                                      const AclRequest& acl);

// The policies that a bucket's and an object's ACL amount to; null: nobody else may do anything.
// `owner` needs no ACL.
enum class PublicGrants { kTaken, kIgnored };
PolicyPtr policy_of_bucket_acl(const BucketRow& bucket, PublicGrants public_grants);
PolicyPtr policy_of_object_acl(const BucketRow& bucket, const ObjectRow& object,
                               PublicGrants public_grants);
// Whether a bucket's ACL is for nobody but its owner.
bool is_private(const BucketRow& bucket);

}  // namespace drydock::s3
