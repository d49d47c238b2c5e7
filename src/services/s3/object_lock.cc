// Object Lock: a bucket's configuration, retention and legal hold of versions, and what they
// forbid.
#include "services/s3/object_lock.h"

#include "gen/s3_handlers.h"
#include "services/s3/access.h"
#include "services/s3/tables.h"

namespace drydock::s3 {

namespace {

constexpr int64_t kLockDayMs = 24 * 3600 * 1000;
constexpr int64_t kMaxRetentionDays = 36500;
constexpr int64_t kMaxRetentionYears = 100;
constexpr std::string_view kGovernance = "GOVERNANCE", kCompliance = "COMPLIANCE";

Unexpected malformed() {
  return errors::MalformedXML(
      "The XML you provided was not well-formed or did not validate against our published schema");
}

Unexpected bad_lock(std::string_view text, std::string_view name, const std::string& value) {
  Fault bad{"InvalidArgument", std::string(text), 400};
  bad.members = Value::object({{"ArgumentName", std::string(name)}, {"ArgumentValue", value}});
  return fault(std::move(bad));
}

Unexpected protected_by_lock() {
  return fault("AccessDenied", "Access Denied because object protected by object lock.", 403);
}

bool is_retained(const ObjectRow& row, Timestamp now) {
  return row.LockMode && row.RetainUntil && now < *row.RetainUntil;
}

// Retention of governance gives way to those who may and say so, any other lock to nobody.
Result<void> check_bypass(Call& call, const BucketRow& bucket, const ObjectRow& row, Bypass bypass,
                          Context context) {
  if (row.LockMode != kGovernance || bypass == Bypass::kNo) return protected_by_lock();
  return ask(call, bucket, row.Key, "s3:BypassGovernanceRetention", std::move(context));
}

Result<void> check_period(const char* name, const std::optional<int64_t>& value, int64_t most) {
  if (!value) return {};
  if (*value < 1)
    return bad_lock("Default retention period must be a positive integer value.", name,
                    std::to_string(*value));
  if (*value <= most) return {};
  return bad_lock("Default retention period of " + std::to_string(*value) +
                      " is over the limit of " + std::to_string(most) + ".",
                  name, std::to_string(*value));
}

Context version_keys(const std::optional<std::string>& version_id) {
  Context context;
  if (version_id) context.add("s3:VersionId", *version_id);
  return context;
}

// The version that a request about locks speaks of, once IAM allows it.
struct Lockable {
  BucketRow bucket;
  FoundObject found;
};
Result<Lockable> open_lockable(Call& call, const std::string& name, const std::string& key,
                               const std::optional<std::string>& version_id,
                               std::string_view action, Context context) {
  Lockable out;
  out.bucket = TRY(open_bucket_for(call, name, key, action, std::move(context)));
  if (!out.bucket.ObjectLock)
    return errors::InvalidRequest("Bucket is missing Object Lock Configuration");
  out.found = TRY(find_object(call, out.bucket, key, version_id));
  if (out.found.row.DeleteMarker.value_or(false))
    return errors::MethodNotAllowed("The specified method is not allowed against this resource.");
  return out;
}

Unexpected no_lock() {
  return fault("NoSuchObjectLockConfiguration",
               "The specified object does not have a ObjectLock configuration", 404);
}

}  // namespace

void add_lock_keys(Timestamp now, const LockRequest& lock, Context& context) {
  if (lock.mode) context.add("s3:object-lock-mode", *lock.mode);
  if (lock.legal_hold) context.add("s3:object-lock-legal-hold", *lock.legal_hold);
  if (!lock.retain_until) return;
  context.add("s3:object-lock-retain-until-date", *lock.retain_until);
  // A part of a day counts as a day.
  if (auto until = parse_iso8601(*lock.retain_until); until && now < *until)
    context.add("s3:object-lock-remaining-retention-days",
                std::to_string((until->ms - now.ms + kLockDayMs - 1) / kLockDayMs));
}

Result<void> take_lock(Call& call, const BucketRow& bucket, const std::string& key,
                       const LockRequest& lock, ObjectRow& row) {
  if (!lock.any()) return {};
  Context context;
  add_lock_keys(call.now(), lock, context);
  if (lock.mode || lock.retain_until) TRY(ask(call, bucket, key, "s3:PutObjectRetention", context));
  if (lock.legal_hold) TRY(ask(call, bucket, key, "s3:PutObjectLegalHold", std::move(context)));
  if (!bucket.ObjectLock)
    return errors::InvalidRequest("Bucket is missing ObjectLockConfiguration");
  constexpr const char* kMode = "x-amz-object-lock-mode";
  constexpr const char* kUntil = "x-amz-object-lock-retain-until-date";
  if (!lock.mode != !lock.retain_until)
    return bad_lock(
        "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied",
        lock.mode ? kUntil : kMode, "");
  if (lock.mode && *lock.mode != kGovernance && *lock.mode != kCompliance)
    return bad_lock("Unknown wormMode directive.", kMode, *lock.mode);
  if (lock.retain_until) {
    auto until = parse_iso8601(*lock.retain_until);
    if (!until)
      return bad_lock("The retain until date must be provided in ISO 8601 format", kUntil,
                      *lock.retain_until);
    if (*until <= call.now())
      return bad_lock("The retain until date must be in the future!", kUntil, *lock.retain_until);
    row.RetainUntil = *until;
  }
  if (lock.legal_hold && *lock.legal_hold != "ON" && *lock.legal_hold != "OFF")
    return bad_lock("Legal Hold must be either of 'ON' or 'OFF'", "x-amz-object-lock-legal-hold",
                    *lock.legal_hold);
  row.LockMode = lock.mode;
  row.LegalHold = lock.legal_hold;
  return {};
}

void take_default_lock(const BucketRow& bucket, ObjectRow& row) {
  if (!bucket.ObjectLock->Rule || row.LockMode || row.DeleteMarker.value_or(false)) return;
  const DefaultRetention& by_default = bucket.ObjectLock->Rule->DefaultRetention;
  const int64_t days = by_default.Days ? *by_default.Days : by_default.Years.value_or(0) * 365;
  row.LockMode = by_default.Mode;
  row.RetainUntil = row.LastModified + days * kLockDayMs;
}

Result<void> check_lock_digest(Call& call, const BucketRow& bucket, const ObjectRow& row,
                               Digest digest, const char* what) {
  const bool locks =
      row.LockMode || row.LegalHold || (bucket.ObjectLock && bucket.ObjectLock->Rule);
  // What comes over no network needs no digest.
  if (!locks || digest == Digest::kGiven || !call.http()) return {};
  return errors::InvalidRequest("Content-MD5 OR x-amz-checksum- HTTP header is required for " +
                                std::string(what) + " requests with Object Lock parameters");
}

bool is_locked(const ObjectRow& row, Timestamp now) {
  return row.LegalHold == "ON" || is_retained(row, now);
}

Result<void> check_removal(Call& call, const BucketRow& bucket, const std::string& key,
                           const std::optional<std::string>& version_id, Bypass bypass) {
  // Without a version nothing goes: a locked bucket is versioned, and gets a delete marker.
  if (!bucket.ObjectLock || !version_id || version_id->empty()) return {};
  auto found = find_object(call, bucket, key, version_id);
  if (!found || !is_locked(found->row, call.now())) return {};
  if (found->row.LegalHold == "ON") return protected_by_lock();
  return check_bypass(call, bucket, found->row, bypass, version_keys(version_id));
}

// ---- of buckets

Result<GetObjectLockConfigurationOutput> get_object_lock_configuration(Call& call,
                                                                       const OnlyBucketInput& in) {
  BucketRow bucket = TRY(open_bucket(call, in.Bucket, "s3:GetBucketObjectLockConfiguration"));
  if (!bucket.ObjectLock) {
    Fault none{"ObjectLockConfigurationNotFoundError",
               "Object Lock configuration does not exist for this bucket", 404};
    none.members = Value::object({{"BucketName", in.Bucket}});
    return fault(std::move(none));
  }
  GetObjectLockConfigurationOutput out;
  out.ObjectLockConfiguration = std::move(bucket.ObjectLock);
  return out;
}

Result<PutObjectLockConfigurationOutput> put_object_lock_configuration(
    Call& call, const PutObjectLockConfigurationInput& in) {
  BucketRow bucket = TRY(open_bucket(call, in.Bucket, "s3:PutBucketObjectLockConfiguration"));
  if (const auto& rule = in.ObjectLockConfiguration.Rule) {
    const DefaultRetention& by_default = rule->DefaultRetention;
    if (!by_default.Days == !by_default.Years) return malformed();
    TRY(check_period("Days", by_default.Days, kMaxRetentionDays));
    TRY(check_period("Years", by_default.Years, kMaxRetentionYears));
  }
  if (bucket.Versioning != "Enabled")
    return fault("InvalidBucketState",
                 "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration",
                 409);
  bucket.ObjectLock = in.ObjectLockConfiguration;
  kBuckets.put(call.txn(), kInstallation, {bucket.Name}, bucket);
  return PutObjectLockConfigurationOutput{};
}

// ---- of versions

Result<GetObjectRetentionOutput> get_object_retention(Call& call,
                                                      const GetObjectRetentionInput& in) {
  Lockable object = TRY(open_lockable(call, in.Bucket, in.Key, in.VersionId,
                                      "s3:GetObjectRetention", version_keys(in.VersionId)));
  const ObjectRow& row = object.found.row;
  if (!row.LockMode) return no_lock();
  GetObjectRetentionOutput out;
  out.Retention = Retention{.Mode = row.LockMode, .RetainUntilDate = row.RetainUntil};
  return out;
}

Result<PutObjectRetentionOutput> put_object_retention(Call& call,
                                                      const PutObjectRetentionInput& in) {
  const auto& mode = in.Retention.Mode;
  const auto& until = in.Retention.RetainUntilDate;
  Context context = version_keys(in.VersionId);
  add_lock_keys(call.now(), {mode, until ? std::optional(to_iso8601(*until)) : std::nullopt, {}},
                context);
  Lockable object =
      TRY(open_lockable(call, in.Bucket, in.Key, in.VersionId, "s3:PutObjectRetention", context));
  // Neither: the retention is taken away.
  if (!mode != !until) return malformed();
  if (until && *until <= call.now())
    return bad_lock("The retain until date must be in the future!", "RetainUntilDate",
                    to_iso8601(*until));
  ObjectRow& row = object.found.row;
  // To make it longer needs no leave; a mode is changed as it is lifted.
  const bool lifts = !mode || row.LockMode != mode || *until < row.RetainUntil.value_or(*until);
  if (is_retained(row, call.now()) && lifts)
    TRY(check_bypass(call, object.bucket, row, bypass_of(in.BypassGovernanceRetention),
                     std::move(context)));
  row.LockMode = mode;
  row.RetainUntil = until;
  save_object(call, object.bucket, object.found);
  return PutObjectRetentionOutput{};
}

Result<GetObjectLegalHoldOutput> get_object_legal_hold(Call& call,
                                                       const GetObjectLegalHoldInput& in) {
  Lockable object = TRY(open_lockable(call, in.Bucket, in.Key, in.VersionId,
                                      "s3:GetObjectLegalHold", version_keys(in.VersionId)));
  if (!object.found.row.LegalHold) return no_lock();
  GetObjectLegalHoldOutput out;
  out.LegalHold = ObjectLockLegalHold{.Status = object.found.row.LegalHold};
  return out;
}

Result<PutObjectLegalHoldOutput> put_object_legal_hold(Call& call,
                                                       const PutObjectLegalHoldInput& in) {
  Lockable object = TRY(open_lockable(call, in.Bucket, in.Key, in.VersionId,
                                      "s3:PutObjectLegalHold", version_keys(in.VersionId)));
  if (!in.LegalHold.Status) return malformed();
  object.found.row.LegalHold = in.LegalHold.Status;
  save_object(call, object.bucket, object.found);
  return PutObjectLegalHoldOutput{};
}

}  // namespace drydock::s3
