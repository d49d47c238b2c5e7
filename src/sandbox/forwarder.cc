#include "sandbox/forwarder.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <unordered_map>
#include <vector>

#include "base/aws_host.h"
#include "sandbox/dns.h"

namespace drydock {

namespace {

constexpr uint32_t kNetwork = 0x64400000;       // 100.64.0.0/10
constexpr uint32_t kAwsAddress = kNetwork + 1;  // every AWS host
constexpr uint32_t kNameServer = kNetwork + 2;
constexpr uint32_t kFirstName = kNetwork + 0x100;  // other hosts, one address each
constexpr uint32_t kCredentials = 0xa9feaa02;      // 169.254.170.2
constexpr uint32_t kLoopback = 0x7f000001;
constexpr size_t kMaxNames = 16384;
constexpr size_t kMaxRelays = 8192;
constexpr size_t kPiece = 64 << 10;
constexpr size_t kMaxConnectAnswer = 8 << 10;
// What can be reached outside: web, git and ssh.
constexpr uint16_t kOutsidePorts[] = {443, 80, 22, 9418};

sockaddr_in address_of(uint32_t ip, uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(ip);
  address.sin_port = htons(port);
  return address;
}

int bound_socket(int kind, uint32_t ip, uint16_t port) {
  int fd = ::socket(AF_INET, kind | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  int one = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  sockaddr_in address = address_of(ip, port);
  if (::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
      (kind == SOCK_STREAM && ::listen(fd, 512) != 0)) {
    ::close(fd);
    return -1;
  }
  return fd;
}

int connect_unix(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return -1;
  std::memcpy(address.sun_path, path.data(), path.size());
  int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0 || ::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    if (fd >= 0) ::close(fd);
    return -1;
  }
  return fd;
}

void close_with_reset(int fd) {
  linger now{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  ::close(fd);
}

}  // namespace

bool set_up_loopback(std::string& problem) {
  int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  auto with_address = [](const char* name, uint32_t ip) {
    ifreq request{};
    std::strncpy(request.ifr_name, name, IFNAMSIZ - 1);
    sockaddr_in address = address_of(ip, 0);
    std::memcpy(&request.ifr_addr, &address, sizeof address);
    return request;
  };
  ifreq up{};
  std::strncpy(up.ifr_name, "lo", IFNAMSIZ - 1);
  up.ifr_flags = IFF_UP | IFF_RUNNING;
  ifreq names = with_address("lo:1", kAwsAddress), names_mask = with_address("lo:1", 0xffc00000);
  ifreq credentials = with_address("lo:2", kCredentials),
        credentials_mask = with_address("lo:2", 0xffffffff);
  bool done = fd >= 0 && ::ioctl(fd, SIOCSIFFLAGS, &up) == 0 &&
              ::ioctl(fd, SIOCSIFADDR, &names) == 0 &&
              ::ioctl(fd, SIOCSIFNETMASK, &names_mask) == 0 &&
              ::ioctl(fd, SIOCSIFADDR, &credentials) == 0 &&
              ::ioctl(fd, SIOCSIFNETMASK, &credentials_mask) == 0;
  if (!done)
    problem =
        std::string("cannot set up the loopback of a network namespace: ") + std::strerror(errno);
  if (fd >= 0) ::close(fd);
  return done;
}

struct Forwarder::State {
  // One end of a relay, with what waits to be written to it.
  struct End {
    int fd = -1;
    std::string pending;
    bool read_ended = false, write_ended = false;
    uint32_t interest = 0;
  };
  struct Relay {
    End client, server;
    bool asking = false;      // CONNECT was sent, its answer is not whole yet
    bool plain_http = false;  // a refusal can be shown to the client
    std::string answer;
  };
  struct Watch {
    std::function<void()> ready;   // listeners and the like
    std::shared_ptr<Relay> relay;  // or an end of a relay
  };

  std::string server_socket;
  Outside outside;
  int epoll = ::epoll_create1(EPOLL_CLOEXEC);
  int udp = -1;
  std::unordered_map<int, Watch> watches;
  std::unordered_map<std::string, uint32_t> addresses;  // names outside
  std::unordered_map<uint32_t, std::string> names;
  size_t relays = 0;

  ~State() {
    for (auto& [fd, watch] : watches) ::close(fd);
    ::close(epoll);
  }

  void add(int fd, Watch watch, uint32_t events) {
    epoll_event event{.events = events, .data = {.fd = fd}};
    ::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
    watches[fd] = std::move(watch);
  }
  void forget(int fd) {
    ::epoll_ctl(epoll, EPOLL_CTL_DEL, fd, nullptr);
    watches.erase(fd);
  }

