// Signature Version 2 in the query: what `aws s3 presign` of CLI v1 writes for us-east-1. S3 GET
// and HEAD only as a form; new code signs with version 4.
#pragma once

#include <optional>
#include <string_view>

#include "auth/sigv4.h"

namespace drydock::sigv2 {

// AWSAccessKeyId, Expires and Signature of the query; empty when it is not of this form.
Result<std::optional<sigv4::Claim>> parse(const HttpRequest& request);
Result<void> verify(const sigv4::Claim& claim, const HttpRequest& request, std::string_view secret,
                    Timestamp now);

}  // namespace drydock::sigv2
