// Unpacks a function's zip file into a folder.
#pragma once

#include <expected>
#include <string>

#include "base/payload.h"

namespace drydock::lambda {

// Nothing can land outside `folder`. An error text says what is wrong with the archive.
std::expected<void, std::string> unpack_zip(const Payload& zip, const std::string& folder);

}  // namespace drydock::lambda
