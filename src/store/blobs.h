// Blobs: large bytes in files named by their SHA-256, beside the store. Written whole or not at
// all.
//
// A blob is put before the row that names it commits; blobs that no row names are swept at start-up
// by the services' list of names in use (see sweep). Thread-safe.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/payload.h"

namespace drydock {

struct BlobInfo {
  std::string id;  // SHA-256, hex
  uint64_t size = 0;
  std::string md5;     // hex
  std::string sha256;  // hex
};

class Blobs {
 public:
  explicit Blobs(std::string folder);
  BlobInfo put(const Payload& bytes);
  std::optional<Payload> get(std::string_view id) const;
  void erase(std::string_view id);
  const std::string& folder() const {
    return folder_;
  }                                    // of the blobs' files; a file's name is its id
  std::string scratch_folder() const;  // for half-written files; emptied at start
  void clear();

 private:
  std::string folder_;
};

}  // namespace drydock
