// Zip archives: source bundles in, artifacts and caches out. Nothing in an archive can lead out of
// its folder.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <utility>
#include <vector>

namespace drydock::codebuild {

struct ArchiveLimits {
  uint64_t max_bytes = 20ull << 30;
  uint64_t max_entries = 2000000;
};
// Zip, tar, tar.gz: whatever it is. The error names what was wrong.
std::expected<void, std::string> extract(const std::string& archive, const std::string& folder,
                                         const ArchiveLimits& limits = {});

struct ArchiveEntry {
  std::string path;  // on disk
  std::string name;  // inside
};
std::expected<void, std::string> write_zip(const std::string& archive,
                                           const std::vector<ArchiveEntry>& entries);

// One file, compressed.
std::expected<void, std::string> write_gzip(const std::string& target, const std::string& source);

}  // namespace drydock::codebuild
