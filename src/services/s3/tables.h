// Every persisted table of S3.
#pragma once

#include "services/s3/lists.h"
#include "store/table.h"

namespace drydock::s3 {

// Bucket names are unique in the whole installation: [name], in no account's space.
inline constexpr Table<BucketRow> kBuckets{"s3.bucket"};
// [name] -> "", in the owner's global space: for ListBuckets.
inline constexpr Table<std::string> kOwnedBuckets{"s3.owned-bucket"};
// [kAccountSettings] in the account's global space.
inline constexpr Table<AccountRow> kAccounts{"s3.account"};
inline constexpr const char* kAccountSettings = "settings";
// The rest lie in the space of the bucket's owner and region.
inline constexpr Table<ObjectRow> kObjects{
    "s3.object"};  // [bucket, key]: the current version, a delete marker too
inline constexpr Table<ObjectRow> kVersions{
    "s3.version"};  // [bucket, key, -sequence]: versions behind the current one, newest first
inline constexpr Table<UploadRow> kUploads{"s3.upload"};  // [bucket, key, upload id]
inline constexpr Table<StoredPart> kParts{"s3.part"};     // [bucket, upload id, part number]

inline Space space_of(const BucketRow& bucket) { return {bucket.Account, bucket.Region}; }

}  // namespace drydock::s3
