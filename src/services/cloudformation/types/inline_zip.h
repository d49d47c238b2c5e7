// A zip archive of stored files: what AWS makes of a Lambda function's inline ZipFile text. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace drydock::cloudformation {

struct ZippedFile {
  std::string_view name, content;
};
std::string zip_of(std::span<const ZippedFile> files);

}  // namespace drydock::cloudformation
