// Bytes of one connection to HttpRequests: HTTP/1.1 heads, chunked and plain bodies, limits.
//
// Pure but for the file that a large body goes to; fed by the server and by the fuzzer.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "http/message.h"
#include "http/server.h"

namespace drydock {

class RequestParser {
 public:
  RequestParser(const HttpLimits& limits, const std::string& scratch_folder);
  ~RequestParser();

  // Reads from `bytes` and returns how many it took; the rest must come again, with more behind it.
  // Takes nothing of a head that is not yet whole.
  size_t feed(std::string_view bytes);

  bool head_done() const;
  bool done() const;  // head and body are there
  // Not 0: the request is refused with this status, and `error_text` says why. The connection is
  // lost.
  int error_status() const;
  const std::string& error_text() const;

  HttpRequest& request();  // method, target and headers once head_done, body once done
  bool keep_alive() const;
  bool wants_continue() const;  // Expect: 100-continue
  bool body_in_file() const;
  uint64_t body_size() const;  // so far
  void reset();                // for the next request of the connection

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace drydock
