// Fn::Cidr for IPv4. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drydock::cloudformation {

// `count` (1..256) adjacent blocks with `host_bits` free bits each, from the start of `block`
// ("10.0.0.0/16").
std::optional<std::vector<std::string>> cut_cidr(std::string_view block, int64_t count,
                                                 int64_t host_bits);

}  // namespace drydock::cloudformation
