// The canonical request of Signature Version 4: the one spelling of a request that client and
// server both sign.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace drydock::sigv4 {

// S3 signs the path as it is, encoded once; all other services remove dot segments and encode it
// twice.
enum class PathRule { kOnce, kTwiceNormalized };

std::string canonical_path(std::string_view raw_path, PathRule rule);
// Sorted, re-encoded; without the parameter named `except` (X-Amz-Signature of presigned requests).
std::string canonical_query(std::string_view raw_query, std::string_view except = {});
// The whole text, ending in `payload_hash`. `signed_headers` are lower case, in signing order.
std::string canonical_request(const HttpRequest& request, PathRule rule,
                              const std::vector<std::string>& signed_headers,
                              std::string_view payload_hash, std::string_view except_parameter);

// "<date>/<region>/<service>/aws4_request"
std::string scope_text(std::string_view date, std::string_view region, std::string_view service);
// "AWS4-HMAC-SHA256\n<time>\n<scope>\n<hex of sha256(canonical)>"
std::string string_to_sign(std::string_view time, std::string_view scope,
                           std::string_view canonical);

}  // namespace drydock::sigv4
