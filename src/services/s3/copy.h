// The source of a copy: "bucket/key?versionId=…", read with the caller's permissions.
#pragma once

#include <string>

#include "api/call.h"
#include "services/s3/lists.h"

namespace drydock::s3 {

struct CopySource {
  BucketRow bucket;
  ObjectRow row;
};
Result<CopySource> open_copy_source(Call& call, const std::string& header);

}  // namespace drydock::s3
