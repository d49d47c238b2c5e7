// Buckets: create, list, head, delete, location.
#include "base/text.h"
#include "gen/s3_handlers.h"
#include "services/s3/access.h"
#include "services/s3/account_block.h"
#include "services/s3/acl.h"
#include "services/s3/tables.h"

namespace drydock::s3 {

namespace {

constexpr size_t kMaxBucketsPerAccount = 10000;

// The naming rules of general purpose buckets (S3 User Guide).
bool valid_name(std::string_view name) {
  if (name.size() < 3 || name.size() > 63) return false;
  bool digits_and_dots = true;
  for (size_t i = 0; i < name.size(); ++i) {
    char c = name[i];
    bool letter = c >= 'a' && c <= 'z', digit = c >= '0' && c <= '9';
    if (!letter && !digit && c != '-' && c != '.') return false;
    if ((i == 0 || i + 1 == name.size()) && !letter && !digit) return false;
    if (c == '.' && name[i - 1] == '.') return false;
    digits_and_dots = digits_and_dots && (digit || c == '.');
  }
  if (digits_and_dots && split(name, '.').size() == 4) return false;  // looks like an IP address
  return !name.starts_with("xn--") && !name.ends_with("-s3alias") && !name.ends_with("--ol-s3");
}

}  // namespace

Result<ListBucketsOutput> list_buckets(Call& call, const ListBucketsInput& in) {
  TRY(ask_account(call, "s3:ListAllMyBuckets"));
  ListBucketsOutput out;
  out.Owner = owner_entry(call.account().text);
  out.Prefix = in.Prefix;
  Buckets buckets;
  ScanOptions options;
  if (in.ContinuationToken) options.after = {*in.ContinuationToken};
  if (in.MaxBuckets && (*in.MaxBuckets < 1 || *in.MaxBuckets > 10000))
    return errors::InvalidArgument("Argument max-buckets must be an integer between 1 and 10000");
  const auto limit = static_cast<size_t>(in.MaxBuckets.value_or(10000));
  std::string last;
  kOwnedBuckets.each(
      call.txn(), call.global_space(), options,
      [&](const std::vector<std::string>& key, const std::string&) {
        auto row = kBuckets.get(call.txn(), kInstallation, {key.at(0)});
        if (!row || (in.Prefix && !row->Name.starts_with(*in.Prefix)) ||
            (in.BucketRegion && row->Region != *in.BucketRegion))
          return true;
        if (buckets.size() == limit) {
          out.ContinuationToken = last;
          return false;
        }
        last = row->Name;
        buckets.push_back(
            {.Name = row->Name, .CreationDate = row->Created, .BucketRegion = row->Region});
        return true;
      });
  out.Buckets = std::move(buckets);
  return out;
}

Result<CreateBucketOutput> create_bucket(Call& call, const CreateBucketInput& in) {
  const AclRequest acl = acl_headers(in);
  // The bucket is the caller's to be.
  BucketRow bucket{.Name = in.Bucket, .Account = call.account().text, .Created = call.now()};
  TRY(ask(call, bucket, "", "s3:CreateBucket"));
  // S3 API Reference, CreateBucket: what more the headers need.
  if (acl.in_headers()) TRY(ask(call, bucket, "", "s3:PutBucketAcl"));
  if (in.ObjectOwnership) TRY(ask(call, bucket, "", "s3:PutBucketOwnershipControls"));
  const bool locks = in.ObjectLockEnabledForBucket.value_or(false);
  if (locks) {
    TRY(ask(call, bucket, "", "s3:PutBucketObjectLockConfiguration"));
    TRY(ask(call, bucket, "", "s3:PutBucketVersioning"));
  }
  if (!valid_name(in.Bucket)) {
    Fault bad{"InvalidBucketName", "The specified bucket is not valid.", 400};
    bad.members = Value::object({{"BucketName", in.Bucket}});
    return fault(std::move(bad));
  }
  std::string region = call.region().text;
  if (in.CreateBucketConfiguration && in.CreateBucketConfiguration->LocationConstraint) {
    const std::string& asked = *in.CreateBucketConfiguration->LocationConstraint;
    if (region != "us-east-1" && asked != region)
      return errors::IllegalLocationConstraintException(
          "The " + asked +
          " location constraint is incompatible for the region specific endpoint this request was sent to.");
    region = asked == "EU" ? "eu-west-1" : asked;
  } else if (region != "us-east-1" && call.http()) {
    return errors::IllegalLocationConstraintException(
        "The unspecified location constraint is incompatible for the region specific endpoint this request was sent to.");
  }
  if (auto existing = kBuckets.get(call.txn(), kInstallation, {in.Bucket})) {
    if (existing->Account != call.account().text)
      return errors::BucketAlreadyExists(
          "The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.");
    // AWS does answer 200 to a repeated creation in us-east-1 only.
    if (existing->Region != "us-east-1" || region != "us-east-1" || !call.http())
      return errors::BucketAlreadyOwnedByYou(
          "Your previous request to create the named bucket succeeded and you already own it.");
    return CreateBucketOutput{.Location = "/" + in.Bucket};
  }
  size_t owned = 0;
  kOwnedBuckets.each(call.txn(), call.global_space(), {},
                     [&](const auto&, const auto&) { return ++owned < kMaxBucketsPerAccount; });
  if (owned >= kMaxBucketsPerAccount)
    return fault("TooManyBuckets", "You have attempted to create more buckets than allowed", 400);
  bucket.Region = region;
  const std::string ownership = in.ObjectOwnership.value_or("BucketOwnerEnforced");
  if (!parse_ownership(ownership))
    return errors::InvalidArgument("Invalid x-amz-object-ownership header: " + ownership);
  if (locks) {
    bucket.Versioning = "Enabled";
    bucket.ObjectLock = ObjectLockConfiguration{.ObjectLockEnabled = "Enabled"};
  }
  // AWS does give every new bucket these two.
  bucket.PublicAccessBlock = PublicAccessBlockConfiguration{.BlockPublicAcls = true,
                                                            .IgnorePublicAcls = true,
                                                            .BlockPublicPolicy = true,
                                                            .RestrictPublicBuckets = true};
  bucket.ObjectOwnership = ownership;
  bucket.Acl = TRY(acl_of_new_bucket(bucket, acl));
  if (is_public_acl(bucket.Acl) &&
      is_blocked(call.txn(), bucket, &PublicAccessBlockConfiguration::BlockPublicAcls))
    return fault("InvalidBucketAclWithBlockPublicAccessError",
                 "Bucket cannot have public ACLs set with BlockPublicAccess enabled", 400);
  kBuckets.put(call.txn(), kInstallation, {in.Bucket}, bucket);
  kOwnedBuckets.put(call.txn(), call.global_space(), {in.Bucket}, "");
  return CreateBucketOutput{.Location = "/" + in.Bucket};
}

Result<HeadBucketOutput> head_bucket(Call& call, const HeadBucketInput& in) {
  BucketRow bucket = TRY(open_bucket(call, in.Bucket, "s3:ListBucket"));
  return HeadBucketOutput{.BucketRegion = bucket.Region};
}

Result<DeleteBucketOutput> delete_bucket(Call& call, const DeleteBucketInput& in) {
  BucketRow bucket = TRY(open_bucket(call, in.Bucket, "s3:DeleteBucket"));
  const Space space = space_of(bucket);
  bool empty = true;
  auto found_one = [&](const auto&, const auto&) { return empty = false; };
  kObjects.each(call.txn(), space, {.prefix = {in.Bucket}, .limit = 1}, found_one);
  kVersions.each(call.txn(), space, {.prefix = {in.Bucket}, .limit = 1}, found_one);
  if (!empty) {
    Fault full{
        "BucketNotEmpty",
        bucket.Versioning
            ? "The bucket you tried to delete is not empty. You must delete all versions in the bucket."
            : "The bucket you tried to delete is not empty",
        409};
    full.members = Value::object({{"BucketName", in.Bucket}});
    return fault(std::move(full));
  }
  // Unfinished uploads go with their bucket.
  for (const UploadRow& upload : kUploads.scan(call.txn(), space, {.prefix = {in.Bucket}})) {
    for (const StoredPart& part :
         kParts.scan(call.txn(), space, {.prefix = {in.Bucket, upload.UploadId}}))
      kParts.erase(call.txn(), space, {in.Bucket, upload.UploadId, part.PartNumber});
    kUploads.erase(call.txn(), space, {in.Bucket, upload.Key, upload.UploadId});
  }
  kBuckets.erase(call.txn(), kInstallation, {in.Bucket});
  kOwnedBuckets.erase(call.txn(), {bucket.Account, ""}, {in.Bucket});
  return DeleteBucketOutput{};
}

Result<GetBucketLocationOutput> get_bucket_location(Call& call, const GetBucketLocationInput& in) {
  BucketRow bucket = TRY(open_bucket(call, in.Bucket, "s3:GetBucketLocation"));
  // AWS does write this one without a wrapper, and us-east-1 as nothing at all.
  const std::string head =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<LocationConstraint xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"";
  return GetBucketLocationOutput{.Body = bucket.Region == "us-east-1"
                                             ? head + "/>"
                                             : head + ">" + bucket.Region + "</LocationConstraint>",
                                 .ContentType = "application/xml"};
}

}  // namespace drydock::s3
