// HttpRequest and HttpResponse: plain structs between the sockets and everything above. No library
// types.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/payload.h"

namespace drydock {

using Headers =
    std::vector<std::pair<std::string, std::string>>;  // names as they came; compare without case

const std::string* find_header(const Headers& headers, std::string_view name);  // first, or nullptr
void set_header(Headers& headers, std::string_view name,
                std::string value);  // replaces all of that name
void erase_header(Headers& headers, std::string_view name);

struct HttpRequest {
  std::string method;
  std::string target;  // raw, as on the request line: "/a%20b?x=1"
  Headers headers;
  Payload body;  // chunked transfer coding already undone, aws-chunked not
  bool tls = false;
  std::string_view tls_version;  // "1.2", "1.3"; empty: plain
  std::string peer;  // address of the client, "127.0.0.1"; "sandbox" through a namespace door

  std::string_view raw_path() const;   // before '?', still encoded
  std::string_view raw_query() const;  // behind '?', still encoded; empty when none
  std::string host() const;            // Host header, lower case, without the port
  std::string host_with_port() const;
  std::string_view header(std::string_view name) const;  // empty when absent
  std::vector<std::pair<std::string, std::string>> query()
      const;  // decoded, in order; a bare key has an empty value
};

struct HttpResponse {
  int status = 200;
  Headers headers;
  Payload body;
  bool close = false;  // end the connection after this answer
};

}  // namespace drydock