  // ---- names
  std::optional<uint32_t> address_for(const std::string& name) {
    if (is_aws_host(name)) return kAwsAddress;
    if (name == "localhost" || name.ends_with(".localhost")) return kLoopback;
    if (outside == Outside::kNothing || name.empty()) return std::nullopt;
    auto found = addresses.find(name);
    if (found != addresses.end()) return found->second;
    if (addresses.size() >= kMaxNames) return std::nullopt;
    uint32_t address = kFirstName + static_cast<uint32_t>(addresses.size());
    addresses.emplace(name, address);
    names.emplace(address, name);
    for (uint16_t port : kOutsidePorts) listen(address, port, server_socket);
    return address;
  }
  std::string answer(std::string_view message) {
    auto question = dns::parse_question(message);
    if (!question) return {};
    auto address = address_for(question->name);
    return dns::make_answer(*question, address ? dns::Outcome::kFound : dns::Outcome::kNoSuchName,
                            address);
  }
  void serve_udp() {
    char message[dns::kMaxMessageBytes];
    for (int i = 0; i < 64; ++i) {
      sockaddr_in from{};
      socklen_t length = sizeof from;
      ssize_t n =
          ::recvfrom(udp, message, sizeof message, 0, reinterpret_cast<sockaddr*>(&from), &length);
      if (n < 0) return;
      std::string out = answer({message, static_cast<size_t>(n)});
      if (!out.empty())
        ::sendto(udp, out.data(), out.size(), 0, reinterpret_cast<sockaddr*>(&from), length);
    }
  }
  void accept_dns(int listener) {
    int fd = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    auto buffer = std::make_shared<std::string>();
    add(fd,
        {.ready =
             [this, fd, buffer] {
               char piece[dns::kMaxMessageBytes];
               ssize_t n = ::recv(fd, piece, sizeof piece, 0);
               if (n > 0) buffer->append(piece, static_cast<size_t>(n));
               bool broken = n == 0 || (n < 0 && errno != EAGAIN);
               while (!broken && buffer->size() >= 2) {
                 size_t length = static_cast<unsigned char>((*buffer)[0]) << 8 |
                                 static_cast<unsigned char>((*buffer)[1]);
                 if (length > dns::kMaxMessageBytes) broken = true;
                 if (broken || buffer->size() < length + 2) break;
                 std::string out = answer(std::string_view(*buffer).substr(2, length));
                 buffer->erase(0, length + 2);
                 out.insert(
                     0, {static_cast<char>(out.size() >> 8), static_cast<char>(out.size() & 0xff)});
                 broken = ::send(fd, out.data(), out.size(), MSG_NOSIGNAL) !=
                          static_cast<ssize_t>(out.size());
               }
               if (broken) {
                 forget(fd);
                 ::close(fd);
               }
             }},
        EPOLLIN);
  }

