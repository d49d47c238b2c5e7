#include "base/payload.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cassert>

namespace drydock {

namespace {
constexpr size_t kPieceBytes = 256 << 10;

std::string fresh_path(const std::string& folder) {
  static std::atomic<uint64_t> counter{0};
  return folder + "/payload-" + std::to_string(getpid()) + "-" + std::to_string(counter++);
}
}  // namespace

struct Payload::Store {
  std::string bytes;
  std::string path;
  bool remove = false;
  ~Store() {
    if (remove) ::unlink(path.c_str());
  }
};

Payload::Payload(std::string bytes) {
  length_ = bytes.size();
  auto store = std::make_shared<Store>();
  store->bytes = std::move(bytes);
  store_ = std::move(store);
}

Payload Payload::from_file(std::string path, uint64_t offset, uint64_t length, Keep keep) {
  Payload payload;
  auto store = std::make_shared<Store>();
  store->path = std::move(path);
  store->remove = keep == Keep::kRemove;
  payload.store_ = std::move(store);
  payload.offset_ = offset;
  payload.length_ = length;
  return payload;
}

uint64_t Payload::size() const { return length_; }
bool Payload::in_memory() const { return !store_ || store_->path.empty(); }

const std::string& Payload::path() const {
  static const std::string none;
  return store_ ? store_->path : none;
}

std::string_view Payload::view() const {
  if (!store_ || !in_memory()) return {};
  return std::string_view(store_->bytes).substr(offset_, length_);
}

std::string Payload::read_all() const {
  if (in_memory()) return std::string(view());
  std::string out;
  out.reserve(length_);
  each_piece([&](std::string_view piece) {
    out += piece;
    return true;
  });
  return out;
}

bool Payload::each_piece(const std::function<bool(std::string_view)>& sink) const {
  if (in_memory()) {
    std::string_view rest = view();
    while (!rest.empty()) {
      std::string_view piece = rest.substr(0, kPieceBytes);
      if (!sink(piece)) return false;
      rest.remove_prefix(piece.size());
    }
    return true;
  }
  int fd = ::open(store_->path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  std::string buffer(std::min<uint64_t>(kPieceBytes, length_), '\0');
  uint64_t done = 0;
  bool good = true;
  while (good && done < length_) {
    ssize_t got = ::pread(fd, buffer.data(), std::min<uint64_t>(buffer.size(), length_ - done),
                          static_cast<off_t>(offset_ + done));
    if (got <= 0)
      good = false;
    else {
      done += static_cast<uint64_t>(got);
      good = sink(std::string_view(buffer.data(), static_cast<size_t>(got)));
    }
  }
  ::close(fd);
  return good;
}

Payload Payload::slice(uint64_t offset, uint64_t length) const {
  assert(offset + length <= length_);
  Payload part = *this;
  part.offset_ = offset_ + offset;
  part.length_ = length;
  return part;
}

struct PayloadWriter::State {
  std::string folder;
  uint64_t memory_limit;
  std::string bytes;  // while in memory
  std::string path;   // once in a file
  int fd = -1;
  uint64_t size = 0;
};

PayloadWriter::PayloadWriter(std::string folder, uint64_t memory_limit)
    : state_(std::make_unique<State>()) {
  state_->folder = std::move(folder);
  state_->memory_limit = memory_limit;
}
PayloadWriter::PayloadWriter(PayloadWriter&&) noexcept = default;

PayloadWriter::~PayloadWriter() {
  if (!state_ || state_->fd < 0) return;
  ::close(state_->fd);
  ::unlink(state_->path.c_str());
}

void PayloadWriter::write(std::string_view bytes) {
  State& s = *state_;
  s.size += bytes.size();
  if (s.fd < 0 && s.size <= s.memory_limit) {
    s.bytes += bytes;
    return;
  }
  auto write_fully = [&](std::string_view rest) {
    while (!rest.empty()) {
      ssize_t put = ::write(s.fd, rest.data(), rest.size());
      if (put < 0) {
        perror(("drydock: cannot write " + s.path).c_str());
        _exit(1);  // a full or broken disk: nothing sensible can go on
      }
      rest.remove_prefix(static_cast<size_t>(put));
    }
  };
  if (s.fd < 0) {
    s.path = fresh_path(s.folder);
    s.fd = ::open(s.path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (s.fd < 0) {
      perror(("drydock: cannot make " + s.path).c_str());
      _exit(1);
    }
    write_fully(s.bytes);
    s.bytes = {};
  }
  write_fully(bytes);
}

uint64_t PayloadWriter::size() const { return state_->size; }

Payload PayloadWriter::finish() {
  State& s = *state_;
  if (s.fd < 0) return Payload(std::move(s.bytes));
  ::close(s.fd);
  s.fd = -1;
  return Payload::from_file(s.path, 0, s.size, Payload::Keep::kRemove);
}

}  // namespace drydock
