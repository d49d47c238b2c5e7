#include "http/response_head.h"

#include <charconv>
#include <ctime>

#include "base/text.h"
#include "base/time.h"

namespace drydock {

std::string_view status_text(int status) {
  switch (status) {
    case 100: return "Continue";
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 203: return "Non-Authoritative Information";
    case 204: return "No Content";
    case 206: return "Partial Content";
    case 301: return "Moved Permanently";
    case 302: return "Found";
    case 303: return "See Other";
    case 304: return "Not Modified";
    case 307: return "Temporary Redirect";
    case 308: return "Permanent Redirect";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 406: return "Not Acceptable";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 410: return "Gone";
    case 411: return "Length Required";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 416: return "Range Not Satisfiable";
    case 417: return "Expectation Failed";
    case 422: return "Unprocessable Content";
    case 424: return "Failed Dependency";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    case 505: return "HTTP Version Not Supported";
    default: return "Status";
  }
}

bool has_body(std::string_view method, int status) {
  return method != "HEAD" && status != 204 && status != 304 && status >= 200;
}

namespace {

void append_number(uint64_t number, std::string& out) {
  char text[24];
  auto end = std::to_chars(text, text + sizeof text, number).ptr;
  out.append(text, end);
}

// Clients that correct their clock read this; made once a second and thread.
std::string_view date_now() {
  thread_local std::time_t second = 0;
  thread_local std::string text;
  std::time_t now = std::time(nullptr);
  if (now != second) {
    second = now;
    text = to_http_date(Timestamp{static_cast<int64_t>(now) * 1000});
  }
  return text;
}

void append_clean(std::string_view text, std::string& out) {
  if (text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos) {
    out.append(text);
    return;
  }
  for (char c : text) out += c == '\r' || c == '\n' || c == '\0' ? ' ' : c;
}

}  // namespace

void append_response_head(const HttpResponse& response, std::string_view method,
                          Connection connection, std::string& out) {
  out.append("HTTP/1.1 ");
  append_number(static_cast<uint64_t>(response.status), out);
  out.append(" ").append(status_text(response.status)).append("\r\n");
  bool head = method == "HEAD", dated = false, length_given = false;
  for (const auto& [name, value] : response.headers) {
    switch (name.size()) {  // headers that are ours to write
      case 4: dated |= equals_ignore_case(name, "date"); break;
      case 10:
        if (equals_ignore_case(name, "connection"))
          continue;
        else
          break;
      case 14:
        if (equals_ignore_case(name, "content-length")) {
          if (!head) continue;
          length_given = true;
        }
        break;
      case 17:
        if (equals_ignore_case(name, "transfer-encoding"))
          continue;
        else
          break;
    }
    append_clean(name, out);
    out.append(": ");
    append_clean(value, out);
    out.append("\r\n");
  }
  if (!length_given && (head || has_body(method, response.status))) {
    out.append("Content-Length: ");
    append_number(response.body.size(), out);
    out.append("\r\n");
  }
  if (!dated) out.append("Date: ").append(date_now()).append("\r\n");
  out.append(connection == Connection::kClose ? "Connection: close\r\n\r\n"
                                              : "Connection: keep-alive\r\n\r\n");
}

}  // namespace drydock
