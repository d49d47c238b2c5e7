#include "services/codebuild/engine/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <memory>

namespace drydock::codebuild {

namespace {
using Failure = std::unexpected<std::string>;
constexpr size_t kBlock = 128 << 10;

struct ArchiveReader {
  archive* handle = archive_read_new();
  ~ArchiveReader() { archive_read_free(handle); }
};
struct DiskWriter {
  archive* handle = archive_write_disk_new();
  ~DiskWriter() { archive_write_free(handle); }
};
struct ArchiveWriter {
  archive* handle = archive_write_new();
  ~ArchiveWriter() { archive_write_free(handle); }
};

std::string problem_of(archive* handle) {
  const char* text = archive_error_string(handle);
  return text ? text : "the archive cannot be read";
}

// "a/b", never "/a", never with "..".
bool stays_inside(std::string_view name) {
  if (name.empty() || name.front() == '/' || name.find('\0') != std::string_view::npos)
    return false;
  for (size_t at = 0; at <= name.size();) {
    size_t end = std::min(name.find('/', at), name.size());
    if (name.substr(at, end - at) == "..") return false;
    at = end + 1;
  }
  return true;
}
}  // namespace

std::expected<void, std::string> extract(const std::string& path, const std::string& folder,
                                         const ArchiveLimits& limits) {
  ArchiveReader in;
  archive_read_support_format_zip(in.handle);
  archive_read_support_format_tar(in.handle);
  archive_read_support_filter_gzip(in.handle);
  if (archive_read_open_filename(in.handle, path.c_str(), kBlock) != ARCHIVE_OK)
    return Failure(problem_of(in.handle));
  DiskWriter out;
  archive_write_disk_set_options(
      out.handle, ARCHIVE_EXTRACT_TIME | ARCHIVE_EXTRACT_PERM | ARCHIVE_EXTRACT_SECURE_NODOTDOT |
                      ARCHIVE_EXTRACT_SECURE_SYMLINKS | ARCHIVE_EXTRACT_UNLINK);
  uint64_t bytes = 0, entries = 0;
  for (;;) {
    archive_entry* entry = nullptr;
    int outcome = archive_read_next_header(in.handle, &entry);
    if (outcome == ARCHIVE_EOF) return {};
    if (outcome < ARCHIVE_WARN) return Failure(problem_of(in.handle));
    const char* name = archive_entry_pathname(entry);
    std::string inside = name ? name : "";
    while (inside.starts_with("./")) inside.erase(0, 2);
    if (inside.empty()) continue;
    if (!stays_inside(inside))
      return Failure("the archive holds a path outside of it: " + inside.substr(0, 200));
    if (++entries > limits.max_entries)
      return Failure("the archive has more than " + std::to_string(limits.max_entries) +
                     " entries");
    archive_entry_set_pathname(entry, (folder + "/" + inside).c_str());
    if (const char* link = archive_entry_hardlink(entry)) {
      if (!stays_inside(link))
        return Failure("the archive holds a link outside of it: " + inside.substr(0, 200));
      archive_entry_set_hardlink(entry, (folder + "/" + link).c_str());
    }
    // Modes of zips made elsewhere may be empty; never more than the user's own bits matter.
    mode_t mode = archive_entry_perm(entry) & 0777;
    archive_entry_set_perm(entry, mode                                        ? mode | 0600
                                  : archive_entry_filetype(entry) == AE_IFDIR ? 0755
                                                                              : 0644);
    if (archive_entry_filetype(entry) == AE_IFDIR)
      archive_entry_set_perm(entry, archive_entry_perm(entry) | 0700);
    if (archive_write_header(out.handle, entry) < ARCHIVE_WARN)
      return Failure(problem_of(out.handle));
    const void* block = nullptr;
    size_t size = 0;
    la_int64_t offset = 0;
    while ((outcome = archive_read_data_block(in.handle, &block, &size, &offset)) == ARCHIVE_OK) {
      bytes += size;
      if (bytes > limits.max_bytes)
        return Failure("the archive is larger than " + std::to_string(limits.max_bytes) + " bytes");
      if (archive_write_data_block(out.handle, block, size, offset) < ARCHIVE_WARN)
        return Failure(problem_of(out.handle));
    }
    if (outcome != ARCHIVE_EOF) return Failure(problem_of(in.handle));
    archive_write_finish_entry(out.handle);
  }
}

std::expected<void, std::string> write_zip(const std::string& path,
                                           const std::vector<ArchiveEntry>& entries) {
  ArchiveWriter out;
  archive_write_set_format_zip(out.handle);
  if (archive_write_open_filename(out.handle, path.c_str()) != ARCHIVE_OK)
    return Failure(problem_of(out.handle));
  std::unique_ptr<char[]> block(new char[kBlock]);
  for (const auto& file : entries) {
    struct stat info {};
    if (::lstat(file.path.c_str(), &info) != 0) continue;  // gone since it was found
    bool link = S_ISLNK(info.st_mode);
    if (!S_ISREG(info.st_mode) && !link) continue;
    std::unique_ptr<archive_entry, void (*)(archive_entry*)> entry(archive_entry_new(),
                                                                   archive_entry_free);
    archive_entry_set_pathname(entry.get(), file.name.c_str());
    archive_entry_set_perm(entry.get(), info.st_mode & 0777);
    archive_entry_set_mtime(entry.get(), info.st_mtime, 0);
    if (link) {
      char target[4096] = {};
      ssize_t n = ::readlink(file.path.c_str(), target, sizeof target - 1);
      if (n <= 0) continue;
      archive_entry_set_filetype(entry.get(), AE_IFLNK);
      archive_entry_set_symlink(entry.get(), target);
      archive_entry_set_size(entry.get(), 0);
      if (archive_write_header(out.handle, entry.get()) < ARCHIVE_WARN)
        return Failure(problem_of(out.handle));
      continue;
    }
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    archive_entry_set_size(entry.get(), info.st_size);
    int fd = ::open(file.path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) continue;
    bool good = archive_write_header(out.handle, entry.get()) >= ARCHIVE_WARN;
    ssize_t n;
    while (good && (n = ::read(fd, block.get(), kBlock)) > 0)
      good = archive_write_data(out.handle, block.get(), static_cast<size_t>(n)) >= 0;
    ::close(fd);
    if (!good) return Failure(problem_of(out.handle));
  }
  if (archive_write_close(out.handle) != ARCHIVE_OK) return Failure(problem_of(out.handle));
  return {};
}

std::expected<void, std::string> write_gzip(const std::string& target, const std::string& source) {
  ArchiveWriter out;
  archive_write_add_filter_gzip(out.handle);
  archive_write_set_format_raw(out.handle);
  if (archive_write_open_filename(out.handle, target.c_str()) != ARCHIVE_OK)
    return Failure(problem_of(out.handle));
  int fd = ::open(source.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) return Failure(source + " cannot be read");
  std::unique_ptr<archive_entry, void (*)(archive_entry*)> entry(archive_entry_new(),
                                                                 archive_entry_free);
  archive_entry_set_filetype(entry.get(), AE_IFREG);
  bool good = archive_write_header(out.handle, entry.get()) >= ARCHIVE_WARN;
  std::unique_ptr<char[]> block(new char[kBlock]);
  ssize_t n;
  while (good && (n = ::read(fd, block.get(), kBlock)) > 0)
    good = archive_write_data(out.handle, block.get(), static_cast<size_t>(n)) >= 0;
  ::close(fd);
  if (!good || archive_write_close(out.handle) != ARCHIVE_OK)
    return Failure(problem_of(out.handle));
  return {};
}

}  // namespace drydock::codebuild
