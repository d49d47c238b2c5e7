// What is S3's own about addressing: the bucket in the host, and sub-resources in the query.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/message.h"

namespace drydock::wire {

struct S3Host {
  bool is_s3 = false;  // the host is one of S3's
  std::string bucket;  // of a virtual-hosted request
};
// `host` in lower case without port: b.s3.amazonaws.com, b.s3.eu-west-1.amazonaws.com,
// s3-eu-west-1.amazonaws.com, b.s3.dualstack.eu-west-1.amazonaws.com,
// b.s3-accelerate.amazonaws.com, b.s3.localhost.
S3Host s3_host(std::string_view host);
// For requests known to be S3's: b.localhost is a bucket too.
std::string s3_bucket_of_host(std::string_view host);

// Whether a request is for S3's interface of whole accounts: by its host (s3-control.…, with or
// without an account before it), or by path and header where the host says nothing.
bool is_s3_control(const HttpRequest& request, std::string_view host);

// The sub-resource that a query asks for ("acl"), if any; AWS's name of the operation, for the
// fault. A request for a sub-resource must never be taken for the operation on the whole bucket or
// object.
std::string_view s3_subresource(const std::vector<std::pair<std::string, std::string>>& query);
std::string s3_operation_name(std::string_view method, bool has_key, std::string_view subresource);

}  // namespace drydock::wire
