// The little HTTP/1.1 that the Lambda Runtime API needs, on one instance's own Unix socket. Not for
// anything else: the other end is a function's runtime, and a connection that breaks the rules is
// closed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drydock::lambda {

struct RuntimeRequest {
  std::string method;
  std::string path;
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string body;
  std::string_view header(std::string_view name) const;
};

// Takes one whole request off the front of `buffer`. Empty: more bytes are needed, or `broken` was
// set.
std::optional<RuntimeRequest> take_request(std::string& buffer, bool& broken);

std::string runtime_response(int status,
                             const std::vector<std::pair<std::string, std::string>>& headers,
                             std::string_view body);

}  // namespace drydock::lambda
