// A small blocking HTTP/1.1 client: for the command line, rehearsal checks and HTTP integrations.
#pragma once

#include <expected>
#include <string>

#include "http/message.h"

namespace drydock {

struct HttpTarget {
  std::string url;         // http://host:port/path or https://…
  std::string connect_to;  // "host:port" or "unix:/path" to connect to instead of the URL's host
  std::string ca_file;     // trust for https; the system's when empty
  int timeout_seconds = 60;
};

// The answer, whatever its status; or a text that says what failed (connection refused, bad
// certificate, …).
std::expected<HttpResponse, std::string> http_request(const HttpTarget& target,
                                                      const std::string& method,
                                                      const Headers& headers,
                                                      const std::string& body);

}  // namespace drydock
