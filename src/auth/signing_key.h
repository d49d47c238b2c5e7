// The key that Signature Version 4 derives from a secret, a day, a region and a service.
#pragma once

#include <string>
#include <string_view>

namespace drydock::sigv4 {

// 32 raw bytes. Cached, because four HMACs for the same day's key would be most of the cost of a
// verification. Thread-safe; the cache is bounded.
std::string signing_key(std::string_view secret, std::string_view date, std::string_view region,
                        std::string_view service);

}  // namespace drydock::sigv4
