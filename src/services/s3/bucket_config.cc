// What is set on a bucket: versioning, encryption, policy, lifecycle, tags, public access block,
// CORS rules.
#include "api/server.h"
#include "auth/held.h"
#include "auth/policy.h"
#include "auth/public_access.h"
#include "gen/s3_handlers.h"
#include "services/s3/access.h"
#include "services/s3/account_block.h"
#include "services/s3/acl.h"
#include "services/s3/bucket_policy.h"
#include "services/s3/cors.h"
#include "services/s3/tables.h"

namespace drydock::s3 {

namespace {

constexpr size_t kMaxBucketTags = 50;
constexpr size_t kMaxPolicyBytes = 20 << 10;

void save(Call& call, const BucketRow& bucket) {
  kBuckets.put(call.txn(), kInstallation, {bucket.Name}, bucket);
}

Unexpected missing(const char* code, const char* text, const std::string& bucket) {
  Fault none{code, text, 404};
  none.members = Value::object({{"BucketName", bucket}});
  return fault(std::move(none));
}

// AWS does refuse these to other accounts even where the policy lets them ("PutBucketPolicy" in the
// S3 API Reference: 405 Method Not Allowed).
Result<BucketRow> open_own_bucket(Call& call, const std::string& name, std::string_view action) {
  BucketRow bucket = TRY(open_bucket(call, name, action));
  if (bucket.Account != call.account().text)
    return errors::MethodNotAllowed("The specified method is not allowed against this resource.");
  return bucket;
}

}  // namespace

// ---- versioning

Result<GetBucketVersioningOutput> get_bucket_versioning(Call& call,
                                                        const GetBucketVersioningInput& in) {
  BucketRow bucket = TRY(open_bucket(call, in.Bucket, "s3:GetBucketVersioning"));
  return GetBucketVersioningOutput{.Status = bucket.Versioning};
}

Result<PutBucketVersioningOutput> put_bucket_versioning(Call& call,
                                                        const PutBucketVersioningInput& in) {
  BucketRow bucket = TRY(open_bucket(call, in.Bucket, "s3:PutBucketVersioning"));
  if (!in.VersioningConfiguration.Status)
    return fault("IllegalVersioningConfigurationException",
                 "The Versioning element must be specified", 400);
  if (bucket.ObjectLock && in.VersioningConfiguration.Status != "Enabled")
    return fault("InvalidBucketState",
                 "An Object Lock configuration is present on this bucket, so the versioning state "
                 "cannot be changed.",
                 409);
  bucket.Versioning = in.VersioningConfiguration.Status;
  save(call, bucket);
  return PutBucketVersioningOutput{};
}

// ---- encryption

Result<GetBucketEncryptionOutput> get_bucket_encryption(Call& call,
                                                        const GetBucketEncryptionInput& in) {
  BucketRow bucket = TRY(open_bucket(call, in.Bucket, "s3:GetEncryptionConfiguration"));
  ServerSideEncryptionRule rule;
  rule.ApplyServerSideEncryptionByDefault = ServerSideEncryptionByDefault{
      .SSEAlgorithm = bucket.SseAlgorithm.value_or("AES256"), .KMSMasterKeyID = bucket.KmsKeyId};
  rule.BucketKeyEnabled = bucket.BucketKeyEnabled.value_or(false);
  GetBucketEncryptionOutput out;
  out.ServerSideEncryptionConfiguration = ServerSideEncryptionConfiguration{.Rules = {rule}};
  return out;
}

Result<PutBucketEncryptionOutput> put_bucket_encryption(Call& call,
                                                        const PutBucketEncryptionInput& in) {
  BucketRow bucket = TRY(open_bucket(call, in.Bucket, "s3:PutEncryptionConfiguration"));
  const auto& rules = in.ServerSideEncryptionConfiguration.Rules;
  if (rules.size() != 1 || !rules[0].ApplyServerSideEncryptionByDefault)
    return errors::MalformedXML(
        "The XML you provided was not well-formed or did not validate against our published schema");
  const auto& by_default = *rules[0].ApplyServerSideEncryptionByDefault;
  if (by_default.SSEAlgorithm != "AES256" && by_default.SSEAlgorithm != "aws:kms")
    return errors::MalformedXML(
        "The XML you provided was not well-formed or did not validate against our published schema");
  if (by_default.SSEAlgorithm == "AES256" && by_default.KMSMasterKeyID)
    return errors::InvalidArgument(
        "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse");
  bucket.SseAlgorithm = by_default.SSEAlgorithm;
  bucket.KmsKeyId = by_default.KMSMasterKeyID;
  bucket.BucketKeyEnabled = rules[0].BucketKeyEnabled;
  save(call, bucket);
  return PutBucketEncryptionOutput{};
}

Result<DeleteBucketEncryptionOutput> delete_bucket_encryption(
    Call& call, const DeleteBucketEncryptionInput& in) {
  BucketRow bucket = TRY(open_bucket(call, in.Bucket, "s3:PutEncryptionConfiguration"));
  bucket.SseAlgorithm.reset();
  bucket.KmsKeyId.reset();
  bucket.BucketKeyEnabled.reset();
  save(call, bucket);
  return DeleteBucketEncryptionOutput{};
}

// ---- policy

Result<GetBucketPolicyOutput> get_bucket_policy(Call& call, const GetBucketPolicyInput& in) {
  BucketRow bucket = TRY(open_own_bucket(call, in.Bucket, "s3:GetBucketPolicy"));
  if (!bucket.Policy)
    return missing("NoSuchBucketPolicy", "The bucket policy does not exist", in.Bucket);
  return GetBucketPolicyOutput{.Policy = call.server().show_principals(call.txn(), *bucket.Policy),
                               .ContentType = "application/json"};
}

Result<PutBucketPolicyOutput> put_bucket_policy(Call& call, const PutBucketPolicyInput& in) {
  BucketRow bucket = TRY(open_own_bucket(call, in.Bucket, "s3:PutBucketPolicy"));
  if (in.Policy.size() > kMaxPolicyBytes)
    return errors::MalformedPolicy("The bucket policy is " + std::to_string(in.Policy.size()) +
                                   " bytes long; the limit is " + std::to_string(kMaxPolicyBytes) +
                                   ".");
  // AWS does tell these apart (aws-cli issue 2779).
  if (!in.Policy.starts_with('{'))
    return errors::MalformedPolicy("Policies must be valid JSON and the first byte must be '{'");
  if (!parse_json(in.Policy)) return errors::MalformedPolicy("This policy contains invalid Json");
  auto parsed = parse_policy(in.Policy, PolicyUse::kResource);
  if (!parsed) return errors::MalformedPolicy(parsed.error().message);
  auto document = parse_json(in.Policy);
  if (document) TRY(check_bucket_policy(*document, in.Bucket));
  if (document && is_public_policy(*document) &&
      is_blocked(call.txn(), bucket, &PublicAccessBlockConfiguration::BlockPublicPolicy))
    return fault(
        "AccessDenied",
        "User: " + call.caller().principal.arn +
            " is not authorized to perform: s3:PutBucketPolicy on resource: \"" +
            bucket_arn(in.Bucket) +
            "\" because public policies are blocked by the BlockPublicPolicy block public access setting.",
        403);
  const std::string named = TRY(with_named_accounts(in.Policy));
  auto held = call.server().hold_principals(call.txn(), named);
  if (!held || lost_principal(call.server().show_principals(call.txn(), *held)))
    return errors::MalformedPolicy("Invalid principal in policy");
  bucket.Policy = std::move(*held);
  save(call, bucket);
  return PutBucketPolicyOutput{};
}

Result<DeleteBucketPolicyOutput> delete_bucket_policy(Call& call,
                                                      const DeleteBucketPolicyInput& in) {
  BucketRow bucket = TRY(open_own_bucket(call, in.Bucket, "s3:DeleteBucketPolicy"));
  bucket.Policy.reset();
  save(call, bucket);
  return DeleteBucketPolicyOutput{};
}

Result<GetBucketPolicyStatusOutput> get_bucket_policy_status(Call& call,
                                                             const GetBucketPolicyStatusInput& in) {
  BucketRow bucket = TRY(open_bucket(call, in.Bucket, "s3:GetBucketPolicyStatus"));
  if (!bucket.Policy)
    return missing("NoSuchBucketPolicy", "The bucket policy does not exist", in.Bucket);
  auto document = parse_json(*bucket.Policy);
  GetBucketPolicyStatusOutput out;
  out.PolicyStatus = PolicyStatus{.IsPublic = document && is_public_policy(*document)};
  return out;
}

// ---- lifecycle

Result<GetBucketLifecycleConfigurationOutput> get_bucket_lifecycle_configuration(
    Call& call, const GetBucketLifecycleConfigurationInput& in) {
  BucketRow bucket = TRY(open_bucket(call, in.Bucket, "s3:GetLifecycleConfiguration"));
  if (!bucket.Lifecycle)
    return missing("NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist",
                   in.Bucket);
  return GetBucketLifecycleConfigurationOutput{.Rules = bucket.Lifecycle};
}

Result<PutBucketLifecycleConfigurationOutput> put_bucket_lifecycle_configuration(
    Call& call, const PutBucketLifecycleConfigurationInput& in) {
  BucketRow bucket = TRY(open_bucket(call, in.Bucket, "s3:PutLifecycleConfiguration"));
  LifecycleRules rules = in.LifecycleConfiguration.Rules;
  if (rules.empty())
    return errors::MalformedXML(
        "The XML you provided was not well-formed or did not validate against our published schema");
  for (LifecycleRule& rule : rules) {
    if (!rule.Expiration && !rule.NoncurrentVersionExpiration &&
        !rule.AbortIncompleteMultipartUpload && !rule.Transitions &&
        !rule.NoncurrentVersionTransitions)
      return errors::InvalidRequest("At least one action needs to be specified in a rule");
    if (!rule.ID || rule.ID->empty()) rule.ID = call.random().uuid();
  }
  bucket.Lifecycle = std::move(rules);
  save(call, bucket);
  // Applied by a daily job; see lifecycle.cc.
  call.start_job("s3.lifecycle", in.Bucket, call.now() + 24 * 3600 * 1000,
                 Value::object({{"bucket", in.Bucket}}));
  return PutBucketLifecycleConfigurationOutput{};
}

Result<DeleteBucketLifecycleOutput> delete_bucket_lifecycle(Call& call,
                                                            const DeleteBucketLifecycleInput& in) {
  BucketRow bucket = TRY(open_bucket(call, in.Bucket, "s3:PutLifecycleConfiguration"));
  bucket.Lifecycle.reset();
  save(call, bucket);
  call.cancel_job("s3.lifecycle", in.Bucket);
  return DeleteBucketLifecycleOutput{};
}

// ---- tags

Result<GetBucketTaggingOutput> get_bucket_tagging(Call& call, const GetBucketTaggingInput& in) {
  BucketRow bucket = TRY(open_bucket(call, in.Bucket, "s3:GetBucketTagging"));
  if (!bucket.Tags) return missing("NoSuchTagSet", "The TagSet does not exist", in.Bucket);
  return GetBucketTaggingOutput{.TagSet = *bucket.Tags};
}

Result<PutBucketTaggingOutput> put_bucket_tagging(Call& call, const PutBucketTaggingInput& in) {
  BucketRow bucket = TRY(open_bucket(call, in.Bucket, "s3:PutBucketTagging"));
  const TagSet& tags = in.Tagging.TagSet;
  if (tags.size() > kMaxBucketTags)
    return fault("BadRequest", "Bucket tag count cannot be greater than 50", 400);
  for (size_t i = 0; i < tags.size(); ++i) {
    if (tags[i].Key.empty() || tags[i].Key.size() > 128)
      return errors::InvalidTag("The TagKey you have provided is invalid");
    if (tags[i].Value.size() > 256)
      return errors::InvalidTag("The TagValue you have provided is invalid");
    if (tags[i].Key.starts_with("aws:") && call.caller().called_via.empty())
      return errors::InvalidTag("System tags cannot be added/updated by requester");
    for (size_t k = 0; k < i; ++k)
      if (tags[k].Key == tags[i].Key)
        return errors::InvalidTag("Cannot provide multiple Tags with the same key");
  }
  bucket.Tags = tags;
  save(call, bucket);
  return PutBucketTaggingOutput{};
}

Result<DeleteBucketTaggingOutput> delete_bucket_tagging(Call& call,
                                                        const DeleteBucketTaggingInput& in) {
  BucketRow bucket = TRY(open_bucket(call, in.Bucket, "s3:PutBucketTagging"));
  bucket.Tags.reset();
  save(call, bucket);
  return DeleteBucketTaggingOutput{};
}

// ---- public access block

Result<GetPublicAccessBlockOutput> get_public_access_block(Call& call,
                                                           const GetPublicAccessBlockInput& in) {
  BucketRow bucket = TRY(open_bucket(call, in.Bucket, "s3:GetBucketPublicAccessBlock"));
  if (!bucket.PublicAccessBlock)
    return missing("NoSuchPublicAccessBlockConfiguration",
                   "The public access block configuration was not found", in.Bucket);
  GetPublicAccessBlockOutput out;
  out.PublicAccessBlockConfiguration = bucket.PublicAccessBlock;
  return out;
}

Result<PutPublicAccessBlockOutput> put_public_access_block(Call& call,
                                                           const PutPublicAccessBlockInput& in) {
  BucketRow bucket = TRY(open_bucket(call, in.Bucket, "s3:PutBucketPublicAccessBlock"));
  bucket.PublicAccessBlock = in.PublicAccessBlockConfiguration;
  save(call, bucket);
  return PutPublicAccessBlockOutput{};
}

Result<DeletePublicAccessBlockOutput> delete_public_access_block(
    Call& call, const DeletePublicAccessBlockInput& in) {
  BucketRow bucket = TRY(open_bucket(call, in.Bucket, "s3:PutBucketPublicAccessBlock"));
  bucket.PublicAccessBlock.reset();
  save(call, bucket);
  return DeletePublicAccessBlockOutput{};
}

// ---- who owns objects

Result<GetBucketOwnershipControlsOutput> get_bucket_ownership_controls(Call& call,
                                                                       const OnlyBucketInput& in) {
  BucketRow bucket = TRY(open_bucket(call, in.Bucket, "s3:GetBucketOwnershipControls"));
  if (!bucket.ObjectOwnership)
    return missing("OwnershipControlsNotFoundError", "The bucket ownership controls were not found",
                   in.Bucket);
  GetBucketOwnershipControlsOutput out;
  out.OwnershipControls =
      OwnershipControls{.Rules = {{.ObjectOwnership = *bucket.ObjectOwnership}}};
  return out;
}

Result<PutBucketOwnershipControlsOutput> put_bucket_ownership_controls(
    Call& call, const PutBucketOwnershipControlsInput& in) {
  BucketRow bucket = TRY(open_bucket(call, in.Bucket, "s3:PutBucketOwnershipControls"));
  const auto& rules = in.OwnershipControls.Rules;
  auto wanted = rules.size() == 1 ? parse_ownership(rules[0].ObjectOwnership) : std::nullopt;
  if (!wanted)
    return errors::MalformedXML(
        "The XML you provided was not well-formed or did not validate against our published schema");
  if (*wanted == Ownership::kBucketOwnerEnforced && !is_private(bucket))
    return fault("InvalidBucketAclWithObjectOwnership",
                 "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
                 400);
  bucket.ObjectOwnership = rules[0].ObjectOwnership;
  save(call, bucket);
  return PutBucketOwnershipControlsOutput{};
}

Result<DeleteBucketOwnershipControlsOutput> delete_bucket_ownership_controls(
    Call& call, const OnlyBucketInput& in) {
  BucketRow bucket = TRY(open_bucket(call, in.Bucket, "s3:PutBucketOwnershipControls"));
  bucket.ObjectOwnership.reset();
  save(call, bucket);
  return DeleteBucketOwnershipControlsOutput{};
}

// ---- who may ask from which pages

Result<GetBucketCorsOutput> get_bucket_cors(Call& call, const OnlyBucketInput& in) {
  BucketRow bucket = TRY(open_bucket(call, in.Bucket, "s3:GetBucketCORS"));
  CORSRules rules = cors_rules_of(bucket);
  if (rules.empty())
    return missing("NoSuchCORSConfiguration", "The CORS configuration does not exist", in.Bucket);
  GetBucketCorsOutput out;
  out.CORSRules = std::move(rules);
  return out;
}

Result<PutBucketCorsOutput> put_bucket_cors(Call& call, const PutBucketCorsInput& in) {
  BucketRow bucket = TRY(open_bucket(call, in.Bucket, "s3:PutBucketCORS"));
  TRY(check_cors_rules(in.CORSConfiguration.CORSRules));
  bucket.Cors = in.CORSConfiguration.CORSRules;
  bucket.Raw.reset();
  save(call, bucket);
  return PutBucketCorsOutput{};
}

Result<DeleteBucketCorsOutput> delete_bucket_cors(Call& call, const OnlyBucketInput& in) {
  BucketRow bucket = TRY(open_bucket(call, in.Bucket, "s3:PutBucketCORS"));
  bucket.Cors.reset();
  bucket.Raw.reset();
  save(call, bucket);
  return DeleteBucketCorsOutput{};
}

// Never set here, so AWS's answer for a bucket without it.
Result<RawBucketOutput> get_bucket_replication(Call& call, const OnlyBucketInput& in) {
  TRY(open_bucket(call, in.Bucket, "s3:GetReplicationConfiguration"));
  return missing("ReplicationConfigurationNotFoundError",
                 "The replication configuration was not found", in.Bucket);
}

}  // namespace drydock::s3
