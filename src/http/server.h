// The HTTP/1.1 server: sockets, TLS, CONNECT, keep-alive, limits. Knows nothing of AWS.
//
// Handlers run on the server's threads. A handler that says it may block is given a thread of the
// wait lane.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "http/message.h"

namespace drydock {

class CertificateAuthority;  // http/tls.h

struct HttpLimits {
  uint64_t max_header_bytes = 64 << 10;
  uint64_t max_body_bytes = 5ull << 30;    // S3's largest single PUT
  uint64_t memory_body_bytes = 256 << 10;  // larger bodies go to a file in scratch_folder
  int idle_seconds = 75;
  int max_connections = 4096;
};

struct HttpServerOptions {
  std::string host = "127.0.0.1";  // empty: the Unix socket only
  uint16_t port = 0;               // 0: a free one
  std::string unix_socket;  // also listen here when not empty; the first bytes decide TLS or plain
  std::string scratch_folder;  // for large bodies
  int threads = 2;
  int wait_threads = 256;  // upper bound, made as needed
  CertificateAuthority* authority =
      nullptr;  // TLS on the same ports: the first byte of a connection decides
  // CONNECT. A host that `is_ours` accepts (base/aws_host.h when empty) is answered by this server,
  // as a fresh connection in the tunnel. Others are led to the real host when `may_connect` says so
  // (never when empty); its request has target "host:port" and, through the Unix socket, peer
  // "sandbox".
  std::function<bool(std::string_view host)> is_ours;
  std::function<bool(const HttpRequest& connect)> may_connect;
  HttpLimits limits;
};

class HttpServer {
 public:
  using Handler = std::function<HttpResponse(HttpRequest&)>;
  // Decides by the head alone (body is empty then) whether the handler may block.
  using MayBlock = std::function<bool(const HttpRequest& head)>;
  HttpServer(HttpServerOptions options, Handler handler, MayBlock may_block);
  ~HttpServer();
  // Listens and serves in background threads; returns the bound TCP port. A taken port or bad host:
  // an error text that names it.
  std::expected<uint16_t, std::string> start();
  void stop();  // stops accepting, lets running requests end (at most 5 s)

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace drydock
