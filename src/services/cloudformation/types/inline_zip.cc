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

std::string zip_of_one(std::string_view name, std::string_view content) {
  std::string out;
  put(out, 0x04034b50, 4);
  put_entry(out, name, content);
  out += name;
  out += content;
  uint32_t directory = static_cast<uint32_t>(out.size());
  put(out, 0x02014b50, 4);
  put(out, 0x0314, 2);  // made by: Unix
  put_entry(out, name, content);
  put(out, 0, 2);  // comment
  put(out, 0, 2);  // disk
  put(out, 0, 2);  // internal attributes
  put(out, 0100644u << 16, 4);
  put(out, 0, 4);  // offset of the local header
  out += name;
  uint32_t size = static_cast<uint32_t>(out.size()) - directory;
  put(out, 0x06054b50, 4);
  put(out, 0, 4);  // disks
  put(out, 1, 2);
  put(out, 1, 2);
  put(out, size, 4);
  put(out, directory, 4);
  put(out, 0, 2);
  return out;
}

}  // namespace drydock::cloudformation
