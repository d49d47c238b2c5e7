#include "http/server.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <boost/asio/connect.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <cstring>
#include <list>
#include <optional>
#include <thread>

#include "base/aws_host.h"
#include "base/log.h"
#include "base/text.h"
#include "base/value.h"
#include "http/request_parser.h"
#include "http/response_head.h"
#include "http/tls.h"
#include "http/wait_lane.h"

namespace drydock {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using Socket = asio::generic::stream_protocol::socket;
using TlsStream = asio::ssl::stream<Socket&>;

namespace {

constexpr size_t kFirstBuffer = 16 << 10;
constexpr size_t kLargeBuffer = 256 << 10;  // while a large body comes in
constexpr size_t kGatherLimit = 32
                                << 10;  // bodies up to this are copied behind their head: one write
constexpr uint64_t kFilePiece = 256 << 10;
constexpr int kTunnelSeconds = 30;  // to reach the outside host

std::string_view version_of(int protocol) {
  return protocol == TLS1_3_VERSION ? "1.3" : protocol == TLS1_2_VERSION ? "1.2" : "";
}

class Link;

// One I/O thread and the connections it serves; all their work happens in it.
struct Loop {
  std::list<Link*> links;  // outlives `io`, whose end destroys them
  asio::io_context io{1};
  asio::steady_timer timer{io};
  int64_t tick = 0;  // seconds, roughly
  std::thread thread;
};

struct Core {
  HttpServerOptions options;
  HttpServer::Handler handler;
  HttpServer::MayBlock may_block;
  std::optional<asio::ssl::context> tls;
  std::vector<std::unique_ptr<Loop>> loops;
  std::atomic<size_t> next_loop{0};
  std::atomic<int> connections{0};
  std::atomic<int> running{0};  // requests whose answer is not yet written
  std::atomic<bool> stopping{false};
  WaitLane lane;

  explicit Core(HttpServerOptions o) : options(std::move(o)), lane(options.wait_threads) {}

  bool is_ours(std::string_view host) const {
    return options.is_ours ? options.is_ours(host) : is_aws_host(host);
  }
};

// What the sweep of a loop sees of a connection or tunnel.
class Link {
 public:
  Link(Core& core, Loop& loop)
      : core_(core), loop_(loop), at_(loop.links.insert(loop.links.end(), this)), last_(loop.tick) {
    ++core_.connections;
  }
  virtual ~Link() {
    loop_.links.erase(at_);
    --core_.connections;
  }
  virtual void end() = 0;
  virtual bool waits_for_peer() const = 0;  // so that silence is the peer's
  virtual bool between_requests() const = 0;
  int64_t last() const { return last_; }

 protected:
  void touch() { last_ = loop_.tick; }
  Core& core_;
  Loop& loop_;

 private:
  std::list<Link*>::iterator at_;
  int64_t last_;
};

// Bytes to and fro between a client and an outside host.
class Tunnel final : public Link, public std::enable_shared_from_this<Tunnel> {
 public:
  Tunnel(Core& core, Loop& loop, Socket inside, std::string early)
      : Link(core, loop),
        inside_(std::move(inside)),
        outside_(loop.io),
        resolver_(loop.io),
        up_(kFirstBuffer * 4),
        down_(kFirstBuffer * 4),
        early_(std::move(early)) {}

  void connect(const std::string& host, const std::string& port) {
    target_ = host + ":" + port;
    resolver_.async_resolve(
        host, port,
        [self = shared_from_this()](error_code error, tcp::resolver::results_type found) {
          if (error) return self->refuse(error);
          asio::async_connect(self->outside_, found,
                              [self](error_code failed, const tcp::endpoint&) {
                                if (failed) return self->refuse(failed);
                                self->connected_ = true;
                                error_code ignored;
                                self->outside_.set_option(tcp::no_delay(true), ignored);
                                self->answer("HTTP/1.1 200 Connection Established\r\n\r\n");
                              });
        });
  }
  void end() override {
    error_code ignored;
    inside_.close(ignored);
    outside_.close(ignored);
    resolver_.cancel();
  }
  bool waits_for_peer() const override { return !connected_; }
  bool between_requests() const override { return true; }

