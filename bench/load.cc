// A small HTTP load generator: one thread, N keep-alive connections, requests signed before the
// clock starts.
//
//   bench_load PORT put|get|health SECONDS CONNECTIONS DISTINCT ACCESS_KEY SECRET TABLE
//
// Each connection has one request under way. Signing beforehand keeps the generator's own work out
// of what is measured, as far as two processes on the same cores allow. Prints one line of JSON.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "auth/sigv4.h"
#include "base/text.h"

namespace {

using namespace drydock;

[[noreturn]] void die(const std::string& why) {
  std::fprintf(stderr, "bench_load: %s\n", why.c_str());
  std::exit(1);
}

int64_t now_ns() {
  timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return int64_t{t.tv_sec} * 1'000'000'000 + t.tv_nsec;
}

struct Plan {
  uint16_t port;
  std::string kind, table;
  double seconds;
  size_t connections, distinct;
  sigv4::Credentials credentials;
};

std::string wire_form(const HttpRequest& request) {
  std::string out = request.method + " " + request.target + " HTTP/1.1\r\n";
  for (const auto& [name, value] : request.headers) out += name + ": " + value + "\r\n";
  std::string body = request.body.read_all();
  out += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
  return out + body;
}

// An item of about 150 bytes, as a small product record.
std::string body_of(const Plan& plan, size_t number) {
  std::string key = R"({"id":{"S":"product-)" + std::to_string(number) + R"("})";
  if (plan.kind == "get") return R"({"TableName":")" + plan.table + R"(","Key":)" + key + "}}";
  return R"({"TableName":")" + plan.table + R"(","Item":)" + key +
         R"(,"title":{"S":"A product of the catalogue"},"description":{"S":"Sturdy, light, in three colours"},"price":{"N":"89.99"},"stock":{"N":")" +
         std::to_string(number % 1000) + R"("}}})";
}

std::vector<std::string> make_requests(const Plan& plan) {
  std::vector<std::string> out;
  std::string host = "127.0.0.1:" + std::to_string(plan.port);
  if (plan.kind == "health") return {"GET /_drydock/health HTTP/1.1\r\nHost: " + host + "\r\n\r\n"};
  timespec wall;
  clock_gettime(CLOCK_REALTIME, &wall);
  Timestamp now{int64_t{wall.tv_sec} * 1000};
  for (size_t i = 0; i < plan.distinct; ++i) {
    HttpRequest request;
    request.method = "POST";
    request.target = "/";
    request.headers = {{"Host", host},
                       {"Content-Type", "application/x-amz-json-1.0"},
                       {"X-Amz-Target", plan.kind == "get" ? "DynamoDB_20120810.GetItem"
                                                           : "DynamoDB_20120810.PutItem"}};
    request.body = Payload(body_of(plan, i));
    sigv4::sign(request, plan.credentials, "us-east-1", "dynamodb", now);
    out.push_back(wire_form(request));
  }
  return out;
}

struct Connection {
  int fd = -1;
  std::string in;
  size_t wanted = 0;  // length of the whole answer; 0: head not complete
  bool failed = false;
  int64_t sent_ns = 0;
};

int connect_to(uint16_t port) {
  int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
    die("cannot connect to port " + std::to_string(port));
  int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

// True when the answer is complete.
bool take_answer(Connection& connection) {
  if (connection.wanted == 0) {
    size_t end = connection.in.find("\r\n\r\n");
    if (end == std::string::npos) return false;
    std::string head = to_lower(std::string_view(connection.in).substr(0, end));
    connection.failed = head.find(" 200 ") == std::string::npos;
    size_t length = 0;
    if (size_t at = head.find("content-length:"); at != std::string::npos) {
      at += 15;
      while (at < head.size() && head[at] == ' ') ++at;
      std::from_chars(head.data() + at, head.data() + head.size(), length);
    } else {
      die("an answer without Content-Length");
    }
    connection.wanted = end + 4 + length;
  }
  return connection.in.size() >= connection.wanted;
}

struct Outcome {
  size_t answers = 0, errors = 0;
  double seconds = 0;
  std::vector<uint32_t> micros;
  std::string first_error;
};

Outcome run(const Plan& plan, const std::vector<std::string>& requests) {
  int poll = ::epoll_create1(0);
  std::vector<Connection> connections(plan.connections);
  size_t next = 0;
  auto send_one = [&](Connection& connection) {
    const std::string& bytes = requests[next++ % requests.size()];
    connection.in.clear();
    connection.wanted = 0;
    connection.sent_ns = now_ns();
    if (::send(connection.fd, bytes.data(), bytes.size(), MSG_NOSIGNAL) !=
        static_cast<ssize_t>(bytes.size()))
      die("send failed");
  };
  for (size_t i = 0; i < connections.size(); ++i) {
    connections[i].fd = connect_to(plan.port);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = i;
    ::epoll_ctl(poll, EPOLL_CTL_ADD, connections[i].fd, &event);
  }
  Outcome out;
  int64_t begin = now_ns(), end = begin + static_cast<int64_t>(plan.seconds * 1e9), last = begin;
  for (Connection& connection : connections) send_one(connection);
  epoll_event events[64];
  char buffer[65536];
  while (last < end) {
    int ready = ::epoll_wait(poll, events, 64, 10'000);
    if (ready <= 0) die("no answer for ten seconds");
    for (int i = 0; i < ready; ++i) {
      Connection& connection = connections[events[i].data.u64];
      ssize_t count = ::recv(connection.fd, buffer, sizeof buffer, 0);
      if (count <= 0) die("the server closed a connection");
      connection.in.append(buffer, static_cast<size_t>(count));
      if (!take_answer(connection)) continue;
      last = now_ns();
      ++out.answers;
      if (connection.failed && out.errors++ == 0) out.first_error = connection.in;
      out.micros.push_back(static_cast<uint32_t>((last - connection.sent_ns) / 1000));
      send_one(connection);
    }
  }
  out.seconds = static_cast<double>(last - begin) / 1e9;
  for (Connection& connection : connections) ::close(connection.fd);
  ::close(poll);
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 9)
    die("usage: bench_load PORT put|get|health SECONDS CONNECTIONS DISTINCT ACCESS_KEY SECRET TABLE");
  Plan plan{static_cast<uint16_t>(std::atoi(argv[1])),
            argv[2],
            argv[8],
            std::atof(argv[3]),
            static_cast<size_t>(std::atoi(argv[4])),
            static_cast<size_t>(std::atoi(argv[5])),
            {argv[6], argv[7], ""}};
  Outcome out = run(plan, make_requests(plan));
  std::sort(out.micros.begin(), out.micros.end());
  auto percentile = [&](double part) {
    return out.micros.empty()
               ? 0u
               : out.micros[static_cast<size_t>(part * static_cast<double>(out.micros.size() - 1))];
  };
  std::printf(
      "{\"answers\":%zu,\"errors\":%zu,\"seconds\":%.3f,\"rate\":%.0f,\"p50_us\":%u,\"p99_us\":%u}\n",
      out.answers, out.errors, out.seconds, static_cast<double>(out.answers) / out.seconds,
      percentile(0.5), percentile(0.99));
  if (out.errors) std::fprintf(stderr, "first error: %s\n", out.first_error.c_str());
  return 0;
}
