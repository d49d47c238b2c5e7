#include "services/cloudformation/types/inline_zip.h"

#include <cstdint>

#include "base/encoding.h"

namespace drydock::cloudformation {

namespace {

void put(std::string& out, uint32_t number, int bytes) {
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(number >> (8 * i) & 255);
}

// The fields that the local header and the directory share: versions to sizes and name length.
void put_entry(std::string& out, std::string_view name, std::string_view content) {
  put(out, 20, 2);          // version needed
  put(out, 0x0800, 2);      // names are UTF-8
  put(out, 0, 2);           // stored
  put(out, 0x00210000, 4);  // 1980-01-01: the same text gives the same archive
  put(out, crc32(content), 4);
  put(out, static_cast<uint32_t>(content.size()), 4);
  put(out, static_cast<uint32_t>(content.size()), 4);
  put(out, static_cast<uint32_t>(name.size()), 2);
  put(out, 0, 2);  // extra
}

}  // namespace

std::string zip_of(std::span<const ZippedFile> files) {
  std::string out, directory;
  for (const ZippedFile& file : files) {
    const auto offset = static_cast<uint32_t>(out.size());
    put(out, 0x04034b50, 4);
    put_entry(out, file.name, file.content);
    out += file.name;
    out += file.content;
    put(directory, 0x02014b50, 4);
    put(directory, 0x0314, 2);  // made by: Unix
    put_entry(directory, file.name, file.content);
    put(directory, 0, 2);  // comment
    put(directory, 0, 2);  // disk
    put(directory, 0, 2);  // internal attributes
    put(directory, 0100644u << 16, 4);
    put(directory, offset, 4);  // of the local header
    directory += file.name;
  }
  const auto start = static_cast<uint32_t>(out.size());
  out += directory;
  const auto count = static_cast<uint32_t>(files.size());
  put(out, 0x06054b50, 4);
  put(out, 0, 4);  // disks
  put(out, count, 2);
  put(out, count, 2);
  put(out, static_cast<uint32_t>(directory.size()), 4);
  put(out, start, 4);
  put(out, 0, 2);
  return out;
}

}  // namespace drydock::cloudformation
