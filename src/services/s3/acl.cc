#include "services/s3/acl.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "auth/policy.h"
#include "base/encoding.h"
#include "base/text.h"
#include "gen/s3_handlers.h"
#include "services/s3/access.h"
#include "services/s3/account_block.h"
#include "services/s3/tables.h"

namespace drydock::s3 {

namespace {

constexpr size_t kMostGrants = 100;
constexpr std::string_view kAllUsers = "http://acs.amazonaws.com/groups/global/AllUsers";
constexpr std::string_view kAuthenticatedUsers =
    "http://acs.amazonaws.com/groups/global/AuthenticatedUsers";
constexpr std::string_view kLogDelivery = "http://acs.amazonaws.com/groups/s3/LogDelivery";
// The account that bundles images of EC2, of the canned ACL aws-exec-read.
constexpr std::string_view kImageBundler =
    "6aa5a366c34c1cbe25dc49211496e913e0351eb0e8c37aa3477e40942ec6b97c";

enum class On { kBucket, kObject };

bool is_group(std::string_view grantee) { return grantee.starts_with("http"); }
bool is_public_group(std::string_view grantee) {
  return grantee == kAllUsers || grantee == kAuthenticatedUsers;
}
void grant(StoredGrants& grants, std::string_view grantee, std::string_view permission) {
  for (const StoredGrant& one : grants)
    if (one.Grantee == grantee && one.Permission == permission) return;
  grants.push_back({.Grantee = std::string(grantee), .Permission = std::string(permission)});
}

Unexpected invalid(std::string_view text, std::string_view name, std::string_view value) {
  Fault f{"InvalidArgument", std::string(text), 400};
  f.members =
      Value::object({{"ArgumentName", std::string(name)}, {"ArgumentValue", std::string(value)}});
  return fault(std::move(f));
}

Unexpected malformed_acl() {
  return fault(
      "MalformedACLError",
      "The XML you provided was not well-formed or did not validate against our published schema",
      400);
}

Result<StoredGrants> canned_grants(std::string_view name, On on, const std::string& owner,
                                   const std::string& bucket_owner) {
  StoredGrants grants;
  grant(grants, owner, "FULL_CONTROL");
  const bool object = on == On::kObject;
  if (name == "private") return grants;
  if (name == "public-read" || name == "public-read-write") grant(grants, kAllUsers, "READ");
  if (name == "public-read-write") grant(grants, kAllUsers, "WRITE");
  if (name == "authenticated-read") grant(grants, kAuthenticatedUsers, "READ");
  if (name == "aws-exec-read") grant(grants, kImageBundler, "READ");
  // Of a bucket AWS does ignore these two.
  if (name == "bucket-owner-read" && object && owner != bucket_owner)
    grant(grants, bucket_owner, "READ");
  if (name == "bucket-owner-full-control" && object) grant(grants, bucket_owner, "FULL_CONTROL");
  if (name == "log-delivery-write" && !object) {
    grant(grants, kLogDelivery, "WRITE");
    grant(grants, kLogDelivery, "READ_ACP");
  }
  constexpr std::string_view kKnown[] = {
      "public-read",       "public-read-write",         "authenticated-read", "aws-exec-read",
      "bucket-owner-read", "bucket-owner-full-control", "log-delivery-write"};
  if (std::find(std::begin(kKnown), std::end(kKnown), name) == std::end(kKnown))
    return invalid("", "x-amz-acl", name);
  return grants;
}

Result<std::string> grantee_by(std::string_view kind, std::string_view value,
                               std::string_view where) {
  if (equals_ignore_case(kind, "id")) {
    if (value != kImageBundler && !account_of_canonical_id(value))
      return invalid("Invalid id", where, value);
    return std::string(value);
  }
  if (equals_ignore_case(kind, "uri")) {
    if (!is_public_group(value) && value != kLogDelivery)
      return invalid("Invalid group uri", where, value);
    return std::string(value);
  }
  // AWS does refuse grantees by e-mail address since October 2025.
  if (equals_ignore_case(kind, "emailAddress"))
    return errors::MethodNotAllowed("The specified method is not allowed against this resource.");
  return invalid("Argument format not recognized", where, value);
}

// id="…", uri="…": the quotes may be missing.
Result<void> add_header(StoredGrants& grants, const std::optional<std::string>& header,
                        std::string_view name, std::string_view permission) {
  if (!header) return {};
  for (std::string_view one : split(*header, ',')) {
    one = trim(one);
    const size_t equals = one.find('=');
    if (equals == std::string_view::npos)
      return invalid("Argument format not recognized", name, *header);
    std::string_view value = trim(one.substr(equals + 1));
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
      value = value.substr(1, value.size() - 2);
    grant(grants, TRY(grantee_by(trim(one.substr(0, equals)), value, name)), permission);
  }
  return {};
}

Result<StoredGrants> document_grants(const AccessControlPolicy& document,
                                     const std::string& owner) {
  if (!document.AccessControlList) return malformed_acl();
  // The owner of a thing is not changed by its ACL.
  if (document.Owner && document.Owner->ID && *document.Owner->ID != owner)
    return fault("AccessDenied", "Access Denied", 403);
  StoredGrants grants;
  for (const AclGrant& one : *document.AccessControlList) {
    if (!one.Grantee || !one.Permission) return malformed_acl();
    const AclGrantee& grantee = *one.Grantee;
    const auto& value = grantee.ID ? grantee.ID : grantee.URI ? grantee.URI : grantee.EmailAddress;
    if (!value) return malformed_acl();
    grant(grants,
          TRY(grantee_by(grantee.ID    ? "id"
                         : grantee.URI ? "uri"
                                       : "emailAddress",
                         *value, grantee.ID ? "CanonicalUser/ID" : "Group/URI")),
          *one.Permission);
  }
  return grants;
}

// The grants that a request asks for; nullopt when it says nothing.
Result<std::optional<StoredGrants>> asked_grants(const AclRequest& acl, On on,
                                                 const std::string& owner,
                                                 const std::string& bucket_owner) {
  const bool by_grants = acl.full_control || acl.read || acl.read_acp || acl.write || acl.write_acp;
  if (acl.canned && by_grants)
    return errors::InvalidRequest("Specifying both Canned ACLs and Header Grants is not allowed");
  if (acl.document && acl.in_headers())
    return fault("UnexpectedContent", "This request does not support content", 400);
  std::optional<StoredGrants> grants;
  if (acl.canned) grants = TRY(canned_grants(*acl.canned, on, owner, bucket_owner));
  if (acl.document) grants = TRY(document_grants(*acl.document, owner));
  if (by_grants) {
    grants.emplace();
    TRY(add_header(*grants, acl.full_control, "x-amz-grant-full-control", "FULL_CONTROL"));
    TRY(add_header(*grants, acl.read, "x-amz-grant-read", "READ"));
    TRY(add_header(*grants, acl.read_acp, "x-amz-grant-read-acp", "READ_ACP"));
    TRY(add_header(*grants, acl.write, "x-amz-grant-write", "WRITE"));
    TRY(add_header(*grants, acl.write_acp, "x-amz-grant-write-acp", "WRITE_ACP"));
  }
  if (grants && grants->size() > kMostGrants) return malformed_acl();
  return grants;
}

// The only ACL that a bucket takes whose owner owns everything.
bool is_owner_full_control(const std::optional<StoredGrants>& grants, const std::string& owner) {
  return grants && grants->size() == 1 && grants->front().Grantee == owner &&
         grants->front().Permission == "FULL_CONTROL";
}

Result<void> refuse_blocked(Call& call, const BucketRow& bucket,
                            const std::optional<StoredGrants>& grants, std::string_view action,
                            const std::string& resource) {
  if (!is_public_acl(grants) ||
      !is_blocked(call.txn(), bucket, &PublicAccessBlockConfiguration::BlockPublicAcls))
    return {};
  return fault(
      "AccessDenied",
      "User: " + call.caller().principal.arn +
          " is not authorized to perform: " + std::string(action) + " on resource: \"" + resource +
          "\" because public access control lists (ACLs) are blocked by the BlockPublicAcls block public access setting.",
      403);
}

// ---- as policies

struct Meaning {
  std::string_view permission;
  std::vector<std::string_view> actions;
};
// S3 User Guide, "Mapping of ACL permissions and access policy permissions".
const std::vector<Meaning>& meanings(On on) {
  static const std::vector<Meaning> bucket = {
      {"READ", {"s3:ListBucket", "s3:ListBucketVersions", "s3:ListBucketMultipartUploads"}},
      {"WRITE", {"s3:PutObject"}},
      {"READ_ACP", {"s3:GetBucketAcl"}},
      {"WRITE_ACP", {"s3:PutBucketAcl"}}};
  static const std::vector<Meaning> object = {
      {"READ", {"s3:GetObject", "s3:GetObjectVersion"}},
      {"READ_ACP", {"s3:GetObjectAcl", "s3:GetObjectVersionAcl"}},
      {"WRITE_ACP", {"s3:PutObjectAcl", "s3:PutObjectVersionAcl"}}};
  return on == On::kBucket ? bucket : object;
}

std::optional<Value> statement_for(const StoredGrant& grant, On on) {
  Value actions = Value::list();
  for (const Meaning& meaning : meanings(on))
    if (grant.Permission == "FULL_CONTROL" || grant.Permission == meaning.permission)
      for (std::string_view action : meaning.actions) actions.push_back(std::string(action));
  if (!actions.size()) return std::nullopt;
  Value principal;
  Value condition;
  if (grant.Grantee == kAllUsers) {
    principal = "*";
  } else if (grant.Grantee == kAuthenticatedUsers) {
    principal = "*";
    condition = Value::object({{"Null", Value::object({{"aws:PrincipalAccount", "false"}})}});
  } else if (grant.Grantee == kLogDelivery) {
    principal = Value::object({{"Service", "logging.s3.amazonaws.com"}});
  } else if (auto account = account_of_canonical_id(grant.Grantee)) {
    principal = Value::object({{"AWS", "arn:aws:iam::" + *account + ":root"}});
  } else {
    return std::nullopt;
  }
  // The policy is asked for this one resource only.
  Value statement = Value::object({{"Effect", "Allow"},
                                   {"Principal", std::move(principal)},
                                   {"Action", std::move(actions)},
                                   {"Resource", "*"}});
  if (condition.is_object()) statement.set("Condition", std::move(condition));
  return statement;
}

PolicyPtr policy_of(const BucketRow& bucket, const std::optional<StoredGrants>& grants, On on,
                    std::string_view owner_account, PublicGrants public_grants) {
  if (!grants || ownership_of(bucket) == Ownership::kBucketOwnerEnforced) return nullptr;
  const bool ignore_public = public_grants == PublicGrants::kIgnored;
  const std::string owner = canonical_id(owner_account);
  Value statements = Value::list();
  for (const StoredGrant& one : *grants) {
    if (one.Grantee == owner || (ignore_public && is_public_group(one.Grantee))) continue;
    if (auto statement = statement_for(one, on)) statements.push_back(std::move(*statement));
  }
  if (!statements.size()) return nullptr;
  return compiled_policy(
      to_json(Value::object({{"Version", "2012-10-17"}, {"Statement", std::move(statements)}})),
      PolicyUse::kResource);
}

// ---- as XML

std::string acl_xml(const std::string& owner, const std::optional<StoredGrants>& stored) {
  StoredGrants grants = stored.value_or(StoredGrants{});
  if (!stored) grant(grants, owner, "FULL_CONTROL");
  std::string out =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<AccessControlPolicy xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Owner><ID>" +
      owner + "</ID></Owner><AccessControlList>";
  for (const StoredGrant& one : grants) {
    const bool group = is_group(one.Grantee);
    out += std::string("<Grant><Grantee xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" ") +
           (group ? "xsi:type=\"Group\"><URI>" : "xsi:type=\"CanonicalUser\"><ID>") + one.Grantee +
           (group ? "</URI>" : "</ID>") + "</Grantee><Permission>" + one.Permission +
           "</Permission></Grant>";
  }
  return out + "</AccessControlList></AccessControlPolicy>";
}

Unexpected not_supported() {
  return fault("AccessControlListNotSupported", "The bucket does not allow ACLs", 400);
}

// Put…Acl asks for one thing at least.
Result<void> check_something_asked(const AclRequest& acl) {
  if (acl.in_headers() || acl.document) return {};
  Fault f{"MissingSecurityHeader", "Your request was missing a required header", 400};
  f.members = Value::object({{"MissingHeaderName", "x-amz-acl"}});
  return fault(std::move(f));
}

uint64_t number_of(std::string_view bytes) {
  uint64_t out = 0;
  for (size_t i = 0; i < 8; ++i) out = out << 8 | static_cast<unsigned char>(bytes[i]);
  return out;
}
std::string bytes_of(uint64_t number) {
  std::string out(8, '\0');
  for (size_t i = 0; i < 8; ++i) out[7 - i] = static_cast<char>(number >> (8 * i));
  return out;
}

}  // namespace

std::optional<Ownership> parse_ownership(std::string_view text) {
  if (text == "BucketOwnerEnforced") return Ownership::kBucketOwnerEnforced;
  if (text == "BucketOwnerPreferred") return Ownership::kBucketOwnerPreferred;
  if (text == "ObjectWriter") return Ownership::kObjectWriter;
  return std::nullopt;
}

Ownership ownership_of(const BucketRow& bucket) {
  return parse_ownership(bucket.ObjectOwnership.value_or("")).value_or(Ownership::kObjectWriter);
}

// 24 bytes of a digest of the account, and its number hidden under the first eight of them.
std::string canonical_id(std::string_view account) {
  const std::string digest = sha256("canonical user id of " + std::string(account)).substr(0, 24);
  const auto number = static_cast<uint64_t>(parse_int(account).value_or(0));
  return to_hex(digest + bytes_of(number ^ number_of(digest)));
}

std::optional<std::string> account_of_canonical_id(std::string_view id) {
  auto bytes = id.size() == 64 ? from_hex(id) : std::nullopt;
  if (!bytes) return std::nullopt;
  std::string account = std::to_string(number_of(*bytes) ^ number_of(bytes->substr(24)));
  if (account.size() > 12) return std::nullopt;
  account.insert(0, 12 - account.size(), '0');
  return canonical_id(account) == id ? std::optional(account) : std::nullopt;
}

Owner owner_entry(std::string_view account) { return Owner{.ID = canonical_id(account)}; }

std::string owner_of(const BucketRow& bucket, const ObjectRow& object) {
  return ownership_of(bucket) == Ownership::kBucketOwnerEnforced
             ? bucket.Account
             : object.Owner.value_or(bucket.Account);
}

void AclRequest::add_keys(Context& context) const {
  auto add = [&](const char* key, const std::optional<std::string>& value) {
    if (value) context.add(key, *value);
  };
  add("s3:x-amz-acl", canned);
  add("s3:x-amz-grant-full-control", full_control);
  add("s3:x-amz-grant-read", read);
  add("s3:x-amz-grant-read-acp", read_acp);
  add("s3:x-amz-grant-write", write);
  add("s3:x-amz-grant-write-acp", write_acp);
}

Result<ObjectAcl> acl_of_new_object(Call& call, const BucketRow& bucket, std::string_view key,
                                    const AclRequest& acl) {
  const Ownership ownership = ownership_of(bucket);
  // Services and callers without a signature own nothing.
  const std::string writer =
      call.caller().principal.account.text.empty() ? bucket.Account : call.account().text;
  const std::string bucket_owner = canonical_id(bucket.Account);
  const bool given_up =
      ownership == Ownership::kBucketOwnerEnforced ||
      (ownership == Ownership::kBucketOwnerPreferred && acl.canned == "bucket-owner-full-control");
  const std::string& owner = given_up ? bucket.Account : writer;
  auto grants = TRY(asked_grants(acl, On::kObject, canonical_id(owner), bucket_owner));
  if (ownership == Ownership::kBucketOwnerEnforced) {
    // AWS does refuse "private" too, though it comes to the same.
    if (acl.canned ? acl.canned != "bucket-owner-full-control"
                   : grants && !is_owner_full_control(grants, bucket_owner))
      return not_supported();
    return ObjectAcl{};
  }
  TRY(refuse_blocked(call, bucket, grants, "s3:PutObject", object_arn(bucket.Name, key)));
  ObjectAcl out;
  if (owner != bucket.Account) out.owner = owner;
  if (grants && !is_owner_full_control(grants, canonical_id(owner))) out.grants = std::move(grants);
  return out;
}

Result<std::optional<StoredGrants>> acl_of_new_bucket(const BucketRow& bucket,
                                                      const AclRequest& acl) {
  const std::string owner = canonical_id(bucket.Account);
  auto grants = TRY(asked_grants(acl, On::kBucket, owner, owner));
  if (!grants || is_owner_full_control(grants, owner)) return std::nullopt;
  if (ownership_of(bucket) == Ownership::kBucketOwnerEnforced)
    return fault("InvalidBucketAclWithObjectOwnership",
                 "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
                 400);
  return grants;
}

PolicyPtr policy_of_bucket_acl(const BucketRow& bucket, PublicGrants public_grants) {
  return policy_of(bucket, bucket.Acl, On::kBucket, bucket.Account, public_grants);
}

PolicyPtr policy_of_object_acl(const BucketRow& bucket, const ObjectRow& object,
                               PublicGrants public_grants) {
  return policy_of(bucket, object.Acl, On::kObject, object.Owner.value_or(bucket.Account),
                   public_grants);
}

bool is_public_acl(const std::optional<StoredGrants>& grants) {
  return grants && std::any_of(grants->begin(), grants->end(), [](const StoredGrant& grant) {
           return is_public_group(grant.Grantee);
         });
}

bool is_private(const BucketRow& bucket) {
  return !bucket.Acl || is_owner_full_control(bucket.Acl, canonical_id(bucket.Account));
}

// ---- operations

Result<RawBucketOutput> get_bucket_acl(Call& call, const OnlyBucketInput& in) {
  BucketRow bucket = TRY(open_bucket(call, in.Bucket, "s3:GetBucketAcl"));
  const bool enforced = ownership_of(bucket) == Ownership::kBucketOwnerEnforced;
  return RawBucketOutput{
      .Body = acl_xml(canonical_id(bucket.Account), enforced ? std::nullopt : bucket.Acl),
      .ContentType = "application/xml"};
}

Result<PutBucketAclOutput> put_bucket_acl(Call& call, const PutBucketAclInput& in) {
  AclRequest acl = acl_headers(in);
  if (in.AccessControlPolicy) acl.document = &*in.AccessControlPolicy;
  Context context;
  acl.add_keys(context);
  BucketRow bucket = TRY(open_bucket(call, in.Bucket, "s3:PutBucketAcl", std::move(context)));
  TRY(check_something_asked(acl));
  const std::string owner = canonical_id(bucket.Account);
  auto grants = TRY(asked_grants(acl, On::kBucket, owner, owner));
  if (ownership_of(bucket) == Ownership::kBucketOwnerEnforced) {
    if (acl.canned ? acl.canned != "bucket-owner-full-control"
                   : !is_owner_full_control(grants, owner))
      return not_supported();
    return PutBucketAclOutput{};
  }
  TRY(refuse_blocked(call, bucket, grants, "s3:PutBucketAcl", bucket_arn(in.Bucket)));
  bucket.Acl = std::move(grants);
  kBuckets.put(call.txn(), kInstallation, {bucket.Name}, bucket);
  return PutBucketAclOutput{};
}

Result<RawBucketOutput> get_object_acl(Call& call, const GetObjectAclInput& in) {
  Context context;
  if (in.VersionId) context.add("s3:VersionId", *in.VersionId);
  BucketRow bucket = TRY(open_bucket_for(
      call, in.Bucket, in.Key, in.VersionId ? "s3:GetObjectVersionAcl" : "s3:GetObjectAcl",
      std::move(context)));
  FoundObject found = TRY(find_object(call, bucket, in.Key, in.VersionId));
  const bool enforced = ownership_of(bucket) == Ownership::kBucketOwnerEnforced;
  return RawBucketOutput{.Body = acl_xml(canonical_id(owner_of(bucket, found.row)),
                                         enforced ? std::nullopt : found.row.Acl),
                         .ContentType = "application/xml"};
}

Result<PutObjectAclOutput> put_object_acl(Call& call, const PutObjectAclInput& in) {
  AclRequest acl = acl_headers(in);
  if (in.AccessControlPolicy) acl.document = &*in.AccessControlPolicy;
  Context context;
  acl.add_keys(context);
  if (in.VersionId) context.add("s3:VersionId", *in.VersionId);
  const char* action = in.VersionId ? "s3:PutObjectVersionAcl" : "s3:PutObjectAcl";
  BucketRow bucket = TRY(open_bucket_for(call, in.Bucket, in.Key, action, std::move(context)));
  FoundObject found = TRY(find_object(call, bucket, in.Key, in.VersionId));
  TRY(check_something_asked(acl));
  const std::string owner = canonical_id(owner_of(bucket, found.row));
  const std::string bucket_owner = canonical_id(bucket.Account);
  auto grants = TRY(asked_grants(acl, On::kObject, owner, bucket_owner));
  if (ownership_of(bucket) == Ownership::kBucketOwnerEnforced) {
    if (acl.canned ? acl.canned != "bucket-owner-full-control"
                   : !is_owner_full_control(grants, bucket_owner))
      return not_supported();
    return PutObjectAclOutput{};
  }
  TRY(refuse_blocked(call, bucket, grants, action, object_arn(in.Bucket, in.Key)));
  found.row.Acl = std::move(grants);
  save_object(call, bucket, found);
  return PutObjectAclOutput{};
}

}  // namespace drydock::s3
