// A zip archive of one stored file: what AWS makes of a Lambda function's inline ZipFile text.
// Pure.
#pragma once

#include <string>
#include <string_view>

namespace drydock::cloudformation {

std::string zip_of_one(std::string_view name, std::string_view content);

}  // namespace drydock::cloudformation
