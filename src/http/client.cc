#include "http/client.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <memory>
#include <optional>

#include "base/text.h"

namespace drydock {

namespace {

constexpr size_t kMaxHeadBytes = 256 << 10;
constexpr size_t kMaxAnswerBytes = 256u << 20;  // the answer is held in memory

using Failure = std::unexpected<std::string>;

struct Url {
  bool tls = false;
  std::string host, port, target, authority;
};

std::optional<Url> parse_url(std::string_view text) {
  Url url;
  if (text.starts_with("https://")) {
    url.tls = true;
    text.remove_prefix(8);
  } else if (text.starts_with("http://")) {
    text.remove_prefix(7);
  } else {
    return std::nullopt;
  }
  auto slash = text.find_first_of("/?");
  url.authority = text.substr(0, slash);
  url.target = slash == std::string_view::npos ? "/" : std::string(text.substr(slash));
  if (url.target[0] == '?') url.target.insert(0, "/");
  if (auto at = url.authority.rfind('@'); at != std::string::npos) url.authority.erase(0, at + 1);
  url.host = url.authority;
  url.port = url.tls ? "443" : "80";
  auto colon = url.host.rfind(':');
  if (colon != std::string::npos && url.host.find(']', colon) == std::string::npos) {
    url.port = url.host.substr(colon + 1);
    url.host.resize(colon);
  }
  if (url.host.size() > 2 && url.host.front() == '[')
    url.host = url.host.substr(1, url.host.size() - 2);
  if (url.host.empty()) return std::nullopt;
  return url;
}

// A connected socket, closed at the end, perhaps with TLS over it.
class Channel {
 public:
  ~Channel() {
    if (ssl_) SSL_free(ssl_);
    if (context_) SSL_CTX_free(context_);
    if (fd_ >= 0) ::close(fd_);
  }

  std::expected<void, std::string> connect_unix(const std::string& path, int timeout_seconds) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path)
      return Failure("the socket path is too long: " + path);
    std::memcpy(address.sun_path, path.data(), path.size());
    fd_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    set_timeouts(timeout_seconds);
    if (::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
      return Failure("cannot connect to " + path + ": " + std::strerror(errno));
    }
    return {};
  }

  std::expected<void, std::string> connect_tcp(const std::string& host, const std::string& port,
                                               int timeout_seconds) {
    addrinfo hints{}, *found = nullptr;
    hints.ai_socktype = SOCK_STREAM;
    if (int error = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &found)) {
      return Failure("cannot find " + host + ": " + ::gai_strerror(error));
    }
    std::unique_ptr<addrinfo, void (*)(addrinfo*)> addresses(found, ::freeaddrinfo);
    std::string problem = "no address";
    for (addrinfo* a = found; a; a = a->ai_next) {
      fd_ = ::socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
      if (fd_ < 0) continue;
      set_timeouts(timeout_seconds);
      int one = 1;
      ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
      if (::connect(fd_, a->ai_addr, a->ai_addrlen) == 0) return {};
      problem = std::strerror(errno);
      ::close(fd_);
      fd_ = -1;
    }
    return Failure("cannot connect to " + host + ":" + port + ": " + problem);
  }

  std::expected<void, std::string> start_tls(const std::string& host, const std::string& ca_file) {
    context_ = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_min_proto_version(context_, TLS1_2_VERSION);
    bool trusted = ca_file.empty()
                       ? SSL_CTX_set_default_verify_paths(context_) == 1
                       : SSL_CTX_load_verify_locations(context_, ca_file.c_str(), nullptr) == 1;
    if (!trusted)
      return Failure("cannot read certificates from " + (ca_file.empty() ? "the system" : ca_file));
    SSL_CTX_set_verify(context_, SSL_VERIFY_PEER, nullptr);
    ssl_ = SSL_new(context_);
    SSL_set_tlsext_host_name(ssl_, host.c_str());
    in6_addr ignored;
    if (::inet_pton(AF_INET, host.c_str(), &ignored) == 1 ||
        ::inet_pton(AF_INET6, host.c_str(), &ignored) == 1) {
      X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_), host.c_str());
    } else {
      SSL_set1_host(ssl_, host.c_str());
    }
    SSL_set_fd(ssl_, fd_);
    if (SSL_connect(ssl_) == 1) return {};
    long verdict = SSL_get_verify_result(ssl_);
    std::string why =
        verdict != X509_V_OK ? X509_verify_cert_error_string(verdict) : "the handshake failed";
    ERR_clear_error();
    return Failure("no TLS with " + host + ": " + why);
  }

  bool write(std::string_view bytes) {
    while (!bytes.empty()) {
      ssize_t n = ssl_ ? SSL_write(ssl_, bytes.data(),
                                   static_cast<int>(std::min<size_t>(bytes.size(), 1 << 20)))
                       : ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n < 0 && !ssl_ && errno == EINTR) continue;
      if (n <= 0) return false;
      bytes.remove_prefix(static_cast<size_t>(n));
    }
    return true;
  }

  // Appends what comes next; false at the end or on an error (then `problem` is set, if it was
  // one).
  bool read(std::string& out) {
    char piece[32 << 10];
    ssize_t n;
    do {
      n = ssl_ ? SSL_read(ssl_, piece, sizeof piece) : ::recv(fd_, piece, sizeof piece, 0);
    } while (n < 0 && !ssl_ && errno == EINTR);
    if (n <= 0) {
      if (n < 0)
        problem = errno == EAGAIN ? "no answer in time"
                  : errno         ? std::strerror(errno)
                                  : "the connection broke";
      return false;
    }
    out.append(piece, static_cast<size_t>(n));
    return true;
  }

  std::string problem;

 private:
  void set_timeouts(int seconds) {
    timeval limit{.tv_sec = seconds, .tv_usec = 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  }
  int fd_ = -1;
  SSL_CTX* context_ = nullptr;
  SSL* ssl_ = nullptr;
};

