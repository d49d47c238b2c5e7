#include "services/codecommit/zip_files.h"

#include <archive.h>
#include <archive_entry.h>

#include <memory>

namespace drydock::codecommit {

std::expected<void, std::string> each_zip_file(const Payload& zip,
                                               const std::function<bool(const ZipFile&)>& take) {
  if (zip.size() > kMaxZipBytes)
    return std::unexpected("it is larger than " + std::to_string(kMaxZipBytes) + " bytes");
  std::string bytes = zip.read_all();
  std::unique_ptr<archive, int (*)(archive*)> reader(archive_read_new(), archive_read_free);
  archive_read_support_format_zip(reader.get());
  auto problem = [&] {
    const char* text = archive_error_string(reader.get());
    return std::unexpected(std::string(text ? text : "it is no zip file"));
  };
  if (archive_read_open_memory(reader.get(), bytes.data(), bytes.size()) != ARCHIVE_OK)
    return problem();
  uint64_t total = 0;
  std::unique_ptr<char[]> block(new char[64 << 10]);
  for (int files = 0;; ++files) {
    archive_entry* entry = nullptr;
    int status = archive_read_next_header(reader.get(), &entry);
    if (status == ARCHIVE_EOF) return {};
    if (status < ARCHIVE_WARN) return problem();
    if (files >= kMaxZipFiles)
      return std::unexpected("it has more than " + std::to_string(kMaxZipFiles) + " files");
    auto type = archive_entry_filetype(entry);
    const char* name = archive_entry_pathname(entry);
    if (!name || (type != AE_IFREG && type != AE_IFLNK)) continue;
    ZipFile file{.name = name};
    while (file.name.starts_with("./")) file.name.erase(0, 2);
    file.executable = (archive_entry_perm(entry) & 0100) != 0;
    file.link = type == AE_IFLNK;
    if (file.link) {
      const char* target = archive_entry_symlink(entry);
      file.content = target ? target : "";
    }
    la_ssize_t count = 0;
    while (!file.link && (count = archive_read_data(reader.get(), block.get(), 64 << 10)) > 0) {
      total += static_cast<uint64_t>(count);
      if (total > kMaxUnzippedBytes)
        return std::unexpected("its files have more than " + std::to_string(kMaxUnzippedBytes) +
                               " bytes");
      file.content.append(block.get(), static_cast<size_t>(count));
    }
    if (count < 0) return problem();
    if (!take(file)) return {};
  }
}

}  // namespace drydock::codecommit
