// Buckets as websites: what an owner may ask for, and where a request goes by it. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/registry.h"
#include "base/result.h"
#include "services/s3/lists.h"

namespace drydock::s3 {

// InvalidArgument, InvalidRequest.
Result<void> check_website(const WebsiteConfiguration& website);

struct WebsiteRequest {
  std::string_view protocol, host;  // "http", with its port
  std::string_view key;             // without the first slash, decoded
};
struct WebsiteRedirect {
  int status = 301;
  std::string location;
};
// What the first routing rule that applies says. `error_status` 0: before the object is looked for;
// else after that failed with it.
std::optional<WebsiteRedirect> website_redirect(const WebsiteConfiguration& website,
                                                const WebsiteRequest& request, int error_status);

// b.s3-website-us-east-1.amazonaws.com, b.s3-website.eu-central-1.amazonaws.com,
// b.s3-website.localhost. Empty: no such host.
std::string website_bucket(std::string_view host);
// Serves such hosts to anybody whom the bucket's policy and ACLs let read.
Door website_door(Server& server);

}  // namespace drydock::s3