std::expected<HttpResponse, std::string> parse_head(std::string_view head) {
  HttpResponse response;
  auto line_end = head.find("\r\n");
  auto status_line = head.substr(0, line_end);
  auto status = status_line.size() >= 12 && status_line.starts_with("HTTP/1.")
                    ? parse_int(status_line.substr(9, 3))
                    : std::nullopt;
  if (!status) return Failure("the answer is not HTTP: " + std::string(status_line.substr(0, 100)));
  response.status = static_cast<int>(*status);
  while (line_end != std::string_view::npos) {
    head.remove_prefix(line_end + 2);
    line_end = head.find("\r\n");
    auto line = head.substr(0, line_end);
    auto colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    response.headers.emplace_back(std::string(line.substr(0, colon)),
                                  std::string(trim(line.substr(colon + 1))));
  }
  return response;
}

// Undoes the chunked coding; `buffer` holds what came already.
std::expected<std::string, std::string> read_chunked(Channel& channel, std::string buffer) {
  std::string body;
  for (;;) {
    size_t line_end;
    while ((line_end = buffer.find("\r\n")) == std::string::npos) {
      if (buffer.size() > kMaxHeadBytes || !channel.read(buffer))
        return Failure("the answer ended inside a chunk");
    }
    uint64_t size = 0;
    auto parsed = std::from_chars(buffer.data(), buffer.data() + line_end, size, 16);
    if (parsed.ec != std::errc() || size > kMaxAnswerBytes - body.size())
      return Failure("the answer has a bad chunk");
    buffer.erase(0, line_end + 2);
    while (buffer.size() < size + 2) {
      if (!channel.read(buffer)) return Failure("the answer ended inside a chunk");
    }
    body.append(buffer, 0, size);
    buffer.erase(0, size + 2);
    if (size == 0) return body;
  }
}

}  // namespace

std::expected<HttpResponse, std::string> http_request(const HttpTarget& target,
                                                      const std::string& method,
                                                      const Headers& headers,
                                                      const std::string& body) {
  auto url = parse_url(target.url);
  if (!url) return Failure("not an http or https URL: " + target.url);
  Channel channel;
  std::expected<void, std::string> connected;
  if (target.connect_to.starts_with("unix:")) {
    connected = channel.connect_unix(target.connect_to.substr(5), target.timeout_seconds);
  } else if (!target.connect_to.empty()) {
    auto colon = target.connect_to.rfind(':');
    if (colon == std::string::npos)
      return Failure("connect_to wants host:port, not " + target.connect_to);
    connected = channel.connect_tcp(target.connect_to.substr(0, colon),
                                    target.connect_to.substr(colon + 1), target.timeout_seconds);
  } else {
    connected = channel.connect_tcp(url->host, url->port, target.timeout_seconds);
  }
  if (connected && url->tls) connected = channel.start_tls(url->host, target.ca_file);
  if (!connected) return Failure(connected.error());

  std::string request = method + " " + url->target + " HTTP/1.1\r\n";
  if (!find_header(headers, "host")) request += "Host: " + url->authority + "\r\n";
  for (const auto& [name, value] : headers) request += name + ": " + value + "\r\n";
  if (!body.empty() || method == "POST" || method == "PUT")
    request += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  request += "Connection: close\r\n\r\n";
  request += body;
  // A server may answer and stop reading (413): so the answer is read even when the write broke
  // off.
  bool written = channel.write(request);

  std::string buffer;
  for (;;) {
    size_t head_end;
    while ((head_end = buffer.find("\r\n\r\n")) == std::string::npos) {
      if (buffer.size() > kMaxHeadBytes) return Failure("the answer's head is too long");
      if (!channel.read(buffer)) {
        return Failure("no answer from " + url->authority + ": " +
                       (!channel.problem.empty() ? channel.problem
                        : written                ? "the connection was closed"
                                                 : "the request was not taken"));
      }
    }
    auto response = parse_head(std::string_view(buffer).substr(0, head_end));
    if (!response) return response;
    buffer.erase(0, head_end + 4);
    if (response->status >= 100 && response->status < 200) continue;
    if (method == "HEAD" || response->status == 204 || response->status == 304) return response;
    auto* coding = find_header(response->headers, "transfer-encoding");
    if (coding && to_lower(*coding).find("chunked") != std::string::npos) {
      auto content = read_chunked(channel, std::move(buffer));
      if (!content) return Failure(content.error());
      response->body = Payload(std::move(*content));
      return response;
    }
    auto* length_text = find_header(response->headers, "content-length");
    auto length = length_text ? parse_int(*length_text) : std::nullopt;
    while (!length || buffer.size() < static_cast<size_t>(*length)) {
      if (buffer.size() > kMaxAnswerBytes) return Failure("the answer is longer than 256 MiB");
      if (channel.read(buffer)) continue;
      if (length) return Failure("the answer ended early");
      break;
    }
    if (length) buffer.resize(static_cast<size_t>(std::max<int64_t>(*length, 0)));
    response->body = Payload(std::move(buffer));
    return response;
  }
}

}  // namespace drydock
