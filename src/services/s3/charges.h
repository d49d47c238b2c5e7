// Whom a bucket's requests are charged to, and whether it has an accelerated endpoint.
#pragma once

#include "api/call.h"
#include "services/s3/lists.h"

namespace drydock::s3 {

// Where the requester pays, another account says so with x-amz-request-payer: AccessDenied.
Result<void> check_payer(Call& call, const BucketRow& bucket);
// A request to b.s3-accelerate.amazonaws.com: InvalidRequest where that was not asked for.
Result<void> check_endpoint(Call& call, const BucketRow& bucket);

}  // namespace drydock::s3
