#include "services/lambda/runtime/unpack.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <memory>

namespace drydock::lambda {

namespace {
constexpr int64_t kMaxUnpackedBytes = 262144000;  // AWS's limit
constexpr int kMaxEntries = 200000;

// A relative path without "..", or empty.
std::string safe_path(const char* name) {
  if (!name) return {};
  std::filesystem::path path = std::filesystem::path(name).lexically_normal();
  if (path.is_absolute() || path.empty() || *path.begin() == "..") return {};
  return path.string();
}

// Symbolic links may point at neighbours, never out of the folder.
bool safe_link(const std::string& at, const char* target) {
  std::filesystem::path whole =
      (std::filesystem::path(at).parent_path() / target).lexically_normal();
  return target[0] != '/' && (whole.empty() || *whole.begin() != "..");
}

bool write_file(archive* reader, const std::string& path, mode_t mode, int64_t& total) {
  int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
  if (fd < 0) return false;
  char buffer[65536];
  la_ssize_t count;
  bool good = true;
  while (good && (count = archive_read_data(reader, buffer, sizeof buffer)) != 0) {
    good = count > 0 && (total += count) <= kMaxUnpackedBytes && write(fd, buffer, count) == count;
  }
  close(fd);
  return good;
}
}  // namespace

std::expected<void, std::string> unpack_zip(const Payload& zip, const std::string& folder) {
  namespace fs = std::filesystem;
  std::string bytes = zip.read_all();
  std::unique_ptr<archive, int (*)(archive*)> reader(archive_read_new(), archive_read_free);
  archive_read_support_format_zip(reader.get());
  if (archive_read_open_memory(reader.get(), bytes.data(), bytes.size()) != ARCHIVE_OK)
    return std::unexpected("the code is no zip file");
  fs::create_directories(folder);
  int64_t total = 0;
  archive_entry* entry = nullptr;
  for (int entries = 0;; ++entries) {
    int status = archive_read_next_header(reader.get(), &entry);
    if (status == ARCHIVE_EOF) return {};
    if (status < ARCHIVE_WARN || entries > kMaxEntries)
      return std::unexpected("the code's zip file is broken");
    std::string name = safe_path(archive_entry_pathname(entry));
    if (name.empty() || name == ".") continue;
    std::string path = folder + "/" + name;
    std::error_code error;
    if (archive_entry_filetype(entry) == AE_IFDIR) {
      fs::create_directories(path, error);
      continue;
    }
    fs::create_directories(fs::path(path).parent_path(), error);
    fs::remove(path, error);
    if (archive_entry_filetype(entry) == AE_IFLNK) {
      const char* target = archive_entry_symlink(entry);
      if (target && safe_link(name, target)) fs::create_symlink(target, path, error);
      continue;
    }
    // Zip files from other systems carry no modes: everybody may read what they hold.
    mode_t mode = (archive_entry_perm(entry) & 0755) | 0444;
    if (!write_file(reader.get(), path, mode, total))
      return std::unexpected(total > kMaxUnpackedBytes
                                 ? "Unzipped size must be smaller than 262144000 bytes"
                                 : "cannot unpack " + name);
  }
}

}  // namespace drydock::lambda