 private:
  void refuse(const error_code& error) {
    std::string text = "cannot reach " + target_ + ": " + error.message() + "\n";
    answer(
        "HTTP/1.1 502 Bad Gateway\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: " +
        std::to_string(text.size()) + "\r\n\r\n" + text);
  }
  void answer(std::string text) {
    reply_ = std::move(text);
    asio::async_write(inside_, asio::buffer(reply_),
                      [self = shared_from_this()](error_code error, size_t) {
                        if (error || !self->connected_) return self->end();
                        if (self->early_.empty()) {
                          self->pump(self->inside_, self->outside_, self->up_);
                        } else {
                          asio::async_write(self->outside_, asio::buffer(self->early_),
                                            [self](error_code failed, size_t) {
                                              if (failed) return self->end();
                                              self->pump(self->inside_, self->outside_, self->up_);
                                            });
                        }
                        self->pump(self->outside_, self->inside_, self->down_);
                      });
  }
  template <class From, class To>
  void pump(From& from, To& to, std::vector<char>& buffer) {
    from.async_read_some(asio::buffer(buffer), [self = shared_from_this(), &from, &to, &buffer](
                                                   error_code error, size_t n) {
      if (error) {  // the other way may go on
        error_code ignored;
        to.shutdown(asio::socket_base::shutdown_send, ignored);
        if (++self->ended_ == 2 || error != asio::error::eof) self->end();
        return;
      }
      asio::async_write(to, asio::buffer(buffer.data(), n),
                        [self, &from, &to, &buffer](error_code failed, size_t) {
                          if (failed) return self->end();
                          self->pump(from, to, buffer);
                        });
    });
  }

  Socket inside_;
  tcp::socket outside_;
  tcp::resolver resolver_;
  std::vector<char> up_, down_;
  std::string early_, target_, reply_;
  bool connected_ = false;
  int ended_ = 0;
};

// One connection: finds out whether TLS is spoken, then reads a request, has it answered, and
// begins again.
class Wire final : public Link, public std::enable_shared_from_this<Wire> {
 public:
  Wire(Core& core, Loop& loop, Socket socket, std::string peer)
      : Link(core, loop),
        socket_(std::move(socket)),
        peer_(std::move(peer)),
        buffer_(kFirstBuffer),
        parser_(core.options.limits, core.options.scratch_folder) {}

  void begin() {
    if (begin_ == end_) {
      read([this] { begin_stream(); });
    } else {
      begin_stream();
    }
  }
  void end() override {
    error_code ignored;
    socket_.close(ignored);
  }
  bool waits_for_peer() const override { return !with_handler_; }
  bool between_requests() const override { return !handling_ && !parser_.head_done(); }

 private:
  // ---- reading
  template <class F>
  void read(F then) {
    make_room();
    auto space = asio::buffer(buffer_.data() + end_, buffer_.size() - end_);
    auto arrived = [self = shared_from_this(), then](error_code error, size_t n) {
      if (error) return self->finish_stream();
      self->end_ += n;
      self->touch();
      then();
    };
    if (tls_)
      tls_->async_read_some(space, std::move(arrived));
    else
      socket_.async_read_some(space, std::move(arrived));
  }
  void make_room() {
    if (begin_ == end_) begin_ = end_ = 0;
    if (end_ < buffer_.size()) return;
    if (begin_ > 0) {
      std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
      end_ -= begin_;
      begin_ = 0;
    } else {
      buffer_.resize(buffer_.size() * 2);  // bounded: the parser refuses what it cannot take
    }
  }
  void begin_stream() {
    constexpr unsigned char kHandshakeRecord = 0x16;
    if (tls_ || static_cast<unsigned char>(buffer_[begin_]) != kHandshakeRecord) return parse();
    if (!core_.tls) return end();
    tls_ = std::make_unique<TlsStream>(socket_, *core_.tls);
    auto early = asio::buffer(buffer_.data() + begin_, end_ - begin_);
    tls_->async_handshake(asio::ssl::stream_base::server, early,
                          [self = shared_from_this()](error_code error, size_t taken) {
                            if (error) return self->end();
                            self->begin_ += taken;
                            self->touch();
                            self->parse();
                          });
  }
  void parse() {
    begin_ += parser_.feed(std::string_view(buffer_.data() + begin_, end_ - begin_));
    if (parser_.error_status()) return refuse(parser_.error_status(), parser_.error_text());
    if (parser_.head_done() && !head_seen_) {
      head_seen_ = true;
      HttpRequest& request = parser_.request();
      request.tls = tls_ != nullptr;
      if (tls_) request.tls_version = version_of(SSL_version(tls_->native_handle()));
      request.peer = peer_;
      if (request.method == "CONNECT") return connect(request);
      may_block_ = core_.may_block && core_.may_block(request);
      if (parser_.wants_continue() && !parser_.done()) return send_continue();
    }
    if (parser_.done()) return handle();
    if (parser_.body_size() > kFirstBuffer && buffer_.size() < kLargeBuffer && begin_ == end_)
      buffer_.resize(kLargeBuffer);
    read([this] { parse(); });
  }
  void send_continue() {
    out_ = "HTTP/1.1 100 Continue\r\n\r\n";
    write(asio::buffer(out_), [this] { read([this] { parse(); }); });
  }

