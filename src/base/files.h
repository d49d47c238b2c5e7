// Whole files.
#pragma once

#include <string>

namespace drydock {

// Its bytes; empty when it cannot be read.
std::string read_file(const std::string& path);

}  // namespace drydock
