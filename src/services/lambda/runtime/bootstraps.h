// Our own runtimes for managed languages: small programs that the machine's interpreters run inside
// the sandbox.
#pragma once

#include <string_view>

namespace drydock::lambda {

extern const std::string_view kPythonBootstrap;
extern const std::string_view kNodeBootstrap;

}  // namespace drydock::lambda
