// Lifecycle rules, applied by a daily job per bucket: expiration, noncurrent versions, unfinished
// uploads.
#include "services/s3/lifecycle.h"

#include "api/call.h"
#include "api/server.h"
#include "services/s3/notifications.h"
#include "services/s3/object_lock.h"
#include "services/s3/objects.h"
#include "services/s3/tables.h"

namespace drydock::s3 {

namespace {

constexpr int64_t kDayMs = 24 * 3600 * 1000;

bool applies(const LifecycleRule& rule, const ObjectRow& row) {
  if (rule.Status != "Enabled") return false;
  std::string prefix = rule.Prefix.value_or("");
  TagSet wanted;
  if (rule.Filter) {
    if (rule.Filter->Prefix) prefix = *rule.Filter->Prefix;
    if (rule.Filter->Tag) wanted.push_back(*rule.Filter->Tag);
    if (rule.Filter->And) {
      prefix = rule.Filter->And->Prefix.value_or("");
      if (rule.Filter->And->Tags) wanted = *rule.Filter->And->Tags;
    }
  }
  if (!row.Key.starts_with(prefix)) return false;
  for (const Tag& tag : wanted) {
    bool has = false;
    if (row.Tags)
      for (const Tag& own : *row.Tags) has = has || (own.Key == tag.Key && own.Value == tag.Value);
    if (!has) return false;
  }
  return true;
}

void apply(Call& call, const BucketRow& bucket, const LifecycleRule& rule) {
  const Space space = space_of(bucket);
  const Timestamp now = call.now();
  if (rule.Expiration && (rule.Expiration->Days || rule.Expiration->Date)) {
    for (const ObjectRow& row : kObjects.scan(call.txn(), space, {.prefix = {bucket.Name}})) {
      if (row.DeleteMarker.value_or(false) || !applies(rule, row)) continue;
      bool due = rule.Expiration->Date ? now >= *rule.Expiration->Date
                                       : now >= row.LastModified + *rule.Expiration->Days * kDayMs;
      if (due) delete_version(call, bucket, row.Key, std::nullopt, DeletedBy::kLifecycle);
    }
  }
  if (rule.NoncurrentVersionExpiration && rule.NoncurrentVersionExpiration->NoncurrentDays) {
    // A version is noncurrent since the one before it in the list was written.
    std::string key;
    Timestamp since;
    std::vector<ObjectRow> expired;
    kVersions.each(call.txn(), space, {.prefix = {bucket.Name}},
                   [&](const auto&, const ObjectRow& row) {
                     if (row.Key != key) {
                       key = row.Key;
                       auto current = kObjects.get(call.txn(), space, {bucket.Name, key});
                       since = current ? current->LastModified : row.LastModified;
                     }
                     if (applies(rule, row) && !is_locked(row, now) &&
                         now >= since + *rule.NoncurrentVersionExpiration->NoncurrentDays * kDayMs)
                       expired.push_back(row);
                     since = row.LastModified;
                     return true;
                   });
    for (const ObjectRow& row : expired) {
      kVersions.erase(call.txn(), space, {bucket.Name, row.Key, -row.Sequence});
      announce(call, bucket, row, ObjectEvent::kLifecycleDelete);
    }
  }
  if (rule.AbortIncompleteMultipartUpload &&
      rule.AbortIncompleteMultipartUpload->DaysAfterInitiation) {
    for (const UploadRow& upload : kUploads.scan(call.txn(), space, {.prefix = {bucket.Name}})) {
      if (now <
          upload.Initiated + *rule.AbortIncompleteMultipartUpload->DaysAfterInitiation * kDayMs)
        continue;
      for (const StoredPart& part :
           kParts.scan(call.txn(), space, {.prefix = {bucket.Name, upload.UploadId}}))
        kParts.erase(call.txn(), space, {bucket.Name, upload.UploadId, part.PartNumber});
      kUploads.erase(call.txn(), space, {bucket.Name, upload.Key, upload.UploadId});
    }
  }
}

}  // namespace

Next apply_lifecycle(Server& server, const Job& job) {
  const std::string name = job.payload["bucket"].string_or("");
  std::optional<BucketRow> bucket;
  {
    auto txn = server.engine().begin_read();
    bucket = kBuckets.get(*txn, kInstallation, {name});
  }
  if (!bucket || !bucket->Lifecycle) return Next::done();
  auto done = server.work_in(AccountId{bucket->Account}, Region{bucket->Region}, "s3",
                             [&](Call& call) -> Result<void> {
                               for (const LifecycleRule& rule : *bucket->Lifecycle)
                                 apply(call, *bucket, rule);
                               return {};
                             });
  (void)done;  // only a reset ends it early, and then the job is gone too
  return Next::again(server.clock().now() + kDayMs);
}

}  // namespace drydock::s3
