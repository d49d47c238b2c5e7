// The headers by which AWS names a request.
#pragma once

#include <string>
#include <string_view>

#include "http/message.h"
#include "shape/service.h"

namespace drydock::wire {

void add_request_id(const Service* service, std::string_view request_id, Headers& headers);
// S3's second id (x-amz-id-2, HostId): opaque, made of the first.
std::string host_id(std::string_view request_id);

}  // namespace drydock::wire
