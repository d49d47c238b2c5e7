// Blobs on the file system: written to the scratch folder, then renamed, so a name means whole
// content.
#include "store/blobs.h"
#include "store/sweep.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <mutex>

#include "base/encoding.h"
#include "base/log.h"

namespace drydock {
namespace {

namespace fs = std::filesystem;

// Between looking at a blob's age and removing it, or making it young again.
std::mutex sweep_mutex;

[[noreturn]] void die(const std::string& what, const std::string& path) {
  log::error("blobs: cannot " + what + " " + path + ": " + std::strerror(errno));
  std::_Exit(1);
}

void write_all(int fd, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) die("write", path);
    bytes.remove_prefix(static_cast<size_t>(n));
  }
}

bool is_blob_id(std::string_view id) {
  if (id.size() != 64) return false;
  for (char c : id)
    if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) return false;
  return true;
}

std::optional<uint64_t> size_of(const std::string& path) {
  struct stat info;
  if (::stat(path.c_str(), &info) != 0) return std::nullopt;
  return static_cast<uint64_t>(info.st_size);
}

}  // namespace

Blobs::Blobs(std::string folder) : folder_(std::move(folder)) {
  std::error_code error;
  fs::create_directories(folder_, error);
  fs::remove_all(scratch_folder(), error);
  fs::create_directories(scratch_folder(), error);
  if (!fs::is_directory(scratch_folder())) die("make the folder", scratch_folder());
}

std::string Blobs::scratch_folder() const { return folder_ + "/scratch"; }

BlobInfo Blobs::put(const Payload& bytes) {
  static std::atomic<uint64_t> counter{0};
  std::string scratch =
      scratch_folder() + "/put-" + std::to_string(::getpid()) + "-" + std::to_string(counter++);
  // A payload that is a whole file of a scratch folder is linked, not copied: nobody changes it any
  // more.
  const bool linked = !bytes.in_memory() && bytes.offset() == 0 &&
                      fs::path(bytes.path()).parent_path().filename() == "scratch" &&
                      size_of(bytes.path()) == bytes.size() &&
                      ::link(bytes.path().c_str(), scratch.c_str()) == 0;
  int fd = -1;
  if (!linked && (fd = ::open(scratch.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)) < 0)
    die("make", scratch);
  Digest sha(Digest::Kind::kSha256), md(Digest::Kind::kMd5);
  bool whole = bytes.each_piece([&](std::string_view piece) {
    sha.update(piece);
    md.update(piece);
    if (fd >= 0) write_all(fd, piece, scratch);
    return true;
  });
  if (fd >= 0) ::close(fd);
  if (!whole) die("read the payload for", scratch);
  BlobInfo info;
  info.size = bytes.size();
  info.id = info.sha256 = to_hex(sha.finish());
  info.md5 = to_hex(md.finish());
  std::string target = folder_ + "/" + info.id;
  std::lock_guard lock(sweep_mutex);
  // Content-addressed: the same bytes may be there already.
  if (size_of(target) == info.size && ::utimensat(AT_FDCWD, target.c_str(), nullptr, 0) == 0) {
    ::unlink(scratch.c_str());
    return info;
  }
  // A linked file has the age of its upload.
  ::utimensat(AT_FDCWD, scratch.c_str(), nullptr, 0);
  if (::rename(scratch.c_str(), target.c_str()) != 0) die("rename to", target);
  ::unlink(scratch.c_str());  // rename of two links of one file leaves both names
  return info;
}

std::optional<Payload> Blobs::get(std::string_view id) const {
  if (!is_blob_id(id)) return std::nullopt;
  std::string path = folder_ + "/" + std::string(id);
  auto size = size_of(path);
  if (!size) return std::nullopt;
  return Payload::from_file(std::move(path), 0, *size);
}

void Blobs::erase(std::string_view id) {
  if (is_blob_id(id)) ::unlink((folder_ + "/" + std::string(id)).c_str());
}

bool keep_blob(const Blobs& blobs, std::string_view id) {
  std::lock_guard lock(sweep_mutex);
  return is_blob_id(id) &&
         ::utimensat(AT_FDCWD, (blobs.folder() + "/" + std::string(id)).c_str(), nullptr, 0) == 0;
}

size_t sweep_blobs(const Blobs& blobs, const std::function<bool(std::string_view id)>& in_use) {
  const auto youngest = fs::file_time_type::clock::now() - std::chrono::seconds(kBlobGraceSeconds);
  size_t removed = 0;
  std::error_code error;
  for (auto& entry : fs::directory_iterator(blobs.folder(), error)) {
    const std::string id = entry.path().filename().string();
    if (!is_blob_id(id) || in_use(id)) continue;
    std::lock_guard lock(sweep_mutex);
    if (auto age = fs::last_write_time(entry.path(), error); error || age > youngest) continue;
    removed += fs::remove(entry.path(), error);
  }
  return removed;
}

void Blobs::clear() {
  std::error_code error;
  for (auto& entry : fs::directory_iterator(folder_, error))
    if (is_blob_id(entry.path().filename().string())) fs::remove(entry.path(), error);
}

}  // namespace drydock
