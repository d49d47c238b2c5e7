// The public access block in effect on a bucket: its own and its account's, the stricter of both.
#pragma once

#include <optional>

#include "services/s3/lists.h"
#include "store/engine.h"

namespace drydock::s3 {

using BlockSetting = std::optional<bool> PublicAccessBlockConfiguration::*;
// The account's row is read only where the bucket does not block by itself, as new ones do.
bool is_blocked(Txn& txn, const BucketRow& bucket, BlockSetting setting);

}  // namespace drydock::s3
