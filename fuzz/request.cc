// HTTP requests as bytes: in one piece and byte by byte the same requests come out, within the
// limits.
#include <string>
#include <vector>

#include "http/request_parser.h"
#include "input.h"

using namespace drydock;

namespace {

std::vector<std::string> requests_of(std::string_view bytes, size_t step) {
  HttpLimits limits{.max_header_bytes = 2048, .max_body_bytes = 4096, .memory_body_bytes = 1 << 20};
  RequestParser parser(limits, "/tmp");
  std::vector<std::string> found;
  std::string buffer;
  for (size_t at = 0; at < bytes.size() || !buffer.empty();) {
    size_t before = buffer.size();
    buffer += bytes.substr(at, step);
    at += std::min(step, bytes.size() - std::min(at, bytes.size()));
    size_t taken = parser.feed(buffer);
    fuzz::require(taken <= buffer.size());
    buffer.erase(0, taken);
    if (parser.error_status()) {
      found.push_back("refused");
      return found;
    }
    if (parser.done()) {
      const HttpRequest& request = parser.request();
      fuzz::require(request.body.size() <= limits.max_body_bytes);
      found.push_back(request.method + " " + request.target + " " +
                      std::to_string(request.headers.size()) + " " + request.body.read_all());
      parser.reset();
    } else if (at >= bytes.size() && taken == 0 && buffer.size() >= before) {
      break;
    }
  }
  return found;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  auto whole = requests_of(bytes, size + 1), pieces = requests_of(bytes, 1);
  // What is refused may be seen earlier in pieces; requests before it are the same.
  size_t common = std::min(whole.size(), pieces.size());
  for (size_t i = 0; i < common; ++i) {
    if (whole[i] == "refused" || pieces[i] == "refused") break;
    fuzz::require(whole[i] == pieces[i]);
  }
  return 0;
}
