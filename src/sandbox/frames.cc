#include "sandbox/frames.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>

namespace drydock {

namespace {

constexpr size_t kMaxFrameBytes = 8 << 20;
constexpr size_t kMaxDescriptors = 8;

void append_number(std::string& out, uint32_t number) {
  out.append(reinterpret_cast<const char*>(&number), sizeof number);
}

// All of `size` bytes; descriptors may come with the first.
bool read_exactly(int socket, char* to, size_t size, std::vector<int>* descriptors) {
  while (size > 0) {
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int) * kMaxDescriptors)];
    iovec piece{to, size};
    msghdr message{};
    message.msg_iov = &piece;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    ssize_t n = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    for (cmsghdr* c = CMSG_FIRSTHDR(&message); c; c = CMSG_NXTHDR(&message, c)) {
      if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS) continue;
      size_t count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
      for (size_t i = 0; i < count; ++i) {
        int fd;
        std::memcpy(&fd, CMSG_DATA(c) + i * sizeof(int), sizeof fd);
        if (descriptors)
          descriptors->push_back(fd);
        else
          ::close(fd);
      }
    }
    to += n;
    size -= static_cast<size_t>(n);
  }
  return true;
}

}  // namespace

bool send_frame(int socket, const Frame& frame, const std::vector<int>& descriptors) {
  std::string bytes(sizeof(uint32_t), '\0');
  append_number(bytes, static_cast<uint32_t>(frame.size()));
  for (const auto& text : frame) {
    append_number(bytes, static_cast<uint32_t>(text.size()));
    bytes += text;
  }
  uint32_t length = static_cast<uint32_t>(bytes.size() - sizeof(uint32_t));
  if (length > kMaxFrameBytes) return false;
  std::memcpy(bytes.data(), &length, sizeof length);
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int) * kMaxDescriptors)] = {};
  bool first = true;
  for (size_t done = 0; done < bytes.size();) {
    iovec piece{bytes.data() + done, bytes.size() - done};
    msghdr message{};
    message.msg_iov = &piece;
    message.msg_iovlen = 1;
    if (first && !descriptors.empty()) {
      message.msg_control = control;
      message.msg_controllen = CMSG_SPACE(sizeof(int) * descriptors.size());
      cmsghdr* c = CMSG_FIRSTHDR(&message);
      c->cmsg_level = SOL_SOCKET;
      c->cmsg_type = SCM_RIGHTS;
      c->cmsg_len = CMSG_LEN(sizeof(int) * descriptors.size());
      std::memcpy(CMSG_DATA(c), descriptors.data(), sizeof(int) * descriptors.size());
    }
    ssize_t n = ::sendmsg(socket, &message, MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    first = false;
    done += static_cast<size_t>(n);
  }
  return true;
}

std::optional<Frame> receive_frame(int socket, std::vector<int>* descriptors) {
  uint32_t length = 0;
  if (!read_exactly(socket, reinterpret_cast<char*>(&length), sizeof length, descriptors))
    return std::nullopt;
  if (length < sizeof(uint32_t) || length > kMaxFrameBytes) return std::nullopt;
  std::string bytes(length, '\0');
  if (!read_exactly(socket, bytes.data(), length, descriptors)) return std::nullopt;
  size_t at = 0;
  auto number = [&]() -> uint32_t {
    uint32_t n = 0;
    if (at + sizeof n > bytes.size()) return UINT32_MAX;
    std::memcpy(&n, bytes.data() + at, sizeof n);
    at += sizeof n;
    return n;
  };
  uint32_t count = number();
  Frame frame;
  for (uint32_t i = 0; i < count; ++i) {
    uint32_t size = number();
    if (size > bytes.size() - at) return std::nullopt;
    frame.emplace_back(bytes, at, size);
    at += size;
  }
  return frame;
}

}  // namespace drydock