  // ---- answering
  void handle() {
    handling_ = true;
    with_handler_ = true;
    ++core_.running;
    // A body that lies in a file is read again by its handler: not on this thread.
    if (!may_block_ && !parser_.body_in_file()) return respond(answer());
    core_.lane.run([self = shared_from_this()] {
      auto response = std::make_shared<HttpResponse>(self->answer());
      auto& io = self->loop_.io;
      asio::post(io, [self = std::move(self), response] { self->respond(std::move(*response)); });
    });
  }
  HttpResponse answer() {
    try {
      return core_.handler(parser_.request());
    } catch (const std::exception& problem) {
      log::error(std::string("a request handler failed: ") + problem.what());
      return {500,
              {{"Content-Type", "application/json"}},
              std::string(R"({"message":"The server has a bug; see its log."})"),
              true};
    }
  }
  void respond(HttpResponse response) {
    response_ = std::move(response);
    with_handler_ = false;
    touch();
    const std::string& method = parser_.request().method;
    bool close = response_.close || !parser_.keep_alive() || core_.stopping;
    response_.close = close;
    out_.clear();
    append_response_head(response_, method, close ? Connection::kClose : Connection::kKeepAlive,
                         out_);
    if (!has_body(method, response_.status)) response_.body = Payload();
    auto sent = [this] { answered(); };
    if (!response_.body.in_memory()) {
      position_ = 0;
      return send_file();
    }
    auto body = response_.body.view();
    if (body.size() <= kGatherLimit) {
      out_.append(body);
      write(asio::buffer(out_), sent);
    } else {
      write(std::array<asio::const_buffer, 2>{asio::buffer(out_),
                                              asio::buffer(body.data(), body.size())},
            sent);
    }
  }
  void send_file() {
    uint64_t left = response_.body.size() - position_;
    if (left == 0 && out_.empty()) return answered();
    uint64_t piece = std::min(left, kFilePiece);
    if (piece > 0) {
      std::string bytes = response_.body.slice(position_, piece).read_all();
      if (bytes.size() != piece) {  // the file went away; the length is promised already
        log::error("an answer's file " + response_.body.path() + " is too short");
        --core_.running;
        handling_ = false;
        return end();
      }
      out_.append(bytes);
      position_ += piece;
    }
    write(asio::buffer(out_), [this] {
      out_.clear();
      send_file();
    });
  }
  void answered() {
    --core_.running;
    handling_ = false;
    bool close = response_.close;
    response_ = {};
    if (close) return finish_stream();
    if (out_.capacity() > kLargeBuffer) out_ = {};
    if (buffer_.size() > kFirstBuffer && begin_ == end_) {
      buffer_.resize(kFirstBuffer);
      buffer_.shrink_to_fit();
    }
    parser_.reset();
    head_seen_ = false;
    if (begin_ != end_)
      parse();
    else
      read([this] { parse(); });
  }
  template <class Buffers, class F>
  void write(const Buffers& buffers, F then) {
    auto written = [self = shared_from_this(), then](error_code error, size_t) {
      if (error) {
        if (self->handling_) --self->core_.running;
        self->handling_ = false;
        return self->end();
      }
      self->touch();
      then();
    };
    if (tls_)
      asio::async_write(*tls_, buffers, std::move(written));
    else
      asio::async_write(socket_, buffers, std::move(written));
  }
  void refuse(int status, const std::string& text) {
    std::string body = "{\"message\":";
    append_json_string(text, body);
    body += "}";
    handling_ = true;
    ++core_.running;
    respond({status, {{"Content-Type", "application/json"}}, body, true});
  }
  // Closes such that the peer still reads what was sent: unread input would turn the close into a
  // reset.
  void finish_stream() {
    if (tls_ && !closing_) {
      closing_ = true;
      tls_->async_shutdown([self = shared_from_this()](error_code) { self->finish_stream(); });
      touch();
      return;
    }
    error_code ignored;
    socket_.shutdown(asio::socket_base::shutdown_send, ignored);
    socket_.non_blocking(true, ignored);
    char rest[4096];
    for (int i = 0; i < 64 && ::recv(socket_.native_handle(), rest, sizeof rest, MSG_DONTWAIT) > 0;
         ++i) {
    }
    end();
  }

