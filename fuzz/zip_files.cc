// Zip archives that seed a repository: any bytes give files within the limits or a message.
#include "services/codecommit/zip_files.h"

#include "input.h"

using namespace drydock;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  int files = 0;
  uint64_t bytes = 0;
  auto read =
      codecommit::each_zip_file(Payload(std::string(reinterpret_cast<const char*>(data), size)),
                                [&](const codecommit::ZipFile& file) {
                                  bytes += file.content.size();
                                  return ++files < 1000 && bytes < (8u << 20);
                                });
  fuzz::require(read || !read.error().empty());
  return 0;
}
