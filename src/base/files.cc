#include "base/files.h"

#include <cstdio>

namespace drydock {

std::string read_file(const std::string& path) {
  std::string bytes;
  if (FILE* file = std::fopen(path.c_str(), "re")) {
    char piece[16384];
    while (size_t n = std::fread(piece, 1, sizeof piece, file)) bytes.append(piece, n);
    std::fclose(file);
  }
  return bytes;
}

}  // namespace drydock
