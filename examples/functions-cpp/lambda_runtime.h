// A Lambda custom runtime in one header: plain sockets, no SDK. Works on AWS (provided.al2023) and
// on Drydock alike.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>

namespace lambda {

struct Context {
  std::string request_id, function_arn;
  int64_t deadline_ms = 0;
};
using Handler = std::function<std::string(std::string_view event, const Context& context)>;

// One kept-alive connection to AWS_LAMBDA_RUNTIME_API.
class RuntimeApi {
 public:
  struct Answer {
    int status = 0;
    std::map<std::string, std::string> headers;  // names in lower case
    std::string body;
  };

  RuntimeApi() {
    const char* api = std::getenv("AWS_LAMBDA_RUNTIME_API");
    std::string text = api ? api : "127.0.0.1:9001";
    size_t colon = text.rfind(':');
    host_ = text.substr(0, colon);
    port_ = colon == std::string::npos ? "80" : text.substr(colon + 1);
  }
  ~RuntimeApi() { close(); }

  Answer call(std::string_view method, std::string_view path, std::string_view body = {}) {
    if (socket_ < 0) connect();
    std::string request =
        std::string(method) + " /2018-06-01/runtime/" + std::string(path) +
        " HTTP/1.1\r\nHost: " + host_ + ":" + port_ +
        "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
        "\r\n\r\n" + std::string(body);
    for (std::string_view rest = request; !rest.empty();) {
      ssize_t sent = ::send(socket_, rest.data(), rest.size(), MSG_NOSIGNAL);
      if (sent <= 0) throw std::runtime_error("the runtime API went away");
      rest.remove_prefix(sent);
    }
    return read_answer();
  }

 private:
  void connect() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(std::atoi(port_.c_str())));
    if (inet_pton(AF_INET, host_.c_str(), &address.sin_addr) != 1)
      throw std::runtime_error("not an address: " + host_);
    socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
    if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) close();
    if (socket_ < 0) throw std::runtime_error("cannot connect to " + host_ + ":" + port_);
  }
  void close() {
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
  }
  void fill() {
    char bytes[16384];
    ssize_t count = ::recv(socket_, bytes, sizeof bytes, 0);
    if (count <= 0) throw std::runtime_error("the runtime API went away");
    buffer_.append(bytes, count);
  }
  Answer read_answer() {
    size_t end;
    while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) fill();
    Answer answer;
    answer.status = std::atoi(buffer_.c_str() + buffer_.find(' '));
    for (size_t at = buffer_.find("\r\n"); at < end;) {
      size_t line_end = buffer_.find("\r\n", at + 2), colon = buffer_.find(':', at);
      std::string name = buffer_.substr(at + 2, colon - at - 2);
      std::transform(name.begin(), name.end(), name.begin(),
                     [](unsigned char c) { return std::tolower(c); });
      size_t value = buffer_.find_first_not_of(' ', colon + 1);
      answer.headers[name] = buffer_.substr(value, line_end - value);
      at = line_end;
    }
    size_t length = std::strtoul(answer.headers["content-length"].c_str(), nullptr, 10);
    while (buffer_.size() < end + 4 + length) fill();
    answer.body = buffer_.substr(end + 4, length);
    buffer_.erase(0, end + 4 + length);
    return answer;
  }

  std::string host_, port_, buffer_;
  int socket_ = -1;
};

inline std::string json_string(std::string_view text) {
  std::string out = "\"";
  for (unsigned char c : text) {
    char escaped[8];
    if (c == '"' || c == '\\')
      (out += '\\') += static_cast<char>(c);
    else if (c < 0x20)
      out += (std::snprintf(escaped, sizeof escaped, "\\u%04x", c), escaped);
    else
      out += static_cast<char>(c);
  }
  return out + "\"";
}

// Takes events and answers them, for good. An exception of the handler is the function's error.
inline int run(const Handler& handler) {
  RuntimeApi api;
  for (;;) {
    RuntimeApi::Answer next = api.call("GET", "invocation/next");
    Context context{next.headers["lambda-runtime-aws-request-id"],
                    next.headers["lambda-runtime-invoked-function-arn"],
                    std::atoll(next.headers["lambda-runtime-deadline-ms"].c_str())};
    std::string base = "invocation/" + context.request_id;
    try {
      api.call("POST", base + "/response", handler(next.body, context));
    } catch (const std::exception& error) {
      api.call("POST", base + "/error",
               "{\"errorMessage\":" + json_string(error.what()) +
                   ",\"errorType\":\"HandlerError\",\"stackTrace\":[]}");
    }
  }
}

}  // namespace lambda