  // ---- connections
  bool listen(uint32_t ip, uint16_t port, const std::string& socket_path) {
    int fd = bound_socket(SOCK_STREAM, ip, port);
    if (fd < 0) return false;
    add(fd, {.ready = [this, fd, ip, port, socket_path] { accept(fd, ip, port, socket_path); }},
        EPOLLIN);
    return true;
  }
  void accept(int listener, uint32_t ip, uint16_t port, const std::string& socket_path) {
    int client = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (client < 0) return;
    int one = 1;
    ::setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    int server = relays < kMaxRelays ? connect_unix(socket_path) : -1;
    if (server < 0) return close_with_reset(client);
    ::fcntl(server, F_SETFL, O_NONBLOCK);
    ++relays;
    auto relay = std::make_shared<Relay>();
    relay->client.fd = client;
    relay->server.fd = server;
    if (auto name = names.find(ip); name != names.end()) {
      relay->asking = true;
      relay->plain_http = port == 80;
      std::string target = name->second + ":" + std::to_string(port);
      relay->server.pending = "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n\r\n";
    }
    add(client, {.relay = relay}, 0);
    add(server, {.relay = relay}, 0);
    flush(relay->server);
    update(*relay);
  }
  static void flush(End& end) {
    while (!end.pending.empty()) {
      ssize_t n = ::send(end.fd, end.pending.data(), end.pending.size(), MSG_NOSIGNAL);
      if (n <= 0) {
        if (n < 0 && errno != EAGAIN) {
          end.pending.clear();
          end.write_ended = true;
        }
        return;
      }
      end.pending.erase(0, static_cast<size_t>(n));
    }
  }
  // Moves what there is from one end to the other.
  static void pump(End& from, End& to) {
    if (from.read_ended || !to.pending.empty()) return;
    static thread_local char piece[kPiece];
    ssize_t n = ::recv(from.fd, piece, sizeof piece, 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (n <= 0) {
      from.read_ended = true;
      return;
    }
    if (to.write_ended) return;
    ssize_t sent = ::send(to.fd, piece, static_cast<size_t>(n), MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) {
      to.write_ended = true;
      return;
    }
    if (sent < 0) sent = 0;
    if (sent < n) to.pending.assign(piece + sent, static_cast<size_t>(n - sent));
  }
  // The answer to CONNECT. True: still asking, or the relay is over.
  bool read_connect_answer(Relay& relay) {
    char piece[2048];
    ssize_t n = ::recv(relay.server.fd, piece, sizeof piece, 0);
    if (n < 0 && errno == EAGAIN) return true;
    if (n <= 0 || relay.answer.size() > kMaxConnectAnswer) {
      end(relay);
      return true;
    }
    relay.answer.append(piece, static_cast<size_t>(n));
    size_t head_end = relay.answer.find("\r\n\r\n");
    if (head_end == std::string::npos) return true;
    bool through =
        relay.answer.starts_with("HTTP/1.1 200") || relay.answer.starts_with("HTTP/1.0 200");
    if (!through && !relay.plain_http) {
      end(relay);
      return true;
    }
    relay.asking = false;
    relay.client.pending = through ? relay.answer.substr(head_end + 4) : relay.answer;
    flush(relay.client);
    return false;
  }
  void serve(const std::shared_ptr<Relay>& held, int fd, uint32_t events) {
    std::shared_ptr<Relay> keep = held;
    Relay& relay = *keep;
    if (events & EPOLLOUT) flush(fd == relay.client.fd ? relay.client : relay.server);
    if (fd == relay.client.fd && events & (EPOLLHUP | EPOLLERR) && relay.client.read_ended)
      return end(relay);
    if (relay.asking) {
      if (fd == relay.client.fd && events & (EPOLLHUP | EPOLLERR)) return end(relay);
      if (fd == relay.server.fd && events & (EPOLLIN | EPOLLHUP) && read_connect_answer(relay))
        return;
    } else if (events & (EPOLLIN | EPOLLHUP | EPOLLERR | EPOLLRDHUP)) {
      if (fd == relay.client.fd)
        pump(relay.client, relay.server);
      else
        pump(relay.server, relay.client);
    }
    update(relay);
  }
  void update(Relay& relay) {
    auto pass_end = [](End& from, End& to) {
      if (from.read_ended && to.pending.empty() && !to.write_ended) {
        ::shutdown(to.fd, SHUT_WR);
        to.write_ended = true;
      }
    };
    pass_end(relay.client, relay.server);
    pass_end(relay.server, relay.client);
    // Once Drydock has said all, or nobody hears it, the rest of what the client sends does not
    // matter.
    bool over = relay.client.write_ended;
    if (over) return end(relay);
    auto want = [&](End& end, const End& other) {
      uint32_t interest = 0;
      bool may_read =
          !end.read_ended && other.pending.empty() && !(relay.asking && &end == &relay.client);
      if (may_read) interest |= EPOLLIN;
      if (!end.pending.empty()) interest |= EPOLLOUT;
      if (interest == end.interest) return;
      end.interest = interest;
      epoll_event event{.events = interest, .data = {.fd = end.fd}};
      ::epoll_ctl(epoll, EPOLL_CTL_MOD, end.fd, &event);
    };
    want(relay.client, relay.server);
    want(relay.server, relay.client);
  }
  void end(Relay& relay) {
    bool cut = relay.asking;
    --relays;
    int client = relay.client.fd, server = relay.server.fd;
    forget(client);
    forget(server);
    if (cut)
      close_with_reset(client);
    else
      ::close(client);
    ::close(server);
  }
};

Forwarder::Forwarder(std::string server_socket, Outside outside)
    : state_(new State{.server_socket = std::move(server_socket), .outside = outside}) {}
Forwarder::~Forwarder() = default;

std::string Forwarder::open() {
  State& s = *state_;
  s.udp = bound_socket(SOCK_DGRAM, kNameServer, 53);
  int tcp = bound_socket(SOCK_STREAM, kNameServer, 53);
  if (s.udp < 0 || tcp < 0)
    return std::string("cannot bind the name server inside: ") + std::strerror(errno);
  s.add(s.udp, {.ready = [&s] { s.serve_udp(); }}, EPOLLIN);
  s.add(tcp, {.ready = [&s, tcp] { s.accept_dns(tcp); }}, EPOLLIN);
  for (uint32_t ip : {kAwsAddress, kCredentials}) {
    for (uint16_t port : {443, 80}) {
      if (!s.listen(ip, port, s.server_socket))
        return std::string("cannot bind the ports of AWS's hosts inside: ") + std::strerror(errno);
    }
  }
  return {};
}

bool Forwarder::lead_port(uint16_t port, const std::string& socket_path) {
  return state_->listen(kLoopback, port, socket_path.empty() ? state_->server_socket : socket_path);
}

void Forwarder::watch(int fd, std::function<void()> ready) {
  state_->add(fd, {.ready = std::move(ready)}, EPOLLIN);
}
void Forwarder::unwatch(int fd) { state_->forget(fd); }

void Forwarder::run_once(int timeout_ms) {
  epoll_event events[64];
  int count = ::epoll_wait(state_->epoll, events, 64, timeout_ms);
  for (int i = 0; i < count; ++i) {
    auto found = state_->watches.find(events[i].data.fd);
    if (found == state_->watches.end()) continue;  // ended by an earlier event of this round
    if (found->second.relay) {
      state_->serve(found->second.relay, events[i].data.fd, events[i].events);
    } else {
      auto ready = found->second.ready;
      ready();
    }
  }
}

}  // namespace drydock
