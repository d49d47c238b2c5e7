// The key that a build's objects in S3 are put under. AWS does name it in each request, also where
// the project has none and the account's own key for S3 takes its place: so the bucket's default
// key counts only when a build's encryption is turned off.
#pragma once

#include "gen/s3.h"
#include "services/codebuild/engine/context.h"

namespace drydock::codebuild {

inline void put_under_key(const BuildContext& context, const std::optional<bool>& disabled,
                          s3::PutObjectRequest& input) {
  const auto& key = context.row.build.encryptionKey;
  if (disabled.value_or(false) || !key || key->empty()) return;
  input.ServerSideEncryption = "aws:kms";
  input.SSEKMSKeyId = *key;
}

}  // namespace drydock::codebuild
