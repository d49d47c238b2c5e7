// How an HttpResponse is written: status line, headers, and whether a body follows.
#pragma once

#include <string>
#include <string_view>

#include "http/message.h"

namespace drydock {

// A HEAD request, 204 and 304 are answered without a body, whatever the response holds.
bool has_body(std::string_view method, int status);

// Appends status line and headers, with the empty line. Content-Length is the body's size; for an
// answer to HEAD the one the handler set, if any. Header values lose line breaks, so that no value
// can become a header.
enum class Connection { kKeepAlive, kClose };
void append_response_head(const HttpResponse& response, std::string_view method,
                          Connection connection, std::string& out);

std::string_view status_text(int status);

}  // namespace drydock