  // ---- CONNECT
  void connect(const HttpRequest& request) {
    std::string target = request.target;
    auto colon = target.rfind(':');
    auto port = colon == std::string::npos ? std::nullopt
                                           : parse_int(std::string_view(target).substr(colon + 1));
    if (!port || *port < 1 || *port > 65535)
      return refuse(400, "CONNECT wants host:port, not \"" + target.substr(0, 300) + "\".");
    std::string host = target.substr(0, colon);
    if (host.size() > 2 && host.front() == '[' && host.back() == ']')
      host = host.substr(1, host.size() - 2);
    if (in_tunnel_ || tls_)
      return refuse(400, "CONNECT inside a tunnel or over TLS is not served.");
    if (core_.is_ours(host)) {
      out_ = "HTTP/1.1 200 Connection Established\r\n\r\n";
      return write(asio::buffer(out_), [this] {
        in_tunnel_ = true;
        head_seen_ = false;
        parser_.reset();
        begin();
      });
    }
    if (!core_.options.may_connect || !core_.options.may_connect(request)) {
      return refuse(
          403, "No way outside: " + target +
                   " is not an AWS host, and connections to other hosts are not allowed here.");
    }
    auto tunnel = std::make_shared<Tunnel>(core_, loop_, std::move(socket_),
                                           std::string(buffer_.data() + begin_, end_ - begin_));
    tunnel->connect(host, std::to_string(*port));
  }

  Socket socket_;
  std::unique_ptr<TlsStream> tls_;
  std::string peer_;
  std::vector<char> buffer_;  // [begin_, end_) is read and not yet parsed
  size_t begin_ = 0, end_ = 0;
  RequestParser parser_;
  std::string out_;
  HttpResponse response_;
  uint64_t position_ = 0;  // of the answer's file
  bool head_seen_ = false, may_block_ = false, handling_ = false, with_handler_ = false;
  bool in_tunnel_ = false, closing_ = false;
};

// Once a second: ends the connections whose peer has been silent for too long; when the server
// stops, all that are between two requests.
void sweep(Core& core, Loop& loop) {
  loop.timer.expires_after(std::chrono::milliseconds(core.stopping ? 20 : 1000));
  loop.timer.async_wait([&](error_code error) {
    if (error) return;
    if (!core.stopping) ++loop.tick;
    for (auto it = loop.links.begin(); it != loop.links.end();) {
      Link& link = **it++;  // ending it may only take itself off the list, later
      bool silent =
          link.waits_for_peer() && loop.tick - link.last() > core.options.limits.idle_seconds;
      if (silent || (core.stopping && link.between_requests())) link.end();
    }
    sweep(core, loop);
  });
}

}  // namespace

struct HttpServer::State {
  explicit State(HttpServerOptions options) : core(std::move(options)) {}
  Core core;
  std::optional<tcp::acceptor> tcp_acceptor;
  std::optional<asio::local::stream_protocol::acceptor> unix_acceptor;
  std::optional<asio::steady_timer> retry_timer;
  bool started = false;

  Loop& pick_loop() { return *core.loops[core.next_loop++ % core.loops.size()]; }

  void accept_tcp() {
    Loop& loop = pick_loop();
    tcp_acceptor->async_accept(loop.io, [this, &loop](error_code error, tcp::socket socket) {
      if (error == asio::error::operation_aborted || core.stopping) return;
      if (error) return retry([this] { accept_tcp(); });
      error_code ignored;
      socket.set_option(tcp::no_delay(true), ignored);
      auto remote = socket.remote_endpoint(ignored);
      serve(loop, Socket(std::move(socket)),
            ignored ? std::string() : remote.address().to_string());
      accept_tcp();
    });
  }
  void accept_unix() {
    Loop& loop = pick_loop();
    unix_acceptor->async_accept(
        loop.io, [this, &loop](error_code error, asio::local::stream_protocol::socket socket) {
          if (error == asio::error::operation_aborted || core.stopping) return;
          if (error) return retry([this] { accept_unix(); });
          serve(loop, Socket(std::move(socket)), "sandbox");
          accept_unix();
        });
  }
  // Out of file descriptors, mostly: they come back when connections end.
  template <class F>
  void retry(F again) {
    retry_timer->expires_after(std::chrono::milliseconds(50));
    retry_timer->async_wait([again](error_code error) {
      if (!error) again();
    });
  }
  void serve(Loop& loop, Socket socket, std::string peer) {
    if (core.connections >= core.options.limits.max_connections) return;  // closes it
    auto shared = std::make_shared<Socket>(std::move(socket));
    asio::post(loop.io, [this, &loop, shared, peer = std::move(peer)] {
      std::make_shared<Wire>(core, loop, std::move(*shared), peer)->begin();
    });
  }

