#include "services/lambda/runtime/runtime_http.h"

#include <charconv>

#include "base/text.h"

namespace drydock::lambda {

namespace {
constexpr size_t kMaxHead = 64 << 10;
constexpr size_t kMaxBody =
    8 << 20;  // AWS: 6 MB and some; what is larger is refused by name, what is much larger here

// The body in chunked coding from `at` on; `at` moves behind it. Empty: incomplete or broken.
std::optional<std::string> chunked_body(std::string_view buffer, size_t& at, bool& broken) {
  std::string body;
  for (;;) {
    size_t line_end = buffer.find("\r\n", at);
    if (line_end == std::string_view::npos) return std::nullopt;
    size_t size = 0;
    auto [end, error] = std::from_chars(buffer.data() + at, buffer.data() + line_end, size, 16);
    if (error != std::errc() || size > kMaxBody || body.size() + size > kMaxBody)
      return broken = true, std::nullopt;
    at = line_end + 2;
    if (size == 0) {
      // Trailers, if any, up to the blank line.
      for (;;) {
        size_t trailer_end = buffer.find("\r\n", at);
        if (trailer_end == std::string_view::npos) return std::nullopt;
        bool blank = trailer_end == at;
        at = trailer_end + 2;
        if (blank) return body;
      }
    }
    if (buffer.size() < at + size + 2) return std::nullopt;
    body.append(buffer.substr(at, size));
    at += size + 2;
  }
}
}  // namespace

std::string_view RuntimeRequest::header(std::string_view name) const {
  for (const auto& [key, value] : headers)
    if (key == name) return value;
  return {};
}

std::optional<RuntimeRequest> take_request(std::string& buffer, bool& broken) {
  size_t head_end = buffer.find("\r\n\r\n");
  if (head_end == std::string::npos) {
    broken = buffer.size() > kMaxHead;
    return std::nullopt;
  }
  RuntimeRequest request;
  auto lines = split(std::string_view(buffer).substr(0, head_end), '\n');
  auto words = split(trim(lines[0]), ' ');
  if (words.size() != 3) return broken = true, std::nullopt;
  request.method = words[0];
  request.path = words[1];
  for (size_t i = 1; i < lines.size(); ++i) {
    size_t colon = lines[i].find(':');
    if (colon == std::string_view::npos) return broken = true, std::nullopt;
    request.headers.emplace_back(to_lower(lines[i].substr(0, colon)),
                                 trim(lines[i].substr(colon + 1)));
  }
  size_t at = head_end + 4;
  if (equals_ignore_case(request.header("transfer-encoding"), "chunked")) {
    auto body = chunked_body(buffer, at, broken);
    if (!body) return std::nullopt;
    request.body = std::move(*body);
  } else if (std::string_view length_text = request.header("content-length");
             !length_text.empty()) {
    auto length = parse_int(length_text);
    if (!length || *length < 0 || static_cast<size_t>(*length) > kMaxBody)
      return broken = true, std::nullopt;
    if (buffer.size() < at + *length) return std::nullopt;
    request.body = buffer.substr(at, *length);
    at += *length;
  }
  buffer.erase(0, at);
  return request;
}

std::string runtime_response(int status,
                             const std::vector<std::pair<std::string, std::string>>& headers,
                             std::string_view body) {
  std::string_view reason = status == 200   ? "OK"
                            : status == 202 ? "Accepted"
                            : status == 404 ? "Not Found"
                            : status == 413 ? "Payload Too Large"
                                            : "Bad Request";
  std::string out = "HTTP/1.1 " + std::to_string(status) + " " + std::string(reason) + "\r\n";
  for (const auto& [name, value] : headers) out += name + ": " + value + "\r\n";
  out += "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n";
  out += body;
  return out;
}

}  // namespace drydock::lambda
