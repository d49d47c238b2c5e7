// The files in a zip archive, one after the other.
#pragma once

#include <expected>
#include <functional>
#include <string>

#include "base/payload.h"

namespace drydock::codecommit {

inline constexpr uint64_t kMaxZipBytes = 100u << 20, kMaxUnzippedBytes = 500u << 20;
inline constexpr int kMaxZipFiles = 100000;

struct ZipFile {
  std::string name;     // as it stands in the archive
  std::string content;  // of a link: where it leads
  bool executable = false, link = false;
};
// Until `take` returns false. The error names what is wrong with the archive.
std::expected<void, std::string> each_zip_file(const Payload& zip,
                                               const std::function<bool(const ZipFile&)>& take);

}  // namespace drydock::codecommit