  std::expected<uint16_t, std::string> listen_tcp() {
    auto& o = core.options;
    std::string name = o.host + ":" + std::to_string(o.port);
    error_code error;
    tcp::resolver resolver(core.loops[0]->io);
    auto found = resolver.resolve(o.host, std::to_string(o.port), error);
    if (error || found.empty())
      return std::unexpected("cannot listen on " + name + ": " + error.message());
    tcp::endpoint endpoint = *found.begin();
    tcp_acceptor.emplace(core.loops[0]->io);
    tcp_acceptor->open(endpoint.protocol(), error);
    if (!error) tcp_acceptor->set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) tcp_acceptor->bind(endpoint, error);
    if (!error) tcp_acceptor->listen(1024, error);
    if (error) return std::unexpected("cannot listen on " + name + ": " + error.message());
    return tcp_acceptor->local_endpoint().port();
  }

  std::expected<void, std::string> listen_unix() {
    const std::string& path = core.options.unix_socket;
    if (path.size() >= sizeof(sockaddr_un{}.sun_path)) {
      return std::unexpected("the socket path " + path +
                             " is longer than 107 characters: choose a shorter data folder");
    }
    asio::local::stream_protocol::endpoint endpoint(path);
    error_code error;
    asio::local::stream_protocol::socket probe(core.loops[0]->io);
    probe.connect(endpoint, error);
    if (!error)
      return std::unexpected("cannot listen on " + path + ": another server listens there");
    ::unlink(path.c_str());  // left by a server that was killed
    unix_acceptor.emplace(core.loops[0]->io);
    mode_t before = ::umask(0077);  // whoever can open the socket is this user
    unix_acceptor->open(endpoint.protocol(), error);
    if (!error) unix_acceptor->bind(endpoint, error);
    ::umask(before);
    if (!error) unix_acceptor->listen(1024, error);
    if (error) return std::unexpected("cannot listen on " + path + ": " + error.message());
    return {};
  }
};

HttpServer::HttpServer(HttpServerOptions options, Handler handler, MayBlock may_block)
    : state_(std::make_unique<State>(std::move(options))) {
  state_->core.handler = std::move(handler);
  state_->core.may_block = std::move(may_block);
}

HttpServer::~HttpServer() { stop(); }

std::expected<uint16_t, std::string> HttpServer::start() {
  Core& core = state_->core;
  if (core.options.authority) {
    auto* context = static_cast<SSL_CTX*>(core.options.authority->server_context());
    SSL_CTX_up_ref(context);  // Asio's wrapper frees it
    core.tls.emplace(context);
  }
  for (int i = 0; i < std::max(1, core.options.threads); ++i)
    core.loops.push_back(std::make_unique<Loop>());
  state_->retry_timer.emplace(core.loops[0]->io);
  std::expected<uint16_t, std::string> port = 0;
  if (!core.options.host.empty()) port = state_->listen_tcp();
  if (!port) return port;
  if (!core.options.unix_socket.empty()) {
    if (auto listening = state_->listen_unix(); !listening)
      return std::unexpected(listening.error());
    state_->accept_unix();
  }
  if (state_->tcp_acceptor) state_->accept_tcp();
  for (auto& loop : core.loops) {
    sweep(core, *loop);
    loop->thread = std::thread([&io = loop->io] { io.run(); });
  }
  state_->started = true;
  return port;
}

void HttpServer::stop() {
  if (!state_ || !state_->started) return;
  State& state = *state_;
  Core& core = state.core;
  state.started = false;
  core.stopping = true;
  asio::post(core.loops[0]->io, [&] {
    error_code ignored;
    if (state.tcp_acceptor) state.tcp_acceptor->close(ignored);
    if (state.unix_acceptor) state.unix_acceptor->close(ignored);
    state.retry_timer->cancel();
  });
  for (auto& loop : core.loops) asio::post(loop->io, [&core, &loop = *loop] { sweep(core, loop); });
  auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  while (core.running > 0 && std::chrono::steady_clock::now() < deadline)
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  bool all_ended = core.lane.stop(core.running > 0 ? 0 : 1000);
  for (auto& loop : core.loops) {
    loop->io.stop();
    loop->thread.join();
  }
  if (!core.options.unix_socket.empty()) ::unlink(core.options.unix_socket.c_str());
  // A handler that still blocks refers to all this; the program is about to end.
  if (!all_ended) (void)state_.release();
}

}  // namespace drydock
