// Object Lock: what keeps a version from being removed, who may lift it, and what requests say of
// it.
#pragma once

#include <optional>
#include <string>

#include "api/call.h"
#include "services/s3/access.h"
#include "services/s3/lists.h"

namespace drydock::s3 {

// The x-amz-object-lock-… headers of a write.
struct LockRequest {
  std::optional<std::string> mode, retain_until, legal_hold;
  bool any() const { return mode || retain_until || legal_hold; }
};
template <class In>
LockRequest lock_headers(const In& in) {
  return {in.ObjectLockMode, in.ObjectLockRetainUntilDate, in.ObjectLockLegalHoldStatus};
}

// s3:object-lock-mode, …-retain-until-date, …-remaining-retention-days, …-legal-hold.
void add_lock_keys(Timestamp now, const LockRequest& lock, Context& context);

// Asks IAM what the headers need beside the write itself, checks them, and sets them on the object
// to be. InvalidRequest where the bucket locks nothing.
Result<void> take_lock(Call& call, const BucketRow& bucket, const std::string& key,
                       const LockRequest& lock, ObjectRow& row);
// The bucket's default retention, for a version that says nothing itself.
void take_default_lock(const BucketRow& bucket, ObjectRow& row);

// S3 takes the bytes of what will be locked only with a digest of them: InvalidRequest. `what`:
// "Put Object", "Put Part".
enum class Digest { kGiven, kMissing };
Result<void> check_lock_digest(Call& call, const BucketRow& bucket, const ObjectRow& row,
                               Digest digest, const char* what);

// Whether a version may not go yet, by nobody's leave or by governance alone.
bool is_locked(const ObjectRow& row, Timestamp now);
enum class Bypass { kNo, kGovernance };
inline Bypass bypass_of(const std::optional<bool>& header) {
  return header.value_or(false) ? Bypass::kGovernance : Bypass::kNo;
}
// AccessDenied for a version that is locked; asks s3:BypassGovernanceRetention where that would do.
// No version of that id: nothing to protect.
Result<void> check_removal(Call& call, const BucketRow& bucket, const std::string& key,
                           const std::optional<std::string>& version_id, Bypass bypass);

// Retention and legal hold, for those who may see them.
template <class Out>
void show_lock(Call& call, const BucketRow& bucket, const ObjectRow& row, Out& out) {
  if (!row.LockMode && !row.LegalHold) return;
  if (row.LockMode && row.RetainUntil && ask(call, bucket, row.Key, "s3:GetObjectRetention")) {
    out.ObjectLockMode = row.LockMode;
    out.ObjectLockRetainUntilDate = to_iso8601(*row.RetainUntil);
  }
  if (row.LegalHold && ask(call, bucket, row.Key, "s3:GetObjectLegalHold"))
    out.ObjectLockLegalHoldStatus = row.LegalHold;
}

}  // namespace drydock::s3
