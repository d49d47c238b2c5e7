// URLs that whoever holds them puts something to, as AWS's presigned ones: the answers to custom
// resources, the signals to wait conditions.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "api/server.h"

namespace drydock::cloudformation {

// https://HOST/PATH?Expires=…&Signature=…, good for a day. `path` has no slash in front; its own
// slashes stay, the rest is encoded.
Result<std::string> signed_url(Server& server, const Space& space, std::string_view host,
                               const std::string& path);
// The path of a PUT to such a URL, or what refuses it.
std::expected<std::string, HttpResponse> signed_path(Server& server, const HttpRequest& request,
                                                     uint64_t most_bytes);
// What S3 says: an error as XML, or nothing when `code` is empty.
HttpResponse put_answer(int status, const std::string& code, const std::string& message);

// The account and region that a stack's ARN names; nothing when it is none.
std::optional<Space> space_of_stack(std::string_view stack_id);

}  // namespace drydock::cloudformation
